"""The cameras of the sample: which there are, and every frame of the last day with its truth.

Belongs here: the camera registry, light, noise, file names, and the processes that render.
Does not belong here: the road (scene.py), the vehicles on it (vehicles.py), how full it is (traffic.py), what goes
wrong (faults.py).
"""

import csv
import json
import math
import multiprocessing
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from pathlib import Path

import cv2
import numpy as np

from sample_city.faults import RAINY_SLOTS, FrameStatus, Spell, fault_of, rained_on, spell_of, spells_of, spoiled
from sample_city.reference import USUAL_ZONE, Kecamatan, Kelurahan, Reference
from sample_city.scene import HEIGHT, WIDTH, Scene, make_scene, texture
from sample_city.vehicles import draw_vehicles, headlights, place_vehicles

SLOT = timedelta(minutes=10)
SLOTS_A_DAY = 144

_JPEG_QUALITY = 80
_ERROR_PAGE = b"<html><head><title>503</title></head><body>Service Unavailable</body></html>\n"

# Mean grey value below which nobody would call a sound frame bright.
_DARK_GREY = 30.0
_DAYBREAK, _NIGHTFALL, _TWILIGHT_HOURS = 5.85, 18.05, 0.16


@dataclass(frozen=True)
class Camera:
    """One camera.

    Attributes:
        camera_id: Also the name of its folder.
        name: For people.
        kelurahan: Where it stands.
        number: From 0, in the order of the registry.
        is_lit: Whether the lamps of its street work.
        spells: What is wrong with it for a while, by slots of the day.
        rainy_slots: Slots in which it rains there.
    """

    camera_id: str
    name: str
    kelurahan: Kelurahan
    number: int
    is_lit: bool
    spells: tuple[Spell, ...]
    rainy_slots: range


@dataclass(frozen=True)
class FrameTruth:
    """What one slot of one camera holds.

    Attributes:
        camera_id: The camera.
        slot_start: The city's.
        captured_at: The city's; None where the slot is missing.
        status: What is true of the frame.
        is_night: Whether the sun is down.
        density_share: Share of the rated road's pixels that vehicles cover; None without a sound picture.
        jam_index: How full the area's roads are at the moment, whatever the picture shows.
        is_raining: Whether it rains there.
    """

    camera_id: str
    slot_start: datetime
    captured_at: datetime | None
    status: FrameStatus
    is_night: bool
    density_share: float | None
    jam_index: float
    is_raining: bool


@dataclass(frozen=True)
class CameraDay:
    """What a process needs to render one camera's day; `jam_index` has one value per hour."""

    folder: Path
    camera: Camera
    day: date
    jam_index: tuple[float, ...]
    seed: int
    zone: tzinfo = USUAL_ZONE


