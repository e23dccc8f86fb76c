"""Claim: pictures are read correctly, at a fraction of what decoding them costs.

Belongs here: rendered cameras of six days, read as their frames come; health, density and jams against the truth,
beside the obvious alternative (MOG2, one per camera). Does not belong here: real cameras (jsc evaluate vision), whole
sweeps (sweep.py).

Four days teach; of the last two everything is counted. Jams are those of the marts, which dbt builds in a
database server of its own. What a frame is judged by was chosen on the city of seed 11; other seeds are other cities.
"""

import os
import subprocess
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import cv2
import numpy as np
import psycopg
from numpy.typing import NDArray

from assets.city import city_folder
from assets.clock import city_zone
from benchmarks.own_server import own_server
from ml.vision.camera import Observation
from sample_city.faults import FrameStatus
from sample_city.frames import Camera, FrameTruth

# A kecamatan of a capital has 170 of the 7,600 cameras.
AREAS, IN_EACH = 6, 16
DAYS = tuple(date(2026, 11, 14) + timedelta(days=number) for number in range(6))
# The others teach.
JUDGED = DAYS[-2:]
# From the seed of traffic levels: what an hour is called macet from.
MACET = 0.60

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Read:
    """What was read of one camera, frame by frame, and what it cost.

    Attributes:
        observations: Ours, in the order of the frames.
        learned: Density on the road as it is learned, not drawn; NaN where there is none.
        rival: Share of the road that MOG2 calls foreground; NaN where there is no picture.
        seconds: Of a processor, beyond decoding, for us and for it.
    """

    observations: list[Observation]
    learned: list[float]
    rival: list[float]
    seconds: tuple[float, float]


class Judged(NamedTuple):
    """One frame: what is true, what we read on the drawn road and the learned one, and what MOG2 does."""

    truth: FrameTruth
    observation: Observation
    learned: float
    rival: float


class Jams(NamedTuple):
    """Areas and hours: truly jammed, claimed to be, both."""

    true: int
    found: int
    right: int


def measure(tell: Tell, seeds: Sequence[int], in_each: int = IN_EACH) -> list[str]:
    """Measure health, density, jams and costs.

    Args:
        tell: Called with each step as it begins.
        seeds: Of the cities, one after the other.
        in_each: Cameras in each of AREAS areas.

    Returns:
        One line per claim and city, with its bar; at the end the jams of all cities.
    """
    lines: list[str] = []
    jams: list[Jams] = []
    for seed in seeds:
        told, found = _measure_city(tell, seed, in_each)
        lines += [f"seed {seed}, {line}" for line in told]
        jams.append(found)
    if len(seeds) > 1:
        together = Jams(*(sum(counts) for counts in zip(*jams, strict=True)))
        lines.append(f"{len(seeds)} seeds together, {_jam_line(together, in_each)}")
    return lines


def _measure_city(tell: Tell, seed: int, in_each: int) -> tuple[list[str], Jams]:
    with TemporaryDirectory(prefix="jsc-bench-") as folder:
        tell(f"seed {seed}: rendering {AREAS * in_each} cameras for {len(DAYS)} days")
        cameras, truths = _render(Path(folder), seed, in_each)
        tell("reading them")
        with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
            read = list(pool.map(_read, [Path(folder) / camera.camera_id for camera in cameras]))
        tell("the marts")
        jams = _jams(cameras, truths, _claimed(cameras, read))
    judged = [
        frame
        for camera, one in zip(cameras, read, strict=True)
        for frame in map(Judged, truths[camera.camera_id], one.observations, one.learned, one.rival)
        if frame.truth.slot_start.date() in JUDGED
    ]
    frames = sum(len(one.observations) for one in read)
    ours, its = (sum(one.seconds[which] for one in read) / frames * 1000 for which in (0, 1))
    lines = [
        *_health_lines(judged),
        *_density_lines(judged),
        _jam_line(jams, in_each),
        f"a frame beyond decoding: {ours:.2f} ms of a processor, MOG2 alone {its:.2f} ms",
    ]
    return lines, jams


