"""The seeds of the country and of the city agree with themselves and with the Python vocabularies."""

import csv
import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest
import yaml

from assets.city import COUNTRY, city_folder
from assets.complaints.model import Decision
from assets.places.place import PlaceBasis
from assets.statuses import CLOSED, IN_WORK, OPEN, CaseStatus
from ml.vision.health import FrameStatus

ROOT = Path(__file__).parents[3]
DBT = ROOT / "dbt_project"
SEEDS = sorted((*COUNTRY.glob("*.csv"), *city_folder().glob("*.csv")))


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def seed(name: str) -> list[dict[str, str]]:
    return rows(next(path for path in SEEDS if path.stem == name))


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
        ("pillars", "pillar_code", 6),
        ("case_statuses", "status_code", 8),
        ("school_breaks", "first_day", 7),
        ("violation_articles", "article_code", 15),
    ],
)
def test_seed_is_complete_and_its_codes_are_unique(name: str, key: str, count: int) -> None:
    codes = column(name, key)
    assert len(codes) == count
    assert len(set(codes)) == count


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_every_column_of_a_seed_is_typed_and_described(path: Path) -> None:
    (described,) = yaml.safe_load((DBT / "seeds" / f"{path.stem}.yml").read_text())["seeds"]
    header = path.read_text(encoding="utf-8").splitlines()[0].split(",")
    assert list(described["config"]["column_types"]) == header
    assert [described_column["name"] for described_column in described["columns"]] == header
    assert described["description"].startswith("One row per ")


def test_every_category_has_one_pillar_and_an_existing_agency() -> None:
    assert set(column("categories", "pillar_code")) == set(column("pillars", "pillar_code"))
    assert set(column("categories", "skpd_code")) <= set(column("skpd", "skpd_code"))


def test_category_codes_are_the_snake_case_of_their_names() -> None:
    for row in seed("categories"):
        assert row["category_code"] == re.sub(r"[^a-z0-9]+", "_", row["category_name"].lower()).strip("_")


def test_every_kelurahan_lies_in_an_existing_kecamatan() -> None:
    assert set(column("kelurahan", "kecamatan_code")) == set(column("kecamatan", "kecamatan_code"))


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
