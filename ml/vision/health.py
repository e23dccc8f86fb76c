"""The health ladder: what state a camera's frame is in, and the evidence for it.

Belongs here: statuses, what is measured for each, its limit. Does not belong here: density (density.py).

The ladder, first match wins: missing, not_an_image, torn, frozen, dark, good.
Limits are measured on real/cctv: 146 frames of two LTA cameras, 17 of five TfL cameras, 6 faulty files.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray


class FrameStatus(StrEnum):
    """Health of a camera's frame, or of a slot that has none."""

    MISSING = "missing"
    NOT_AN_IMAGE = "not_an_image"
    TORN = "torn"
    FROZEN = "frozen"
    DARK = "dark"
    GOOD = "good"


# Dark is a valid picture: headlights on an unlit road can still be measured.
MEASURABLE = frozenset({FrameStatus.DARK, FrameStatus.GOOD})

BLOCK_ROWS, BLOCK_COLUMNS = 36, 48

# Nine of ten blocks below this grey level: an unlit road or a covered lens (LTA and TfL nights: 100 and more).
DARK_LEVEL = 40.0

# A stream decoder that loses data repeats its last row downwards and the encoder behind it makes a valid JPEG of
# that: the torn TfL frame has 49 % such rows, no good frame over 4 %.
MOST_SMEARED_ROWS = 0.10

# libjpeg paints what it has no data for in this grey; whole rows of it below, hardly a pixel of it above (a card with a
# plain background has both), are a JPEG that was cut off and closed again.
FILL_LEVEL = 128
MOST_FILLED_ROWS = 0.02
MOST_FILL_ABOVE = 0.25

# A running clock changes up to 0.6 % of the blocks, so the most changed 1 % do not count. The others change by up to
# 2.5 grey levels when a frame is encoded again at quality 90 to 40, and by 9.7 in the quietest live pair (TfL, 01:00).
CLOCK_SHARE = 0.01
FEWEST_CHANGED_LEVELS = 3.0

# A camera that publishes every 20 minutes shows each picture twice to a 10-minute sweep, so one repeat is no fault.
FROZEN_AFTER = 2


class Verdict(NamedTuple):
    """Status of one frame and what was measured against which limit."""

    status: FrameStatus
    evidence: str


def block_means(grey: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Mean grey level of BLOCK_ROWS x BLOCK_COLUMNS blocks: shape (36, 48), float32, in [0, 255].

    Args:
        grey: Frame, shape (H, W), uint8.
    """
    # Halved first: the resize by whole numbers is four times faster, and the mean the same.
    half = cv2.resize(grey, (max(1, grey.shape[1] // 2), max(1, grey.shape[0] // 2)), interpolation=cv2.INTER_AREA)
    means = cv2.resize(half.astype(np.float32), (BLOCK_COLUMNS, BLOCK_ROWS), interpolation=cv2.INTER_AREA)
    return np.asarray(means, dtype=np.float32)


def smeared_share(grey: NDArray[np.uint8]) -> float:
    """Longest run of rows that repeat the row above although they are not plain, as a share of the height.

    Args:
        grey: Frame, shape (H, W), uint8.

    >>> float(smeared_share(np.tile(np.arange(0, 240, 4, dtype=np.uint8), (60, 1))))
    1.0
    """
    if min(grey.shape) < 2:
        return 0.0
    repeats = (cv2.absdiff(grey[1:], grey[:-1]) <= 1).mean(axis=1) >= 0.75
    textured = cv2.absdiff(grey[1:, 1:], grey[1:, :-1]).mean(axis=1) >= 2
    smeared = np.concatenate(([False], repeats & textured, [False])).astype(np.int8)
    edges = np.flatnonzero(np.diff(smeared))
    runs = edges[1::2] - edges[::2]
    return float(runs.max(initial=0)) / (len(smeared) - 2)


def filled_share(grey: NDArray[np.uint8]) -> float:
    """Share of the height that the decoder filled at the bottom for want of data, in [0, 1].

    Args:
        grey: Frame, shape (H, W), uint8.

    >>> half = np.vstack([np.zeros((30, 40), np.uint8), np.full((30, 40), 128, np.uint8)])
    >>> filled_share(half), filled_share(half[30:])
    (0.5, 0.0)
    """
    is_fill = grey == FILL_LEVEL
    drawn = np.flatnonzero(~is_fill.all(axis=1))
    if len(drawn) == 0:
        return 0.0
    end = int(drawn[-1]) + 1
    return 0.0 if is_fill[:end].mean() > MOST_FILL_ABOVE else 1 - end / len(grey)


def judge_alone(grey: NDArray[np.uint8], blocks: NDArray[np.float32]) -> Verdict:
    """Torn, dark or good, as far as one decoded frame shows it.

    Args:
        grey: Frame, shape (H, W), uint8.
        blocks: Its block means, shape (36, 48), float32.
    """
    smeared = smeared_share(grey)
    if smeared > MOST_SMEARED_ROWS:
        evidence = f"{smeared:.0%} of the rows in one run repeat the row above (limit {MOST_SMEARED_ROWS:.0%})"
        return Verdict(FrameStatus.TORN, evidence)
    filled = filled_share(grey)
    if filled > MOST_FILLED_ROWS:
        evidence = f"no data for the lower {filled:.0%} of the picture (limit {MOST_FILLED_ROWS:.0%})"
        return Verdict(FrameStatus.TORN, evidence)
    level = float(np.percentile(blocks, 90))
    evidence = f"nine of ten blocks are below grey level {level:.0f} (dark below {DARK_LEVEL:.0f})"
    return Verdict(FrameStatus.DARK if level < DARK_LEVEL else FrameStatus.GOOD, evidence)


def changed_levels(blocks: NDArray[np.float32], before: NDArray[np.float32]) -> float:
    """Largest change of a block's mean between two frames in grey levels, the CLOCK_SHARE most changed left out."""
    changes = np.abs(blocks - before).ravel()
    last = int(changes.size * (1 - CLOCK_SHARE)) - 1
    return float(np.partition(changes, last)[last])


def judge_repeat(alone: Verdict, blocks: NDArray[np.float32], predecessors: Sequence[NDArray[np.float32]]) -> Verdict:
    """Frozen where the last FROZEN_AFTER readable frames show the same picture; else the verdict stands.

    In the dark live noise moves no block either, so a dark frame is frozen only when it is the same to the bit.

    Args:
        alone: What the frame shows by itself.
        blocks: Its block means, shape (36, 48), float32.
        predecessors: Block means of the readable frames before it, oldest first.
    """
    if alone.status not in MEASURABLE or len(predecessors) < FROZEN_AFTER:
        return alone
    latest = predecessors[-FROZEN_AFTER:]
    if alone.status == FrameStatus.DARK:
        if all(np.array_equal(blocks, before) for before in latest):
            return Verdict(FrameStatus.FROZEN, f"identical to the {FROZEN_AFTER} frames before it, and dark")
        return alone
    changed = max(changed_levels(blocks, before) for before in latest)
    compared = f"changed by {changed:.1f} grey levels against the {FROZEN_AFTER} frames before it"
    if changed < FEWEST_CHANGED_LEVELS:
        return Verdict(FrameStatus.FROZEN, f"{compared}, a clock left out (live from {FEWEST_CHANGED_LEVELS:.0f})")
    return Verdict(alone.status, f"{alone.evidence}; {compared} (frozen below {FEWEST_CHANGED_LEVELS:.0f})")
