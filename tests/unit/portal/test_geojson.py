"""A table as GeoJSON: one feature a row, where its area is."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

from portal.geojson import collection, middles

AREAS = [
    {"area_code": "31", "area_level": "city", "parent_code": None, "latitude": None, "longitude": None},
    {"area_code": "98.71", "area_level": "kota", "parent_code": "31", "latitude": None, "longitude": None},
    {"area_code": "98.71.01", "area_level": "kecamatan", "parent_code": "98.71", "latitude": -6.1, "longitude": 106.8},
    {"area_code": "98.71.02", "area_level": "kecamatan", "parent_code": "98.71", "latitude": -6.2, "longitude": 106.9},
    {
        "area_code": "98.71.01.1001", "area_level": "kelurahan", "parent_code": "98.71.01", "latitude": -6.15,
        "longitude": 106.85,
    },
]  # fmt: skip


def test_without_boundaries_an_area_is_its_middle_longitude_first() -> None:
    found = middles(AREAS)
    assert found["98.71.01.1001"] == {"type": "Point", "coordinates": [106.85, -6.15]}
    assert found["31"] == found["98.71"] == {"type": "Point", "coordinates": [106.85, -6.15]}


def test_a_row_is_a_feature_and_one_without_a_place_says_so() -> None:
    moment = datetime(2026, 3, 1, 3, tzinfo=UTC)
    rows = [
        {
            "area_code": "98.71.01",
            "start": moment,
            "day": date(2026, 3, 1),
            "share": Decimal("0.60"),
            "map_area": "98.71.01",
        },
        {"area_code": None, "start": moment, "day": None, "share": None, "map_area": None},
    ]
    document = json.loads(collection("jam", rows, middles(AREAS), {"license": "CC BY 4.0"}))
    assert (document["type"], document["name"], document["license"]) == ("FeatureCollection", "jam", "CC BY 4.0")
    # RFC 7946 has no other reference system than WGS 84, and no member that names one.
    assert "crs" not in document
    first, second = document["features"]
    assert first["geometry"] == {"type": "Point", "coordinates": [106.8, -6.1]}
    assert first["properties"] == {
        "area_code": "98.71.01", "start": "2026-03-01T03:00:00+00:00", "day": "2026-03-01", "share": 0.6,
    }  # fmt: skip
    assert second["geometry"] is None
