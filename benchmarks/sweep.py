"""Claim: a sweep of all cameras costs little more than decoding their pictures, and grows with the cameras.

Belongs here: sweeps of files and of an HTTP server on this machine, beside decoding alone; what states cost.
Does not belong here: how well a picture is read (vision.py).

The pictures are of eight roads of the sample city in the resolution asked for. 40 pictures of a road, half of them
by night, teach the state that its cameras begin with; each camera shows one of 20 others. What is timed from files is
timed by turns, and the least time counts: what else a machine does only ever adds.
"""

import multiprocessing
import os
import resource
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from assets.clock import city_zone
from ml.vision.state import ROAD_FRAMES, State

if TYPE_CHECKING:
    from sample_city.scene import Scene

RESOLUTIONS = {"360p": (640, 360), "720p": (1280, 720), "1080p": (1920, 1080)}
# Roads, so many that one camera's state does not help to compress the next one's; pictures of each that teach, half of
# them by night, and that cameras show.
ROADS, TAUGHT, SHOWN = 8, 40, 20
ATTEMPTS = 3
SLOT = datetime(2026, 11, 26, 1, 0, tzinfo=UTC)

Tell = Callable[[str], None]
Source = Literal["files", "http"]


@dataclass(frozen=True)
class Cost:
    """Of one sweep: seconds on the clock and of processors, megabytes of the parent and its workers together."""

    wall: float
    cpu: float
    megabytes: float


def measure(cameras: int, resolution: str, source: Source, tell: Tell) -> list[str]:
    """Measure sweeps of a hundred cameras to four times as many as asked for.

    Args:
        cameras: How many.
        resolution: Key of RESOLUTIONS.
        source: Whether the pictures lie in files or come over HTTP.
        tell: Called with each step as it begins.

    Returns:
        One line per claim, with its bar.
    """
    with TemporaryDirectory(prefix="jsc-bench-") as folder:
        home = Path(folder)
        tell(f"drawing {ROADS} roads in {resolution}")
        taught, pictures = write_pictures(home / "pictures", RESOLUTIONS[resolution])
        seasoned = seasoned_states(taught)
        size = sum(path.stat().st_size for path in pictures) / len(pictures) / 1000
        lines = [f"pictures of {resolution}: {size:.0f} kB each"]
        if source == "http":
            tell(f"{cameras:,} cameras over HTTP")
            with picture_server(pictures) as port:
                addresses = [f"http://127.0.0.{1 + n % 200}:{port}/still/{n % len(pictures)}" for n in range(cameras)]
                cost = sweep_of(addresses, "still", home / "states", seasoned, tell)
            return [
                *lines,
                f"{cameras:,} cameras over HTTP: {cost.wall:.1f} s on the clock (bar: 120 s),"
                f" {cost.megabytes:,.0f} MB (bar: 2,000 MB)",
            ]
        costs, decoding = _by_turns(cameras, pictures, home, seasoned, tell)
        tell("states alone")
        loading, saving, megabytes = _states(home / f"states-{cameras}", home / "again")
        own, most = costs[cameras], costs[max(costs)]
    per_camera = ", ".join(f"{count:,}: {cost.cpu / count * 1000:.2f} ms" for count, cost in costs.items())
    return [
        *lines,
        f"{cameras:,} cameras from files: {own.cpu:.1f} s of processors, decoding alone {decoding:.1f} s,"
        f" {own.cpu / decoding:.2f} times (bar: 1.5 times); {own.wall:.1f} s on the clock, {own.megabytes:,.0f} MB",
        f"{max(costs):,} cameras: {most.cpu:.1f} s of processors, {most.cpu / own.cpu:.2f} times those of"
        f" {cameras:,} (bar: 3.9 times)",
        f"processors for each camera: {per_camera}",
        f"states of {cameras:,} cameras: loaded in {loading:.1f} s, saved in {saving:.1f} s (bar: 10 s together),"
        f" {megabytes:,.0f} MB on disk (bar: 495 MB)",
    ]


