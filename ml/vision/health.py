"""The health ladder: what state a camera's frame is in, and the evidence for it.

Belongs here: statuses, what is measured for each, its limit. Does not belong here: density (density.py), which view a
frame shows (view.py).

The ladder, first match wins: missing, unreachable, not_an_image, torn, black, overexposed, offline_card, frozen,
blurred, view_moved, dark, good. What shows nothing comes before frozen: a card that repeats is a card.
Limits are measured on real/cctv: 146 frames of two LTA cameras, 17 of five TfL cameras, 6 faulty files.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]


class FrameStatus(StrEnum):
    """Health of a camera's frame, or of a slot that has none."""

    MISSING = "missing"
    UNREACHABLE = "unreachable"
    NOT_AN_IMAGE = "not_an_image"
    TORN = "torn"
    BLACK = "black"
    OVEREXPOSED = "overexposed"
    OFFLINE_CARD = "offline_card"
    FROZEN = "frozen"
    BLURRED = "blurred"
    VIEW_MOVED = "view_moved"
    DARK = "dark"
    GOOD = "good"


# Dark is a valid picture: headlights on an unlit road can still be measured.
MEASURABLE = frozenset({FrameStatus.DARK, FrameStatus.GOOD})

# 8 x 5 pixels each.
BLOCK_ROWS, BLOCK_COLUMNS = 36, 40

# A stream decoder that loses data repeats its last row downwards and the encoder behind it makes a valid JPEG of
# that: the torn TfL frame has 49 % such rows, no good frame over 4 %.
MOST_SMEARED_ROWS = 0.10

# libjpeg paints what it has no data for in this grey; whole rows of it below, hardly a pixel of it above (a card with a
# plain background has both), are a JPEG that was cut off and closed again.
FILL_LEVEL = 128
MOST_FILLED_ROWS = 0.02
MOST_FILL_ABOVE = 0.25

# No sensor sees its neighbour pixels equal: 77 and 87 % of the two cards' pixels equal both neighbours, at most 41 % of
# a live frame's.
MOST_PLAIN = 0.60

# Of the blocks, a written clock left out, the brightest, and its distance to the darkest: an unlit road is as dark in
# places, but nowhere as even.
BLACK_LEVEL, MOST_BLACK_LEVELS_APART, WRITTEN_SHARE = 20.0, 6.0, 0.08

# Half of the blocks at the upper end of the scale; a low sun into the lens makes 12 %.
WHITE_LEVEL, MOST_WHITE = 245.0, 0.50

# Nine of ten blocks below this grey level: an unlit road or a covered lens (LTA and TfL nights: 100 and more).
DARK_LEVEL = 40.0

# Departure from the 3 x 3 mean over its departure from the 11 x 11 mean: 0.53 to 0.93 in live frames, 0.20 to 0.28 in
# the same ones blurred by one pixel of 320.
LEAST_SHARPNESS = 0.40

# Mean departure of the 3 x 3 from the 11 x 11 mean, in grey levels: 3.6 to 16 in live frames, below 1.8 where a blur of
# three pixels left little but the sensor's noise, which is sharp.
LEAST_STRUCTURE = 2.0

# A running clock changes up to 0.6 % of the blocks, so the most changed 1 % do not count. The others, in grey levels: a
# frame that is encoded again at quality 90 to 40 changes by up to 4.5 in one block and by up to 0.60 on average; the
# quietest live pairs (TfL, 01:00) by 12.6 and 0.79. A road on which nothing moves at night changes by less than that in
# every block, but its sensor's noise in all of them: either tells it from a frozen feed.
CLOCK_SHARE = 0.01
FEWEST_CHANGED_LEVELS, FEWEST_MEAN_LEVELS = 6.0, 0.70

# A camera that publishes every 20 minutes shows each picture twice to a 10-minute sweep, so one repeat is no fault.
FROZEN_AFTER = 2


class Verdict(NamedTuple):
    """Status of one frame and what was measured against which limit."""

    status: FrameStatus
    evidence: str


def block_means(grey: Grey) -> NDArray[np.float32]:
    """Mean grey level of BLOCK_ROWS x BLOCK_COLUMNS blocks: shape (36, 40), float32, in [0, 255].

    Args:
        grey: Frame, shape (H, W), uint8.
    """
    means = cv2.resize(grey.astype(np.float32), (BLOCK_COLUMNS, BLOCK_ROWS), interpolation=cv2.INTER_AREA)
    return np.asarray(means, dtype=np.float32)


