"""The sweep of a snapshot folder: a complete panel of camera and slot, judged day by day.

Belongs here: days, slots, look-back, worker processes. Does not belong here: how a frame is judged (ml/vision),
tables (store.py).

A day's frames are judged one after the other by a state that a sample of the camera's frames of the days before it and
of the day itself taught, never later ones: sweeping a day again, alone or within a range, gives the same rows.
"""

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import as_completed
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from operator import attrgetter
from pathlib import Path

import cv2
import pandas as pd

from assets.cctv.decoder_noise import without_decoder_noise
from assets.cctv.rows import ObservationRow
from assets.cctv.snapshots import Camera, read_cameras
from assets.cctv.workers import worker_pool
from assets.clock import city_zone
from assets.sources.landing import SYNTHETIC_MARKER
from ml.vision.camera import Observation, Road, observe
from ml.vision.folder import FrameFile
from ml.vision.health import FROZEN_AFTER, FrameStatus, Verdict
from ml.vision.road import RoiError, read_roi
from ml.vision.sample import sample_of
from ml.vision.state import State, new_states

SLOT = timedelta(minutes=10)
# Days, the judged one included, whose frames make its background.
HISTORY_DAYS = 14

COLUMNS = [
    "camera_id",
    "slot_start",
    "captured_at",
    "status",
    "evidence",
    "lighting",
    "density_share",
    "jam_index",
    "is_synthetic",
]


class WindowError(ValueError):
    """The window of a sweep cannot be cut into slots."""


@dataclass(frozen=True, slots=True)
class Window:
    """What to sweep: frames captured in [start, end), judged over history_days."""

    start: datetime
    end: datetime
    history_days: int

    def days(self) -> list[date]:
        """Days of the city that the window touches."""
        first = self.start.astimezone(city_zone()).date()
        last = (self.end - timedelta(microseconds=1)).astimezone(city_zone()).date()
        return [first + timedelta(days=number) for number in range((last - first).days + 1)]


@dataclass(frozen=True, slots=True)
class DayPlan:
    """Frames that one day of the city needs, as positions in the camera's list.

    Attributes:
        swept: The day's frames that lie in the window.
        judged: The whole day, and the frames just before it.
        sample: Frames that teach the camera's state before it judges, ascending.
    """

    swept: range
    judged: range
    sample: tuple[int, ...]


def frame_days(folder: Path) -> list[date]:
    """Days of the city of which a folder holds frames, ascending."""
    return sorted({frame.captured_at.date() for camera in read_cameras(folder) for frame in camera.frames})


def sweep_folder(
    folder: Path,
    *,
    start: datetime,
    end: datetime,
    history_days: int = HISTORY_DAYS,
    workers: int = 2,
    on_camera: Callable[[int, int], None] | None = None,
    only: Collection[str] | None = None,
) -> pd.DataFrame:
    """Judge every frame of a folder of cameras that was captured in [start, end).

    Args:
        folder: Folder of cameras.
        start: First instant, time-zone-aware, on a slot boundary.
        end: First instant after it, likewise.
        history_days: Days of the city, the judged one included, whose frames make its background.
        workers: Processes; 1 judges in this one.
        on_camera: Called with the number of cameras done and their total.
        only: Ids of the cameras to sweep; all of the folder without.

    Returns:
        One row per frame, and one of status missing per camera and slot without a frame: camera_id, slot_start,
        captured_at (both UTC), status, evidence, lighting, density_share, jam_index, is_synthetic. Density and jam
        index are NaN where they are not measurable. Sorted by camera, slot and time of capture.

    Raises:
        WindowError: start and end are naive, not on slot boundaries, or in the wrong order; or no history day.
        SnapshotsError: There is no such folder.
    """
    window = _checked(start, end, history_days)
    cameras = [camera for camera in read_cameras(folder) if only is None or camera.camera_id in only]
    rows: list[ObservationRow] = []
    for done, swept in enumerate(_swept_cameras(cameras, window, workers), start=1):
        rows += swept
        if on_camera is not None:
            on_camera(done, len(cameras))
    rows.sort(key=attrgetter("camera_id", "slot_start", "captured_at"))
    values = [attrgetter(*COLUMNS[:-1])(row) for row in rows]
    table = pd.DataFrame(values, columns=COLUMNS[:-1]).assign(is_synthetic=(folder / SYNTHETIC_MARKER).exists())
    instants = dict.fromkeys(("slot_start", "captured_at"), "datetime64[us, UTC]")
    return table.astype(instants | {"density_share": float, "jam_index": float})