def _render(folder: Path, seed: int, in_each: int) -> tuple[list[Camera], dict[str, list[FrameTruth]]]:
    """Cameras, and of each the truth of every slot that has a file, in time order."""
    from sample_city.frames import CameraDay, choose_cameras, write_frames
    from sample_city.reference import read_reference
    from sample_city.traffic import area_hours

    reference = read_reference(city_folder())
    cameras = choose_cameras(reference, AREAS * in_each, seed, in_each)
    hours = area_hours(reference, DAYS[0], DAYS[-1], seed)
    truths: defaultdict[str, list[FrameTruth]] = defaultdict(list)
    for day in DAYS:
        of_day = hours[hours["hour_start"].map(lambda start, day=day: start.date() == day)]
        curves = {code: tuple(rows["jam_index"].tolist()) for code, rows in of_day.groupby("area_code")}
        days = [CameraDay(folder, one, day, curves[one.kelurahan.kecamatan.code], seed) for one in cameras]
        for truth in write_frames(days, lambda _done, _total: None):
            if truth.captured_at is not None:
                truths[truth.camera_id].append(truth)
    return cameras, dict(truths)


def _read(home: Path) -> Read:
    """One camera's frames by us and by MOG2, each judged by those before it."""
    from ml.vision.camera import Road, observe
    from ml.vision.decode import FrameError, decode_frame
    from ml.vision.folder import frame_files
    from ml.vision.road import read_roi
    from ml.vision.state import new_states

    cv2.setNumThreads(1)
    road = Road.drawn(read_roi(home / "roi.json"))
    (state, learning), rival_state = new_states(2), cv2.createBackgroundSubtractorMOG2(detectShadows=False)
    observations, learned, rival = [], [], []
    ours = its = 0.0
    for frame in frame_files(home, city_zone()):
        content = frame.path.read_bytes()
        begin = time.process_time()
        try:
            grey = decode_frame(content)
        except FrameError:
            grey = None
        decoded = time.process_time()
        observations.append(observe(state, content, frame.captured_at, road))
        read = time.process_time()
        learned.append(observe(learning, content, frame.captured_at, None).density_share)
        begin_rival = time.process_time()
        rival.append(np.nan if grey is None else _foreground(np.asarray(rival_state.apply(grey)), road.mask))
        its += time.process_time() - begin_rival
        ours += (read - decoded) - (decoded - begin)
    return Read(observations, learned, rival, (ours, its))


def _foreground(mask: NDArray[Any], road: NDArray[Any]) -> float:
    return cv2.countNonZero(cv2.bitwise_and(mask, road)) / cv2.countNonZero(road)


def _health_lines(judged: Sequence[Judged]) -> list[str]:
    """Precision and recall of each status; the first repeat of a frozen feed is none yet."""
    told: Counter[tuple[str, str]] = Counter()
    before: dict[str, FrameStatus] = {}
    for truth, observation, *_ in judged:
        is_first_repeat = truth.status is FrameStatus.FROZEN and before.get(truth.camera_id) is not FrameStatus.FROZEN
        before[truth.camera_id] = truth.status
        if not is_first_repeat:
            told[truth.status.value, observation.verdict.status.value] += 1
    lines = []
    for status in FrameStatus:
        true = sum(count for (said, _), count in told.items() if said == status.value)
        found = sum(count for (_, said), count in told.items() if said == status.value)
        if true:
            right = told[status.value, status.value]
            precision = f"{right / found:.3f}" if found else "none found"
            lines.append(
                f"health, {status.value}: precision {precision}, recall {right / true:.3f} of {true:,} (bar: 0.97 each)"
            )
    return lines


def _density_lines(judged: Sequence[Judged]) -> list[str]:
    """Rank correlation of the measured with the true density, ours and MOG2's, frame by frame, by light and weather."""
    from scipy.stats import spearmanr

    measured = [
        (one.truth, (one.observation.density_share, one.learned, one.rival))
        for one in judged
        if one.truth.density_share is not None and not np.isnan([one.observation.density_share, one.learned]).any()
    ]
    kinds: dict[str, Callable[[FrameTruth], bool]] = {
        "all": lambda _: True,
        "day": lambda truth: not truth.is_night,
        "dry day": lambda truth: not truth.is_night and not truth.is_raining,
        "night": lambda truth: truth.is_night,
        "rain": lambda truth: truth.is_raining,
    }
    lines = []
    for kind, belongs in kinds.items():
        own = [one for one in measured if belongs(one[0])]
        true = [truth.density_share for truth, _ in own]
        drawn, learned, its = (float(spearmanr(true, [of[which] for _, of in own]).statistic) for which in range(3))
        lines.append(
            f"density, {kind}: rank correlation {drawn:.3f} on the drawn road, {learned:.3f} on the learned one"
            f" in {len(own):,} frames, MOG2 on the drawn one {its:.3f}"
        )
    return lines


