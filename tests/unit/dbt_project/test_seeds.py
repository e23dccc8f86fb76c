"""The seeds agree with themselves, with the Python vocabularies, and with the real sources where these lie."""

import csv
import json
import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest
import yaml
from matplotlib.path import Path as Outline

from assets.complaints.model import Decision
from assets.places.place import PlaceBasis
from assets.statuses import CLOSED, IN_WORK, OPEN, CaseStatus
from ml.vision.health import FrameStatus

ROOT = Path(__file__).parents[3]
DBT = ROOT / "dbt_project"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def seed(name: str) -> list[dict[str, str]]:
    return rows(next((ROOT / "cities").glob(f"[ij]*/{name}.csv")))


def column(name: str, key: str) -> list[str]:
    return [row[key] for row in seed(name)]


def accepted_values(model: str, key: str) -> set[str]:
    (described,) = yaml.safe_load((DBT / "models" / f"{model}.yml").read_text())["models"]
    (found,) = [c for c in described["columns"] if c["name"] == key]
    (test,) = [t["accepted_values"] for t in found["data_tests"] if "accepted_values" in t]
    return set(test["arguments"]["values"])


@pytest.mark.parametrize(
    ("name", "key", "count"),
    [
        ("kecamatan", "kecamatan_code", 44),
        ("kelurahan", "kelurahan_code", 267),
        ("categories", "category_code", 68),
        ("pillars", "pillar_code", 6),
        ("channels", "channel_code", 15),
        ("case_statuses", "status_code", 8),
        ("traffic_levels", "level_code", 4),
        ("population", "kota_code", 6),
        ("school_breaks", "first_day", 7),
        ("violation_articles", "article_code", 15),
        ("etle_points", "device_code", 10),
    ],
)
def test_seed_is_complete_and_its_codes_are_unique(name: str, key: str, count: int) -> None:
    codes = column(name, key)
    assert len(codes) == count
    assert len(set(codes)) == count


@pytest.mark.parametrize("path", sorted((ROOT / "cities").glob("[ij]*/*.csv")), ids=lambda path: path.stem)
def test_every_column_of_a_seed_is_typed_and_described(path: Path) -> None:
    (described,) = yaml.safe_load((DBT / "seeds" / f"{path.stem}.yml").read_text())["seeds"]
    header = list(rows(path)[0])
    assert list(described["config"]["column_types"]) == header
    assert [described_column["name"] for described_column in described["columns"]] == header
    assert described["description"].startswith("One row per ")


def test_every_category_has_one_pillar_and_an_existing_agency() -> None:
    assert set(column("categories", "pillar_code")) == set(column("pillars", "pillar_code"))
    assert set(column("categories", "skpd_code")) <= set(column("skpd", "skpd_code"))


def test_every_receiving_class_has_an_agency_that_it_is_named_after() -> None:
    agencies = seed("skpd")
    codes = {row["skpd_code"] for row in agencies}
    assert {row["receiving_class"] for row in agencies} - {"other"} <= codes
    by_code = {row["skpd_code"]: row for row in agencies}
    for row in agencies:
        if row["parent_skpd_code"]:
            assert row["receiving_class"] == by_code[row["parent_skpd_code"]]["receiving_class"], row


def test_category_codes_are_the_snake_case_of_their_names() -> None:
    for row in seed("categories"):
        assert row["category_code"] == re.sub(r"[^a-z0-9]+", "_", row["category_name"].lower()).strip("_")


def test_every_kelurahan_lies_in_an_existing_kecamatan() -> None:
    assert set(column("kelurahan", "kecamatan_code")) == set(column("kecamatan", "kecamatan_code"))


def test_every_kelurahan_and_kecamatan_lies_in_jakarta() -> None:
    for row in seed("kelurahan") + seed("kecamatan"):
        assert -6.4 < float(row["latitude"]) < -5.1, row
        assert 106.3 < float(row["longitude"]) < 107.0, row


def test_statuses_are_those_of_the_python_side() -> None:
    sets = {row["status_code"]: row["status_set"] for row in seed("case_statuses")}
    assert set(sets) == set(CaseStatus)
    assert {code for code in sets if sets[code] == "open"} == OPEN
    assert {code for code in sets if sets[code] == "in_work"} == IN_WORK
    assert {code for code in sets if sets[code] == "closed"} == CLOSED


@pytest.mark.parametrize(
    ("model", "key", "vocabulary"),
    [
        ("marts/fct_complaints", "decision", Decision),
        ("marts/fct_complaints", "place_basis", PlaceBasis),
        ("staging/stg_camera_observations", "frame_status", FrameStatus),
    ],
)
def test_accepted_values_are_those_of_the_python_side(model: str, key: str, vocabulary: Iterable[str]) -> None:
    assert accepted_values(model, key) == set(vocabulary)


def test_traffic_levels_cover_zero_to_one_without_gap() -> None:
    levels = seed("traffic_levels")
    assert [row["level_code"] for row in levels] == ["lancar", "ramai_lancar", "padat", "macet"]
    assert float(levels[0]["jam_index_from"]) == 0
    assert float(levels[-1]["jam_index_to"]) == 1
    assert [row["jam_index_to"] for row in levels[:-1]] == [row["jam_index_from"] for row in levels[1:]]


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


@pytest.mark.parametrize(
    ("day", "is_joint_leave"),
    # Joint ministerial decrees: Idul Fitri and its joint leave, a fixed holiday, a joint leave of Christmas.
    [("2025-03-31", "false"), ("2025-04-02", "true"), ("2026-08-17", "false"), ("2024-12-26", "true")],
)
def test_known_holidays_are_in_the_calendar(day: str, is_joint_leave: str) -> None:
    kinds = {row["holiday_date"]: row["is_joint_leave"] for row in seed("holidays")}
    assert kinds[day] == is_joint_leave


def test_holidays_are_ordered_and_span_four_years() -> None:
    days = [date.fromisoformat(day) for day in column("holidays", "holiday_date")]
    assert days == sorted(set(days))
    assert {day.year for day in days} == {2024, 2025, 2026, 2027}


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