def smeared_share(grey: Grey) -> float:
    """Longest run of rows that repeat the row above although they are not plain, as a share of the height.

    Args:
        grey: Frame, shape (H, W), uint8.

    >>> float(smeared_share(np.tile(np.arange(0, 240, 4, dtype=np.uint8), (60, 1))))
    1.0
    """
    if min(grey.shape) < 2:
        return 0.0
    _, changed = cv2.threshold(cv2.absdiff(grey[1:], grey[:-1]), 1, 255, cv2.THRESH_BINARY)
    repeats = cv2.reduce(changed, 1, cv2.REDUCE_AVG, dtype=cv2.CV_32F).ravel() <= 0.25 * 255
    if not repeats.any():
        return 0.0
    steps = cv2.absdiff(grey[1:, 1:], grey[1:, :-1])
    textured = cv2.reduce(steps, 1, cv2.REDUCE_AVG, dtype=cv2.CV_32F).ravel() >= 2
    smeared = np.concatenate(([False], repeats & textured, [False])).astype(np.int8)
    edges = np.flatnonzero(np.diff(smeared))
    runs = edges[1::2] - edges[::2]
    return float(runs.max(initial=0)) / (len(smeared) - 2)


def filled_share(grey: Grey) -> float:
    """Share of the height that the decoder filled at the bottom for want of data, in [0, 1].

    Args:
        grey: Frame, shape (H, W), uint8.

    >>> half = np.vstack([np.zeros((30, 40), np.uint8), np.full((30, 40), 128, np.uint8)])
    >>> filled_share(half), filled_share(half[30:])
    (0.5, 0.0)
    """
    if not (grey[-1] == FILL_LEVEL).all():
        return 0.0
    is_fill = grey == FILL_LEVEL
    drawn = np.flatnonzero(~is_fill.all(axis=1))
    if len(drawn) == 0:
        return 0.0
    end = int(drawn[-1]) + 1
    return 0.0 if is_fill[:end].mean() > MOST_FILL_ABOVE else 1 - end / len(grey)


def plain_share(grey: Grey) -> float:
    """Share of the pixels that equal their neighbours to the left and above, in [0, 1].

    >>> plain_share(np.full((20, 20), 7, dtype=np.uint8))
    1.0
    """
    across = cv2.absdiff(grey[1:, 1:], grey[1:, :-1])
    down = cv2.absdiff(grey[1:, 1:], grey[:-1, 1:])
    return 1 - cv2.countNonZero(cv2.bitwise_or(across, down)) / across.size


def sharpness_of(grey: Grey) -> tuple[float, float]:
    """How much detail a picture has, and how much of it is as fine as a pixel.

    Args:
        grey: Frame, shape (H, W), uint8; in frames of another size the limits do not hold.

    Returns:
        What the 3 x 3 mean takes, over what it leaves; and what it leaves, in grey levels.
    """
    smooth = cv2.blur(grey, (3, 3))
    fine = float(cv2.norm(grey, smooth, cv2.NORM_L1))
    coarse = float(cv2.norm(smooth, cv2.blur(grey, (11, 11)), cv2.NORM_L1))
    return fine / max(coarse, 1.0), coarse / grey.size


