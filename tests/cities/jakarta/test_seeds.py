"""The city's seeds are whole, and say what the law and the real sources say where these lie."""

import csv
import json
from pathlib import Path

import pytest
from matplotlib.path import Path as Outline

from assets.city import CITIES

FOLDER = CITIES / "jakarta"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def seed(name: str) -> list[dict[str, str]]:
    return rows(FOLDER / f"{name}.csv")


def column(name: str, key: str) -> list[str]:
    return [row[key] for row in seed(name)]


@pytest.mark.parametrize(
    ("name", "key", "count"),
    [
        ("kecamatan", "kecamatan_code", 44),
        ("kelurahan", "kelurahan_code", 267),
        ("categories", "category_code", 68),
        ("channels", "channel_code", 15),
        ("traffic_levels", "level_code", 4),
        ("population", "kota_code", 6),
        ("etle_points", "device_code", 10),
    ],
)
def test_seed_is_complete_and_its_codes_are_unique(name: str, key: str, count: int) -> None:
    codes = column(name, key)
    assert len(codes) == count
    assert len(set(codes)) == count


def test_every_kelurahan_and_kecamatan_lies_in_jakarta() -> None:
    for row in seed("kelurahan") + seed("kecamatan"):
        assert -6.4 < float(row["latitude"]) < -5.1, row
        assert 106.3 < float(row["longitude"]) < 107.0, row


def test_limits_are_those_of_the_law() -> None:
    rules = [row for row in seed("sla_rules") if row["scope"] == "any"]
    limits = {(row["stage"], row["valid_from"][:4]): int(row["limit_hours"]) for row in rules}
    assert limits == {
        ("coordinate", "2018"): 24,
        ("coordinate", "2019"): 6,
        ("resolve", "2019"): 7 * 24,
        ("red_flag", "2025"): 6 * 24,
    }


def test_heavy_work_has_no_limit_but_its_promise() -> None:
    heavy = [row for row in seed("sla_rules") if row["scope"] == "heavy_work"]
    assert [(row["stage"], row["limit_hours"]) for row in heavy] == [("resolve", "")]


def test_areas_are_those_of_the_ministry(real: Path) -> None:
    official = {row["kode"]: " ".join(row["nama"].split()) for row in rows(real / "jakarta" / "kode_wilayah_dki.csv")}
    seeded = {row["kecamatan_code"]: row["kecamatan_name"] for row in seed("kecamatan")}
    seeded |= {row["kelurahan_code"]: row["kelurahan_name"] for row in seed("kelurahan")}
    seeded |= {row["kota_code"]: row["kota_name"] for row in seed("kecamatan")}
    assert seeded == {code: name for code, name in official.items() if code != "31"}


def test_categories_are_those_of_the_crm(real: Path) -> None:
    crm = {row["category"]: row["reports"] for row in rows(real / "jakarta" / "crm_categories.csv")}
    assert {row["category_name"]: row["crm_reports_2023"] for row in seed("categories")} == crm


def test_every_point_lies_inside_its_kelurahan(real: Path) -> None:
    features = json.loads((real / "jakarta" / "dki_kelurahan.geojson").read_text())["features"]
    shapes = {feature["properties"]["kode"]: feature["geometry"] for feature in features}
    for row in seed("kelurahan"):
        shape = shapes[row["kelurahan_code"]]
        polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
        point = (float(row["longitude"]), float(row["latitude"]))
        # The outer ring holds the point and no hole does.
        assert any(
            [Outline([xy[:2] for xy in ring]).contains_point(point) for ring in rings].count(True) == 1
            for rings in polygons
        ), row


def test_the_odd_even_restriction_is_that_of_2019() -> None:
    assert len(set(column("ganjil_genap_roads", "road_name"))) == 25
    hours = {(row["start_hour"], row["end_hour"]) for row in seed("ganjil_genap_hours")}
    assert hours == {("6", "10"), ("16", "21")}


def test_the_population_is_that_of_the_census() -> None:
    assert sum(int(people) for people in column("population", "population")) == 10_562_088
    assert set(column("population", "kota_code")) == set(column("kecamatan", "kota_code"))


def test_every_receiving_class_has_an_agency_that_it_is_named_after() -> None:
    agencies = seed("skpd")
    codes = {row["skpd_code"] for row in agencies}
    assert {row["receiving_class"] for row in agencies} - {"other"} <= codes
    by_code = {row["skpd_code"]: row for row in agencies}
    for row in agencies:
        if row["parent_skpd_code"]:
            assert row["receiving_class"] == by_code[row["parent_skpd_code"]]["receiving_class"], row
