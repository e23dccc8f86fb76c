"""Day or night, told from a camera's own frames.

Belongs here: the split of a camera's frames by light. Does not belong here: the sun's position, other cameras.
"""

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray


class Lighting(StrEnum):
    """Light in which a frame was taken."""

    DAY = "day"
    NIGHT = "night"


# Distance of the two groups' mean pictures, in grey levels. Day and night are 29 to 39 apart on the LTA cameras;
# forced apart, frames of one lighting are 7 to 19.
FEWEST_LEVELS_APART = 22.0

DAY_HOURS = range(6, 18)

_ROUNDS = 20


def split_lighting(blocks: NDArray[np.float32], hours: NDArray[np.float64]) -> list[Lighting]:
    """Lighting of each frame of one camera.

    The frames fall into two groups by their block means. The groups are day and night where they lie apart and the
    brighter one lies nearer to noon; otherwise all frames share the lighting that most of their clocks tell.

    Args:
        blocks: Block means, shape (N, rows, columns), float32, in [0, 255].
        hours: Local hour of capture, shape (N,), in [0, 24).

    Returns:
        N lightings, in the order given.
    """
    if len(hours) == 0:
        return []
    pictures = blocks.reshape(len(hours), -1)
    is_bright, apart = _two_groups(pictures)
    if apart >= FEWEST_LEVELS_APART and _from_noon(hours[is_bright]) < _from_noon(hours[~is_bright]):
        return [Lighting.DAY if bright else Lighting.NIGHT for bright in is_bright]
    in_daytime = sum(int(hour) in DAY_HOURS for hour in hours)
    return [Lighting.DAY if 2 * in_daytime >= len(hours) else Lighting.NIGHT] * len(hours)


def _two_groups(pictures: NDArray[np.float32]) -> tuple[NDArray[np.bool_], float]:
    """Two-means from the darkest and the brightest picture: who is bright, and the groups' distance in levels."""
    level = pictures.mean(axis=1)
    dark, bright = pictures[level.argmin()], pictures[level.argmax()]
    is_bright = np.zeros(len(pictures), dtype=np.bool_)
    for _ in range(_ROUNDS):
        nearer = _distances(pictures, bright) < _distances(pictures, dark)
        if nearer.all() or not nearer.any():
            return nearer, 0.0
        if np.array_equal(nearer, is_bright):
            break
        is_bright = nearer
        dark, bright = pictures[~is_bright].mean(axis=0), pictures[is_bright].mean(axis=0)
    return is_bright, float(np.sqrt(np.mean((bright - dark) ** 2)))


def _distances(pictures: NDArray[np.float32], centre: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(((pictures - centre) ** 2).sum(axis=1), dtype=np.float32)


def _from_noon(hours: NDArray[np.float64]) -> float:
    return float(np.median(np.abs(hours - 12.0)))
