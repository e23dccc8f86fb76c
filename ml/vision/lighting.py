"""Day or night, told from a camera's own frames.

Belongs here: the light of a frame beside the camera's earlier ones. Does not belong here: the sun's position, other
cameras.
"""

from enum import IntEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.vision.road import GRID

# Mean levels of GRID's cells.
Picture = NDArray[np.float32]


class Lighting(IntEnum):
    """Light in which a frame was taken; the number is its place in a camera's state."""

    DAY = 0
    NIGHT = 1


# Distance of a frame from the only lighting seen so far, in grey levels, from which the clock may call it the other.
# Day and night are 29 to 39 apart on the LTA cameras, frames of one lighting 7 to 19.
FEWEST_LEVELS_APART = 22.0

DAY_HOURS = range(6, 18)

# Share of itself that a new frame gives to the mean picture of its lighting, once enough were seen.
_SLOWEST = 0.05


def light_picture(grey: NDArray[np.uint8]) -> Picture:
    """Mean grey level of each cell: shape (9, 16), float32."""
    return np.asarray(cv2.resize(grey, GRID, interpolation=cv2.INTER_AREA), dtype=np.float32)


def lighting_of(picture: Picture, hour: int, usual: NDArray[np.float32], seen: NDArray[np.uint16]) -> Lighting:
    """Tell the lighting whose usual picture is nearer; the clock tells it where only one is known.

    Args:
        picture: Of the frame, see `light_picture`.
        hour: Local hour of capture.
        usual: Mean picture of each lighting, shape (2, 9, 16).
        seen: Frames of each, shape (2,).
    """
    by_clock = Lighting.DAY if hour in DAY_HOURS else Lighting.NIGHT
    if not seen.any():
        return by_clock
    apart = np.sqrt(((usual - picture) ** 2).mean(axis=(1, 2)))
    if seen.all():
        return Lighting(int(apart.argmin()))
    known = Lighting(int(seen.argmax()))
    return by_clock if apart[known] >= FEWEST_LEVELS_APART else known


def remember(picture: Picture, lighting: Lighting, usual: NDArray[np.float32], seen: NDArray[np.uint16]) -> None:
    """Let a frame move the usual picture of its lighting, in place."""
    seen[lighting] = min(int(seen[lighting]) + 1, np.iinfo(np.uint16).max)
    usual[lighting] += (picture - usual[lighting]) * max(1 / float(seen[lighting]), _SLOWEST)
