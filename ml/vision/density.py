"""Density of a road and the jam index that follows from it.

Belongs here: arrays of contrast to shares in [0, 1]. Does not belong here: health, lighting, files.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.vision.background import CONTRAST_STEPS
from ml.vision.roi import Mask

# Local-contrast units from which a pixel is covered. From 1.1 to 1.5 rho on the LTA cameras stays within 0.91 to 0.94.
DEPARTURE = 1.25
_DEPARTURE_STEPS = np.int8(DEPARTURE * CONTRAST_STEPS)

# Only a vehicle's edges depart; pixels within two of an edge belong to it. With this the density comes near the
# covered share that people estimate (r = 0.94 and 0.92 on the two LTA cameras).
_REACH = (5, 5)

FREE_FLOW_PERCENTILE, FULL_PERCENTILE = 10, 95

# A camera whose quietest frames are denser than this has not been seen at free flow.
MOST_FREE_FLOW = 0.10

# Absolute floor of a standstill: a road that never fills beyond this is not jammed, however it compares with itself.
# Of two real cameras the one that shows less of a jam reads 0.24 in the median of its jammed frames; with 0.15 a quiet
# Sunday was its own standstill.
LEAST_FULL = 0.25


def departing(contrast: NDArray[np.int8], background: NDArray[np.int8]) -> Mask:
    """Pixels whose local contrast departs from the empty state by DEPARTURE units or more.

    Args:
        contrast: Local contrast of the frame, shape (H, W), int8.
        background: Local contrast of the empty road in the same lighting, same shape and type.

    Returns:
        Shape (H, W), bool.
    """
    return np.asarray(cv2.absdiff(contrast, background) >= _DEPARTURE_STEPS, dtype=np.bool_)


def density_share(departure: Mask, road: Mask) -> float:
    """Share of the road that is covered, in [0, 1].

    Args:
        departure: Pixels that depart from the empty state, shape (H, W), bool.
        road: Where the road is, shape (H, W), bool, at least one pixel.

    >>> road = np.ones((20, 20), dtype=bool)
    >>> density_share(np.zeros((20, 20), dtype=bool), road), density_share(road, road)
    (0.0, 1.0)
    """
    edges = (departure & road).view(np.uint8)
    covered = cv2.dilate(edges, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, _REACH))
    return float(np.count_nonzero(covered & road.view(np.uint8)) / np.count_nonzero(road))


def jam_scale(densities: NDArray[np.float64]) -> tuple[float, float]:
    """Densities of free flow and of standstill at one camera.

    Free flow is the 10th percentile of what the camera saw, at most MOST_FREE_FLOW. Standstill is its 95th percentile,
    at least LEAST_FULL: a camera at a queue and one that sees half a lane get comparable scales, and an
    empty lane none that calls three cars a jam.

    Args:
        densities: Measured densities of the camera, shape (N,), N >= 1.

    Returns:
        Free flow and standstill, the first below the second.
    """
    free, full = np.percentile(densities, [FREE_FLOW_PERCENTILE, FULL_PERCENTILE])
    return min(float(free), MOST_FREE_FLOW), max(float(full), LEAST_FULL)


def jam_index(density: float, scale: tuple[float, float]) -> float:
    """Position of a density between free flow (0) and standstill (1).

    >>> jam_index(0.05, (0.05, 0.25)), jam_index(0.15, (0.05, 0.25)), jam_index(0.9, (0.05, 0.25))
    (0.0, 0.5, 1.0)
    """
    free, full = scale
    return float(np.clip(round((density - free) / (full - free), 6), 0.0, 1.0))
