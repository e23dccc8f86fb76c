"""Whether a frame shows the view that its camera is known by, and how a camera comes by another one.

Belongs here: what is alike between a frame and the empty road, which frames are of another view, and who may say that
another view counts from now on. Does not belong here: the empty road itself (background.py), the order of the steps
(camera.py).

A camera has one view: the one that it shows first, until a person confirms another. Everything that is learned, and the
drawn road, belong to it. A frame of another view teaches nothing and is measured on nothing, be it that the camera was
turned for good or that it turns between several.
"""

from datetime import datetime
from enum import Enum
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.vision.background import Contrast
from ml.vision.lighting import Lighting
from ml.vision.road import GRID
from ml.vision.state import LEARNED_OF_A_VIEW, State

# Correlation with the empty road of the same light that a quarter of the cells reaches, the frame laid over it as it
# fits best, for a jam leaves kerbs and houses as they are. Of LTA 2701, by which the limits were chosen: 0.59 or more
# in live frames, 0.50 in half a fog, 0.41 beside one other frame; at most 0.16 in a view turned by 20 of 320 pixels or
# another one, 0.29 in one zoomed by a tenth.
LEAST_LIKENESS, _ALIKE_SHARE = 0.33, 0.25

# Pixels of 320 that a camera may sag or shake by: its frames are laid over the empty road again. A frame so much like
# it need not be.
MOST_SHIFT = 6
_IN_PLACE = 0.60

# Where there is structure, whichever way it departs from its surroundings: pixels across, and the surroundings, in
# these. Between day and night single frames of LTA 2701 reach 0.23; frames of other cameras at most 0.16.
_PATTERN, _PATTERN_SURROUNDINGS = (64, 36), (11, 11)
LEAST_PATTERN = 0.20

# So many frames that have nothing in common with the other light are taken for a light's first, two hours of a sweep:
# where no lamp stands, night shows headlights alone.
TAKEN_FOR_A_LIGHT = 12

# So many frames in a row of another view, before any road was measured, are learned instead.
SEEN_IN_A_ROW = 3

# Correlation of block means, less their surroundings, with those of the frame before: at least 0.55 in live frames of
# one LTA camera in one light, at most 0.34 between the two cameras.
_SAME_AS_BEFORE, _BLOCK_SURROUNDINGS = 0.45, (7, 7)


class Sight(Enum):
    """What a frame shows of its camera's view."""

    OWN = "own"
    OTHER = "other"
    # A light that was not seen before, in which nothing is known again.
    NEW_LIGHT = "new light"


class Seen(NamedTuple):
    """What a frame shows, and how.

    Attributes:
        sight: What.
        evidence: What was measured against which limit; empty where nothing is to be said.
        contrast: Local contrast of the frame, laid over the empty road; shape (H, W), int8.
    """

    sight: Sight
    evidence: str
    contrast: Contrast


def likeness_of(contrast: Contrast, background: Contrast) -> float:
    """Correlation of a frame's local contrast with that of the empty road where they are most alike, in [-1, 1].

    Args:
        contrast: Local contrast of the frame, shape (H, W), int8.
        background: That of the empty road, likewise.

    Returns:
        What a quarter of the cells reaches.
    """
    # Every second pixel of every second row tells as much, for a quarter of the time.
    one, other = (part[::2, ::2].astype(np.float32) for part in (contrast, background))
    both, own, its = (
        np.asarray(cv2.resize(cv2.multiply(left, right), GRID, interpolation=cv2.INTER_AREA)).ravel()
        for left, right in ((one, other), (one, one), (other, other))
    )
    # A step of contrast more, so that two plain cells are not alike by noise.
    likeness = both / np.sqrt((own + 1) * (its + 1))
    return float(np.partition(likeness, -int(likeness.size * _ALIKE_SHARE))[-int(likeness.size * _ALIKE_SHARE)])


def laid_over(contrast: Contrast, background: Contrast) -> Contrast:
    """Move a frame by up to MOST_SHIFT pixels each way to where it fits the empty road best.

    Args:
        contrast: Local contrast of the frame, shape (H, W), int8.
        background: That of the empty road, likewise.

    Returns:
        Shape (H, W), int8: the background where the frame shows nothing.
    """
    within = (slice(MOST_SHIFT, -MOST_SHIFT),) * 2
    fit = cv2.matchTemplate(background.astype(np.float32), contrast[within].astype(np.float32), cv2.TM_CCORR)
    right, down = (place - MOST_SHIFT for place in cv2.minMaxLoc(fit)[3])
    rows, columns = contrast.shape
    moved = background.copy()
    moved[max(down, 0) : rows + min(down, 0), max(right, 0) : columns + min(right, 0)] = contrast[
        max(-down, 0) : rows - max(down, 0), max(-right, 0) : columns - max(right, 0)
    ]
    return moved


def pattern_likeness(contrast: Contrast, background: Contrast) -> float:
    """Correlation of where two pictures have structure, in [-1, 1]; it outlives dusk and dawn.

    Args:
        contrast: Local contrast of one, shape (H, W), int8.
        background: That of the other, likewise.
    """
    return _correlation(_pattern(contrast), _pattern(background))


