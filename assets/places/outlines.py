"""Outlines of areas as GeoJSON draws them (RFC 7946): WGS 84, right-hand rule, few points.

Belongs here: from boundaries to small outlines of kelurahan, kecamatan, kota and the city. Does not belong here:
reading boundaries (boundaries.py), pictures (reports/maps.py), what is told of an area (portal/geojson.py).
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from assets.places.boundaries import Boundaries

if TYPE_CHECKING:
    from shapely import LinearRing
    from shapely.geometry.base import BaseGeometry

# About 30 m: what drawn boundaries leave between them is closed.
GAP_DEGREES = 0.0003
# Of one outline; a map of a city needs no more, and a table has an outline in each row.
MOST_POINTS = 80
# About 1 km: coarser than that an island is drawn by nothing.
COARSEST_DEGREES = 0.01
# Decimals of a degree: six are 0.1 m, and RFC 7946 wants no more.
DECIMALS = 6


def dissolved(
    boundaries: Boundaries, parents: Mapping[str, str], gap: float = GAP_DEGREES
) -> "dict[str, BaseGeometry]":
    """Areas out of their kelurahan, the gaps between these closed.

    Args:
        boundaries: Of the kelurahan.
        parents: Area by kelurahan; what is not named is left out.
        gap: Half of the widest gap that is closed, degrees.
    """
    from shapely import union_all

    parts: dict[str, list[BaseGeometry]] = {}
    for code, area in zip(boundaries.codes, boundaries.areas, strict=True):
        if code in parents:
            parts.setdefault(parents[code], []).append(area)
    return {code: union_all(found).buffer(gap).buffer(-gap) for code, found in parts.items()}


def outlines(boundaries: Boundaries, ancestors: Mapping[str, tuple[str, ...]]) -> dict[str, dict[str, Any]]:
    """GeoJSON geometry by area, of the kelurahan and of what they are a part of.

    Args:
        boundaries: Of the kelurahan.
        ancestors: By kelurahan the areas that it is a part of, one for each level.
    """
    found = dict(zip(boundaries.codes, boundaries.areas, strict=True))
    for level in range(max((len(above) for above in ancestors.values()), default=0)):
        found |= dissolved(boundaries, {code: above[level] for code, above in ancestors.items()})
    return {code: outline(area) for code, area in found.items()}


def outline(area: "BaseGeometry") -> dict[str, Any]:
    """An area with at most `MOST_POINTS` points as GeoJSON geometry.

    What is left of an area is its largest parts, where many islands leave it more points than that.

    >>> from shapely.geometry import box
    >>> outline(box(106.8, -6.2, 106.9, -6.1))["coordinates"][0][:2]
    [[106.8, -6.2], [106.9, -6.2]]
    """
    from shapely import MultiPolygon, Polygon, count_coordinates, get_parts, orient_polygons, set_precision

    largest = sorted(
        (part for part in get_parts(area) if part.geom_type == "Polygon"), key=lambda part: part.area, reverse=True
    )
    tolerance = GAP_DEGREES / 10
    drawn = MultiPolygon(largest)
    while count_coordinates(drawn) > MOST_POINTS:
        drawn = MultiPolygon(largest).simplify(tolerance)
        tolerance *= 2
        # A ring has four points at least: no tolerance makes fewer of many islands and holes.
        if tolerance > COARSEST_DEGREES:
            largest = [Polygon(part.exterior) for part in largest[: max(1, len(largest) // 2)]]
            tolerance = GAP_DEGREES if len(largest) > 1 else tolerance
    told = orient_polygons(set_precision(drawn, 10.0**-DECIMALS), exterior_cw=False)
    polygons = [
        [_points(ring) for ring in (part.exterior, *part.interiors)]
        for part in get_parts(told)
        if part.geom_type == "Polygon"
    ]
    if len(polygons) == 1:
        return {"type": "Polygon", "coordinates": polygons[0]}
    return {"type": "MultiPolygon", "coordinates": polygons}


def _points(ring: "LinearRing") -> list[list[float]]:
    return [[round(longitude, DECIMALS), round(latitude, DECIMALS)] for longitude, latitude in ring.coords]
