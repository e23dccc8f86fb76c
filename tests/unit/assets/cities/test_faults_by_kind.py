"""Each kind of fault between the rows of a city's folder gets one sentence: no silence, no traceback, no cascade."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assets.cities.check import check_folder
from assets.cities.faults import MOST_ALIKE, Fault, gathered
from assets.complaints.triage.again import RELAPSE_WITHIN
from assets.reference import DISTRIBUTOR
from command.cli import app
from tests.unit.assets.cities.spoiling import HOURS, ROADS, add, cell, only, put, row_of, rule


def _first_again(folder: Path) -> None:
    add(folder, "kelurahan", (folder / "kelurahan.csv").read_text(encoding="utf-8").splitlines()[1])


def _later(valid_to: str) -> Callable[[Path], None]:
    """End the first limit on a day, and have another begin with the year 2020."""

    def change(folder: Path) -> None:
        put(folder / "sla_rules.csv", "2019-01-01,,", f"2019-01-01,{valid_to},")
        add(folder, "sla_rules", "later,coordinate,any,24,working,2020-01-01,,Perwako")

    return change


def _later_hours(folder: Path) -> None:
    path = folder / f"{HOURS}.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("2026-01-01", "2026-02-01"), encoding="utf-8")


# One change each, and the beginning of the one sentence.
ONE_FAULT: dict[str, tuple[Callable[[Path], None], str]] = {
    "a synonym with both": (
        lambda folder: cell(folder, "category_synonyms", 0, "reason", "x"),
        "category_synonyms.csv, line 2, category_code, reason: expected a category, or the reason",
    ),
    "a synonym with neither": (
        lambda folder: cell(folder, "category_synonyms", 0, "category_code", ""),
        "category_synonyms.csv, line 2, category_code, reason: expected a category, or the reason",
    ),
    "a road in a kelurahan": (
        lambda folder: add(folder, "named_places", "Sam Ratulangi,road,72.71.01.1001"),
        "named_places.csv, line 4, area_code: expected the kecamatan of a road, found the kelurahan",
    ),
    "hours turned round": (
        lambda folder: put(folder / f"{HOURS}.csv", "16,21", "21,16"),
        "ganjil_genap_hours.csv, line 3, end_hour: expected 22 or more, as start_hour is 21, found 16",
    ),
    "hours past midnight": (
        lambda folder: put(folder / f"{HOURS}.csv", "16,21", "16,25"),
        "ganjil_genap_hours.csv, line 3, end_hour: expected 1 to 24, found 25",
    ),
    "hours that overlap": (
        lambda folder: put(folder / f"{HOURS}.csv", "16,21", "9,12"),
        "ganjil_genap_hours.csv, line 3, start_hour: expected hours of its own, found hours that line 2 has too",
    ),
    "a day 0": (
        lambda folder: put(folder / f"{HOURS}.csv", "pagi,1,5", "pagi,0,5"),
        "ganjil_genap_hours.csv, line 2, first_iso_day: expected 1 to 7, found 0",
    ),
    "a day 8": (
        lambda folder: put(folder / f"{HOURS}.csv", "pagi,1,5", "pagi,1,8"),
        "ganjil_genap_hours.csv, line 2, last_iso_day: expected 1 to 7, found 8",
    ),
    "days turned round": (
        lambda folder: put(folder / f"{HOURS}.csv", "pagi,1,5", "pagi,5,1"),
        "ganjil_genap_hours.csv, line 2, last_iso_day: expected 5 or more, as first_iso_day is 5, found 1",
    ),
    "a weight above 1": (
        rule("ranking_rules", "speed_weight", "4"),
        "ranking_rules.csv, line 5, value: expected 0 to 1 as speed_weight, found 4",
    ),
    "a weight below 0": (
        rule("ranking_rules", "speed_weight", "-0.4"),
        "ranking_rules.csv, line 5, value: expected 0 to 1 as speed_weight, found -0.4",
    ),
    "weights of 1.3": (
        rule("ranking_rules", "speed_weight", "0.7"),
        "ranking_rules.csv, line 5, value: expected 1 as the sum of speed_weight, relapse_weight, rating_weight,"
        " found 1.3",
    ),
    "no draws": (
        rule("ranking_rules", "draws", "0"),
        "ranking_rules.csv, line 8, value: expected a whole number from 1 to 100000 as draws, found 0",
    ),
    "half a window": (
        rule("ranking_rules", "window_days", "0.5"),
        "ranking_rules.csv, line 4, value: expected a whole number from 1 to 100000 as window_days, found 0.5",
    ),
    "no prior": (
        rule("ranking_rules", "prior_cases", "0"),
        "ranking_rules.csv, line 3, value: expected more than 0 as prior_cases, found 0",
    ),
    "no pool": (
        rule("cohort_rules", "pool_days", "0"),
        "cohort_rules.csv, line 4, value: expected a whole number from 1 to 100000 as pool_days, found 0",
    ),
    "another window of relapses": (
        lambda folder: cell(folder, "cohort_rules", 0, "value", "30"),
        f"cohort_rules.csv, line 2, value: expected {RELAPSE_WITHIN.days}, the days within which triage links a",
    ),
    "no level of jams": (
        lambda folder: put(folder / "traffic_levels.csv", "\nmacet,Macet,0.60,1.00", ""),
        "traffic_levels.csv, level_code: expected the level macet, which jams are told by, found none",
    ),
    "a level that ends before it begins": (
        lambda folder: cell(folder, "traffic_levels", 3, "jam_index_to", "0.50"),
        "traffic_levels.csv, line 5, jam_index_from, jam_index_to: expected a level that ends above its begin, found"
        " 0.6 to 0.5",
    ),
    "a level that begins with the first": (
        lambda folder: cell(folder, "traffic_levels", 3, "jam_index_from", "0"),
        "traffic_levels.csv, line 5, jam_index_from: expected 0.6, where the level before it ends, found 0",
    ),
    "an unknown indicator": (
        lambda folder: cell(folder, "pillar_indicators", 0, "indicator_code", "happiness"),
        "pillar_indicators.csv, line 2, indicator_code: expected an indicator that the models compute, found happiness",
    ),
    "reports below 0": (
        lambda folder: cell(folder, "categories", 0, "crm_reports_2023", "-3"),
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
        lambda folder: put(folder / "sla_rules.csv", "coordinate,any", "red_flag,any"),
        "sla_rules.csv, stage: expected a rule of the stage coordinate with the scope any, found none",
    ),
    "a letter in a code": (
        lambda folder: put(folder / "kelurahan.csv", "72.71.01.1002", "72.71.01.l002"),
        "kelurahan.csv, line 3, kelurahan_code: expected a code such as 72.71.01.1001, found 72.71.01.l002",
    ),
    "a letter in the code of a kecamatan": (
        lambda folder: put(folder / "kecamatan.csv", "72.71.01,", "72.71.0l,"),
        "kecamatan.csv, line 2, kecamatan_code: expected a code such as 72.71.01, found 72.71.0l",
    ),
    "a year that is none": (
        lambda folder: put(folder / "population.csv", ",2025", ",20255"),
        "population.csv, line 2, census_year: expected a year from 1945 to 2100, found 20255",
    ),
    "the people of another kota": (
        lambda folder: put(folder / "population.csv", "72.71,", "72.72,"),
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
        lambda folder: put(folder / "kecamatan.csv", "72.71.01,Palu Timur,72.71,Kota Palu,-0.9,119.81\n", ""),
        f"{ROADS}.csv, line 2, kecamatan_code: expected a kecamatan_code of kecamatan.csv, found 72.71.01, in",
    ),
    "a box elsewhere": (
        lambda folder: put(folder / "city.toml", "north = ", "north = -"),
        "city.toml, bounds: expected a box that holds the points, found 5 of 5 outside, the first in kecamatan.csv",
    ),
    "a box turned round": (
        lambda folder: put(folder / "city.toml", "south = -", "south = "),
        "city.toml, bounds.south: expected a south below the north",
    ),
    "a city without odd-even": (
        lambda folder: put(folder / "city.toml", "has_odd_even = true", "has_odd_even = false"),
        f"{ROADS}.csv, line 2: expected no row in a city without odd-even, found 8, and 2 in {HOURS}.csv",
    ),
    "hours of a later day": (
        _later_hours,
        f"{ROADS}.csv, line 2, road_name: expected hours in {HOURS}.csv from 2026-01-01 on, found none, for 8 rows",
    ),
    "a quotation mark that nothing closes": (
        lambda folder: put(folder / "skpd.csv", "\nsatpol_pp,", '\nsatpol_pp,"'),
        "skpd.csv, line ",
    ),
    "a comma in an agency": (
        lambda folder: put(folder / "skpd.csv", "\ndinas_bina_marga,", "\ndinas_bina_marga,x,"),
        "skpd.csv, line 3: expected 4 values, found 5",
    ),
    "agencies in a circle with others below": (
        lambda folder: cell(folder, "skpd", 0, "parent_skpd_code", "dinas_bina_marga"),
        "skpd.csv, line 2, parent_skpd_code: expected an agency that ends at the top, found ",
    ),
    "nobody distributes": (
        lambda folder: cell(folder, "skpd", row_of(folder, "skpd", "skpd_code", DISTRIBUTOR), "skpd_code", "bagian"),
        f"skpd.csv, skpd_code: expected the agency {DISTRIBUTOR}, found none",
    ),
    "a kota of another city": (
        lambda folder: put(folder / "kecamatan.csv", "Palu Barat,72.71", "Palu Barat,72.72"),
        "kecamatan.csv, line 3, kota_code: expected the city's own code 72.71",
    ),
    "another code of the city": (
        lambda folder: put(folder / "city.toml", '"72.71"', '"72.72"'),
        "city.toml, code: expected the code that kecamatan.csv has (72.71), found 72.72",
    ),
    "a rule that is gone": (
        lambda folder: put(folder / "ranking_rules.csv", "draws,", "drawn,"),
        "ranking_rules.csv, line 8, rule_code: expected one of ",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ONE_FAULT)
def test_one_fault_gets_one_sentence(folder: Path, name: str) -> None:
    spoil, said = ONE_FAULT[name]
    spoil(folder)
    assert only(folder).startswith(said)


@pytest.mark.parametrize(
    ("name", "code", "value"),
    [("ranking_rules", "draws", "99999999"), ("cohort_rules", "pool_days", "99999999999")],
)
def test_a_number_that_no_build_ends_with_is_told(folder: Path, name: str, code: str, value: str) -> None:
    rule(name, code, value)(folder)
    assert f"value: expected a whole number from 1 to 100000 as {code}, found {value}" in only(folder)


def test_twenty_faults_at_once_are_twenty_sentences_and_exit_code_1(folder: Path) -> None:
    planted = (
        "a synonym with both", "a road in a kelurahan", "hours turned round", "a day 8", "a weight above 1", "no draws",
        "no pool", "a level that ends before it begins", "an unknown indicator", "reports below 0",
        "a gap between limits", "a year that is none", "a comma in an agency", "nobody distributes",
        "a letter in a code",
    )  # fmt: skip
    for name in planted:
        ONE_FAULT[name][0](folder)
    put(folder / "city.toml", 'number_prefix = "PL"', 'number_prefix = "P1"')
    put(folder / "city.toml", "palu.example.org", "https://palu.example.org")
    cell(folder, "channels", 0, "channel_code", "tiktok")
    cell(folder, "kecamatan", 1, "longitude", "")
    cell(folder, "pillar_indicators", 1, "direction", "")
    told = [str(fault) for fault in check_folder(folder)]
    assert len(told) == 20, told
    said = CliRunner().invoke(app, ["city", "check", str(folder)])
    assert said.exit_code == 1
    assert said.output.splitlines() == [*told, "20 faults: nothing is built from this folder."]


@pytest.mark.parametrize("code", ["macett", ""])
def test_a_level_of_jams_that_is_misspelt_is_one_fault(folder: Path, code: str) -> None:
    cell(folder, "traffic_levels", 3, "level_code", code)
    assert only(folder).startswith("traffic_levels.csv, line 5, level_code: expected ")


def test_many_rows_of_one_cause_are_one_sentence_with_their_lines() -> None:
    faults = [Fault("skpd.csv", line, "skpd_name", f"a name of {line}", "none", "Add it") for line in range(2, 50)]
    assert gathered(faults[:MOST_ALIKE]) == faults[:MOST_ALIKE]
    [one] = gathered(faults)
    assert one.found == "none, and so in 48 rows: lines 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13 ... 49"


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