def choose_cameras(reference: Reference, count: int, seed: int, in_each: int = 1) -> list[Camera]:
    """Put cameras up in kecamatan near the city's centre.

    Args:
        reference: The city.
        count: How many cameras.
        seed: One seed, one choice.
        in_each: How many of them stand in one kecamatan.

    Raises:
        ValueError: More kecamatan are needed than there are.
    """
    wanted = -(-count // in_each)
    if wanted > len(reference.near):
        most = len(reference.near) * in_each
        raise ValueError(f"expected at most {most} cameras, {in_each} per kecamatan, found {count}; ask for fewer")
    rng = np.random.default_rng([seed, 6])
    cameras: list[Camera] = []
    for index in sorted(rng.choice(len(reference.near), size=wanted, replace=False).tolist()):
        area = reference.near[index]
        places = [kelurahan for kelurahan in reference.kelurahan if kelurahan.kecamatan == area]
        for _ in range(min(in_each, count - len(cameras))):
            cameras.append(_camera(area, places[int(rng.integers(len(places)))], len(cameras), count))
    return cameras


def _camera(area: Kecamatan, kelurahan: Kelurahan, number: int, count: int) -> Camera:
    return Camera(
        camera_id=f"{area.name.replace(' ', '')}-{number + 1:03d}",
        name=f"{area.name}, {kelurahan.name}",
        kelurahan=kelurahan,
        number=number,
        is_lit=number % 16 != 3,
        spells=spells_of(number, count),
        rainy_slots=RAINY_SLOTS if number % 5 == 2 else range(0),
    )


def write_registry(folder: Path, cameras: Sequence[Camera]) -> None:
    """Write cameras.csv."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "cameras.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("camera_id", "name", "kelurahan_code", "latitude", "longitude"))
        for camera in cameras:
            place = camera.kelurahan
            writer.writerow((camera.camera_id, camera.name, place.code, place.latitude, place.longitude))


def write_frames(days: Sequence[CameraDay], on_camera: Callable[[int, int], None]) -> list[FrameTruth]:
    """Render the days of all cameras, one process per core.

    Args:
        days: One entry per camera.
        on_camera: Called with cameras done and cameras in all.

    Returns:
        One entry per camera and slot, in the order of `days`.
    """
    truths: dict[int, list[FrameTruth]] = {}
    # Spawned, not forked: the caller may hold threads, which a fork would leave half alive.
    context = multiprocessing.get_context("spawn")
    workers = max(min(len(os.sched_getaffinity(0)), len(days)), 1)
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_become_worker) as pool:
        rendering = {pool.submit(render_day, day): number for number, day in enumerate(days)}
        for done, future in enumerate(as_completed(rendering), start=1):
            truths[rendering[future]] = future.result()
            on_camera(done, len(days))
    return [truth for number in range(len(days)) for truth in truths[number]]


def render_day(job: CameraDay) -> list[FrameTruth]:
    """Render one camera's day into its folder; the same job writes the same bytes."""
    camera = job.camera
    folder = job.folder / camera.camera_id
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng([job.seed, 7, camera.number])
    scene = make_scene(rng, is_lit=camera.is_lit)
    roi = {"image_size": [WIDTH, HEIGHT], "polygons": [scene.view.rated_polygon]}
    (folder / "roi.json").write_text(json.dumps(roi), encoding="utf-8")
    lens = _Lens(scene, rng, job.jam_index)
    # Where an operator turns the camera to.
    elsewhere = make_scene(np.random.default_rng([job.seed, 9, camera.number]), is_lit=camera.is_lit)
    views = {False: lens, True: _Lens(elsewhere, np.random.default_rng([job.seed, 10, camera.number]), job.jam_index)}
    midnight = datetime.combine(job.day, time(), job.zone)
    day_rng = np.random.default_rng([job.seed, 8, camera.number, job.day.toordinal()])
    return [_slot(folder, camera, views, day_rng, midnight + number * SLOT) for number in range(SLOTS_A_DAY)]


class _Lens:
    """One camera at work: remembers its last picture, which a frozen feed repeats."""

    def __init__(self, scene: Scene, rng: np.random.Generator, jam_index: tuple[float, ...]) -> None:
        self._scene = scene
        self._jam_index = jam_index
        self._empty_share = float(rng.uniform(0.015, 0.035))
        self._full_share = float(rng.uniform(0.52, 0.62))
        self._cloud_phase = float(rng.uniform(0, 2 * math.pi))
        self._grain = rng.normal(0.0, 1.0, (HEIGHT + 32, WIDTH + 32, 3)).astype(np.float32)
        self._trim = _trim(rng)
        self.picture = scene.daylight
        self.density_share = 0.0

    def take(self, rng: np.random.Generator, hour: float, *, is_raining: bool) -> None:
        """Take the picture of a moment, given in hours since midnight."""
        jam_index = self.jam_index(hour)
        wanted = self._empty_share + (self._full_share - self._empty_share) * jam_index
        wanted = max(wanted + float(rng.normal(0.0, 0.015 + 0.03 * jam_index)), 0.0)
        traffic = place_vehicles(rng, self._scene.view, wanted)
        self.density_share = traffic.density_share
        canvas = self._scene.daylight.copy()
        draw_vehicles(canvas, self._scene.view, traffic.vehicles)
        trim = np.roll(self._trim, int(rng.integers(WIDTH)), axis=1)
        canvas = cv2.add(canvas, trim, canvas, traffic.mask, cv2.CV_8U)
        if is_raining:
            canvas = rained_on(rng, canvas, self._scene.view.horizon_y)
        sun = sunlight(hour)
        cloud = 0.92 + 0.08 * math.sin(hour * 1.7 + self._cloud_phase) + float(rng.normal(0.0, 0.015))
        lit = canvas * self._light(sun, cloud)
        if sun < 0.9:
            lit += (headlights(self._scene.view, traffic.vehicles) + self._scene.windows) * (1.0 - sun)
        row, column = int(rng.integers(32)), int(rng.integers(32))
        # The camera's own exposure is never twice the same.
        lit *= float(rng.normal(1.0, 0.02))
        lit += self._grain[row : row + HEIGHT, column : column + WIDTH] * (2.2 + 2.6 * (1.0 - sun))
        self.picture = np.clip(lit, 0, 255).astype(np.uint8)

    def jam_index(self, hour: float) -> float:
        """How full the roads around are, between the middles of two hours."""
        return float(np.interp(hour, np.arange(24) + 0.5, self._jam_index))

    def _light(self, sun: float, cloud: float) -> np.ndarray:
        """Light per pixel and colour as a share of full daylight: bluish dusk, lamps by night."""
        sky = np.array([0.105, 0.092, 0.085], np.float32) * (1.0 - sun)
        day = np.array([cloud, cloud * (0.9 + 0.1 * sun), cloud * (0.85 + 0.15 * sun)], np.float32) * sun
        if sun > 0.9:
            return sky + day
        return self._scene.lamplight * (1.0 - sun) + (sky + day)


def _trim(rng: np.random.Generator) -> np.ndarray:
    """Detail that tells real vehicles from plain boxes: reflections, mirrors, stickers, cargo.

    Shape (HEIGHT, WIDTH, 3), int16, to be added to vehicles.
    """
    plain = texture(rng, 3, 13.0)
    spots = rng.random((HEIGHT, WIDTH)) < 0.02
    plain[spots] += rng.choice(np.array([-90.0, 110.0], np.float32), int(spots.sum()))
    return np.repeat(cv2.GaussianBlur(plain, (0, 0), 0.6)[..., None], 3, axis=2).astype(np.int16)


def sunlight(hour: float) -> float:
    """Daylight as a share, in [0, 1]: near the equator it comes and goes within half an hour.

    >>> sunlight(12.0) > 0.99, sunlight(2.0) < 0.01
    (True, True)
    """
    rise = 1.0 / (1.0 + math.exp(-(hour - _DAYBREAK) / _TWILIGHT_HOURS))
    return rise / (1.0 + math.exp((hour - _NIGHTFALL) / _TWILIGHT_HOURS))


def _slot(
    folder: Path, camera: Camera, views: Mapping[bool, _Lens], rng: np.random.Generator, slot_start: datetime
) -> FrameTruth:
    number = slot_start.hour * 6 + slot_start.minute // 10
    at = slot_start + timedelta(seconds=int(rng.integers(1, 9)))
    hour = (slot_start.hour * 60 + slot_start.minute) / 60
    fault = fault_of(camera.spells, number, float(rng.random()))
    lens = views[fault is FrameStatus.VIEW_MOVED]
    if spell_of(camera.spells, number) is not FrameStatus.FROZEN:
        lens.take(rng, hour, is_raining=number in camera.rainy_slots)
    status, density_share = fault, None
    if fault is FrameStatus.GOOD:
        status = FrameStatus.DARK if float(lens.picture.mean()) < _DARK_GREY else FrameStatus.GOOD
        density_share = lens.density_share
    if fault is not FrameStatus.MISSING:
        content = _delivered(spoiled(rng, lens.picture, fault), camera, at, fault, rng)
        (folder / f"{at:%Y-%m-%dT%H-%M-%S}.jpg").write_bytes(content)
    captured_at = None if fault is FrameStatus.MISSING else at
    return FrameTruth(
        camera_id=camera.camera_id,
        slot_start=slot_start,
        captured_at=captured_at,
        status=status,
        is_night=sunlight(hour) < 0.5,
        density_share=density_share,
        jam_index=lens.jam_index(hour),
        is_raining=number in camera.rainy_slots,
    )


def _delivered(
    picture: np.ndarray, camera: Camera, at: datetime, fault: FrameStatus, rng: np.random.Generator
) -> bytes:
    if fault is FrameStatus.NOT_AN_IMAGE:
        return _ERROR_PAGE
    stamped = picture.copy()
    stamped[:16, :250] = 0
    text = f"{camera.camera_id[:16]} {at:%Y-%m-%d %H:%M:%S}"
    cv2.putText(stamped, text, (4, 12), cv2.FONT_HERSHEY_SIMPLEX, 0.36, (235, 235, 235), 1, cv2.LINE_AA)
    _, encoded = cv2.imencode(".jpg", stamped, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    content = encoded.tobytes()
    if fault is FrameStatus.TORN:
        return content[: int(len(content) * rng.uniform(0.15, 0.85))]
    return content


def _become_worker() -> None:
    """One thread per process, and none outlives the parent: it would write into a folder that is gone."""
    cv2.setNumThreads(1)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.join,), daemon=True).start()


def _end_with(wait: Callable[[], None]) -> None:
    wait()
    os._exit(1)