def _claimed(cameras: Sequence[Camera], read: Sequence[Read]) -> dict[tuple[str, datetime], bool]:
    """Whether the marts claim a jam, by kecamatan and hour of the judged days."""
    from assets.clock import midnight
    from database.migrate import migrate
    from database.server import database_url

    as_of = midnight(DAYS[-1] + timedelta(days=1))
    with own_server() as settings:
        url = database_url(settings)
        migrate(url)
        with psycopg.connect(url) as connection:
            _load(connection, cameras, read, as_of)
        _build(url, as_of, settings.data / "dbt")
        with psycopg.connect(url) as connection:
            found = connection.execute(
                "select area_code, hour_start, is_jam from marts.fct_area_hours"
                " where hour_date_wib = any(%s) and basis = 'camera'",
                [list(JUDGED)],
            ).fetchall()
    return {(area, hour): is_jam for area, hour, is_jam in found}


def _load(connection: psycopg.Connection, cameras: Sequence[Camera], read: Sequence[Read], swept_at: datetime) -> None:
    from assets.cctv.camera_list import ListedCamera
    from assets.cctv.registry import register
    from assets.cctv.store import OBSERVATIONS
    from assets.clock import midnight
    from assets.storage import copy_rows, ensure_day_partition

    listed = [ListedCamera(one.camera_id, one.name, kelurahan_code=one.kelurahan.code) for one in cameras]
    register(connection, "bench", listed, midnight(DAYS[0]), is_synthetic=True)
    for day in DAYS:
        ensure_day_partition(connection, OBSERVATIONS, day)
    columns = ("camera_id", "slot_start", "captured_at", "status", "evidence", "density_share", "jam_index")
    rows = (
        (
            camera.camera_id,
            one.captured_at.replace(minute=one.captured_at.minute // 10 * 10, second=0, microsecond=0),
            *(one.captured_at, one.verdict.status.value, one.verdict.evidence, one.density_share, one.jam_index),
            True,
            swept_at,
        )
        for camera, own in zip(cameras, read, strict=True)
        for one in own.observations
    )
    copy_rows(connection, OBSERVATIONS, (*columns, "is_synthetic", "swept_at"), rows)


def _build(url: str, as_of: datetime, target: Path) -> None:
    from assets.city import dbt_environment
    from orchestration.manifest import DBT, DBT_PROJECT

    project = os.fspath(DBT_PROJECT)
    where = ["--project-dir", project, "--profiles-dir", project, "--target-path", os.fspath(target)]
    which = ["--select", "+fct_area_hours", "--resource-type", "seed", "--resource-type", "model"]
    subprocess.run(  # noqa: S603 - our own dbt
        [DBT, "--quiet", "build", *where, *which],
        env={**os.environ, **dbt_environment(url), "JSC_AS_OF": as_of.isoformat()},
        check=True,
    )


def _jams(
    cameras: Sequence[Camera], truths: dict[str, list[FrameTruth]], claimed: dict[tuple[str, datetime], bool]
) -> Jams:
    indexes: defaultdict[tuple[str, datetime], list[float]] = defaultdict(list)
    for camera in cameras:
        for truth in truths[camera.camera_id]:
            if truth.slot_start.date() in JUDGED:
                hour_start = truth.slot_start.replace(minute=0)
                indexes[camera.kelurahan.kecamatan.code, hour_start].append(truth.jam_index)
    true = {key for key, values in indexes.items() if np.mean(values) >= MACET}
    found = {key for key, is_jam in claimed.items() if is_jam}
    return Jams(len(true), len(found), len(true & found))


def _jam_line(jams: Jams, in_each: int) -> str:
    return (
        f"jams by area and hour, {in_each} cameras in each area:"
        f" precision {jams.right / max(jams.found, 1):.3f} of {jams.found} (bar: 0.95),"
        f" recall {jams.right / max(jams.true, 1):.3f} of {jams.true} (bar: 0.85)"
    )
