"""Claim: a photo that was used before is found, however it was altered; another moment of the same view is not.

Belongs here: alterations of real photos, recall of each, false alarms over all pairs.
Does not belong here: the comparison (ml/vision/photo_match.py).

Frames of one fixed camera are different photos of one view, which is the hard case: the follow-up photo of a repaired
street shows the same street.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import combinations, islice
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from ml.vision.photo_match import Picture, Verdict, compare, prepare

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Grey = NDArray[np.uint8]

Tell = Callable[[str], None]
APART = timedelta(minutes=10)
SEED = 2019


class NoPhotosError(Exception):
    """A folder without photos."""


def measure(folder: Path, most_pairs: int, tell: Tell) -> list[str]:
    """Measure recall by alteration and false alarms by camera.

    Args:
        folder: One folder of snapshots per camera, named by local time (2026-01-22T08-24-52.jpg).
        most_pairs: Pairs of each camera at most, evenly over all of them.
        tell: Called with each step as it begins.

    Returns:
        One line per alteration and one per camera, with their bars.

    Raises:
        NoPhotosError: The folder holds no such snapshot.
    """
    cameras = {camera.name: sorted(camera.glob("*.jpg")) for camera in sorted(folder.iterdir()) if camera.is_dir()}
    if not any(cameras.values()):
        raise NoPhotosError(f"expected folders of snapshots in {folder}, found none")
    lines = []
    for name, alter in ALTERATIONS.items():
        tell(name)
        found = {camera: list(_recognised(files, alter)) for camera, files in cameras.items() if files}
        told = ", ".join(f"{camera} {np.mean(hits):.3f}" for camera, hits in found.items())
        count = sum(len(hits) for hits in found.values())
        lines.append(f"{name}: recall {told} ({count} photos; bar: 0.95)")
    for camera, files in cameras.items():
        tell(f"pairs of {camera}")
        lines.append(_false_alarms(camera, files, most_pairs))
    return lines


def _recognised(files: list[Path], alter: "Callable[[Grey, np.random.Generator], Grey]") -> Iterator[bool]:
    rng = np.random.default_rng(SEED)
    for file in files:
        grey = _read(file)
        yield compare(prepare(grey), prepare(compressed(alter(grey, rng)))).verdict is Verdict.SAME_PHOTO


def _false_alarms(camera: str, files: list[Path], most_pairs: int) -> str:
    photos = [(_taken_at(file), prepare(_read(file))) for file in files]
    pairs = [(one[1], other[1]) for one, other in combinations(photos, 2) if abs(other[0] - one[0]) > APART]
    chosen = list(islice(pairs, 0, None, max(1, len(pairs) // most_pairs)))
    begin = time.perf_counter()
    verdicts = [_verdict(*pair) for pair in chosen]
    each = (time.perf_counter() - begin) / max(1, len(chosen))
    alarms = verdicts.count(Verdict.SAME_PHOTO)
    views = verdicts.count(Verdict.SAME_VIEW)
    return (
        f"{camera}: {alarms} false alarms in {len(chosen):,} pairs over 10 minutes apart, {alarms / len(chosen):.5f}"
        f" a pair (bar: 0.001); {views / len(chosen):.3f} known as the same view; {each * 1000:.0f} ms a pair"
    )


def _verdict(one: Picture, other: Picture) -> Verdict:
    return compare(one, other).verdict


def _taken_at(file: Path) -> datetime:
    return datetime.strptime(file.stem, "%Y-%m-%dT%H-%M-%S")  # noqa: DTZ007 - a difference of two is all that is used


def _read(file: Path) -> "Grey":
    return np.asarray(cv2.imread(str(file), cv2.IMREAD_GRAYSCALE), np.uint8)


def compressed(grey: "Grey") -> "Grey":
    """The picture as JPEG of quality 40."""
    _, content = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, 40])
    return np.asarray(cv2.imdecode(content, cv2.IMREAD_GRAYSCALE), np.uint8)


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
