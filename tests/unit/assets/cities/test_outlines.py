"""Boundaries beside a city's tables: the check reads them as the platform does."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assets.cities.check import check_folder
from assets.places.boundaries import BoundaryError, read_boundaries
from assets.reference import load_reference
from tests.unit.assets.cities.spoiling import cell, only

Features = list[dict[str, Any]]


def _square(west: float, south: float, wide: float = 0.01) -> dict[str, Any]:
    east, north = west + wide, south + wide
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


@pytest.fixture
def drawn(folder: Path, tmp_path: Path) -> Callable[[Callable[[Features], object]], Path]:
    """Write a square round each kelurahan's point, after a change."""

    def write(change: Callable[[Features], object]) -> Path:
        features: Features = []
        for number, one in enumerate(load_reference(folder).kelurahan.values()):
            west, south = 119.8 + number / 10, -0.9
            cell(folder, "kelurahan", number, "longitude", f"{west + 0.005:.3f}")
            cell(folder, "kelurahan", number, "latitude", f"{south + 0.005:.3f}")
            properties = {"kode": one.code, "nama": one.name}
            features.append({"type": "Feature", "properties": properties, "geometry": _square(west, south)})
        change(features)
        path = tmp_path / "batas.geojson"
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
        return path

    return write


def _by_name(features: Features) -> None:
    for one in features:
        del one["properties"]["kode"]


@pytest.mark.parametrize("change", [lambda features: None, _by_name], ids=["by code", "by name"])
def test_boundaries_are_read_as_the_platform_reads_them(
    folder: Path, drawn: Callable[..., Path], change: Callable[[Features], object]
) -> None:
    path = drawn(change)
    assert check_folder(folder, path) == []
    assert len(read_boundaries(path, load_reference(folder)).codes) == 3


def _of_all(key: str, make: Callable[[dict[str, Any]], object]) -> Callable[[Features], None]:
    def change(features: Features) -> None:
        for one in features:
            one[key] = make(one)

    return change


def _turn(one: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [[[y, x] for x, y in one["geometry"]["coordinates"][0]]]}


WRONG_BOUNDARIES: dict[str, tuple[Callable[[Features], object], str]] = {
    "another property": (
        _of_all("properties", lambda one: {"KODE": one["properties"]["kode"]}),
        "batas.geojson, feature 1, kode: expected a code of kelurahan.csv, such as 72.71.01.1001, found none"
        " among KODE",
    ),
    "codes without dots": (
        _of_all("properties", lambda one: {"kode": one["properties"]["kode"].replace(".", "")}),
        "batas.geojson, feature 1, kode: expected a code of kelurahan.csv, such as 72.71.01.1001, found"
        " '7271011001', one",
    ),
    "codes as numbers": (
        _of_all("properties", lambda one: {"kode": 7271011001}),
        "batas.geojson, feature 1, kode: expected a code of kelurahan.csv, such as 72.71.01.1001, found"
        " 7271011001, one",
    ),
    "other cities beside it": (
        lambda features: features.extend(
            {**features[0], "properties": {"kode": f"73.71.01.{number}"}} for number in range(1001, 1200)
        ),
        "batas.geojson, feature 4, kode: expected a code of kelurahan.csv, such as 72.71.01.1001, found"
        " '73.71.01.1001', one of 199 features of no kelurahan here",
    ),
    "no geometry": (
        lambda features: features[0].update(geometry=None),
        "batas.geojson, feature 1, geometry: expected a polygon, found none that can be read for 72.71.01.1001",
    ),
    "latitude first": (
        _of_all("geometry", _turn),
        "batas.geojson, geometry: expected degrees within Indonesia (WGS 84), longitude first, found -0.9, 119.8 for",
    ),
    "one over all": (
        lambda features: features[0].update(geometry=_square(119.7, -1.2, 0.9)),
        "batas.geojson, geometry: expected areas beside each other, found 72.71.01.1001 over 72.71.01.1002 and 1 more",
    ),
    "one twice over each other": (
        lambda features: features[0].update(geometry={**features[0]["geometry"]}) or features.append(features[0]),
        "batas.geojson, feature 4, kode: expected each kelurahan once, found 72.71.01.1001 again",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG_BOUNDARIES)
def test_one_fault_of_the_boundaries_gets_one_sentence(folder: Path, drawn: Callable[..., Path], name: str) -> None:
    change, said = WRONG_BOUNDARIES[name]
    assert only(folder, drawn(change)).startswith(said)


@pytest.mark.parametrize("name", ["another property", "codes as numbers", "other cities beside it", "no geometry"])
def test_what_the_check_refuses_of_a_feature_the_platform_refuses(
    folder: Path, drawn: Callable[..., Path], name: str
) -> None:
    path = drawn(WRONG_BOUNDARIES[name][0])
    with pytest.raises(BoundaryError):
        read_boundaries(path, load_reference(folder))
