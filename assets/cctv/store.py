"""Cameras and their observations, from snapshot folders into raw.cameras and raw.camera_observations.

Belongs here: which days are swept, what is replaced. Does not belong here: reading a frame (ml/vision), folders
(snapshots).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

import pandas as pd
from psycopg import Connection

from assets.cctv.snapshots import read_camera_registry
from assets.cctv.sweep import COLUMNS, frame_days, sweep_folder
from assets.clock import WIB, midnight
from assets.landing import SYNTHETIC_MARKER
from assets.storage import merge_rows, replace_day


def write_registry(connection: Connection, folders: Iterable[Path], now: datetime) -> int:
    """Register the cameras that the folders list; a camera listed again takes over the newest list's row."""
    count = 0
    for folder in folders:
        registry = read_camera_registry(folder)
        is_synthetic = (folder / SYNTHETIC_MARKER).exists()
        merge_rows(
            connection,
            "raw.cameras",
            ["camera_id", "name", "kelurahan_code", "latitude", "longitude", "is_synthetic", "registered_at"],
            ((*row, is_synthetic, now) for row in registry.itertuples(index=False)),
            key=["camera_id"],
            update=["name", "kelurahan_code", "latitude", "longitude", "is_synthetic"],
        )
        count += len(registry)
    return count


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
    days = observations["slot_start"].dt.tz_convert(WIB).dt.date
    for day, rows in table.groupby(days, sort=True):
        replace_day(
            connection,
            "raw.camera_observations",
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

    Args:
        connection: Open connection; the caller owns the transaction.
        folders: Snapshot folders.
        window: From (included) to (excluded), whole WIB days.
        now: Time of the sweep.
        tell: Takes a line of progress.

    Returns:
        Number of observations by status.
    """
    counts: Counter[str] = Counter()
    start, end = (moment.astimezone(WIB).date() for moment in window)
    for folder in folders:
        for first, last in _spans([day for day in frame_days(folder) if start <= day < end]):
            observations = sweep_folder(
                folder,
                start=midnight(first),
                end=midnight(last + timedelta(days=1)),
                on_camera=partial(_tell_camera, tell, folder.name),
            )
            _write_days(connection, observations, now)
            counts.update(observations["status"].tolist())
    return counts
