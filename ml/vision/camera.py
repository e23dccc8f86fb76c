"""One camera's frames to observations: health, lighting, density and jam index.

Belongs here: the order of the steps.
Does not belong here: the steps themselves (decode.py, health.py, density.py), files and folders.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.vision.background import (
    FEWEST_BACKGROUND_FRAMES,
    background_sample,
    local_contrast,
    median_contrast,
)
from ml.vision.decode import NotAnImageError, TornError, decode_grey
from ml.vision.density import density_share, departing, jam_index, jam_scale
from ml.vision.folder import WIB
from ml.vision.health import MEASURABLE, FrameStatus, Verdict, block_means, judge_alone, judge_repeat
from ml.vision.lighting import Lighting, split_lighting
from ml.vision.roi import Mask, Roi, learn_road, road_mask

Contrast = NDArray[np.int8]

# The quieter half of a lighting's frames makes its final background: by day the LTA causeway is jammed in 16 of 20
# frames, and the median of all of them is no empty road (rho 0.91 instead of 0.92 on 2701).
QUIET_SHARE = 0.5
FEWEST_QUIET_FRAMES = 5


@dataclass(frozen=True, slots=True)
class Reading:
    """What one frame gives by itself; 140 kB, so that the frame need not be kept.

    Attributes:
        captured_at: Time of capture, time-zone-aware.
        verdict: Health as far as the frame alone tells it.
        blocks: Block means, shape (36, 48), float32; None when no picture could be decoded.
        contrast: Local contrast, shape (H, 480), int8; None likewise.
    """

    captured_at: datetime
    verdict: Verdict
    blocks: NDArray[np.float32] | None = None
    contrast: Contrast | None = None


@dataclass(frozen=True, slots=True)
class Observation:
    """What a camera's frames together tell about one of them.

    Attributes:
        captured_at: Time of capture, time-zone-aware.
        verdict: Final health and its evidence.
        lighting: None where no picture could be decoded.
        density_share: Covered share of the road in [0, 1]; NaN where it is not measurable.
        jam_index: 0 free flow to 1 standstill; NaN likewise.
    """

    captured_at: datetime
    verdict: Verdict
    lighting: Lighting | None
    density_share: float
    jam_index: float


def read_frame(content: bytes, captured_at: datetime) -> Reading:
    """Decode one frame and measure what it shows by itself.

    Args:
        content: The whole file.
        captured_at: Time of capture, time-zone-aware.
    """
    try:
        grey = decode_grey(content)
    except NotAnImageError as error:
        return Reading(captured_at, Verdict(FrameStatus.NOT_AN_IMAGE, str(error)))
    except TornError as error:
        return Reading(captured_at, Verdict(FrameStatus.TORN, str(error)))
    blocks = block_means(grey)
    verdict = judge_alone(grey, blocks)
    if verdict.status == FrameStatus.TORN:
        return Reading(captured_at, verdict)
    return Reading(captured_at, verdict, blocks, local_contrast(grey))


def observe_camera(
    readings: Sequence[Reading], roi: Roi | None = None, sample: Collection[datetime] | None = None
) -> list[Observation]:
    """Judge the frames of one camera against each other.

    Args:
        readings: Frames of one camera, oldest first.
        roi: The road; None learns it from the frames.
        sample: Times of the frames that make the background and the jam scale; None takes a sample of all.

    Returns:
        One observation per reading, in the same order.
    """
    verdicts = _with_repeats(readings)
    lightings = _lightings(readings)
    measurable = [position for position, verdict in enumerate(verdicts) if verdict.status in MEASURABLE]
    if sample is None:
        times = [readings[position].captured_at for position in measurable]
        sample = {times[chosen] for chosen in background_sample(times)}
    sampled = [position for position in measurable if readings[position].captured_at in sample]
    contrasts = _same_shape({position: readings[position].contrast for position in measurable})
    densities = _densities(contrasts, lightings, sampled, roi)
    known = np.array([densities[position] for position in sampled if position in densities])
    scale = jam_scale(known) if len(known) else None
    return [
        _observation(reading, verdicts[position], lightings.get(position), densities.get(position), scale)
        for position, reading in enumerate(readings)
    ]


def _observation(
    reading: Reading,
    verdict: Verdict,
    lighting: Lighting | None,
    density: float | None,
    scale: tuple[float, float] | None,
) -> Observation:
    if density is None or scale is None:
        if verdict.status in MEASURABLE:
            lack = f"no density: fewer than {FEWEST_BACKGROUND_FRAMES} {lighting} frames for a background"
            verdict = Verdict(verdict.status, f"{verdict.evidence}; {lack}")
        return Observation(reading.captured_at, verdict, lighting, np.nan, np.nan)
    return Observation(reading.captured_at, verdict, lighting, density, jam_index(density, scale))


def _with_repeats(readings: Sequence[Reading]) -> list[Verdict]:
    verdicts: list[Verdict] = []
    seen: list[NDArray[np.float32]] = []
    for reading in readings:
        if reading.blocks is None:
            verdicts.append(reading.verdict)
            continue
        verdicts.append(judge_repeat(reading.verdict, reading.blocks, seen))
        seen.append(reading.blocks)
    return verdicts


def _lightings(readings: Sequence[Reading]) -> dict[int, Lighting]:
    """Lighting by position, of every frame that could be decoded."""
    decoded = {position: reading.blocks for position, reading in enumerate(readings) if reading.blocks is not None}
    if not decoded:
        return {}
    times = [readings[position].captured_at.astimezone(WIB) for position in decoded]
    hours = np.array([time.hour + time.minute / 60 for time in times])
    return dict(zip(decoded, split_lighting(np.stack(list(decoded.values())), hours), strict=True))


def _same_shape(contrasts: dict[int, Contrast | None]) -> dict[int, Contrast]:
    """All contrasts in the camera's most common shape; a camera that changes its picture's size keeps its road."""
    present = {position: contrast for position, contrast in contrasts.items() if contrast is not None}
    if not present:
        return {}
    shape = Counter(contrast.shape for contrast in present.values()).most_common(1)[0][0]
    return {position: _resized(contrast, shape) for position, contrast in present.items()}


def _resized(contrast: Contrast, shape: tuple[int, ...]) -> Contrast:
    if contrast.shape == shape:
        return contrast
    return np.rint(cv2.resize(contrast.astype(np.float32), (shape[1], shape[0]))).astype(np.int8)


def _densities(
    contrasts: dict[int, Contrast], lightings: dict[int, Lighting], sampled: Sequence[int], roi: Roi | None
) -> dict[int, float]:
    """Density by position, of every measurable frame whose lighting has a background."""
    first = _backgrounds(contrasts, lightings, sampled)
    known = [position for position in sampled if lightings[position] in first]
    if not known:
        return {}
    departures = [departing(contrasts[position], first[lightings[position]]) for position in known]
    road = _road(departures, [lightings[position] for position in known], roi)
    # Without the reach of density_share, which on a full road no longer tells two jams apart.
    crowding = {position: float(departure[road].mean()) for position, departure in zip(known, departures, strict=True)}
    final = _backgrounds(contrasts, lightings, _quiet(crowding, lightings))
    return {
        position: density_share(departing(contrast, final[lightings[position]]), road)
        for position, contrast in contrasts.items()
        if lightings[position] in final
    }


def _road(departures: Sequence[Mask], lightings: Sequence[Lighting], roi: Roi | None) -> Mask:
    if roi is None:
        return learn_road(departures, lightings)
    rows, columns = departures[0].shape
    return road_mask(roi, (rows, columns))


def _backgrounds(
    contrasts: dict[int, Contrast], lightings: dict[int, Lighting], positions: Sequence[int]
) -> dict[Lighting, Contrast]:
    """Median contrast of each lighting that has enough frames."""
    backgrounds: dict[Lighting, Contrast] = {}
    for lighting in Lighting:
        members = [contrasts[position] for position in positions if lightings[position] == lighting]
        if len(members) >= FEWEST_BACKGROUND_FRAMES:
            backgrounds[lighting] = median_contrast(members)
    return backgrounds


def _quiet(crowding: dict[int, float], lightings: dict[int, Lighting]) -> list[int]:
    """Positions of the quieter half of each lighting's frames."""
    quiet: list[int] = []
    for lighting in Lighting:
        members = sorted(
            (position for position in crowding if lightings[position] == lighting),
            key=lambda one: crowding[one],
        )
        quiet += members[: max(FEWEST_QUIET_FRAMES, round(len(members) * QUIET_SHARE))]
    return quiet