def judge_alone(grey: Grey, blocks: NDArray[np.float32]) -> Verdict:
    """Torn, a card, black, overexposed, dark or good, as far as one decoded frame shows it.

    Args:
        grey: Frame, shape (H, W), uint8.
        blocks: Its block means, shape (36, 40), float32.
    """
    filled = filled_share(grey)
    if filled > MOST_FILLED_ROWS:
        evidence = f"no data for the lower {filled:.0%} of the picture (limit {MOST_FILLED_ROWS:.0%})"
        return Verdict(FrameStatus.TORN, evidence)
    ranked = np.sort(blocks, axis=None)
    darkest, brightest = (float(ranked[int(share * ranked.size)]) for share in (0.02, 1 - WRITTEN_SHARE))
    if brightest < BLACK_LEVEL and brightest - darkest < MOST_BLACK_LEVELS_APART:
        evidence = f"grey levels {darkest:.0f} to {brightest:.0f} without a clock: black and even all over"
        return Verdict(FrameStatus.BLACK, evidence)
    white = float((blocks >= WHITE_LEVEL).mean())
    if white > MOST_WHITE:
        evidence = f"{white:.0%} of the blocks are at grey level {WHITE_LEVEL:.0f} or over (limit {MOST_WHITE:.0%})"
        return Verdict(FrameStatus.OVEREXPOSED, evidence)
    plain = plain_share(grey)
    if plain > MOST_PLAIN:
        evidence = f"{plain:.0%} of the pixels equal their neighbours (limit {MOST_PLAIN:.0%}): drawn, not taken"
        return Verdict(FrameStatus.OFFLINE_CARD, evidence)
    # Behind the cards, whose drawings repeat their rows too.
    smeared = smeared_share(grey)
    if smeared > MOST_SMEARED_ROWS:
        evidence = f"{smeared:.0%} of the rows in one run repeat the row above (limit {MOST_SMEARED_ROWS:.0%})"
        return Verdict(FrameStatus.TORN, evidence)
    level = float(ranked[-ranked.size // 10])
    evidence = f"nine of ten blocks are below grey level {level:.0f} (dark below {DARK_LEVEL:.0f})"
    return Verdict(FrameStatus.DARK if level < DARK_LEVEL else FrameStatus.GOOD, evidence)


def changed_levels(blocks: NDArray[np.float32], before: NDArray[np.float32]) -> tuple[float, float]:
    """Largest and mean change of a block between two frames in grey levels, the CLOCK_SHARE most changed left out.

    Args:
        blocks: Block means, shape (36, 40), float32.
        before: Those of the other frame, likewise.
    """
    last = int(blocks.size * (1 - CLOCK_SHARE)) - 1
    changes = np.partition(np.abs(blocks - before), last, axis=None)[: last + 1]
    return float(changes[-1]), float(changes.mean())


def judge_repeat(alone: Verdict, blocks: NDArray[np.float32], latest: Sequence[NDArray[np.float32]]) -> Verdict:
    """Frozen where the last FROZEN_AFTER readable frames show the same picture; else the verdict stands.

    In the dark live noise moves no block either, so a dark frame is frozen only when it is the same to the bit.

    Args:
        alone: What the frame shows by itself.
        blocks: Its block means, shape (36, 40), float32.
        latest: Block means of the readable frames before it, at most FROZEN_AFTER.
    """
    if alone.status not in MEASURABLE or len(latest) < FROZEN_AFTER:
        return alone
    if alone.status == FrameStatus.DARK:
        if all(np.array_equal(blocks, before) for before in latest):
            return Verdict(FrameStatus.FROZEN, f"identical to the {FROZEN_AFTER} frames before it, and dark")
        return alone
    most, mean = (max(changed) for changed in zip(*(changed_levels(blocks, before) for before in latest), strict=True))
    compared = (
        f"changed by up to {most:.1f} grey levels, {mean:.2f} on average, against the {FROZEN_AFTER} frames before it"
    )
    limits = f"frozen below {FEWEST_CHANGED_LEVELS:.0f} and {FEWEST_MEAN_LEVELS:.2f}, a clock left out"
    if most < FEWEST_CHANGED_LEVELS and mean < FEWEST_MEAN_LEVELS:
        return Verdict(FrameStatus.FROZEN, f"{compared} ({limits})")
    return Verdict(alone.status, f"{alone.evidence}; {compared} ({limits})")


def judge_sharpness(verdict: Verdict, grey: Grey) -> Verdict:
    """Blurred where the fine detail is gone, be it the focus or dirt on the lens; else the verdict stands."""
    if verdict.status != FrameStatus.GOOD:
        return verdict
    sharpness, structure = sharpness_of(grey)
    if sharpness >= LEAST_SHARPNESS and structure >= LEAST_STRUCTURE:
        return verdict
    evidence = (
        f"sharpness {sharpness:.2f} (at least {LEAST_SHARPNESS:.2f}),"
        f" structure {structure:.1f} grey levels (at least {LEAST_STRUCTURE:.0f})"
    )
    return Verdict(FrameStatus.BLURRED, evidence)
