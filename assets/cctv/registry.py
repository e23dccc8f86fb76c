"""The registry of cameras: what the lists say now, and what changed since they said it last.

Belongs here: raw.cameras, its addresses and its changes. Does not belong here: a list's format (camera_list.py).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from psycopg import Connection
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from assets.cctv.camera_list import ListedCamera
from assets.storage import copy_rows, merge_rows

FIELDS = (
    "name", "road", "kelurahan_code", "latitude", "longitude", "source_kind", "provider", "directions",
    "road_polygons", "is_enabled", "view_since",
)  # fmt: skip
COLUMNS = ("camera_id", *FIELDS, "position_basis", "listed_in", "is_synthetic", "registered_at", "in_service_to")


def register(
    connection: Connection, list_name: str, cameras: Sequence[ListedCamera], now: datetime, *, is_synthetic: bool
) -> Counter[str]:
    """Take over a list: new cameras appear, those that it no longer has vanish, the others change or stay.

    Args:
        connection: Open connection; the caller owns the transaction.
        list_name: Which list; a camera that another list names is taken over by this one.
        cameras: What the list says, each id once.
        now: Time of the reading.
        is_synthetic: Whether the list is of the sample city.

    Returns:
        Number of cameras by what happened to them: appeared, returned, changed, vanished, same.
    """
    with connection.cursor(row_factory=dict_row) as cursor:
        known = {row["camera_id"]: row for row in cursor.execute("select * from raw.cameras").fetchall()}
    counts: Counter[str] = Counter()
    changes: list[tuple[str, str, list[str], datetime]] = []
    for camera in cameras:
        change, what = _change(camera, known.get(camera.camera_id))
        counts[change] += 1
        if change != "same":
            changes.append((camera.camera_id, change, what, now))
    listed = {camera.camera_id for camera in cameras}
    gone = [
        camera_id
        for camera_id, row in known.items()
        if row["listed_in"] == list_name and row["in_service_to"] is None and camera_id not in listed
    ]
    changes += [(camera_id, "vanished", [], now) for camera_id in gone]
    counts["vanished"] = len(gone)
    connection.execute("update raw.cameras set in_service_to = %s where camera_id = any(%s)", [now, gone])
    merge_rows(
        connection,
        "raw.cameras",
        COLUMNS,
        [_row(camera, list_name, now, is_synthetic) for camera in cameras],
        key=["camera_id"],
        update=[column for column in COLUMNS if column not in ("camera_id", "registered_at")],
    )
    merge_rows(
        connection,
        "private.camera_addresses",
        ("camera_id", "url", "referer"),
        [(camera.camera_id, camera.url, camera.referer) for camera in cameras if camera.url],
        key=["camera_id"],
        update=["url", "referer"],
    )
    copy_rows(connection, "raw.camera_changes", ("camera_id", "change", "what", "noticed_at"), changes)
    return counts


def _change(camera: ListedCamera, known: Mapping[str, Any] | None) -> tuple[str, list[str]]:
    if known is None:
        return "appeared", []
    if known["in_service_to"] is not None:
        return "returned", []
    said = asdict(camera) | {"directions": list(camera.directions)}
    changed = [field for field in FIELDS if said[field] != known[field]]
    return ("changed", changed) if changed else ("same", [])


def _row(camera: ListedCamera, list_name: str, now: datetime, is_synthetic: bool) -> tuple[Any, ...]:
    basis = "list" if camera.latitude is not None else "kelurahan" if camera.kelurahan_code else "none"
    fields = asdict(camera) | {
        "directions": list(camera.directions),
        "road_polygons": None if camera.road_polygons is None else Jsonb(camera.road_polygons),
    }
    return (camera.camera_id, *(fields[field] for field in FIELDS), basis, list_name, is_synthetic, now, None)
