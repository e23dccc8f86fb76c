"""What is wrong with a city's folder is told fault by fault, and nothing is built from it."""

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assets.cities.check import check_folder, require_sound_city
from assets.city import CITIES, CityError
from command.cli import app
from tests.cities.pangkalpinang.conftest import Spoil
from tests.other_city import served

SOUND = sorted(path.parent for path in CITIES.glob("*/city.toml"))


@pytest.mark.parametrize("sound", SOUND, ids=lambda path: path.name)
def test_the_folders_of_the_project_are_sound(sound: Path) -> None:
    assert check_folder(sound) == []


# Each fault by itself: file, what stands there, what is put there, and the sentence.
FAULTS = {
    "missing area": (
        "kelurahan.csv", "19.71.02.1001,", "#", "kelurahan.csv: expected 42 kelurahan, as city.toml says, found"
        " 41. Add"),
    "unknown agency": (
        "categories.csv", ",dinas_sosial,", ",dinas_gaib,",
        "categories.csv, line 27, skpd_code: expected a skpd_code of skpd.csv, found dinas_gaib. Mend the code"),
    "unknown category": (
        "category_synonyms.csv", ",jalan,", ",jalan_tol,",
        "category_synonyms.csv, line 2, category_code: expected a category_code of categories.csv, found jalan_tol"),
    "overlapping validity": (
        "sla_rules.csv", "resolve_lapor,resolve",
        "other,coordinate,any,24,working,2020-01-01,,x\nresolve_lapor,resolve",
        "sla_rules.csv, line 3, valid_from: expected one row in force for coordinate, any on any day, found one from"
        " 2020-01-01 while that of line 2 runs. End the earlier one: valid_to 2020-01-01"),
    "two prefixes": (
        "city.toml", 'number_prefix = "PK"', 'number_prefix = ["PK", "PP"]',
        "city.toml, line 9, number_prefix: expected two capitals, such as JK, found ['PK', 'PP']"),
    "a prefix twice": (
        "city.toml", 'number_prefix = "PK"', 'number_prefix = "PK"\nnumber_prefix = "PP"',
        "city.toml: expected TOML in UTF-8 that says each thing once, found Cannot overwrite a value"),
    "unknown zone": (
        "city.toml", '"Asia/Jakarta"', '"Asia/Singapore"',
        "city.toml, line 8, time_zone: expected 'Asia/Jakarta', 'Asia/Pontianak', 'Asia/Makassar' or 'Asia/Jayapura',"
        " found 'Asia/Singapore'"),
    "a box turned round": (
        "city.toml", "south = -2.181", "south = 2.181",
        "city.toml, bounds.south: expected a south below the north (-2.037), found 2.181"),
    "swapped coordinates": (
        "kecamatan.csv", "-2.12149,106.11075", "106.11075,-2.12149",
        "kecamatan.csv, line 3, latitude, longitude: expected a point from -2.181 to -2.037 north and 106.019"
        " to 106.202"
        " east, found 106.11075, -2.12149. Swap latitude and longitude"),
    "no point": (
        "kecamatan.csv", "-2.12149,106.11075", ",",
        "kecamatan.csv, line 3, latitude, longitude: expected a point, found none. Fill in a point inside it"),
    "duplicate code": (
        "skpd.csv", "satpol_pp,", "dinas_sosial,",
        "skpd.csv, line 14, skpd_code: expected each value once, found dinas_sosial again, first in line 7"),
    "orphan parent": (
        "skpd.csv", "PUPR,dinas_pupr", "PUPR,dinas_pu",
        "skpd.csv, line 3, parent_skpd_code: expected a skpd_code of skpd.csv, found dinas_pu"),
    "a roll-up without a top": (
        "skpd.csv", "Penataan Ruang,,", "Penataan Ruang,dinas_bina_marga,",
        "skpd.csv, line 2, parent_skpd_code: expected an agency that ends at the top, found dinas_pupr >"
        " dinas_bina_marga"
        " > dinas_pupr"),
    "nobody distributes": (
        "skpd.csv", "biro_pemerintahan,Bagian Pemerintahan Sekretariat Daerah,,other", "",
        "skpd.csv, skpd_code: expected the agency biro_pemerintahan, found none"),
    "no legal basis": (
        "sla_rules.csv", ",Asumsi: pekerjaan berjanji selesai pada waktunya", ",",
        "sla_rules.csv, line 4, legal_basis: expected a value, found nothing. Fill it in"),
    "negative limit": (
        "sla_rules.csv", ",72,", ",-72,", "sla_rules.csv, line 2, limit_hours: expected hours above 0, found -72"),
    "no limit": (
        "sla_rules.csv", ",72,", ",,", "sla_rules.csv, line 2, limit_hours: expected a limit, found nothing"),
    "unknown channel": (
        "channels.csv", "instagram,", "tiktok,",
        "channels.csv, line 5, channel_code: expected a channel that the platform reads (balai_warga, email,"
        " facebook,"),
    "a period that ends before it begins": (
        "channels.csv", "2021-01-01,", "2021-01-01,2020-01-01",
        "channels.csv, line 3, valid_to: expected a day after 2021-01-01, found 2020-01-01"),
    "odd-even in a city without": (
        "ganjil_genap_roads.csv", "legal_basis\n", "legal_basis\nSudirman,19.71.02,2026-01-01,,Perwako\n",
        "ganjil_genap_roads.csv, line 2: expected no row in a city without odd-even, found one"),
    "unknown pillar": (
        "pillar_indicators.csv", "share,governance,", "share,magic,",
        "pillar_indicators.csv, line 2, pillar_code: expected a pillar_code of pillars.csv, found magic"),
    "an unquoted comma": (
        "skpd.csv", "Dinas Sosial", "Dinas Sosial, Anak", "skpd.csv, line 14: expected 4 values, found 5. Write"
        " a value that"
        ' holds a comma in double quotes ("a, b")'),
    "a word that dbt reads as nothing": (
        "skpd.csv", "Dinas Sosial", "null", "skpd.csv, line 14, skpd_name: expected an empty value where there"
        " is none"),
    "blanks": (
        "skpd.csv", "Dinas Sosial", "Dinas Sosial ", "skpd.csv, line 14, skpd_name: expected a value of one"
        " line without"),
    "no day": (
        "channels.csv", "2021-01-01", "1 Januari 2021",
        "channels.csv, line 3, valid_from: expected a day such as 2026-01-31, found '1 Januari 2021'"),
    "no number": (
        "categories.csv", ",174,", ",banyak,",
        "categories.csv, line 2, crm_reports_2023: expected a whole number, found 'banyak'"),
    "neither true nor false": (
        "channels.csv", "portal,false", "portal,tidak", "channels.csv, line 2, is_geotagged: expected true or false"),
    "another word than there are": (
        "categories.csv", ",public,", ",rahasia,",
        "categories.csv, line 2, visibility: expected one of public, confidential, found 'rahasia'"),
    "a column too few": (
        "skpd.csv", "skpd_name,", "", "skpd.csv, line 1, skpd_name: expected the column, found none"),
    "a column too many": (
        "skpd.csv", "skpd_code,", "skpd_code,nomor,", "skpd.csv, line 1: expected no other column, found 'nomor'"),
    "an area of another city": (
        "kecamatan.csv", "Taman Sari,19.71,", "Taman Sari,19.72,",
        "kecamatan.csv, line 3, kota_code: expected the city's own code 19.71, or one that begins with it,"
        " found 19.72"),
    "a code of another kecamatan": (
        "kelurahan.csv", "19.71.01.1004,", "19.71.02.1004,",
        "kelurahan.csv, line 2, kelurahan_code: expected a code such as 19.71.01.1001, found 19.71.02.1004"),
    "a place in no area": (
        "named_places.csv", "19.71.01", "19.71.99",
        "named_places.csv, line 2, area_code: expected a kecamatan_code of kecamatan.csv or a kelurahan_code of"
        " kelurahan.csv, found 19.71.99"),
    "nobody lives there": (
        "population.csv", "19.71,242285", "19.71,0", "population.csv, line 2, population: expected people, found 0"),
    "levels with a gap": (
        "traffic_levels.csv", "Padat,0.45", "Padat,0.50",
        "traffic_levels.csv, line 4, jam_index_from: expected 0.45, where the level before it ends, found 0.50"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_with_its_place_and_what_to_do(folder: Path, spoil: Spoil, name: str) -> None:
    file, old, new, said = FAULTS[name]
    if new == "#":
        path = folder / file
        kept = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith(old)]
        path.write_text("\n".join(kept) + "\n", encoding="utf-8")
    else:
        spoil(file, old, new)
    told = [str(fault) for fault in check_folder(folder)]
    assert any(one.startswith(said) for one in told), told


def test_a_file_that_is_absent_or_no_text_is_told(folder: Path) -> None:
    (folder / "channels.csv").unlink()
    (folder / "holidays.csv").write_text("holiday_date\n")
    (folder / "skdp.csv").write_text("skpd_code\n")
    (folder / "skpd.csv").write_bytes((folder / "skpd.csv").read_bytes() + "kafé".encode("latin-1"))
    told = [str(fault) for fault in check_folder(folder)]
    lines = len((folder / "skpd.csv").read_bytes().splitlines())
    said = f"skpd.csv, line {lines}: expected text in UTF-8, found the byte 0xe9. Save the file as UTF-8; its rows and"
    assert any(one.startswith(said) for one in told)
    assert any(
        one.startswith("channels.csv: expected the file, found none. Add it, with the first line") for one in told
    )
    assert any(one.startswith("holidays.csv: expected no table of the country's") for one in told)
    assert any(one.startswith("skdp.csv: expected no file that nobody reads") for one in told)


def test_roads_of_odd_even_have_hours(tmp_path: Path, folder: Path, spoil: Spoil) -> None:
    spoil("city.toml", "has_odd_even = false", "has_odd_even = true")
    assert "roads in ganjil_genap_roads.csv" in str(check_folder(folder)[0])
    spoil("ganjil_genap_roads.csv", "legal_basis\n", "legal_basis\nSudirman,19.71.02,2026-01-01,,Perwako\n")
    [fault] = check_folder(folder)
    assert str(fault).startswith(
        "ganjil_genap_roads.csv, line 2, road_name: expected hours in ganjil_genap_hours.csv from"
    )


def square(latitude: float, longitude: float, half: float = 0.001) -> list[list[list[float]]]:
    west, east, south, north = longitude - half, longitude + half, latitude - half, latitude + half
    return [[[west, south], [east, south], [east, north], [west, north], [west, south]]]


@pytest.fixture
def drawn(folder: Path, tmp_path: Path) -> Callable[..., Path]:
    """Write boundaries: a square round each kelurahan's point, after a change."""

    def write(change: Callable[[list[dict[str, object]]], None] = lambda features: None) -> Path:
        with (folder / "kelurahan.csv").open(encoding="utf-8", newline="") as file:
            features: list[dict[str, object]] = [
                {
                    "type": "Feature",
                    "properties": {"kode": row["kelurahan_code"]},
                    "geometry": {
                        "type": "Polygon",
                        "coordinates": square(float(row["latitude"]), float(row["longitude"])),
                    },
                }
                for row in csv.DictReader(file)
            ]
        change(features)
        path = tmp_path / "kelurahan.geojson"
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
        return path

    return write


def test_boundaries_and_points_are_held_against_each_other(folder: Path, drawn: Callable[..., Path]) -> None:
    assert check_folder(folder, drawn()) == []

    def change(features: list[dict[str, object]]) -> None:
        features[0]["properties"] = {}
        features[1]["geometry"] = {"type": "Polygon", "coordinates": square(-2.05, 106.03)}
        features[2]["geometry"] = {"type": "Point", "coordinates": [106.1, -2.1]}
        features.append(features[3])

    told = [str(fault) for fault in check_folder(folder, drawn(change))]
    patterns = (
        r"kelurahan\.csv, line 2: expected a boundary of 19\.71\.01\.1004 in kelurahan\.geojson, found none",
        r"kelurahan\.csv, line 3, latitude, longitude: expected a point inside 19\.71\.01\.\d+, found .* km outside",
        r"kelurahan\.geojson, feature 1, kode: expected a code of kelurahan\.csv, such as 19\.71\.\S+, found none",
        r"kelurahan\.geojson, feature 3, geometry: expected a polygon, found none that can be read for",
        r"kelurahan\.geojson, feature 43, kode: expected each kelurahan once, found .* again",
    )
    assert [[one for one in told if re.match(pattern, one)] for pattern in patterns].count([]) == 0, told


BROKEN_BOUNDARIES = ("[]", "{}", '{"features": null}', "not JSON", '{"features": 7}', '{"features": [null, 1, []]}')
BROKEN_FEATURES: tuple[object, ...] = (
    {},
    {"properties": [], "geometry": 1},
    {"properties": {"kode": {}}, "geometry": None},
)


@pytest.mark.parametrize("content", BROKEN_BOUNDARIES)
def test_boundaries_that_are_no_collection_are_told_and_survived(folder: Path, tmp_path: Path, content: str) -> None:
    path = tmp_path / "kelurahan.geojson"
    path.write_text(content, encoding="utf-8")
    [fault] = check_folder(folder, path)
    assert str(fault).startswith("kelurahan.geojson: expected a GeoJSON FeatureCollection, found none that opens")


def test_a_broken_feature_and_a_kelurahan_without_a_point_are_told_and_survived(
    folder: Path, drawn: Callable[..., Path], spoil: Spoil
) -> None:
    boundaries = drawn(lambda features: features.extend(BROKEN_FEATURES))
    spoil("kelurahan.csv", "-2.13281,106.12902", ",")
    told = [str(fault) for fault in check_folder(folder, boundaries)]
    assert sum(f"one of {len(BROKEN_FEATURES)} features of no kelurahan here" in one for one in told) == 1
    assert (
        "kelurahan.csv, line 2, latitude, longitude: expected a point, found none. Fill in a point inside it." in told
    )


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("sla_rules.csv", "2019-01-01", "2019-W01-1", "valid_from: expected a day such as 2026-01-31"),
        ("sla_rules.csv", "2019-01-01", "20190101", "valid_from: expected a day such as 2026-01-31"),
        ("sla_rules.csv", ",72,", ",7_2,", "limit_hours: expected a whole number"),
        ("kelurahan.csv", "-2.13281", "nan", "latitude: expected a number with a decimal point"),
        ("traffic_levels.csv", "0.60", "0,60", "expected 4 values, found 5"),
        ("traffic_levels.csv", "0.60", "enam", "jam_index_to: expected a number with a decimal point"),
    ],
)
def test_a_form_that_a_database_reads_otherwise_is_told(
    folder: Path, spoil: Spoil, file: str, old: str, new: str, said: str
) -> None:
    spoil(file, old, new)
    assert [one for one in map(str, check_folder(folder)) if one.startswith(file) and said in one]


