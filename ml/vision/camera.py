"""One frame after the other of one camera to observations: health, lighting, density and jam index.

Belongs here: the order of the steps, and what each frame teaches.
Does not belong here: the steps themselves (decode.py, health.py, density.py, ...), files and folders.

A frame is judged by what came before it; then it teaches what comes behind it.
"""

import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ml.vision.background import Contrast, local_contrast, teach
from ml.vision.decode import FRAME_COLUMNS, FRAME_ROWS, FrameError, TornError, decode_frame
from ml.vision.density import BINS, covered_cells, jam_index, jam_scale, teach_fullest
from ml.vision.health import (
    FROZEN_AFTER,
    MEASURABLE,
    FrameStatus,
    Grey,
    Verdict,
    block_means,
    judge_alone,
    judge_repeat,
    judge_sharpness,
)
from ml.vision.lighting import Lighting, Picture, light_picture, lighting_of, remember
from ml.vision.road import Mask, Roi, common_part, road_mask, road_parts, road_weights
from ml.vision.state import ROAD_FRAMES, State
from ml.vision.view import Sight, confirm_view, follow_view, sight_of

# A vehicle in one of three frames leaves no trace in their median; in one of two it would.
FEWEST_BACKGROUND_FRAMES = 3

# Frames of the emptier half teach the empty road, the others hardly: by day the LTA causeway is jammed in 16 of 20.
_EMPTIER, _FULLER = 1.5, 0.3
_FEWEST_TO_COMPARE = 4

# A month of frames: what a camera saw longer ago counts half as much.
_MOST_COUNTED = 4096


@dataclass(frozen=True, slots=True)
class Road:
    """The drawn road of a camera.

    Attributes:
        mask: Shape (FRAME_ROWS, FRAME_COLUMNS), uint8, 255 where the road is.
        share: Of the whole frame, in (0, 1].
        parts: Share of each cell that each polygon covers, shape (polygons, CELLS): roads of their own.
        mark: Tells it from a road that is drawn otherwise; not 0.
    """

    mask: Mask
    share: float
    parts: NDArray[np.float32]
    mark: int

    @classmethod
    def drawn(cls, roi: Roi) -> "Road":
        """Draw it once for all frames of the camera."""
        shape = (FRAME_ROWS, FRAME_COLUMNS)
        mask, parts = road_mask(roi, shape), road_parts(roi, shape)
        return cls(mask, float(np.count_nonzero(mask)) / mask.size, parts, max(zlib.crc32(repr(roi).encode()), 1))


@dataclass(frozen=True, slots=True)
class Observation:
    """What is known of one frame.

    Attributes:
        captured_at: Time of capture, time-zone-aware.
        verdict: Health and its evidence.
        lighting: None where no picture could be decoded.
        density_share: Covered share of the road in [0, 1]; NaN where it is not measurable.
        jam_index: 0 free flow to 1 standstill; NaN likewise. Where several roads are drawn, that of the fullest one,
            as far as it was as full in the frame before: a queue on one of four roads is no quarter of a jam.
        road_levels: The same of each road in this frame alone; empty where there is one road, or none drawn.
    """

    captured_at: datetime
    verdict: Verdict
    lighting: Lighting | None = None
    density_share: float = np.nan
    jam_index: float = np.nan
    road_levels: tuple[float, ...] = ()