def write_pictures(folder: Path, size: tuple[int, int]) -> tuple[list[Path], list[Path]]:
    """Draw roads with other traffic in every picture.

    Args:
        folder: To be made.
        size: Width and height in pixels.

    Returns:
        JPEG files that teach, and those that are shown, each road by turns.
    """
    from sample_city.scene import make_scene

    folder.mkdir()
    taught: list[Path] = []
    shown: list[Path] = []
    rng = np.random.default_rng(1)
    scenes = [make_scene(rng, is_lit=True) for _ in range(ROADS)]
    for number in range(TAUGHT + SHOWN):
        for road, scene in enumerate(scenes):
            canvas = _picture(rng, scene, is_night=number < TAUGHT // 2)
            picture = cv2.resize(canvas, size, interpolation=cv2.INTER_CUBIC)
            picture += np.asarray(rng.normal(0, 3, picture.shape), np.float32)
            path = folder / f"{road}-{number}.jpg"
            cv2.imwrite(os.fspath(path), np.clip(picture, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 80])
            (taught if number < TAUGHT else shown).append(path)
    return taught, shown


def _picture(rng: np.random.Generator, scene: "Scene", *, is_night: bool) -> NDArray[np.float32]:
    from sample_city.vehicles import draw_vehicles, headlights, place_vehicles

    canvas = scene.daylight.copy()
    vehicles = place_vehicles(rng, scene.view, float(rng.uniform(0, 0.5))).vehicles
    draw_vehicles(canvas, scene.view, vehicles)
    if is_night:
        canvas = canvas * (scene.lamplight + 0.1) + headlights(scene.view, vehicles) + scene.windows
    return np.asarray(canvas, np.float32)


def _by_turns(
    cameras: int, pictures: Sequence[Path], home: Path, seasoned: State, tell: Tell
) -> tuple[dict[int, Cost], float]:
    """The least cost of a sweep of files by number of cameras, and the least seconds of decoding alone."""
    costs: dict[int, Cost] = {}
    decoding = float("inf")
    for attempt in range(ATTEMPTS):
        for count in sorted({100, 1_000, cameras, cameras * 30_000 // 7_600}):
            tell(f"{count:,} cameras from files, {attempt + 1} of {ATTEMPTS} times")
            addresses = [pictures[n % len(pictures)].as_uri() for n in range(count)]
            cost = sweep_of(addresses, "file", home / f"states-{count}", seasoned, tell)
            costs[count] = min(cost, costs.get(count, cost), key=lambda cost: cost.cpu)
            if count != cameras:
                # Gigabytes that the next sweep's would wait behind on their way to the disk.
                shutil.rmtree(home / f"states-{count}")
        tell("decoding alone")
        decoding = min(decoding, decode_all([pictures[n % len(pictures)] for n in range(cameras)]))
    return costs, decoding


def sweep_of(
    addresses: Sequence[str], kind: str, states: Path, seasoned: State, tell: Tell, scheduler: str | None = None
) -> Cost:
    """Sweep cameras that are at work for some days.

    Args:
        addresses: Of their pictures.
        kind: How they are asked.
        states: Folder of their states, made anew; what lies in files lies beside it.
        seasoned: What they learned, shape (ROADS,).
        tell: Takes a line of progress.
        scheduler: Address of a Dask scheduler, whose workers' processors and memory are not counted; None takes one
            process per core.

    Raises:
        RuntimeError: A camera was not measured.
    """
    from assets.cctv.answers import LiveCamera
    from assets.cctv.live import shards_of, sweep_shards
    from assets.cctv.reach import Reach
    from assets.cctv.states import save_states

    cameras = [LiveCamera(f"c{n:06d}", "p", kind, address) for n, address in enumerate(addresses)]
    # What lies in files lies beside the folder of the states.
    shards = shards_of(cameras, {}, Reach(files=states.parent))
    for shard in shards:
        ids = [camera.camera_id for camera in shard.cameras]
        season = seasoned[[int(camera_id[1:]) % ROADS for camera_id in ids]]
        # Their roads are looked at anew in different slots.
        season["cells_kept"] += ROAD_FRAMES + np.arange(len(ids), dtype=np.uint32) % 4
        save_states(states, shard.number, SLOT - timedelta(minutes=10), ids, season)
    begin, before = time.perf_counter(), _cpu()
    swept = sweep_shards(shards, SLOT, states, scheduler=scheduler, tell=tell)
    cost = Cost(time.perf_counter() - begin, _cpu() - before, _megabytes())
    measured = sum(row.density_share is not None for row in swept.rows)
    if measured != len(cameras):
        raise RuntimeError(f"expected a density of every camera, found {measured} of {len(cameras)}")
    return cost


def seasoned_states(taught: Sequence[Path]) -> State:
    """The state of a camera at each road that saw 20 nights and 20 days, shape (ROADS,)."""
    from ml.vision.camera import observe
    from ml.vision.state import new_states

    states = new_states(ROADS)
    for place, path in enumerate(taught):
        number, road = divmod(place, ROADS)
        # By night in the west of the country, then by day.
        hours = 10 * 24 + 5 if number < TAUGHT // 2 else 24
        seen_at = (SLOT - timedelta(hours=hours, minutes=-number)).astimezone(city_zone())
        observe(states[road], path.read_bytes(), seen_at, None)
    return states


_OURS, _WORKERS = resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN


def _cpu() -> float:
    return sum(usage.ru_utime + usage.ru_stime for usage in map(resource.getrusage, (_OURS, _WORKERS)))


def _megabytes() -> float:
    """Most that this process held, and as much for each worker as the largest one held."""
    own, largest = (resource.getrusage(who).ru_maxrss / 1000 for who in (_OURS, _WORKERS))
    return own + len(os.sched_getaffinity(0)) * largest


def decode_all(paths: Sequence[Path]) -> float:
    """Seconds of one processor to read and decode files and do nothing else."""
    cv2.setNumThreads(1)
    begin = time.process_time()
    for path in paths:
        cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_REDUCED_GRAYSCALE_4)
    return time.process_time() - begin


def _states(folder: Path, again: Path) -> tuple[float, float, float]:
    """Seconds to load and to save all states of a folder, and its megabytes."""
    import json

    from assets.cctv.states import load_states, save_states

    loading = saving = 0.0
    later = SLOT + timedelta(hours=1)
    for path in sorted(folder.glob("*.json")):
        shard, ids = int(path.name.split("-")[0]), json.loads(path.read_text())["cameras"]
        begin = time.perf_counter()
        states = load_states(folder, shard, later, ids)
        loading += time.perf_counter() - begin
        begin = time.perf_counter()
        save_states(again, shard, later, ids, states)
        saving += time.perf_counter() - begin
    return loading, saving, sum(path.stat().st_size for path in again.iterdir()) / 1e6


@contextmanager
def picture_server(pictures: Sequence[Path]) -> Iterator[int]:
    """Serve the pictures from another process; gives its port."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(list(pictures), theirs), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        ours.send("end")
        process.join()


def _serve(pictures: Sequence[Path], pipe: "multiprocessing.connection.Connection") -> None:
    from sample_city.camera_hosts import CameraHosts

    files = {str(number): [path.read_bytes()] for number, path in enumerate(pictures)}
    with CameraHosts(files, has_etags=False) as hosts:
        pipe.send(hosts.port)
        pipe.recv()
