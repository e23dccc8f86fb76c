"""Each kind of fault of a city's folder gets one sentence: no silence, no traceback, no cascade."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from assets.cities.check import check_folder
from assets.cities.faults import MOST_ALIKE, Fault, gathered
from assets.cities.schema import of_country, tables
from assets.city import CITIES, read_facts
from assets.complaints.triage.again import RELAPSE_WITHIN
from assets.places.boundaries import BoundaryError, read_boundaries
from assets.reference import DISTRIBUTOR, load_reference
from command.cli import app
from tests.other_city import write_palu

ROADS, HOURS = "ganjil_genap_roads", "ganjil_genap_hours"
ROAD = "Jalan {},72.71.01,{},,Perwako"


@pytest.fixture
def folder(codes: Path, tmp_path: Path) -> Path:
    """The sound folder of an invented kota, with each table's rows and an odd-even restriction."""
    path = write_palu(tmp_path / "kota", codes)
    _put(path / "city.toml", "has_odd_even = false", "has_odd_even = true")
    _add(path, ROADS, *(ROAD.format(number, "2026-01-01") for number in range(8)))
    _add(path, HOURS, "pagi,1,5,6,10,2026-01-01,,Perwako", "sore,1,5,16,21,2026-01-01,,Perwako")
    _add(path, "named_places", "Pasar,landmark,72.71.01.1001", "Trans,road,72.71.01")
    assert check_folder(path) == []
    return path


def _put(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} in {path.name}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def _add(folder: Path, name: str, *lines: str) -> None:
    path = folder / f"{name}.csv"
    path.write_text(path.read_text(encoding="utf-8") + "".join(f"{line}\n" for line in lines), encoding="utf-8")


def _cell(folder: Path, name: str, row: int, column: str, value: str) -> None:
    """Put a value into a cell of a table without quoted commas before it; row 0 is the first behind the header."""
    import csv

    path = folder / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file))
    rows[row][header.index(column)] = value
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


def _row_of(folder: Path, name: str, column: str, value: str) -> int:
    import csv

    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [row[column] for row in csv.DictReader(file)].index(value)


def _only(folder: Path, boundaries: Path | None = None) -> str:
    told = [str(fault) for fault in check_folder(folder, boundaries)]
    assert len(told) == 1, told
    return told[0]


@pytest.mark.parametrize("blank", ["\n", "  \n", ",,,\n", "\r\n"])
def test_a_blank_line_is_told_wherever_it_stands(folder: Path, blank: str) -> None:
    text = (folder / "skpd.csv").read_text(encoding="utf-8")
    first, rest = text.split("\n", 1)
    (folder / "skpd.csv").write_text(f"{first}\n{blank}{rest}", encoding="utf-8", newline="")
    assert _only(folder) == "skpd.csv, line 2: expected a row, found an empty line. Delete the line."
    (folder / "skpd.csv").write_text(text + blank, encoding="utf-8", newline="")
    assert "found an empty line" in _only(folder)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("skpd_code,", "skpd_code,skpd_code,", "skpd_code: expected the column once, found it 2 times"),
        ("skpd_name,", "nama,", "skpd_name: expected the column, found 'nama'. Mend its name"),
        ("skpd_code,skpd_name,parent_skpd_code,receiving_class\n", "", "expected the first line skpd_code,skpd_name"),
        ("skpd_name,parent_skpd_code", "parent_skpd_code,skpd_name", "expected the columns in the order skpd_code"),
    ],
)
def test_a_header_is_told_once_and_nothing_for_the_rows_below_it(folder: Path, old: str, new: str, said: str) -> None:
    _put(folder / "skpd.csv", old, new)
    told = _only(folder)
    assert told.startswith("skpd.csv, line 1")
    assert said in told
    assert "its rows and what points to them are checked then" in told