def observe(
    state: State,
    content: bytes,
    captured_at: datetime,
    road: Road | None,
    *,
    since: datetime | None = None,
    teaches: bool = True,
) -> Observation:
    """Judge one frame by what came before it, and learn from it.

    Args:
        state: One record of STATE, changed in place.
        content: The whole file.
        captured_at: Time of capture, time-zone-aware, in the camera's zone: by its hour day and night are told apart.
        road: The drawn road; None learns it from the frames.
        since: From when on the camera's present view, and the drawn road, count, as a person confirmed; None where
            nobody did.
        teaches: False leaves the state as it is, but for what is kept of the frames just before: what tells a frozen
            feed, and the levels of several roads.
    """
    try:
        grey = decode_frame(content)
    except FrameError as error:
        status = FrameStatus.TORN if isinstance(error, TornError) else FrameStatus.NOT_AN_IMAGE
        return Observation(captured_at, Verdict(status, str(error)))
    if since is not None and captured_at < since:
        # The road is drawn for what came later.
        road = None
    if teaches:
        confirm_view(state, captured_at, since, None if road is None else road.mark)
    look = _look(state, grey, captured_at, teaches)
    if look.verdict.status not in MEASURABLE or look.lighting is None:
        return Observation(captured_at, look.verdict, look.lighting)
    measured = _measure(state, look.contrast, look.lighting, road, teaches)
    if teaches:
        remember(look.picture, look.lighting, state["light"], state["lit"])
    verdict = look.verdict
    if np.isnan(measured.density):
        lack = f"no density: fewer than {FEWEST_BACKGROUND_FRAMES} frames of this light before it"
        verdict = Verdict(verdict.status, f"{verdict.evidence}; {lack}")
    if measured.levels:
        levels = " ".join(f"{level:.2f}" for level in measured.levels)
        verdict = Verdict(verdict.status, f"{verdict.evidence}; jam index of each road {levels}")
    return Observation(captured_at, verdict, look.lighting, measured.density, measured.jam_index, measured.levels)


def observe_unchanged(state: State, slot_start: datetime) -> Observation:
    """Judge a slot in which the camera's server says that its picture is the one before."""
    blocks, kept = state["blocks"], int(state["blocks_kept"])
    said = Verdict(FrameStatus.GOOD, "the server says that its picture is the one before")
    verdict = judge_repeat(said, blocks[-1].astype(np.float32), list(blocks[FROZEN_AFTER - kept :]))
    _keep_blocks(state, blocks[-1].copy())
    if verdict.status != FrameStatus.FROZEN:
        verdict = Verdict(FrameStatus.MISSING, said.evidence)
    return Observation(slot_start, verdict)


@dataclass(frozen=True, slots=True)
class _Look:
    """What one frame shows: its health, and what the camera's state learns from it."""

    verdict: Verdict
    lighting: Lighting | None
    picture: Picture
    contrast: Contrast


def _look(state: State, grey: Grey, captured_at: datetime, teaches: bool) -> _Look:
    """Judge a frame's health, from its own pixels to the camera's earlier frames."""
    # As precise as the state remembers them: the same picture is the same to the bit.
    blocks = block_means(grey).astype(np.float16).astype(np.float32)
    verdict = judge_alone(grey, blocks)
    picture, contrast = light_picture(grey), local_contrast(grey)
    if verdict.status == FrameStatus.TORN:
        return _Look(verdict, None, picture, contrast)
    verdict = judge_repeat(verdict, blocks, list(state["blocks"][FROZEN_AFTER - int(state["blocks_kept"]) :]))
    _keep_blocks(state, blocks)
    lighting = lighting_of(picture, captured_at.hour, state["light"], state["lit"])
    verdict = judge_sharpness(verdict, grey)
    if verdict.status == FrameStatus.GOOD:
        seen = sight_of(contrast, lighting, state["background"], state["taught"])
        if teaches:
            seen = follow_view(state, seen)
        contrast = seen.contrast
        if seen.sight is not Sight.OWN:
            verdict = Verdict(FrameStatus.VIEW_MOVED, seen.evidence)
        elif seen.evidence:
            verdict = Verdict(verdict.status, f"{verdict.evidence}; {seen.evidence}")
    return _Look(verdict, lighting, picture, contrast)


def _keep_blocks(state: State, blocks: NDArray[np.float32]) -> None:
    state["blocks"][:-1] = state["blocks"][1:]
    state["blocks"][-1] = blocks
    state["blocks_kept"] = min(int(state["blocks_kept"]) + 1, FROZEN_AFTER)