def sweep_camera(camera: Camera, window: Window) -> list[ObservationRow]:
    """Rows of one camera, without is_synthetic."""
    # One process per core: OpenCV's own threads would only get in each other's way.
    cv2.setNumThreads(1)
    road, road_note = _road(camera)
    rows: list[ObservationRow] = []
    for day in window.days():
        plan = _plan(camera.frames, day, window)
        state = new_states(1)[0]
        for position in plan.sample:
            _observe(state, camera.frames[position], road, camera.view_since)
        # Those just before the day tell whether its first frames are frozen.
        state["blocks_kept"] = 0
        for position in plan.judged:
            observation = _observe(state, camera.frames[position], road, camera.view_since)
            if position in plan.swept:
                notes = (camera.frames[position].note, road_note)
                slot = _slot_of(observation.captured_at.astimezone(UTC))
                rows.append(ObservationRow.of(camera.camera_id, slot, observation, notes=notes))
    return rows + _missing_rows(camera.camera_id, {row.slot_start for row in rows}, window)


def _observe(state: State, frame: FrameFile, road: Road | None, since: datetime | None) -> Observation:
    content = frame.path.read_bytes()
    with without_decoder_noise():
        return observe(state, content, frame.captured_at, road, since=since)


def _checked(start: datetime, end: datetime, history_days: int) -> Window:
    for name, moment in (("start", start), ("end", end)):
        if moment.tzinfo is None or _slot_of(moment) != moment:
            raise WindowError(
                f"expected a time-zone-aware {name} on a 10-minute boundary, found {moment.isoformat()}; round it"
            )
    if start >= end or history_days < 1:
        raise WindowError(
            f"expected start before end and at least one history day, found {start.isoformat()} to "
            f"{end.isoformat()} with {history_days} days; mend the call"
        )
    return Window(start, end, history_days)


def _swept_cameras(cameras: Sequence[Camera], window: Window, workers: int) -> Iterator[list[ObservationRow]]:
    if min(workers, len(cameras)) <= 1:
        yield from (sweep_camera(camera, window) for camera in cameras)
        return
    with worker_pool(min(workers, len(cameras))) as pool:
        for future in as_completed([pool.submit(sweep_camera, camera, window) for camera in cameras]):
            yield future.result()


def _plan(frames: Sequence[FrameFile], day: date, window: Window) -> DayPlan:
    midnight = datetime(day.year, day.month, day.day, tzinfo=city_zone())
    oldest, first, after, swept_from, swept_to = (
        bisect_left(frames, moment, key=lambda frame: frame.captured_at)
        for moment in (
            midnight - timedelta(days=window.history_days - 1),
            midnight,
            midnight + timedelta(days=1),
            window.start,
            window.end,
        )
    )
    swept = range(max(first, swept_from), max(first, swept_from, min(after, swept_to)))
    if not swept:
        return DayPlan(swept, range(0), ())
    chosen = sample_of([frame.captured_at for frame in frames[oldest:after]])
    sample = tuple(oldest + position for position in chosen)
    return DayPlan(swept, range(max(oldest, first - FROZEN_AFTER), after), sample)


def _road(camera: Camera) -> tuple[Road | None, str]:
    """The camera's road and a note for the evidence: a broken roi.json must not stop the other cameras."""
    if camera.roi is None:
        return None, ""
    try:
        return Road.drawn(read_roi(camera.roi)), ""
    except RoiError as error:
        return None, f"road learned, because {error}"


def _missing_rows(camera_id: str, filled: set[datetime], window: Window) -> list[ObservationRow]:
    count = (window.end - window.start) // SLOT
    slots = (window.start.astimezone(UTC) + number * SLOT for number in range(count))
    missing = Verdict(FrameStatus.MISSING, "no frame in this slot")
    return [ObservationRow.of(camera_id, slot, Observation(slot, missing)) for slot in slots if slot not in filled]


def _slot_of(moment: datetime) -> datetime:
    """Start of the 10-minute slot of an instant, in its own time zone.

    >>> _slot_of(datetime(2026, 10, 5, 7, 39, 59, tzinfo=UTC)).isoformat()
    '2026-10-05T07:30:00+00:00'
    """
    return moment.replace(minute=moment.minute - moment.minute % 10, second=0, microsecond=0)
