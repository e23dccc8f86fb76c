"""Local contrast of a frame and the empty road that it is compared with.

Belongs here: what is compared with what, and how the empty road is learned. Does not belong here: how much of the road
departs from it (density.py).

Local contrast, unlike grey level, hardly changes with the sun, the clouds and the camera's exposure; a vehicle
changes it wherever it stands.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.vision.decode import FRAME_COLUMNS, FRAME_ROWS

Contrast = NDArray[np.int8]

# int8 steps per unit of local contrast: +-5.3 units fit, and 99.9 % of real pixels lie within +-3.
CONTRAST_STEPS = 24

# The surroundings a pixel is compared with: a box as wide as a near car at 320 pixels width.
SURROUNDINGS = (11, 11)

# Grey levels added to the local deviation, so that noise on plain asphalt or water is no contrast.
NOISE_FLOOR = 10.0

# A background lies on every fourth step: packed it takes two thirds of the room, and rho of all frames of the two LTA
# cameras is within 0.01 of that with every step, and with every sixth.
LEVEL_BITS = 2
_LEVEL = 1 << LEVEL_BITS
_LOWEST, _HIGHEST = -128 >> LEVEL_BITS, 127 >> LEVEL_BITS

# Steps that one frame may move the background: from two units for the second frame down to a twentieth of one. With
# half or twice as many at the beginning rho on the two LTA cameras changes by 0.01, with four times by 0.05.
_FIRST_STEPS, _SLOWER, _LEAST_STEPS = 2.0 * CONTRAST_STEPS, 0.8, 0.05 * CONTRAST_STEPS

# Where between two levels a pixel moves on: a fixed pattern, so that the same frames teach the same background.
_DITHER = np.random.default_rng(1).random(2 * FRAME_ROWS * FRAME_COLUMNS, dtype=np.float32)


def local_contrast(grey: NDArray[np.uint8]) -> Contrast:
    """How far each pixel departs from its surroundings, in units of the surroundings' own deviation.

    Args:
        grey: Frame, shape (H, W), uint8.

    Returns:
        Shape (H, W), int8, CONTRAST_STEPS to one unit.

    >>> int(np.abs(local_contrast(np.full((20, 20), 90, dtype=np.uint8))).max())
    0
    """
    levels = grey.astype(np.float32)
    departure = cv2.subtract(levels, cv2.blur(levels, SURROUNDINGS))
    # The running sums of a box can end a hair below zero.
    variance = np.maximum(cv2.blur(cv2.multiply(departure, departure), SURROUNDINGS), 0)
    deviation = np.sqrt(variance) + np.float32(NOISE_FLOOR)
    steps = cv2.divide(departure, deviation, scale=CONTRAST_STEPS, dtype=cv2.CV_8S)
    return np.asarray(steps, dtype=np.int8)


def teach(background: Contrast, contrast: Contrast, taught: int, weight: float) -> None:
    """Move a background towards a frame, in place: a running median, which vehicles that come and go leave alone.

    Args:
        background: Local contrast of the empty road, shape (FRAME_ROWS, FRAME_COLUMNS), int8, on whole levels.
        contrast: That of the frame, likewise.
        taught: Frames that have taught it before; the first one becomes it.
        weight: How much this frame counts; 1 is usual.
    """
    if taught == 0:
        background[:] = _levels(contrast) << LEVEL_BITS
        return
    most = max(_LEAST_STEPS, _FIRST_STEPS / (taught + 1) ** _SLOWER) * weight
    start = taught * 7919 % background.size
    dither = _DITHER[start : start + background.size]
    far = (dither + np.float32(most / _LEVEL)).astype(np.int8).reshape(background.shape)
    away = _levels(np.asarray(cv2.subtract(contrast, background)))
    moved = (background >> LEVEL_BITS) + np.clip(away, -far, far)
    background[:] = np.clip(moved, _LOWEST, _HIGHEST) << LEVEL_BITS


def _levels(steps: Contrast) -> Contrast:
    """The nearest levels."""
    half = _LEVEL >> 1
    return (np.minimum(steps, 127 - half) + half) >> LEVEL_BITS
