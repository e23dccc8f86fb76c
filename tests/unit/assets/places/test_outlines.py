"""Outlines are as RFC 7946 has them, and small."""

from typing import Any

import pytest
from shapely.geometry import LinearRing, MultiPolygon, Point, Polygon, box, shape

from assets.places.outlines import DECIMALS, MOST_POINTS, outline


def rings(geometry: dict[str, Any]) -> list[list[list[float]]]:
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    return [ring for polygon in polygons for ring in polygon]


def check(geometry: dict[str, Any]) -> None:
    """What RFC 7946 asks of a polygon (3.1.6), and what we promise beside it."""
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    for outer, *holes in polygons:
        assert LinearRing(outer).is_ccw
        assert not any(LinearRing(hole).is_ccw for hole in holes)
    for ring in rings(geometry):
        assert ring[0] == ring[-1]
        assert len(ring) >= 4
        for longitude, latitude in ring:
            assert -180 <= longitude <= 180
            assert -90 <= latitude <= 90
            assert round(longitude, DECIMALS) == longitude
            assert round(latitude, DECIMALS) == latitude
    assert shape(geometry).is_valid
    assert sum(map(len, rings(geometry))) <= MOST_POINTS


def test_the_outer_ring_is_drawn_against_the_clock_and_a_hole_with_it() -> None:
    hole = [(106.84, -6.16), (106.86, -6.16), (106.86, -6.14), (106.84, -6.14)]
    area = Polygon([(106.8, -6.2), (106.8, -6.1), (106.9, -6.1), (106.9, -6.2)], [hole])
    geometry = outline(area)
    check(geometry)
    assert len(geometry["coordinates"]) == 2


@pytest.mark.parametrize(
    "area",
    [
        Point(106.8, -6.2).buffer(0.05, quad_segs=500),
        MultiPolygon([box(106 + i / 50, -6, 106 + i / 50 + 0.002 * (i + 1) / 60, -5.999) for i in range(60)]),
        Polygon(
            box(106, -7, 107, -6).exterior.coords,
            [
                box(106 + x / 10, -7 + y / 10, 106.02 + x / 10, -6.98 + y / 10).exterior.coords
                for x in range(1, 9)
                for y in range(1, 9)
            ],
        ),
    ],
    ids=["a circle of two thousand points", "sixty islands", "sixty-four holes"],
)
def test_whatever_an_area_is_its_outline_has_few_points(area: Any) -> None:
    geometry = outline(area)
    check(geometry)
    assert shape(geometry).intersection(area).area > 0.4 * area.area
