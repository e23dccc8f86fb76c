"""Which kelurahan holds a point, by the city's real boundaries, and where these are drawn."""

from pathlib import Path

import numpy as np
from shapely.geometry import shape

from assets.city import CITIES
from assets.places.boundaries import Boundaries, read_boundaries
from assets.places.evaluate import evaluate_locating
from assets.places.outlines import outlines
from assets.reference import load_reference
from tests.unit.assets.places.test_outlines import check


def test_ten_thousand_points_of_jakarta_are_exact_with_its_boundaries(real: Path) -> None:
    figures = evaluate_locating(
        load_reference(CITIES / "jakarta"),
        real / "jakarta" / "dki_kelurahan.geojson",
        points=10_000,
        seed=1,
        reports=None,
    )
    assert figures["boundary"] == {"points": 10_000, "kelurahan": 1.0, "kecamatan": 1.0}
    assert 0.65 < figures["nearest"]["kelurahan"] < 0.8 < figures["nearest"]["kecamatan"] < 0.95


def test_the_points_of_the_seeds_lie_in_their_own_boundaries(real: Path) -> None:
    reference = load_reference(CITIES / "jakarta")
    boundaries = read_boundaries(real / "jakarta" / "dki_kelurahan.geojson", reference)
    areas = list(reference.kelurahan.values())
    latitude = np.array([area.latitude for area in areas])
    longitude = np.array([area.longitude for area in areas])
    held = boundaries.holding(latitude, longitude)
    assert sum(code == area.code for code, area in zip(held, areas, strict=True)) >= 265


def test_the_city_s_own_boundaries_are_drawn_where_they_lie(real: Path) -> None:
    reference = load_reference(CITIES / "jakarta")
    boundaries: Boundaries = read_boundaries(real / "jakarta" / "dki_kelurahan.geojson", reference)
    above = {
        code: (one.kecamatan_code, reference.kecamatan[one.kecamatan_code].kota_code)
        for code, one in reference.kelurahan.items()
    }
    found = outlines(boundaries, above)
    assert len(found) == len(reference.kelurahan) + len(reference.kecamatan) + 6
    for geometry in found.values():
        check(geometry)
    for code, area in zip(boundaries.codes, boundaries.areas, strict=True):
        drawn = shape(found[code])
        # Of the islands of Kepulauan Seribu the largest are drawn.
        enough = 0.3 if code.startswith("31.01") else 0.7
        assert drawn.intersection(area).area / drawn.union(area).area > enough, code
