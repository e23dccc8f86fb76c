"""Cameras and their observations into raw.cameras and raw.camera_observations.

Belongs here: what is swept, what is replaced, what is kept how long. Does not belong here: reading a frame (ml/vision),
folders (snapshots), the wire (capture).
"""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from datetime import date, datetime, timedelta
from functools import partial
from operator import attrgetter
from pathlib import Path

import pandas as pd
from psycopg import Connection, sql
from psycopg.rows import dict_row

from assets.cctv.answers import LiveCamera
from assets.cctv.camera_list import read_camera_list
from assets.cctv.live import Swept, outages
from assets.cctv.registry import register
from assets.cctv.rows import ObservationRow
from assets.cctv.snapshots import read_cameras, unread_cameras
from assets.cctv.sweep import COLUMNS, frame_days, sweep_folder
from assets.cctv.swept_days import digests, keep_swept, swept_before
from assets.clock import city_zone, midnight
from assets.sources.landing import SYNTHETIC_MARKER
from assets.storage import copy_rows, ensure_day_partition, replace_day, table_name
from ml.vision.road import Roi, roi_of

OBSERVATIONS = "raw.camera_observations"


def write_registry(connection: Connection, lists: Iterable[Path], now: datetime) -> tuple[Counter[str], list[str]]:
    """Take over every list of cameras; a camera listed again takes over the newest list's row.

    Args:
        connection: Open connection; the caller owns the transaction.
        lists: Files; those of snapshot folders lie in them as cameras.csv.
        now: Time of the reading.

    Returns:
        Number of cameras by what happened to them, and the rows that are refused with their reasons.
    """
    counts: Counter[str] = Counter()
    refused: list[str] = []
    for path in lists:
        cameras, rows = read_camera_list(path)
        is_synthetic = (path.parent / SYNTHETIC_MARKER).exists()
        counts += register(connection, os.fspath(path.resolve()), cameras, now, is_synthetic=is_synthetic)
        refused += [f"{path.name}, row {row.row}: {row.reason}" for row in rows]
    return counts, refused


def _spans(days: Sequence[date]) -> list[tuple[date, date]]:
    """Runs of consecutive days as (first, last).

    >>> _spans([date(2026, 1, 1), date(2026, 1, 2), date(2026, 1, 5)])
    [(datetime.date(2026, 1, 1), datetime.date(2026, 1, 2)), (datetime.date(2026, 1, 5), datetime.date(2026, 1, 5))]
    """
    spans: list[tuple[date, date]] = []
    for day in sorted(days):
        if spans and day - spans[-1][1] == timedelta(days=1):
            spans[-1] = (spans[-1][0], day)
        else:
            spans.append((day, day))
    return spans


def _write_days(connection: Connection, observations: pd.DataFrame, now: datetime) -> None:
    """Replace the days of these observations, for their cameras only."""
    cameras = observations["camera_id"].unique().tolist()
    table = observations[COLUMNS].astype(object).where(observations[COLUMNS].notna(), None)
    days = observations["slot_start"].dt.tz_convert(city_zone()).dt.date
    for day, rows in table.groupby(days, sort=True):
        replace_day(
            connection,
            OBSERVATIONS,
            day,
            [*COLUMNS, "swept_at"],
            ((*row, now) for row in rows.itertuples(index=False)),
            among=("camera_id", cameras),
        )


def _tell_camera(tell: Callable[[str], object], folder: str, done: int, total: int) -> None:
    tell(f"{folder}: camera {done} of {total}")


