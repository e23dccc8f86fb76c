"""What a follow-up photo has in common with earlier ones.

Belongs here: a photo held against earlier ones. Does not belong here: the comparison of two pictures
(ml/vision/photo_match), how a photo is made ready (assets/complaints/comparable.py), which photos are compared when
(evidence.py, portal/office/evidence.py).
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ml.vision.photo_match import Picture

# Earlier photos that a new one is compared with: those that share most words, and more than chance gives.
MOST_CANDIDATES, LEAST_WORDS = 8, 5
# The one verdict that flags nothing.
SAME_VIEW = "same_view"
# Edited parts that are kept of a pair, the largest.
MOST_PARTS = 8


class Candidate(NamedTuple):
    """An earlier photo that shares words with a new one.

    Attributes:
        photo_id: Of the earlier photo.
        is_mirrored: Whether the new one shares more of them as a mirror shows it.
    """

    photo_id: int
    is_mirrored: bool


class Likeness(NamedTuple):
    """What a photo has in common with an earlier one of the same view.

    Attributes:
        earlier_photo_id: The earlier one.
        verdict: Of ml.vision.photo_match.
        is_mirrored: Whether it is compared as a mirror shows it.
        changed_share: Of what both show, a stamp left out.
        features_in_common: That agree on one registration.
        edited_parts: Boxes that were replaced, as shares of width and height: left, top, width, height in each photo.
    """

    earlier_photo_id: int
    verdict: str
    is_mirrored: bool
    changed_share: float
    features_in_common: int
    edited_parts: list[dict[str, list[float]]]

    @property
    def is_copy(self) -> bool:
        """Whether a person has to look: another moment of a view is what a follow-up photo should be."""
        return self.verdict != SAME_VIEW


def likenesses(picture: "Picture", earlier: Iterable[tuple[Candidate, "Picture"]]) -> list[Likeness]:
    """Hold a photo against earlier ones; those of another view are left out.

    Args:
        picture: The photo.
        earlier: Earlier ones, each with what is known of it.
    """
    from ml.vision.photo_match import Verdict, compare_as

    found = []
    for (earlier_id, is_mirrored), before in earlier:
        match = compare_as(before, picture, is_mirrored=is_mirrored)
        if match.verdict is not Verdict.DIFFERENT:
            parts = [{"later": list(edit.later), "earlier": list(edit.earlier)} for edit in match.edits[:MOST_PARTS]]
            found.append(
                Likeness(earlier_id, match.verdict.value, match.is_mirrored, match.changed_share, match.inliers, parts)
            )
    return found
