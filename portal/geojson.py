"""A table as GeoJSON (RFC 7946): its newest rows, each with the outline or the middle of its area.

Belongs here: the features and what the file says of itself. Does not belong here: outlines
(assets/places/outlines.py), which rows are the newest (tables.py).
"""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from assets.places.boundaries import Boundaries
from assets.places.outlines import DECIMALS, outlines

AREAS = "select area_code, area_level, parent_code, latitude, longitude from portal.areas"

Geometry = Mapping[str, Any]


def known_outlines(boundaries: Boundaries, areas: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Outlines of all areas, from the city's boundaries.

    Args:
        boundaries: Of the kelurahan.
        areas: As `AREAS` has them.
    """
    parents = {area["area_code"]: area["parent_code"] for area in areas}
    return outlines(boundaries, {code: _above(code, parents) for code in boundaries.codes})


def middles(areas: Iterable[Mapping[str, Any]]) -> dict[str, Geometry]:
    """The middle of each area as a point: of a kota and of the city, the mean of their parts'."""
    known = {area["area_code"]: area for area in areas}
    parents = {code: area["parent_code"] for code, area in known.items()}
    parts: dict[str, list[tuple[float, float]]] = {}
    for code, area in known.items():
        if area["area_level"] == "kecamatan" and area["latitude"] is not None:
            for above in (code, *_above(code, parents)):
                parts.setdefault(above, []).append((area["longitude"], area["latitude"]))
        elif area["area_level"] == "kelurahan" and area["latitude"] is not None:
            parts[code] = [(area["longitude"], area["latitude"])]
    return {code: _middle(points) for code, points in parts.items()}


def collection(
    name: str, rows: Iterable[dict[str, Any]], places: Mapping[str, Geometry], told: Mapping[str, Any]
) -> str:
    """A FeatureCollection of one feature per row.

    Args:
        name: Of the table.
        rows: Each with its area as `map_area`; a row without a place has no geometry.
        places: Geometry by area.
        told: What the file says of itself.
    """
    features = [{"type": "Feature", "geometry": places.get(row.pop("map_area")), "properties": row} for row in rows]
    document = {"type": "FeatureCollection", "name": name, **told, "features": features}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), default=_plain)


def _middle(points: list[tuple[float, float]]) -> Geometry:
    longitude, latitude = (round(sum(axis) / len(points), DECIMALS) for axis in zip(*points, strict=True))
    return {"type": "Point", "coordinates": [longitude, latitude]}


def _above(code: str, parents: Mapping[str, str | None]) -> tuple[str, ...]:
    found = []
    above = parents[code]
    while above is not None:
        found.append(above)
        above = parents[above]
    return tuple(found)


def _plain(value: object) -> object:
    match value:
        case datetime() | date():
            return value.isoformat()
        case Decimal():
            return float(value)
        case UUID():
            return str(value)
    raise TypeError(f"expected a value of a table, found {type(value).__name__}")
