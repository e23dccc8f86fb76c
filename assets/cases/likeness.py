"""What a follow-up photo has in common with earlier ones.

Belongs here: a photo made ready, kept small, and held against earlier ones. Does not belong here: the comparison of two
pictures (ml/vision/photo_match), which photos are compared when (evidence.py, portal/office/evidence.py).
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ml.vision.photo_match import Picture

# Earlier photos that a new one is compared with: those that share most words, and more than chance gives.
MOST_CANDIDATES, LEAST_WORDS = 8, 8
MOST_BYTES = 20 * 1024 * 1024


class EvidenceError(Exception):
    """A photo that cannot be had or read; names kinds, never what it shows."""


class Likeness(NamedTuple):
    """What a photo has in common with an earlier one of the same view."""

    earlier_photo_id: int
    verdict: str
    is_mirrored: bool
    changed_share: float
    features_in_common: int


def read_picture(content: bytes) -> "Picture":
    """Make a photo ready to be compared.

    Args:
        content: A JPEG or PNG, whole.

    Raises:
        EvidenceError: It is none.
    """
    from ml.vision.decode import FrameError, decode_photo
    from ml.vision.photo_match import prepare

    try:
        return prepare(decode_photo(content))
    except FrameError as error:
        raise EvidenceError(f"expected a photo, found {error}") from error


def likenesses(picture: "Picture", earlier: Iterable[tuple[int, "Picture"]]) -> list[Likeness]:
    """Hold a photo against earlier ones; those of another view are left out.

    Args:
        picture: The photo.
        earlier: Earlier ones, each with its id.
    """
    from ml.vision.photo_match import Verdict, compare

    found = []
    for earlier_id, before in earlier:
        match = compare(before, picture)
        if match.verdict is not Verdict.DIFFERENT:
            found.append(
                Likeness(earlier_id, match.verdict.value, match.is_mirrored, match.changed_share, match.inliers)
            )
    return found


def packed(picture: "Picture") -> bytes:
    """A picture as it is kept: a PNG, grey, 480 pixels wide."""
    import cv2

    return bytes(cv2.imencode(".png", picture.grey)[1])


def unpacked(content: bytes) -> "Picture":
    """A picture that was kept, ready to be compared."""
    from ml.vision.decode import decode_photo
    from ml.vision.photo_match import prepare

    return prepare(decode_photo(content))