@pytest.mark.parametrize("name", sorted(tables().keys() - of_country()))
@pytest.mark.parametrize("content", [b"", b"\n", b"judul\n", b"\xff\xfea\x00", b'"', b"\x00"])
def test_a_file_without_its_header_is_one_fault(folder: Path, name: str, content: bytes) -> None:
    (folder / f"{name}.csv").write_bytes(content)
    assert _only(folder).startswith(f"{name}.csv, line 1: expected ")


@pytest.mark.parametrize("content", [b"", b"# kosong\n", b"\xff\xfea\x00", b"=", b"code = '72.71'\r"])
def test_facts_without_a_field_are_one_fault(folder: Path, content: bytes) -> None:
    (folder / "city.toml").write_bytes(content)
    assert _only(folder).startswith("city.toml: expected ")


@pytest.mark.parametrize("rows", [1, 2])
def test_a_file_that_ends_half_way_is_one_fault(folder: Path, rows: int) -> None:
    lines = (folder / "kelurahan.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "kelurahan.csv").write_text("".join(lines[: rows + 1]), encoding="utf-8")
    _put(folder / "named_places.csv", "72.71.01.1001", "72.71.01")
    assert _only(folder).startswith(f"kelurahan.csv: expected 3 kelurahan, as city.toml says, found {rows}. Add")


@pytest.mark.parametrize(("sign", "word"), [(";", "semicolons"), ("\t", "tabs"), ("|", "bars")])
@pytest.mark.parametrize("name", ["skpd", "kelurahan", "categories"])
def test_another_separator_is_called_by_its_name(folder: Path, name: str, sign: str, word: str) -> None:
    path = folder / f"{name}.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",", sign), encoding="utf-8")
    assert f"{name}.csv, line 1: expected values between commas, found {word}. Save it as CSV" in _only(folder)


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
    _cell(folder, name, 0, column, value)
    told = _only(folder)
    assert told.startswith(f"{name}.csv, line 2, {column}: expected a whole number")
    assert len(told) < 300


@pytest.mark.parametrize("value", ["--1", "1²", "1e5", "9" * 400, "inf", "1,5", "١"])
def test_a_number_that_is_none_is_told(folder: Path, value: str) -> None:
    for name, column in (("ranking_rules", "value"), ("kelurahan", "latitude"), ("traffic_levels", "jam_index_to")):
        before = (folder / f"{name}.csv").read_text(encoding="utf-8")
        _cell(folder, name, 0, column, value)
        assert f"{name}.csv, line 2, {column}: expected a number" in _only(folder)
        (folder / f"{name}.csv").write_text(before, encoding="utf-8")


def test_a_number_that_the_database_would_round_is_told(folder: Path) -> None:
    _cell(folder, "traffic_levels", 0, "jam_index_to", "0.255")
    assert "jam_index_to: expected a number below 10 with at most 2 decimals, found '0.255'" in _only(folder)


# Columns that may be empty: ends, what only some rows have, and points, which are missed as one.
OPTIONAL = {
    "valid_to", "parent_skpd_code", "visibility_basis", "category_code", "reason", "limit_hours", "week_start_date_wib",
    "latitude", "longitude",
}  # fmt: skip


def test_every_other_cell_that_is_empty_is_told(folder: Path) -> None:
    _add(folder, "etle_points", "satu,Satu,72.71.01,-0.9,119.85,approximate,2026-01-01")
    checked = 0
    for path in sorted(folder.glob("*.csv")):
        before = path.read_text(encoding="utf-8")
        if before.count("\n") < 2:
            continue
        for column in tables()[path.stem].columns:
            if column in OPTIONAL and (path.stem, column) != ("categories", "category_code"):
                continue
            _cell(folder, path.stem, 0, column, "")
            told = [fault for fault in check_folder(folder) if fault.file == path.name and fault.column == column]
            assert any((one.expected, one.found) == ("a value", "nothing") for one in told), (path.name, column)
            path.write_text(before, encoding="utf-8")
            checked += 1
    assert checked > 70


@pytest.mark.parametrize("name", ["kecamatan", "kelurahan", "etle_points"])
def test_half_a_point_is_one_fault(folder: Path, name: str) -> None:
    _add(folder, "etle_points", "satu,Satu,72.71.01,-0.9,119.85,approximate,2026-01-01")
    _cell(folder, name, 0, "longitude", "")
    assert f"{name}.csv, line 2, latitude, longitude: expected a point, found none" in _only(folder)


def _rule(name: str, code: str, value: str) -> Callable[[Path], None]:
    """Put another number in the place of a rule's."""
    return lambda folder: _cell(folder, name, _row_of(folder, name, "rule_code", code), "value", value)


def _first_again(folder: Path) -> None:
    _add(folder, "kelurahan", (folder / "kelurahan.csv").read_text(encoding="utf-8").splitlines()[1])


def _later(valid_to: str) -> Callable[[Path], None]:
    """End the first limit on a day, and have another begin with the year 2020."""

    def change(folder: Path) -> None:
        _put(folder / "sla_rules.csv", "2019-01-01,,", f"2019-01-01,{valid_to},")
        _add(folder, "sla_rules", "later,coordinate,any,24,working,2020-01-01,,Perwako")

    return change


def _later_hours(folder: Path) -> None:
    path = folder / f"{HOURS}.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("2026-01-01", "2026-02-01"), encoding="utf-8")


# One change each, and the beginning of the one sentence.
ONE_FAULT: dict[str, tuple[Callable[[Path], None], str]] = {
    "a synonym with both": (
        lambda folder: _cell(folder, "category_synonyms", 0, "reason", "x"),
        "category_synonyms.csv, line 2, category_code, reason: expected a category, or the reason",
    ),
    "a synonym with neither": (
        lambda folder: _cell(folder, "category_synonyms", 0, "category_code", ""),
        "category_synonyms.csv, line 2, category_code, reason: expected a category, or the reason",
    ),
    "a road in a kelurahan": (
        lambda folder: _add(folder, "named_places", "Sam Ratulangi,road,72.71.01.1001"),
        "named_places.csv, line 4, area_code: expected the kecamatan of a road, found the kelurahan",
    ),
    "hours turned round": (
        lambda folder: _put(folder / f"{HOURS}.csv", "16,21", "21,16"),
        "ganjil_genap_hours.csv, line 3, end_hour: expected 22 or more, as start_hour is 21, found 16",
    ),
    "hours past midnight": (
        lambda folder: _put(folder / f"{HOURS}.csv", "16,21", "16,25"),
        "ganjil_genap_hours.csv, line 3, end_hour: expected 1 to 24, found 25",
    ),
    "hours that overlap": (
        lambda folder: _put(folder / f"{HOURS}.csv", "16,21", "9,12"),
        "ganjil_genap_hours.csv, line 3, start_hour: expected hours of its own, found hours that line 2 has too",
    ),
    "a day 0": (
        lambda folder: _put(folder / f"{HOURS}.csv", "pagi,1,5", "pagi,0,5"),
        "ganjil_genap_hours.csv, line 2, first_iso_day: expected 1 to 7, found 0",
    ),
    "a day 8": (
        lambda folder: _put(folder / f"{HOURS}.csv", "pagi,1,5", "pagi,1,8"),
        "ganjil_genap_hours.csv, line 2, last_iso_day: expected 1 to 7, found 8",
    ),
    "days turned round": (
        lambda folder: _put(folder / f"{HOURS}.csv", "pagi,1,5", "pagi,5,1"),
        "ganjil_genap_hours.csv, line 2, last_iso_day: expected 5 or more, as first_iso_day is 5, found 1",
    ),
    "a weight above 1": (
        _rule("ranking_rules", "speed_weight", "4"),
        "ranking_rules.csv, line 5, value: expected 0 to 1 as speed_weight, found 4",
    ),
    "a weight below 0": (
        _rule("ranking_rules", "speed_weight", "-0.4"),
        "ranking_rules.csv, line 5, value: expected 0 to 1 as speed_weight, found -0.4",
    ),
    "weights of 1.3": (
        _rule("ranking_rules", "speed_weight", "0.7"),
        "ranking_rules.csv, line 5, value: expected 1 as the sum of speed_weight, relapse_weight, rating_weight,"
        " found 1.3",
    ),
    "no draws": (
        _rule("ranking_rules", "draws", "0"),
        "ranking_rules.csv, line 8, value: expected a whole number from 1 to 100000 as draws, found 0",
    ),
    "half a window": (
        _rule("ranking_rules", "window_days", "0.5"),
        "ranking_rules.csv, line 4, value: expected a whole number from 1 to 100000 as window_days, found 0.5",
    ),
    "no prior": (
        _rule("ranking_rules", "prior_cases", "0"),
        "ranking_rules.csv, line 3, value: expected more than 0 as prior_cases, found 0",
    ),
    "no pool": (
        _rule("cohort_rules", "pool_days", "0"),
        "cohort_rules.csv, line 4, value: expected a whole number from 1 to 100000 as pool_days, found 0",
    ),
    "another window of relapses": (
        lambda folder: _cell(folder, "cohort_rules", 0, "value", "30"),
        f"cohort_rules.csv, line 2, value: expected {RELAPSE_WITHIN.days}, the days within which triage links a",
    ),
    "no level of jams": (
        lambda folder: _put(folder / "traffic_levels.csv", "\nmacet,Macet,0.60,1.00", ""),
        "traffic_levels.csv, level_code: expected the level macet, which jams are told by, found none",
    ),
    "a level that ends before it begins": (
        lambda folder: _cell(folder, "traffic_levels", 3, "jam_index_to", "0.50"),
        "traffic_levels.csv, line 5, jam_index_from, jam_index_to: expected a level that ends above its begin, found"
        " 0.6 to 0.5",
    ),
    "a level that begins with the first": (
        lambda folder: _cell(folder, "traffic_levels", 3, "jam_index_from", "0"),
        "traffic_levels.csv, line 5, jam_index_from: expected 0.6, where the level before it ends, found 0",
    ),
    "an unknown indicator": (
        lambda folder: _cell(folder, "pillar_indicators", 0, "indicator_code", "happiness"),
        "pillar_indicators.csv, line 2, indicator_code: expected an indicator that the models compute, found happiness",
    ),
    "reports below 0": (
        lambda folder: _cell(folder, "categories", 0, "crm_reports_2023", "-3"),
        "categories.csv, line 2, crm_reports_2023: expected 0 or more, found -3",
    ),
    "an end written as the last day": (
        _later("2019-12-31"),
        "sla_rules.csv, line 2, valid_to: expected the first day without it, 2020-01-01, on which the row of line 5",
    ),
    "a gap between limits": (
        _later("2019-12-01"),
        "sla_rules.csv, line 5, valid_from: expected 2019-12-01, where the rule of line 2 ends, found 2020-01-01",
    ),
    "no limit of a stage": (
        lambda folder: _put(folder / "sla_rules.csv", "coordinate,any", "red_flag,any"),
        "sla_rules.csv, stage: expected a rule of the stage coordinate with the scope any, found none",
    ),
    "a letter in a code": (
        lambda folder: _put(folder / "kelurahan.csv", "72.71.01.1002", "72.71.01.l002"),
        "kelurahan.csv, line 3, kelurahan_code: expected a code such as 72.71.01.1001, found 72.71.01.l002",
    ),
    "a letter in the code of a kecamatan": (
        lambda folder: _put(folder / "kecamatan.csv", "72.71.01,", "72.71.0l,"),
        "kecamatan.csv, line 2, kecamatan_code: expected a code such as 72.71.01, found 72.71.0l",
    ),
    "a year that is none": (
        lambda folder: _put(folder / "population.csv", ",2025", ",20255"),
        "population.csv, line 2, census_year: expected a year from 1945 to 2100, found 20255",
    ),
    "the people of another kota": (
        lambda folder: _put(folder / "population.csv", "72.71,", "72.72,"),
        "population.csv, line 2, kota_code: expected 72.71, found 72.72",
    ),
    "a row twice": (
        _first_again,
        "kelurahan.csv, line 5, kelurahan_code: expected each value once, found 72.71.01.1001 again",
    ),
    "a file that is gone": (
        lambda folder: (folder / "kecamatan.csv").unlink(),
        "kecamatan.csv: expected the file, found none. Add it",
    ),
    "a kecamatan that is gone": (
        lambda folder: _put(folder / "kecamatan.csv", "72.71.01,Palu Timur,72.71,Kota Palu,-0.9,119.81\n", ""),
        f"{ROADS}.csv, line 2, kecamatan_code: expected a kecamatan_code of kecamatan.csv, found 72.71.01, in",
    ),
    "a box elsewhere": (
        lambda folder: _put(folder / "city.toml", "north = ", "north = -"),
        "city.toml, bounds: expected a box that holds the points, found 5 of 5 outside, the first in kecamatan.csv",
    ),
    "a box turned round": (
        lambda folder: _put(folder / "city.toml", "south = -", "south = "),
        "city.toml, bounds.south: expected a south below the north",
    ),
    "a city without odd-even": (
        lambda folder: _put(folder / "city.toml", "has_odd_even = true", "has_odd_even = false"),
        f"{ROADS}.csv, line 2: expected no row in a city without odd-even, found 8, and 2 in {HOURS}.csv",
    ),
    "hours of a later day": (
        _later_hours,
        f"{ROADS}.csv, line 2, road_name: expected hours in {HOURS}.csv from 2026-01-01 on, found none, for 8 rows",
    ),
    "a quotation mark that nothing closes": (
        lambda folder: _put(folder / "skpd.csv", "\nsatpol_pp,", '\nsatpol_pp,"'),
        "skpd.csv, line ",
    ),
    "a comma in an agency": (
        lambda folder: _put(folder / "skpd.csv", "\ndinas_bina_marga,", "\ndinas_bina_marga,x,"),
        "skpd.csv, line 3: expected 4 values, found 5",
    ),
    "agencies in a circle with others below": (
        lambda folder: _cell(folder, "skpd", 0, "parent_skpd_code", "dinas_bina_marga"),
        "skpd.csv, line 2, parent_skpd_code: expected an agency that ends at the top, found ",
    ),
    "nobody distributes": (
        lambda folder: _cell(folder, "skpd", _row_of(folder, "skpd", "skpd_code", DISTRIBUTOR), "skpd_code", "bagian"),
        f"skpd.csv, skpd_code: expected the agency {DISTRIBUTOR}, found none",
    ),
    "a kota of another city": (
        lambda folder: _put(folder / "kecamatan.csv", "Palu Barat,72.71", "Palu Barat,72.72"),
        "kecamatan.csv, line 3, kota_code: expected the city's own code 72.71",
    ),
    "another code of the city": (
        lambda folder: _put(folder / "city.toml", '"72.71"', '"72.72"'),
        "city.toml, code: expected the code that kecamatan.csv has (72.71), found 72.72",
    ),
    "a rule that is gone": (
        lambda folder: _put(folder / "ranking_rules.csv", "draws,", "drawn,"),
        "ranking_rules.csv, line 8, rule_code: expected one of ",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ONE_FAULT)
def test_one_fault_gets_one_sentence(folder: Path, name: str) -> None:
    spoil, said = ONE_FAULT[name]
    spoil(folder)
    assert _only(folder).startswith(said)


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
    _cell(folder, name, 0, column, value)
    told = [str(fault) for fault in check_folder(folder)]
    assert len(told) == 1 or (column, value) in {("rule_code", "zz"), ("rule_code", "4²")}, told
    assert all(one.startswith(f"{name}.csv, line 2, {column}") for one in told)


@pytest.mark.parametrize("name", sorted(tables().keys() - of_country() - {"expected_counts"}))
def test_a_row_that_stands_twice_is_told_once(folder: Path, name: str) -> None:
    _add(folder, "etle_points", "satu,Satu,72.71.01,-0.9,119.85,approximate,2026-01-01")
    lines = (folder / f"{name}.csv").read_text(encoding="utf-8").splitlines()
    _add(folder, name, lines[1])
    assert f"{name}.csv, line {len(lines) + 1}, " in _only(folder)
    assert " again, first in line 2. Delete one of the two" in _only(folder)


@pytest.mark.parametrize(
    ("name", "code", "value"),
    [("ranking_rules", "draws", "99999999"), ("cohort_rules", "pool_days", "99999999999")],
)
def test_a_number_that_no_build_ends_with_is_told(folder: Path, name: str, code: str, value: str) -> None:
    _rule(name, code, value)(folder)
    assert f"value: expected a whole number from 1 to 100000 as {code}, found {value}" in _only(folder)


def test_twenty_faults_at_once_are_twenty_sentences_and_exit_code_1(folder: Path) -> None:
    planted = (
        "a synonym with both", "a road in a kelurahan", "hours turned round", "a day 8", "a weight above 1", "no draws",
        "no pool", "a level that ends before it begins", "an unknown indicator", "reports below 0",
        "a gap between limits", "a year that is none", "a comma in an agency", "nobody distributes",
        "a letter in a code",
    )  # fmt: skip
    for name in planted:
        ONE_FAULT[name][0](folder)
    _put(folder / "city.toml", 'number_prefix = "PL"', 'number_prefix = "P1"')
    _put(folder / "city.toml", "palu.example.org", "https://palu.example.org")
    _cell(folder, "channels", 0, "channel_code", "tiktok")
    _cell(folder, "kecamatan", 1, "longitude", "")
    _cell(folder, "pillar_indicators", 1, "direction", "")
    told = [str(fault) for fault in check_folder(folder)]
    assert len(told) == 20, told
    said = CliRunner().invoke(app, ["city", "check", str(folder)])
    assert said.exit_code == 1
    assert said.output.splitlines() == [*told, "20 faults: nothing is built from this folder."]


@pytest.mark.parametrize("code", ["macett", ""])
def test_a_level_of_jams_that_is_misspelt_is_one_fault(folder: Path, code: str) -> None:
    _cell(folder, "traffic_levels", 3, "level_code", code)
    assert _only(folder).startswith("traffic_levels.csv, line 5, level_code: expected ")


@pytest.mark.parametrize(
    "name", ["categories", "channels", "pillar_indicators", "skpd", "sla_rules", "traffic_levels", "ranking_rules"]
)
def test_a_table_that_nothing_works_without_is_not_empty(folder: Path, name: str) -> None:
    path = folder / f"{name}.csv"
    path.write_text(path.read_text(encoding="utf-8").split("\n")[0] + "\n", encoding="utf-8")
    told = _only(folder)
    assert told.startswith(f"{name}.csv: expected ")
    assert "found none" in told or "found 0" in told


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ('"palu.example.org"', '"https://palu.example.org/"', "domain"),
        ('"palu.example.org"', '"  "', "domain"),
        ('"palu.example.org"', '"admin@palu.example.org"', "domain"),
        ('name = "Palu"', 'name = "  "', "name"),
        ('name = "Palu"', 'name = "Pa\\nlu"', "name"),
        ('name = "Palu"', 'name = " Palu"', "name"),
        ('name = "Palu"', 'name = "Pa\\u0007lu"', "name"),
        ('"72.71"', '"٧٢.٧١"', "code"),
    ],
)
def test_a_field_that_pages_cannot_hold_is_told(folder: Path, old: str, new: str, field: str) -> None:
    _put(folder / "city.toml", old, new)
    assert _only(folder).startswith("city.toml, line ")
    assert f", {field}: expected " in _only(folder)


