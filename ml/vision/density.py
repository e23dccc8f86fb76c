"""Density of a road and the jam index that follows from it.

Belongs here: contrast to shares in [0, 1]. Does not belong here: health, lighting, where the road is (road.py).
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.vision.background import CONTRAST_STEPS, Contrast
from ml.vision.lighting import Lighting
from ml.vision.road import CELLS, GRID, Mask

# Local-contrast units from which a pixel is covered.
DEPARTURE = 1.5
_DEPARTURE_STEPS = DEPARTURE * CONTRAST_STEPS

# Local contrast that a covered pixel has itself, for a vehicle has edges. What departs by being plain is a vehicle that
# a young background holds, not one in the frame: without, a nearly empty road reads as full in a day's first frames.
# Chosen by the labels of LTA 2701 and 4703: by day rho is 0.03 higher on 4703 and the same on 2701, be it 0.6 or 0.8.
OWN_CONTRAST = 0.6
_OWN_STEPS = OWN_CONTRAST * CONTRAST_STEPS

# Only a vehicle's edges depart; pixels within two of an edge belong to it. Without, rho on the LTA cameras is 0.04 and
# 0.03 lower.
_REACH = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5))

# Free flow: what a tenth of the frames stay below; a camera whose quietest frames are denser than this has not been
# seen at free flow.
_FREE_FLOW_SHARE, MOST_FREE_FLOW = 0.10, 0.10

# Standstill, as a share of the density that all cells would give if each were as full as at its fullest: by day 0.478
# and by night 0.512 on rendered roads whose truth is known, once two days of frames have told how full cells get. A
# cell is filled by a queue or a passing truck, so a camera need not have seen a jam to know what one looks like.
_STANDSTILL_SHARE = {Lighting.DAY: 0.478, Lighting.NIGHT: 0.512}

# The fuller a road, the more of its vehicles stand behind one another: density grows with j - 0.15 j^2 of the jam index
# j on rendered roads, by day and by night alike. Taken for a straight line, quiet roads would look fuller than they
# are.
_HIDDEN = 0.15

# What a camera is taken to fill at standstill before its own frames tell, and how many of them count as much.
_USUAL_FULL, _USUAL_COUNTS = 0.30, 12

# Absolute floor of a standstill: a road that never fills beyond this is not jammed, however it compares with itself.
LEAST_FULL = 0.12

# In 255ths: how far a fuller frame raises what a cell is at its fullest, the first ones further; one that is not lowers
# it by a hundredth of that. A rarer fullness would take weeks to be met, and the jam index would fall all the while:
# with one in two thousand by 0.05 from the fourth day to the sixth, with one in a hundred by 0.005.
_STEP, _FIRST_STEP, _FULLER_SHARE = 24.0, 64.0, 0.01

# Densities are remembered as counts of whole hundredths.
BINS = 101


def covered_cells(contrast: Contrast, background: Contrast, road: Mask | None) -> NDArray[np.uint8]:
    """Share of each cell that vehicles cover, in 255ths.

    Args:
        contrast: Local contrast of the frame, shape (H, W), int8.
        background: Local contrast of the empty road in the same lighting, same shape and type.
        road: Where the road is, shape (H, W), 1 or 0; None takes the whole frame.

    Returns:
        Shape (CELLS,), uint8.
    """
    departure = np.asarray(cv2.absdiff(contrast, background)).view(np.uint8)
    _, departs = cv2.threshold(departure, _DEPARTURE_STEPS - 1, 255, cv2.THRESH_BINARY)
    # The least int8 has no opposite; read as uint8 it is its own.
    _, stands_out = cv2.threshold(np.abs(contrast).view(np.uint8), _OWN_STEPS - 1, 255, cv2.THRESH_BINARY)
    covered = cv2.bitwise_and(departs, stands_out)
    if road is None:
        covered = cv2.dilate(covered, _REACH)
    else:
        covered = cv2.bitwise_and(cv2.dilate(cv2.bitwise_and(covered, road), _REACH), road)
    return np.asarray(cv2.resize(covered, GRID, interpolation=cv2.INTER_AREA), dtype=np.uint8).reshape(CELLS)


def teach_fullest(fullest: NDArray[np.float32], cells: NDArray[np.uint8], taught: int) -> None:
    """Let a frame move what each cell is at its fullest, in place: a running percentile 99.

    Args:
        fullest: In 255ths, shape (CELLS,), float32.
        cells: Covered shares of the frame, see `covered_cells`.
        taught: Frames that have moved it before.
    """
    step = max(_STEP, _FIRST_STEP / (1 + taught / 4))
    fullest += np.where(cells > fullest, step * (1 - _FULLER_SHARE), -step * _FULLER_SHARE).astype(np.float32)
    np.maximum(fullest, 0, out=fullest)


def jam_scale(densities: NDArray[np.integer], fullest: float, frames: int, lighting: Lighting) -> tuple[float, float]:
    """Densities of free flow and of standstill at one camera in one light.

    Args:
        densities: How often each whole hundredth was seen in any light, shape (BINS,), at least once one of them.
        fullest: Density with every cell at its fullest in this light.
        frames: Frames that told it.
        lighting: The light.

    Returns:
        Free flow and standstill, the first below the second.
    """
    seen = np.cumsum(densities)
    free = float(np.searchsorted(seen, seen[-1] * _FREE_FLOW_SHARE)) / (BINS - 1)
    own = _STANDSTILL_SHARE[lighting] * fullest
    full = (frames * own + _USUAL_COUNTS * _USUAL_FULL) / (frames + _USUAL_COUNTS)
    return min(free, MOST_FREE_FLOW), max(full, LEAST_FULL)


def jam_index(density: float, scale: tuple[float, float]) -> float:
    """How full the road is between free flow (0) and standstill (1), by a density that lags behind where it is full.

    >>> jam_index(0.05, (0.05, 0.25)), jam_index(0.15, (0.05, 0.25)), jam_index(0.9, (0.05, 0.25))
    (0.0, 0.456221, 1.0)
    """
    free, full = scale
    share = min(max((density - free) / (full - free), 0.0), 1.0)
    # The smaller root of share = (j - _HIDDEN j^2) / (1 - _HIDDEN).
    return round((1 - (1 - 4 * _HIDDEN * (1 - _HIDDEN) * share) ** 0.5) / (2 * _HIDDEN), 6)
