"""Which kelurahan holds a point: drawn squares with a gap and an overlap."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assets.complaints.model import Report
from assets.complaints.triage.words import whereabouts
from assets.places.boundaries import BoundaryError, read_boundaries
from assets.places.gazetteer import Gazetteer
from assets.places.place import NOWHERE, PlaceBasis, PlaceMethod, locate
from assets.reference import CityReference

SIDE = 0.01
OVERLAP = 0.001


def square(west: float, south: float, side: float = SIDE) -> dict[str, Any]:
    corners = [(west, south), (west + side, south), (west + side, south + side), (west, south + side), (west, south)]
    return {"type": "Polygon", "coordinates": [corners]}


@pytest.fixture
def drawn(reference: CityReference) -> list[dict[str, Any]]:
    """A square for each kelurahan, in a row from west to east, 100 m of overlap or of gap between neighbours."""
    west, features = 106.80, []
    for number, (code, area) in enumerate(sorted(reference.kelurahan.items())):
        properties = {"kode": code} if number % 2 else {"nama": area.name.upper()}
        side = SIDE if number != 1 else SIDE / 2
        features.append({"type": "Feature", "properties": properties, "geometry": square(west, -6.20, side)})
        west += side - OVERLAP if number == 0 else side + OVERLAP
    return features


@pytest.fixture
def written(tmp_path: Path) -> Callable[[object], Path]:
    def write(features: object) -> Path:
        path = tmp_path / "boundaries.geojson"
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
        return path

    return write


@pytest.fixture
def located(
    reference: CityReference,
    drawn: list[dict[str, Any]],
    written: Callable[[object], Path],
    report: Callable[..., Report],
) -> Callable[[float, float], Any]:
    gazetteer = Gazetteer(reference, read_boundaries(written(drawn), reference))

    def at(latitude: float, longitude: float) -> Any:
        told = report(latitude=latitude, longitude=longitude, kelurahan_name=None, description="Lampu jalan mati")
        return locate([whereabouts(told)], gazetteer)[0]

    return at


def test_a_point_inside_is_sure_whatever_the_nearest_seeded_point_says(located) -> None:
    place = located(-6.195, 106.802)
    assert (place.kelurahan_code, place.basis) == ("98.71.01.1001", PlaceBasis.COORDINATES)
    assert (place.method, place.confidence) == (PlaceMethod.BOUNDARY, 1.0)


def test_where_boundaries_overlap_the_smaller_holds_the_point(located) -> None:
    assert located(-6.1985, 106.8095).kelurahan_code == "98.71.01.1002"


def test_a_gap_between_boundaries_belongs_to_a_neighbour_and_says_so(located) -> None:
    place = located(-6.1985, 106.8145)
    assert place.kelurahan_code in ("98.71.01.1002", "98.72.04.1003")
    assert place.method is PlaceMethod.NEAREST
    assert place.confidence < 1


@pytest.mark.parametrize(("latitude", "longitude"), [(0.0, 0.0), (-6.17, 106.82), (106.802, -6.195), (-6.195, 106.79)])
def test_a_point_that_no_boundary_holds_is_not_a_place(located, latitude, longitude) -> None:
    assert located(latitude, longitude) == NOWHERE


@pytest.mark.parametrize(
    ("mend", "words"),
    [
        (lambda features: features[1:], "none for 1 of them, such as Kemuning"),
        (lambda features: [*features, features[0]], "feature 8: expected each kelurahan once"),
        (lambda features: [{**features[0], "properties": {"kode": "99"}}, *features[1:]], "found another or none"),
        (lambda features: [{**features[0], "geometry": None}, *features[1:]], "no geometry that can be read"),
        (
            lambda features: [
                {**features[0], "geometry": {"type": "Point", "coordinates": [106.8, -6.2]}},
                *features[1:],
            ],
            "found Point",
        ),
        (lambda features: "none", "found something else"),
    ],
)
def test_boundaries_that_are_not_the_citys_are_refused_in_words(reference, drawn, written, mend, words) -> None:
    with pytest.raises(BoundaryError, match=words):
        read_boundaries(written(mend(drawn)), reference)


def test_no_file_and_no_json_are_refused_in_words(reference, tmp_path) -> None:
    with pytest.raises(BoundaryError, match="none that opens"):
        read_boundaries(tmp_path / "absent.geojson", reference)
    for text in ('{"features": [', "[" * 100_000):
        (tmp_path / "torn.geojson").write_text(text)
        with pytest.raises(BoundaryError, match="a FeatureCollection"):
            read_boundaries(tmp_path / "torn.geojson", reference)