def test_a_prefix_of_another_city_of_the_project_is_told(folder: Path) -> None:
    other = next(path.parent for path in sorted(CITIES.glob("*/city.toml")))
    prefix = read_facts(other).number_prefix
    _put(folder / "city.toml", 'number_prefix = "PL"', f'number_prefix = "{prefix}"')
    assert f"number_prefix: expected another prefix than that of {other.name}, found {prefix}" in _only(folder)


def test_a_mark_of_byte_order_is_no_fault(folder: Path) -> None:
    path = folder / "city.toml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert check_folder(folder) == []
    assert read_facts(folder).name == "Palu"


def test_a_fault_of_the_facts_leaves_the_areas_to_be_checked(folder: Path) -> None:
    _put(folder / "city.toml", 'number_prefix = "PL"', 'number_prefix = "P1"')
    _put(folder / "kelurahan.csv", "72.71.01.1002", "72.71.01.l002")
    _cell(folder, "kelurahan", 2, "latitude", "")
    _put(folder / "population.csv", ",1000,", ",0,")
    assert len(check_folder(folder)) == 4


@pytest.mark.parametrize(
    ("old", "new", "resting"),
    [
        ('code = "72.71"', 'code = "72.7"', "whether areas are of the city"),
        ("south = -", "south = -9", "where points lie"),
        ("kelurahan = 3", "kelurahan = 0", "how many areas there are"),
        ("has_odd_even = true", 'has_odd_even = "ya"', "odd-even"),
        ("has_odd_even = true\n\n[bounds]", "\n[bounds]\nhas_odd_even = true", "odd-even"),
        ("[counts]", "[counts", "whether areas are of the city, where points lie, how many areas there are, odd-even"),
    ],
)
def test_what_cannot_be_checked_is_said_with_the_fault(folder: Path, old: str, new: str, resting: str) -> None:
    _put(folder / "city.toml", old, new)
    assert _only(folder).endswith(f"; until then nothing tells {resting}.")


