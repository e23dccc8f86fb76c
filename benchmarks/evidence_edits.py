"""Edited copies of real photos: a part of the picture painted over or replaced, then sent on as a cheat would.

Belongs here: which part is replaced by what, and what happens to the copy afterwards.
Does not belong here: how many of them are found (evidence.py), the comparison (ml/vision/photo_match.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    Grey = NDArray[np.uint8]
    Mask = NDArray[np.bool_]

# Shares of the area that are replaced.
AREAS = (0.02, 0.05, 0.1, 0.2, 0.35)
# Painting over is done at this share of the size: at the whole one it takes a minute, and shows nothing more.
_PAINT_SCALE = 0.25


def part(shape: tuple[int, ...], share: float, rng: np.random.Generator) -> Mask:
    """An ellipse or a box somewhere in the picture, of a share of its area."""
    height, width = shape
    longer = rng.uniform(0.7, 1.4)
    sides = np.minimum(np.sqrt(share) * np.array([longer, 1 / longer]), 0.95)
    is_round = rng.random() < 0.5
    # An ellipse fills less of its box.
    rows, columns = (int(side * length) for side, length in zip(sides, (height, width), strict=True))
    if is_round:
        rows, columns = (min(int(side * np.sqrt(4 / np.pi)), most) for side, most in ((rows, height), (columns, width)))
    top, left = int(rng.integers(0, height - rows + 1)), int(rng.integers(0, width - columns + 1))
    mask = np.zeros(shape, np.uint8)
    if is_round:
        middle, axes = (left + columns // 2, top + rows // 2), (columns // 2, rows // 2)
        cv2.ellipse(mask, middle, axes, 0, 0, 360, 1, -1)
    else:
        mask[top : top + rows, left : left + columns] = 1
    return mask > 0


def painted(grey: Grey, mask: Mask, rng: np.random.Generator) -> Grey:
    """The part painted over from its edges (Telea 2004), as tools that remove things do."""
    del rng
    small = cv2.resize(grey, None, fx=_PAINT_SCALE, fy=_PAINT_SCALE, interpolation=cv2.INTER_AREA)
    hole = cv2.resize(mask.astype(np.uint8), small.shape[::-1], interpolation=cv2.INTER_NEAREST)
    whole = cv2.inpaint(small, cv2.dilate(hole, np.ones((3, 3), np.uint8)), 3, cv2.INPAINT_TELEA)
    return _blended(grey, cv2.resize(whole, grey.shape[::-1], interpolation=cv2.INTER_CUBIC), mask)


def pasted(grey: Grey, mask: Mask, rng: np.random.Generator) -> Grey:
    """The part replaced by another part of the same picture, mirrored and as bright as what it covers."""
    rows, columns = np.nonzero(mask)
    shift = int(rng.integers(grey.shape[0] // 4, grey.shape[0] // 2)), int(rng.integers(0, grey.shape[1]))
    other = np.roll(grey[:, ::-1], shift, (0, 1)).astype(np.float32)
    lighter = float(grey[rows, columns].mean()) - float(other[rows, columns].mean())
    return _blended(grey, np.clip(other + lighter, 0, 255), mask)


def _blended(grey: Grey, other: NDArray[np.generic], mask: Mask) -> Grey:
    """The other picture where the mask is, with a soft edge."""
    soft = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), max(1.0, grey.shape[1] / 600))
    return np.asarray(np.rint(grey * (1 - soft) + other.astype(np.float32) * soft), np.uint8)


EDITS: Mapping[str, Callable[[Grey, Mask, np.random.Generator], Grey]] = {
    "painted over": painted,
    "pasted over": pasted,
}


def halved(grey: Grey) -> Grey:
    """Half as wide and high."""
    return np.asarray(cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8)


def as_jpeg(grey: Grey, quality: int) -> Grey:
    """The picture as JPEG of a quality."""
    _, content = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(content, cv2.IMREAD_GRAYSCALE), np.uint8)