def sweep_into(
    connection: Connection,
    folders: Iterable[Path],
    window: tuple[datetime, datetime],
    now: datetime,
    tell: Callable[[str], object],
) -> Counter[str]:
    """Sweep the days of a window that have snapshots, and replace what is kept of them.

    A camera whose days are kept as its files are now is not swept again.

    Args:
        connection: Open connection; the caller owns the transaction.
        folders: Snapshot folders.
        window: From (included) to (excluded), whole days of the city.
        now: Time of the sweep.
        tell: Takes a line of progress.

    Returns:
        Number of observations by status, and of cameras that are as they were (`unchanged_cameras`).
    """
    counts: Counter[str] = Counter()
    start, end = (moment.astimezone(city_zone()).date() for moment in window)
    for folder in folders:
        for name in unread_cameras(folder):
            tell(f"{folder.name}/{name}: not read, for its pictures lie in subfolders; put them beside each other")
        for first, last in _spans([day for day in frame_days(folder) if start <= day < end]):
            days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
            found = digests(read_cameras(folder), days)
            changed = {camera_id for camera_id, _ in found.keys() - swept_before(connection, found)}
            counts["unchanged_cameras"] += len({camera_id for camera_id, _ in found} - changed)
            if not changed:
                continue
            observations = sweep_folder(
                folder,
                start=midnight(first),
                end=midnight(last + timedelta(days=1)),
                on_camera=partial(_tell_camera, tell, folder.name),
                only=changed,
            )
            _write_days(connection, observations, now)
            keep_swept(connection, {key: digest for key, digest in found.items() if key[0] in changed})
            counts.update(observations["status"].tolist())
    return counts


def live_cameras(connection: Connection, before: datetime) -> tuple[list[LiveCamera], dict[str, Roi], bool]:
    """Cameras that shall be asked, the roads that are drawn for them, and whether any of them is synthetic.

    Args:
        connection: Open connection.
        before: Those registered later are left out: of a slot before its time a camera is not missing.
    """
    cursor = connection.cursor(row_factory=dict_row)
    rows = cursor.execute(
        """
        select
            camera_id, coalesce(provider, '') as provider, source_kind, url, coalesce(referer, '') as referer,
            road_polygons, view_since, is_synthetic
        from raw.cameras
        inner join private.camera_addresses using (camera_id)
        where is_enabled and in_service_to is null and source_kind <> 'folder' and registered_at < %s
        order by camera_id
        """,
        [before],
    ).fetchall()
    cameras = [
        LiveCamera(
            row["camera_id"],
            row["provider"],
            row["source_kind"],
            row["url"],
            referer=row["referer"],
            view_since=row["view_since"],
        )
        for row in rows
    ]
    roads = {row["camera_id"]: roi_of(row["road_polygons"]) for row in rows if row["road_polygons"] is not None}
    return cameras, roads, any(row["is_synthetic"] for row in rows)


def is_swept(connection: Connection, slot: datetime, cameras: Sequence[LiveCamera]) -> bool:
    """Whether a slot of these cameras is kept already; live cameras cannot be asked for the past."""
    ids = [camera.camera_id for camera in cameras]
    row = connection.execute(
        "select 1 from raw.camera_observations where slot_start = %s and camera_id = any(%s) limit 1", [slot, ids]
    ).fetchone()
    return row is not None


def keep_slot(
    connection: Connection, swept: Swept, slot: datetime, now: datetime, *, is_synthetic: bool
) -> Counter[str]:
    """Write what a sweep found, and whose fault the silent ones were; returns observations by status."""
    ensure_day_partition(connection, OBSERVATIONS, slot.astimezone(city_zone()).date())
    columns = [field.name for field in fields(ObservationRow)]
    values = attrgetter(*columns)
    rows = ((*values(row), is_synthetic, now) for row in swept.rows)
    copy_rows(connection, OBSERVATIONS, [*columns, "is_synthetic", "swept_at"], rows)
    copy_rows(
        connection,
        "raw.provider_outages",
        ["provider", "slot_start", "cameras", "reason"],
        ((one.provider, slot, one.cameras, one.reason) for one in outages(swept)),
    )
    return Counter(row.status for row in swept.rows)


def drop_old_days(connection: Connection, before: date) -> list[str]:
    """Drop the partitions of the days before one; returns their names."""
    names = [
        name
        for (name,) in connection.execute(
            "select inhrelid::regclass::text from pg_inherits where inhparent = %s::regclass order by 1", [OBSERVATIONS]
        )
        if name < f"{OBSERVATIONS}_{before:%Y%m%d}"
    ]
    for name in names:
        connection.execute(sql.SQL("drop table {}").format(table_name(name)))
    connection.execute("delete from raw.swept_camera_days where day < %s", [before])
    return names
