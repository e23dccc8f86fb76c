"""Days of cameras that were swept already, from the very same files, and need not be swept again.

Belongs here: what a day's rows come from, as a digest, and where it is kept.
Does not belong here: the sweep (sweep.py).
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from psycopg import Connection

import ml.vision
from assets.cctv.snapshots import Camera
from assets.cctv.sweep import HISTORY_DAYS
from assets.clock import city_zone

# Digest of each day of each camera: (camera id, day).
Digests = Mapping[tuple[str, date], str]


def digests(cameras: Iterable[Camera], days: Sequence[date]) -> Digests:
    """What each day of each camera would be judged by now.

    Args:
        cameras: With all their frames.
        days: In the city.
    """
    return {(camera.camera_id, day): _digest(camera, day) for camera in cameras for day in days}


def swept_before(connection: Connection, now: Digests) -> set[tuple[str, date]]:
    """The days among these whose rows come from the same files already."""
    return {
        (camera_id, day)
        for camera_id, day, digest in connection.execute(
            """
            select swept.camera_id, swept.day, swept.digest
            from raw.swept_camera_days as swept
            inner join unnest(%s::text[], %s::date[]) as asked (camera_id, day) using (camera_id, day)
            where exists (
                select from raw.camera_observations as observed
                where observed.camera_id = swept.camera_id
                    and observed.slot_start >= swept.day::timestamp at time zone %s
                    and observed.slot_start < (swept.day + 1)::timestamp at time zone %s
            )
            """,
            [[camera for camera, _ in now], [day for _, day in now], city_zone().key, city_zone().key],
        ).fetchall()
        if now[camera_id, day] == digest
    }


def keep_swept(connection: Connection, swept: Digests) -> None:
    """Remember what the rows of these days come from."""
    with connection.cursor() as cursor:
        cursor.executemany(
            """
            insert into raw.swept_camera_days (camera_id, day, digest) values (%s, %s, %s)
            on conflict (camera_id, day) do update set digest = excluded.digest
            """,
            [(camera_id, day, digest) for (camera_id, day), digest in swept.items()],
        )


def _digest(camera: Camera, day: date) -> str:
    found = hashlib.blake2b(_judge(), digest_size=16)
    for line in _sources(camera, day):
        found.update(f"{line}\n".encode())
    return found.hexdigest()


def _sources(camera: Camera, day: date) -> Iterator[str]:
    """Whatever the day is judged by: its frames, those that make its background, the drawn road, a confirmed view."""
    yield f"view since {camera.view_since}"
    oldest = day - timedelta(days=HISTORY_DAYS - 1)
    frames = [frame.path for frame in camera.frames if oldest <= frame.captured_at.date() <= day]
    for path in [*frames, *([camera.roi] if camera.roi else [])]:
        told = path.stat()
        yield f"{path} {told.st_size} {told.st_mtime_ns}"


@cache
def _judge() -> bytes:
    """Digest of the code that judges: what a better one would say differently is said again."""
    found = hashlib.blake2b()
    for package in (Path(ml.vision.__path__[0]), Path(__file__).parent):
        for source in sorted(package.glob("*.py")):
            found.update(source.read_bytes())
    return found.digest()
