"""Values of a city's tables by themselves: numbers that are none, cells that are empty."""

from pathlib import Path

import pytest

from assets.cities.check import check_folder
from assets.cities.schema import tables
from tests.unit.assets.cities.spoiling import HOURS, add, cell, only


@pytest.mark.parametrize("value", ["--72", "24228²", "٧٢", "7e3", "1" * 11, "9" * 5000, "2147483648", "0x1F", "+72"])
@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("sla_rules", "limit_hours"),
        ("population", "population"),
        ("categories", "crm_reports_2023"),
        (HOURS, "end_hour"),
    ],
)
def test_a_whole_number_that_is_none_is_told(folder: Path, name: str, column: str, value: str) -> None:
    cell(folder, name, 0, column, value)
    told = only(folder)
    assert told.startswith(f"{name}.csv, line 2, {column}: expected a whole number")
    assert len(told) < 300


@pytest.mark.parametrize("value", ["--1", "1²", "1e5", "9" * 400, "inf", "1,5", "١"])
def test_a_number_that_is_none_is_told(folder: Path, value: str) -> None:
    for name, column in (("ranking_rules", "value"), ("kelurahan", "latitude"), ("traffic_levels", "jam_index_to")):
        before = (folder / f"{name}.csv").read_text(encoding="utf-8")
        cell(folder, name, 0, column, value)
        assert f"{name}.csv, line 2, {column}: expected a number" in only(folder)
        (folder / f"{name}.csv").write_text(before, encoding="utf-8")


def test_a_number_that_the_database_would_round_is_told(folder: Path) -> None:
    cell(folder, "traffic_levels", 0, "jam_index_to", "0.255")
    assert "jam_index_to: expected a number below 10 with at most 2 decimals, found '0.255'" in only(folder)


# Columns that may be empty: ends, what only some rows have, and points, which are missed as one.
OPTIONAL = {
    "valid_to", "parent_skpd_code", "visibility_basis", "category_code", "reason", "limit_hours", "week_start_date_wib",
    "latitude", "longitude",
}  # fmt: skip


@pytest.mark.slow
def test_every_other_cell_that_is_empty_is_told(folder: Path) -> None:
    add(folder, "etle_points", "satu,Satu,72.71.01,-0.9,119.85,approximate,2026-01-01")
    checked = 0
    for path in sorted(folder.glob("*.csv")):
        before = path.read_text(encoding="utf-8")
        if before.count("\n") < 2:
            continue
        for column in tables()[path.stem].columns:
            if column in OPTIONAL and (path.stem, column) != ("categories", "category_code"):
                continue
            cell(folder, path.stem, 0, column, "")
            told = [fault for fault in check_folder(folder) if fault.file == path.name and fault.column == column]
            assert any((one.expected, one.found) == ("a value", "nothing") for one in told), (path.name, column)
            path.write_text(before, encoding="utf-8")
            checked += 1
    assert checked > 70


@pytest.mark.parametrize("name", ["kecamatan", "kelurahan", "etle_points"])
def test_half_a_point_is_one_fault(folder: Path, name: str) -> None:
    add(folder, "etle_points", "satu,Satu,72.71.01,-0.9,119.85,approximate,2026-01-01")
    cell(folder, name, 0, "longitude", "")
    assert f"{name}.csv, line 2, latitude, longitude: expected a point, found none" in only(folder)


# A value that is none, in a column to which others point or of which rules tell more.
@pytest.mark.parametrize("value", ["", "null", " zz", "zz", "4²"])
@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("kecamatan", "kecamatan_code"), ("kecamatan", "kota_code"), ("kelurahan", "kelurahan_code"),
        ("kelurahan", "kecamatan_code"), ("population", "kota_code"), ("skpd", "receiving_class"),
        ("channels", "channel_code"), ("sla_rules", "scope"), ("sla_rules", "stage"), ("named_places", "area_code"),
        ("categories", "skpd_code"), ("traffic_levels", "jam_index_to"), (HOURS, "rule_code"), (HOURS, "last_iso_day"),
    ],
)  # fmt: skip
def test_a_cell_is_told_once_with_all_that_follows_from_it(folder: Path, name: str, column: str, value: str) -> None:
    cell(folder, name, 0, column, value)
    told = [str(fault) for fault in check_folder(folder)]
    assert len(told) == 1 or (column, value) in {("rule_code", "zz"), ("rule_code", "4²")}, told
    assert all(one.startswith(f"{name}.csv, line 2, {column}") for one in told)
