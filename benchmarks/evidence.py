"""Claim: a photo that was used before is found, however it was altered or edited; another moment of a view is not.

Belongs here: alterations of real photos, recall of each, false alarms over all pairs.
Does not belong here: the comparison (ml/vision/photo_match.py), how a part of a photo is replaced (evidence_edits.py),
how long one takes among many (evidence_known.py).

Frames of one fixed camera are different photos of one view, which is the hard case: the follow-up photo of a repaired
street shows the same street.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import combinations, islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

from assets.cases.likeness import LEAST_WORDS
from benchmarks.evidence_edits import AREAS, EDITS, as_jpeg, halved, part
from ml.vision.photo_match import COPIES, Match, Picture, Verdict, compare, prepare
from ml.vision.photo_words import words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Grey = NDArray[np.uint8]

Tell = Callable[[str], None]
APART = timedelta(minutes=10)
SEED = 2019


class NoPhotosError(Exception):
    """A folder without photos."""


def measure(folder: Path, most_pairs: int, every: int, tell: Tell) -> list[str]:
    """Measure recall by alteration and edit, and false alarms by camera.

    Args:
        folder: One folder of snapshots per camera, named by local time (2026-01-22T08-24-52.jpg).
        most_pairs: Pairs of each camera at most, evenly over all of them.
        every: Of so many photos of a camera one is copied and edited.
        tell: Called with each step as it begins.

    Returns:
        One line per alteration, per edit and per camera, with their bars.

    Raises:
        NoPhotosError: The folder holds no such snapshot.
    """
    cameras = {camera.name: sorted(camera.glob("*.jpg")) for camera in sorted(folder.iterdir()) if camera.is_dir()}
    if not any(cameras.values()):
        raise NoPhotosError(f"expected folders of snapshots in {folder}, found none")
    cameras = {camera: files for camera, files in cameras.items() if files}
    tries: dict[str, dict[str, list[Try]]] = {}
    for camera, files in cameras.items():
        for number, file in enumerate(files[::every]):
            tell(f"copies of {camera}, photo {number + 1} of {len(files[::every])}")
            for name, one in _tries(file, np.random.default_rng([SEED, number])):
                tries.setdefault(name, {}).setdefault(camera, []).append(one)
    lines = [_recall(name, of_cameras) for name, of_cameras in tries.items()]
    for camera, files in cameras.items():
        tell(f"pairs of {camera}")
        lines.append(_false_alarms(camera, files, most_pairs))
    return lines


class Try(NamedTuple):
    """One copy of a photo against that photo.

    Attributes:
        verdict: Of the comparison.
        is_looked_for: Whether they have so many words in common that they are compared at all.
        framed_share: Of what was replaced, what lies in the boxes of the verdict; None where nothing was, or is told.
    """

    verdict: Verdict
    is_looked_for: bool
    framed_share: float | None = None

    @property
    def is_found(self) -> bool:
        """Whether the photo would be flagged."""
        return self.is_looked_for and self.verdict in COPIES


def _tries(file: Path, rng: np.random.Generator) -> Iterator[tuple[str, Try]]:
    """Each alteration and each edit of a photo, by name."""
    grey = _read(file)
    known = prepare(grey)
    own = set(words(known))
    for name, alter in ALTERATIONS.items():
        yield name, _tried(known, own, compressed(alter(grey, rng)))
    for edit, replace in EDITS.items():
        for area in AREAS:
            mask = part(grey.shape, area, rng)
            edited = replace(grey, mask, rng)
            for name, finish in SENT_ON.items():
                yield f"{edit}, {area:.0%} of the area, {name}", _tried(known, own, finish(edited, rng), mask)


def _tried(known: Picture, own: set[int], copy: "Grey", mask: "NDArray[np.bool_] | None" = None) -> Try:
    sent = prepare(copy)
    match = compare(known, sent)
    common = max(len(own & set(words(one))) for one in (sent, sent.mirrored))
    framed = None if mask is None or not match.edits else _framed_share(match, mask)
    return Try(match.verdict, common >= LEAST_WORDS, framed)


def _recall(name: str, tries: Mapping[str, list[Try]]) -> str:
    told = ", ".join(
        f"{camera} {np.mean([one.is_found for one in found]):.3f} (as an edited copy"
        f" {np.mean([one.verdict is Verdict.EDITED_COPY for one in found]):.3f}) of {len(found)}"
        for camera, found in tries.items()
    )
    framed = [one.framed_share for found in tries.values() for one in found if one.framed_share is not None]
    boxes = f"; boxes hold {np.median(framed):.2f} of what was replaced" if framed else ""
    return f"{name}: found {told} (bar: 0.95){boxes}"


def _framed_share(match: Match, mask: "NDArray[np.bool_]") -> float:
    height, width = mask.shape
    boxes = np.zeros_like(mask)
    for left, top, wide, high in (edit.earlier for edit in match.edits):
        rows, columns = (round(side * height) for side in (top, top + high)), (left, left + wide)
        boxes[slice(*rows), slice(*(round(side * width) for side in columns))] = 1
    return float((boxes & mask).sum() / mask.sum())


def _false_alarms(camera: str, files: list[Path], most_pairs: int) -> str:
    photos = [(_taken_at(file), prepare(_read(file))) for file in files]
    pairs = [(one[1], other[1]) for one, other in combinations(photos, 2) if abs(other[0] - one[0]) > APART]
    chosen = list(islice(pairs, 0, None, max(1, len(pairs) // most_pairs)))
    begin = time.perf_counter()
    verdicts = [compare(*pair).verdict for pair in chosen]
    each = (time.perf_counter() - begin) / max(1, len(chosen))
    same, edited, view = (
        verdicts.count(verdict) for verdict in (Verdict.SAME_PHOTO, Verdict.EDITED_COPY, Verdict.SAME_VIEW)
    )
    count = max(1, len(chosen))
    return (
        f"{camera}: of {len(chosen):,} pairs over 10 minutes apart {same} called the same photo,"
        f" {same / count:.5f} a pair (bar: 0.001), {edited} an edited copy,"
        f" both {(same + edited) / count:.5f} (bar: 0.005);"
        f" {view / count:.3f} known as the same view; {each * 1000:.0f} ms a pair"
    )


def _taken_at(file: Path) -> datetime:
    return datetime.strptime(file.stem, "%Y-%m-%dT%H-%M-%S")  # noqa: DTZ007 - a difference of two is all that is used


def _read(file: Path) -> "Grey":
    return np.asarray(cv2.imread(str(file), cv2.IMREAD_GRAYSCALE), np.uint8)


def compressed(grey: "Grey") -> "Grey":
    """The picture as JPEG of quality 40."""
    return as_jpeg(grey, 40)


def cropped(grey: "Grey", rng: np.random.Generator) -> "Grey":
    """Up to 15% off each side's length."""
    height, width = (round(side * (1 - rng.uniform(0.03, 0.15))) for side in grey.shape)
    top, left = (
        int(rng.integers(0, whole - part + 1)) for whole, part in zip(grey.shape, (height, width), strict=True)
    )
    return grey[top : top + height, left : left + width]


