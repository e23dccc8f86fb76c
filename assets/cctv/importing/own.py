"""Columns that the platform's own lists have and portals' lists mostly lack.

Belongs here: keeping them when such a list is imported again. Does not belong here: fields that go by many names
(fields.py).
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from assets.cctv.camera_list import ListedCamera, directions_of, moment_of, page_of, polygons_of, text_of
from assets.cctv.importing.hidden import hidden_in

_READ: Mapping[str, Callable[[Any], Any]] = {
    "directions": directions_of,
    "referer": lambda value: page_of(text_of(value)),
    "road_polygons": polygons_of,
    "view_since": lambda value: moment_of(text_of(value)),
}
OWN = tuple(_READ)


def own_columns(record: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Values of these columns by name, and a doubt for each that is no such value or must not be kept."""
    values: dict[str, Any] = {}
    doubts = []
    for name, read in _READ.items():
        if record.get(name) in (None, ""):
            continue
        hidden = hidden_in(str(record[name]))
        if hidden:
            doubts.append(f"{name}: left out for the {hidden} in it")
            continue
        try:
            values[name] = read(record[name])
        except (ValueError, TypeError):
            doubts.append(f"{name}: another value than the platform's own lists have, left empty")
    return values, doubts


def own_texts(camera: ListedCamera) -> dict[str, str | None]:
    """These columns as a list in CSV has them."""
    return {
        "directions": ";".join(camera.directions) or None,
        "referer": camera.referer,
        "road_polygons": json.dumps(camera.road_polygons) if camera.road_polygons else None,
        "view_since": camera.view_since.isoformat() if camera.view_since else None,
    }
