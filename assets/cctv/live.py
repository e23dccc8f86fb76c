"""The sweep of the live cameras in one slot: each asked, judged, remembered; a row for every one of them.

Belongs here: shards, processes or the cluster, deadlines, which provider is at fault. Does not belong here: the wire
(capture.py), how a frame is judged (ml/vision), tables (store.py).

A shard is a pure function of its cameras, the slot and the states before it. One process per core works on the shards,
or the Dask cluster that is named; the rows are the same.
"""

import asyncio
import ctypes
import os
import time
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import as_completed
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import cv2

from assets.cctv.answers import Answer, Captured, Failed, LiveCamera
from assets.cctv.capture import FEWEST_UNANSWERED, capture_all
from assets.cctv.contact_sheet import MOST
from assets.cctv.decoder_noise import without_decoder_noise
from assets.cctv.reach import Reach
from assets.cctv.rows import ObservationRow
from assets.cctv.states import load_states, save_states
from assets.cctv.workers import worker_pool
from assets.clock import city_zone
from assets.cluster import each_done, open_cluster
from ml.vision.camera import Observation, Road, observe, observe_unchanged
from ml.vision.decode import FrameError, decode_frame
from ml.vision.health import MEASURABLE, FrameStatus, Verdict
from ml.vision.road import Roi
from ml.vision.state import STATE, State

SHARD_CAMERAS = 950
SWEEP_S = 480.0

# Of malloc.h.
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3

# Too small for a plate or a face, large enough to see what is wrong with a camera.
THUMBNAIL = (96, 54)


@dataclass(frozen=True, slots=True)
class Outage:
    """A provider that gave no new picture of any of its cameras.

    Attributes:
        provider: Which.
        cameras: How many it has.
        reason: What was expected and found.
    """

    provider: str
    cameras: int
    reason: str


@dataclass(frozen=True, slots=True)
class Shard:
    """Some of the cameras, by number; which camera is in which shard depends on nothing but the list."""

    number: int
    cameras: tuple[LiveCamera, ...]
    roads: Mapping[str, Roi]
    reach: Reach = field(default_factory=Reach)


@dataclass(slots=True)
class Swept:
    """What a shard found.

    Attributes:
        rows: One per camera.
        asked: Number of cameras by provider.
        failures: What was found instead of a new picture, of each camera that gave none, by provider.
        pictures: Number of cameras by checksum of the picture that came, by provider.
        thumbnails: JPEG of each faulty picture, small.
    """

    rows: list[ObservationRow] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)
    failures: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    pictures: defaultdict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    thumbnails: dict[str, bytes] = field(default_factory=dict)


def shards_of(cameras: Sequence[LiveCamera], roads: Mapping[str, Roi], reach: Reach | None = None) -> list[Shard]:
    """Deal the cameras out, in the order of their ids; they may reach public addresses only where nothing is said."""
    ordered = sorted(cameras, key=lambda camera: camera.camera_id)
    parts = [ordered[start : start + SHARD_CAMERAS] for start in range(0, len(ordered), SHARD_CAMERAS)]
    return [
        Shard(
            number,
            tuple(part),
            {one.camera_id: roads[one.camera_id] for one in part if one.camera_id in roads},
            reach or Reach(),
        )
        for number, part in enumerate(parts)
    ]


def sweep_shards(
    shards: Sequence[Shard],
    slot: datetime,
    states: Path,
    *,
    scheduler: str | None,
    tell: Callable[[str], object],
) -> Swept:
    """Sweep all shards, and join what they found.

    Args:
        shards: The cameras.
        slot: Start of the slot, time-zone-aware.
        states: Folder of the states; on a cluster every worker sees it.
        scheduler: Address of a Dask scheduler; None takes one process per core of this machine.
        tell: Takes a line of progress.

    Raises:
        ClusterError: The cluster does not answer, has no worker, or is not done in time.
    """
    joined = Swept()
    begin = time.monotonic()
    for done, swept in enumerate(_spread(shards, slot.astimezone(UTC), states, scheduler), start=1):
        joined.rows += swept.rows
        joined.asked += swept.asked
        for provider, reasons in swept.failures.items():
            joined.failures[provider] += reasons
        for provider, pictures in swept.pictures.items():
            joined.pictures[provider] += pictures
        joined.thumbnails |= swept.thumbnails
        tell(f"shard {done} of {len(shards)}: {len(joined.rows):,} cameras in {time.monotonic() - begin:.0f} s")
    joined.rows.sort(key=lambda row: row.camera_id)
    return joined


def _spread(shards: Sequence[Shard], slot: datetime, states: Path, scheduler: str | None) -> Iterator[Swept]:
    if scheduler is not None:
        with open_cluster(scheduler) as client:
            # As long again, for a worker that dies at its end.
            yield from each_done(
                [client.submit(sweep_shard, shard, slot, states, pure=False) for shard in shards], 2 * SWEEP_S
            )
        return
    workers = min(len(os.sched_getaffinity(0)), len(shards))
    if workers <= 1:
        yield from (sweep_shard(shard, slot, states) for shard in shards)
        return
    with worker_pool(workers) as pool:
        for done in as_completed([pool.submit(sweep_shard, shard, slot, states) for shard in shards]):
            yield done.result()