def resized(grey: "Grey", rng: np.random.Generator) -> "Grey":
    """To 40 to 80% of its size."""
    scale = rng.uniform(0.4, 0.8)
    return np.asarray(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)


def stamped(grey: "Grey", rng: np.random.Generator) -> "Grey":
    """With a date at the upper or lower edge, in half of them on a bar."""
    picture, unit = np.ascontiguousarray(grey).copy(), grey.shape[1] / 870
    bottom = round(60 * unit) if rng.random() < 0.5 else grey.shape[0] - round(30 * unit)
    if rng.random() < 0.5:
        corners = (round(20 * unit), bottom - round(40 * unit)), (round(620 * unit), bottom + round(15 * unit))
        cv2.rectangle(picture, *corners, 0, -1)
    where, size = (round(30 * unit), bottom), 1.5 * unit
    cv2.putText(picture, "2026-11-26 12:34", where, cv2.FONT_HERSHEY_SIMPLEX, size, 255, max(1, round(3 * unit)))
    return picture


def mirrored(grey: "Grey", rng: np.random.Generator) -> "Grey":
    """Left and right changed."""
    del rng
    return np.ascontiguousarray(grey[:, ::-1])


def _in_turn(
    *alterations: "Callable[[Grey, np.random.Generator], Grey]",
) -> "Callable[[Grey, np.random.Generator], Grey]":
    def alter(grey: "Grey", rng: np.random.Generator) -> "Grey":
        for one in alterations:
            grey = one(grey, rng)
        return grey

    return alter


Finish = Callable[["Grey", np.random.Generator], "Grey"]
# What happens to an edited copy before it is sent.
SENT_ON: Mapping[str, Finish] = {
    "as it is": lambda grey, rng: as_jpeg(grey, 90),
    "halved and compressed to 60": lambda grey, rng: as_jpeg(halved(grey), 60),
    "halved, stamped and compressed to 60": lambda grey, rng: as_jpeg(stamped(halved(grey), rng), 60),
}
# Every one of them is compressed to quality 40 in the end.
ALTERATIONS: Mapping[str, "Callable[[Grey, np.random.Generator], Grey]"] = {
    "re-encoded": _in_turn(),
    "cropped": cropped,
    "resized": resized,
    "stamped": stamped,
    "mirrored": mirrored,
    "cropped and stamped": _in_turn(cropped, stamped),
    "all of them": _in_turn(cropped, mirrored, resized, stamped),
}