def test_a_field_longer_than_the_reader_takes_is_told(folder: Path, spoil: Spoil) -> None:
    spoil("skpd.csv", "kelurahan,", "k" * 2_000 + ",")
    # Whatever another reader of this process raised it to.
    usual = csv.field_size_limit(1_000)
    try:
        told = [str(fault) for fault in check_folder(folder)]
    finally:
        csv.field_size_limit(usual)
    assert any(one.startswith("skpd.csv, line 8: expected a row of CSV, found field larger than") for one in told), told


TWENTY = (
    "unknown agency", "unknown category", "overlapping validity", "swapped coordinates", "an unquoted comma",
    "orphan parent", "nobody distributes", "no legal basis", "negative limit", "unknown channel",
    "a period that ends before it begins", "odd-even in a city without", "unknown pillar", "neither true nor false",
    "another word than there are", "an area of another city", "a code of another kecamatan", "a place in no area",
    "nobody lives there", "levels with a gap",
)  # fmt: skip


def test_twenty_faults_get_twenty_sentences_and_nothing_is_built(folder: Path, spoil: Spoil) -> None:
    for name in TWENTY:
        spoil(*FAULTS[name][:3])
    told = [str(fault) for fault in check_folder(folder)]
    for name in TWENTY:
        # A fault above in the file may have moved the line.
        said = re.sub(r"line \d+", r"line \\d+", re.escape(FAULTS[name][3]).replace(r"\ ", " "))
        assert any(re.match(said, one) for one in told), (name, told)
    with served(folder), pytest.raises(CityError, match=r"Nothing is built from it.*jsc city check"):
        require_sound_city()


def test_the_command_says_each_fault_and_ends_with_1(folder: Path, spoil: Spoil) -> None:
    assert CliRunner().invoke(app, ["city", "check", str(folder)]).exit_code == 0
    spoil("sla_rules.csv", ",72,", ",-72,")
    found = CliRunner().invoke(app, ["city", "check", str(folder)])
    assert found.exit_code == 1
    assert "limit_hours: expected hours above 0, found -72" in found.output
    assert "nothing is built" in found.output