def sweep_shard(shard: Shard, slot: datetime, states: Path) -> Swept:
    """Ask and judge the cameras of one shard; writes their states behind the slot."""
    # One process per core: OpenCV's own threads would only get in each other's way.
    cv2.setNumThreads(1)
    _keep_freed_memory()
    ids = [camera.camera_id for camera in shard.cameras]
    known = load_states(states, shard.number, slot, ids)
    swept = asyncio.run(_sweep(shard, slot, known))
    save_states(states, shard.number, slot, ids, known)
    return swept


def _keep_freed_memory() -> None:
    """Let glibc keep what a frame's arrays gave back.

    The next frame asks for it again, and every page that the system hands out anew has to be zeroed first: a sixth of a
    sweep's time.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_TRIM_THRESHOLD, 1 << 29)
        mallopt(_MMAP_THRESHOLD, 1 << 25)


async def _sweep(shard: Shard, slot: datetime, states: State) -> Swept:
    place = {camera.camera_id: number for number, camera in enumerate(shard.cameras)}
    cameras = [_with_validators(camera, states[place[camera.camera_id]]) for camera in shard.cameras]
    swept = Swept()
    with without_decoder_noise():
        async for camera, answer in capture_all(cameras, time.monotonic() + SWEEP_S, shard.reach):
            state, roi = states[place[camera.camera_id]], shard.roads.get(camera.camera_id)
            road = None if roi is None else Road.drawn(roi)
            observation, basis = _judged(state, answer, slot, road, camera.view_since)
            swept.rows.append(ObservationRow.of(camera.camera_id, slot, observation, time_basis=basis))
            swept.asked[camera.provider] += 1
            if isinstance(answer, Failed):
                swept.failures[camera.provider].append(answer.reason)
            elif observation.verdict.status is FrameStatus.FROZEN:
                swept.failures[camera.provider].append("expected a new picture, found the one before for half an hour")
            if isinstance(answer, Captured):
                swept.pictures[camera.provider][zlib.crc32(answer.content)] += 1
                state["etag"] = _validator_bytes(answer.etag, "etag")
                state["last_modified"] = _validator_bytes(answer.last_modified, "last_modified")
                if observation.verdict.status not in MEASURABLE and len(swept.thumbnails) < MOST:
                    small = _thumbnail(answer.content)
                    swept.thumbnails |= {camera.camera_id: small} if small else {}
    return swept


def _with_validators(camera: LiveCamera, state: Any) -> LiveCamera:
    etag, modified = (bytes(state[name]).decode(errors="replace") for name in ("etag", "last_modified"))
    return replace(camera, etag=etag, last_modified=modified)


def _validator_bytes(validator: str, field: str) -> bytes:
    """What a server said of its picture, as it can be said back whole; nothing else is kept."""
    return validator.encode() if validator.isascii() and len(validator) <= STATE[field].itemsize else b""


def _judged(
    state: Any, answer: Answer, slot: datetime, road: Road | None, since: datetime | None
) -> tuple[Observation, str]:
    match answer:
        case Captured():
            captured = answer.captured_at.astimezone(city_zone())
            return observe(state, answer.content, captured, road, since=since), answer.time_basis
        case Failed():
            return Observation(slot, Verdict(FrameStatus.UNREACHABLE, answer.reason)), "none"
        case _:
            return observe_unchanged(state, slot), "none"


def _thumbnail(content: bytes) -> bytes | None:
    try:
        picture = decode_frame(content)
    except FrameError:
        return None
    small = cv2.resize(picture, THUMBNAIL, interpolation=cv2.INTER_AREA)
    return bytes(cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 70])[1])


def not_asked(cameras: Sequence[LiveCamera], slot: datetime) -> Swept:
    """What is known of a slot that is over: that nobody asked."""
    missing = Observation(slot, Verdict(FrameStatus.MISSING, "no sweep ran in this slot"))
    return Swept([ObservationRow.of(camera.camera_id, slot, missing, time_basis="none") for camera in cameras])


def outages(swept: Swept) -> list[Outage]:
    """Providers that gave no new picture of any of their cameras: one fault each, not one of every camera."""
    found = []
    for provider, asked in sorted(swept.asked.items()):
        reasons, pictures = swept.failures[provider], swept.pictures[provider]
        if asked < FEWEST_UNANSWERED:
            continue
        if len(reasons) == asked:
            found.append(Outage(provider, asked, Counter(reasons).most_common(1)[0][0]))
        elif len(pictures) == 1 and pictures.total() >= max(FEWEST_UNANSWERED, asked - len(reasons)):
            found.append(Outage(provider, asked, "expected a picture of each camera, found one picture for all"))
    return found