def _pattern(contrast: Contrast) -> NDArray[np.float32]:
    strength = np.asarray(cv2.resize(np.abs(contrast.astype(np.float32)), _PATTERN, interpolation=cv2.INTER_AREA))
    return np.asarray(strength - cv2.blur(strength, _PATTERN_SURROUNDINGS), dtype=np.float32)


def _correlation(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    lengths = float(np.linalg.norm(one)) * float(np.linalg.norm(other))
    return float((one * other).sum()) / lengths if lengths else 0.0


def sight_of(contrast: Contrast, lighting: Lighting, background: NDArray[np.int8], taught: NDArray[np.uint16]) -> Seen:
    """Tell what a sound frame shows of its camera's view.

    Args:
        contrast: Local contrast of the frame, shape (H, W), int8.
        lighting: Its light.
        background: Local contrast of the empty road by lighting, shape (2, H, W), int8.
        taught: Frames that taught each, shape (2,).
    """
    if not taught.any():
        return Seen(Sight.OWN, "the first of its view", contrast)
    likeness, best = 0.0, contrast
    # Its own light first; the other one where the light was told wrongly.
    for light in sorted(Lighting, key=lambda one: one is not lighting):
        if taught[light] and likeness < LEAST_LIKENESS:
            likeness, best = _best_likeness(contrast, background[light])
    if likeness >= LEAST_LIKENESS:
        return Seen(Sight.OWN, "", best)
    evidence = f"likeness {likeness:.2f} to the camera's view (at least {LEAST_LIKENESS:.2f})"
    if taught[lighting]:
        return Seen(Sight.OTHER, evidence, contrast)
    pattern = max(pattern_likeness(contrast, background[light]) for light in Lighting if taught[light])
    if pattern >= LEAST_PATTERN:
        return Seen(Sight.OWN, "", contrast)
    return Seen(Sight.NEW_LIGHT, f"{evidence}, pattern {pattern:.2f} (at least {LEAST_PATTERN:.2f})", contrast)


def _best_likeness(contrast: Contrast, background: Contrast) -> tuple[float, Contrast]:
    """Likeness of a frame where it lies or where it fits best, and the frame there."""
    likeness = likeness_of(contrast, background)
    if likeness >= _IN_PLACE:
        return likeness, contrast
    moved = laid_over(contrast, background)
    return max((likeness, contrast), (likeness_of(moved, background), moved), key=lambda pair: pair[0])


def follow_view(state: State, seen: Seen) -> Seen:
    """Remember what a frame shows; may take it for the camera's own view, learned anew from it.

    Args:
        state: One record of STATE, changed in place; the frame's blocks are its latest.
        seen: See `sight_of`.

    Returns:
        The same, or that it shows the camera's own view.
    """
    if seen.sight is Sight.OWN:
        state["other_views"] = 0
        return seen
    if seen.sight is Sight.NEW_LIGHT and not state["other_views"]:
        state["new_light"] = min(int(state["new_light"]) + 1, TAKEN_FOR_A_LIGHT)
        if state["new_light"] == TAKEN_FOR_A_LIGHT:
            evidence = f"{seen.evidence}, {TAKEN_FOR_A_LIGHT} frames of a light not seen before: taken for it"
            return seen._replace(sight=Sight.OWN, evidence=evidence)
        return seen
    state["other_views"] = min(int(state["other_views"]) + 1, np.iinfo(np.uint8).max)
    if state["other_views"] >= SEEN_IN_A_ROW and _is_unfounded(state):
        forget_view(state)
        evidence = f"{seen.evidence}, {SEEN_IN_A_ROW} frames in a row: learned anew"
        return seen._replace(sight=Sight.OWN, evidence=evidence)
    return seen


def _is_unfounded(state: State) -> bool:
    """Whether fewer frames than make a road show the camera's view, and the two latest show another one alike."""
    latest, before = (
        np.asarray(blocks - cv2.blur(blocks, _BLOCK_SURROUNDINGS), dtype=np.float32)
        for blocks in state["blocks"][:-3:-1].astype(np.float32)
    )
    return int(state["taught"].sum()) < SEEN_IN_A_ROW and _correlation(latest, before) >= _SAME_AS_BEFORE


def forget_view(state: State) -> None:
    """Forget what was learned of a camera's view; the next frame shows its own."""
    for field in LEARNED_OF_A_VIEW:
        state[field] = 0


def confirm_view(state: State, captured_at: datetime, since: datetime | None, road: int | None) -> None:
    """Take over what a person says of the view: since when it counts, or a road drawn anew while another one shows.

    Args:
        state: One record of STATE, changed in place.
        captured_at: Of the next frame.
        since: From when on the camera's present view counts, time-zone-aware; None where nobody says.
        road: Mark of the drawn road, see `Road`; None learns it.
    """
    confirmed = 0 if since is None or captured_at < since else int(since.timestamp())
    is_drawn_anew = bool(road and state["road_drawn"] and road != state["road_drawn"] and state["other_views"])
    if confirmed > state["view_since"] or is_drawn_anew:
        forget_view(state)
    state["view_since"] = max(confirmed, int(state["view_since"]))
    state["road_drawn"] = road or 0