class _Measured(NamedTuple):
    """Density and jam index, NaN where the lighting is new, and the jam index of each of several roads."""

    density: float = np.nan
    jam_index: float = np.nan
    levels: tuple[float, ...] = ()


def _measure(state: State, contrast: Contrast, lighting: Lighting, road: Road | None, teaches: bool) -> _Measured:
    """Measure a sound frame by what came before it, and learn from it."""
    background, taught = state["background"][lighting], int(state["taught"][lighting])
    measured = _Measured()
    weight = 1.0
    if taught >= FEWEST_BACKGROUND_FRAMES:
        cells = covered_cells(contrast, background, None if road is None else road.mask)
        if teaches and road is None:
            _teach_road(state, cells, lighting)
        density = _density(state, cells, road)
        densities = state["densities"][lighting]
        weight = _teaching_weight(densities, density)
        if teaches:
            _count_density(densities, density)
            teach_fullest(state["fullest"][lighting], cells, taught)
        measured = _judged(state, cells, density, lighting, road)
    if teaches:
        teach(background, contrast, taught, weight)
        state["taught"][lighting] = min(taught + 1, _MOST_COUNTED)
    return measured


def _judged(state: State, cells: NDArray[np.uint8], density: float, lighting: Lighting, road: Road | None) -> _Measured:
    """The jam index that goes with a density, and with that of each of several roads."""
    seen, fullest = state["densities"].sum(axis=0, dtype=np.int64), state["fullest"][lighting]
    if not seen.any():
        return _Measured(density)

    def level(covered: float, most: float) -> float:
        return jam_index(covered, jam_scale(seen, most, int(state["taught"][lighting]), lighting))

    index = level(density, _density(state, fullest, road))
    if road is None or len(road.parts) < 2:
        return _Measured(density, index)
    # What covers a cell is its roads' by how much of it each of them covers.
    owned = road.parts / np.maximum(road.parts.sum(axis=0), 1e-6) / road.parts.sum(axis=1, keepdims=True) / 255
    levels = tuple(
        level(float(of_cells), float(most)) for of_cells, most in zip(owned @ cells, owned @ fullest, strict=True)
    )
    before, known = state["road_levels"][: len(levels)], int(state["roads"])
    if known == len(levels):
        index = float(np.minimum(levels, before).max())
    state["road_levels"][: len(levels)], state["roads"] = levels, len(levels)
    return _Measured(density, index, levels)


def _density(state: State, cells: NDArray[np.uint8 | np.float32], road: Road | None) -> float:
    """Covered share of the road when the cells are covered so, in [0, 1]."""
    if road is not None:
        return float(cells.mean() / 255 / road.share)
    weights = road_weights(state["road"], min(int(state["cells_kept"]), ROAD_FRAMES))
    return float(cells @ weights / weights.sum() / 255)


def _teach_road(state: State, cells: NDArray[np.uint8], lighting: Lighting) -> None:
    place = int(state["cells_kept"]) % ROAD_FRAMES
    state["cells"][place], state["cells_lighting"][place] = cells, lighting
    state["cells_kept"] += 1
    kept = int(state["cells_kept"])
    # Once all of the latest frames are kept, a new one tells little more.
    if kept <= ROAD_FRAMES or kept % 4 == 0:
        kept = min(kept, ROAD_FRAMES)
        state["road"] = common_part(state["cells"][:kept], state["cells_lighting"][:kept], state["road"])


def _teaching_weight(densities: NDArray[np.uint16], density: float) -> float:
    """How much a frame teaches the empty road, by its place among the camera's earlier ones of the same light."""
    seen = int(densities.sum())
    if seen < _FEWEST_TO_COMPARE:
        return 1.0
    return _EMPTIER if densities[: _bin(density)].sum() < seen / 2 else _FULLER


def _count_density(densities: NDArray[np.uint16], density: float) -> None:
    densities[_bin(density)] += 1
    if densities.sum() >= _MOST_COUNTED:
        densities //= 2


def _bin(density: float) -> int:
    return min(round(density * (BINS - 1)), BINS - 1)