def test_many_rows_of_one_cause_are_one_sentence_with_their_lines() -> None:
    faults = [Fault("skpd.csv", line, "skpd_name", f"a name of {line}", "none", "Add it") for line in range(2, 50)]
    assert gathered(faults[:MOST_ALIKE]) == faults[:MOST_ALIKE]
    [one] = gathered(faults)
    assert one.found == "none, and so in 48 rows: lines 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13 ... 49"


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
            _cell(folder, "kelurahan", number, "longitude", f"{west + 0.005:.3f}")
            _cell(folder, "kelurahan", number, "latitude", f"{south + 0.005:.3f}")
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
    assert _only(folder, drawn(change)).startswith(said)


@pytest.mark.parametrize("name", ["another property", "codes as numbers", "other cities beside it", "no geometry"])
def test_what_the_check_refuses_of_a_feature_the_platform_refuses(
    folder: Path, drawn: Callable[..., Path], name: str
) -> None:
    path = drawn(WRONG_BOUNDARIES[name][0])
    with pytest.raises(BoundaryError):
        read_boundaries(path, load_reference(folder))


def test_every_expression_that_dbt_tests_of_a_city_has_a_rule_here() -> None:
    import yaml

    from assets.cities.schema import DESCRIPTIONS

    found = {
        test["expression_is_true"]["name"]
        for path in DESCRIPTIONS.glob("*.yml")
        for test in yaml.safe_load(path.read_text(encoding="utf-8"))["seeds"][0].get("data_tests", ())
        if "expression_is_true" in test
    }
    # Each is spoilt above, or in test_check.py.
    assert found == {
        "category_synonyms_without_a_category_say_why",
        "kecamatan_code_begins_with_its_kota",
        "kelurahan_code_begins_with_its_kecamatan",
        "named_places_of_roads_are_kecamatan",
        "sla_rules_limit_is_positive",
        "traffic_levels_meet_without_gap",
    }
