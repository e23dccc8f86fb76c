"""The folder of Pangkalpinang says what its sources say."""

import csv
from pathlib import Path

import pytest

from assets.cities.check import check_folder
from assets.city import CITIES, read_facts
from assets.places.gazetteer import Gazetteer
from assets.places.place import Outside, Whereabouts, locate
from assets.reference import load_reference

FOLDER = CITIES / "pangkalpinang"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_it_is_one_kota_without_a_kota_between() -> None:
    facts, reference = read_facts(FOLDER), load_reference(FOLDER)
    assert (facts.code, facts.time_zone, facts.number_prefix, facts.has_odd_even) == (
        "19.71", "Asia/Jakarta", "PK", False,
    )  # fmt: skip
    assert (len(reference.kecamatan), len(reference.kelurahan)) == (7, 42)
    assert {(area.kota_code, area.kota_name) for area in reference.kecamatan.values()} == {
        ("19.71", "Kota Pangkalpinang")
    }


def test_its_limits_are_those_of_lapor() -> None:
    limits = {row["stage"]: (int(row["limit_hours"]), row["clock"]) for row in rows(FOLDER / "sla_rules.csv")[:2]}
    assert limits == {"coordinate": (3 * 24, "working"), "resolve": (14 * 24, "working")}


def test_its_areas_are_those_of_the_ministry(real: Path) -> None:
    official = {
        row["kode"]: " ".join(row["nama"].split())
        for row in rows(real / "pangkalpinang" / "kode_wilayah_pangkalpinang.csv")
        if row["tingkat"] in ("kecamatan", "kelurahan")
    }
    reference = load_reference(FOLDER)
    areas = [*reference.kecamatan.values(), *reference.kelurahan.values()]
    assert {area.code: area.name for area in areas} == official


def test_its_points_lie_inside_their_boundaries(real: Path) -> None:
    assert check_folder(FOLDER, real / "pangkalpinang" / "pangkalpinang_kelurahan.geojson") == []


def test_its_people_are_those_of_the_registry(real: Path) -> None:
    [told] = rows(real / "pangkalpinang" / "penduduk_luas.csv")
    assert rows(FOLDER / "population.csv") == [
        {"kota_code": "19.71", "population": told["total"], "census_year": "2025"}
    ]


@pytest.mark.parametrize(
    ("city", "province", "is_elsewhere"),
    [
        ("Kota Pangkal Pinang", "Bangka Belitung", False),
        ("PANGKALPINANG", None, False),
        (None, "Prov. Kep. Bangka Belitung", False),
        ("Bangka Tengah", None, True),
        ("Kab. Bangka", "Kepulauan Bangka Belitung", True),
        ("Jakarta Selatan", "DKI Jakarta", True),
        (None, "DKI Jakarta", True),
        ("Kota Palembang", None, True),
        ("-", "-", False),
        # One field may name the province or the country too.
        ("Kota Pangkalpinang, Kepulauan Bangka Belitung", None, False),
        ("Kota Pangkalpinang, Kep. Bangka Belitung, Indonesia", None, False),
        ("Bangka Belitung, Kota Pangkalpinang", None, False),
        ("Kota Pangkalpinang Kepulauan Bangka Belitung", None, False),
        ("Kota Pangkalpinang - Babel", None, False),
        ("Pangkalpinang, Bangka", None, False),
        ("Kab/Kota Pangkalpinang", None, False),
        ("Kabupaten Bangka, Kepulauan Bangka Belitung", None, True),
        ("Kepulauan Bangka Belitung, Kabupaten Bangka", None, True),
        ("Kota Palembang, Sumatera Selatan", None, True),
        (None, "Kepulauan Bangka Belitung, Indonesia", False),
    ],
)
def test_other_regions_are_elsewhere_for_it(city: str | None, province: str | None, is_elsewhere: bool) -> None:
    told = Whereabouts(city_name=city, province_name=province, kelurahan_name="Opas Indah", text="got mampet")
    [found] = locate([told], Gazetteer(load_reference(FOLDER)))
    assert (found.outside is Outside.FIELDS, found.kelurahan_code is None) == (is_elsewhere, is_elsewhere)


@pytest.mark.parametrize("text", ["banjir di kota jakarta selatan", "jalan rusak di kabupaten bangka tengah"])
def test_a_text_places_it_elsewhere(text: str) -> None:
    [found] = locate([Whereabouts(text=text)], Gazetteer(load_reference(FOLDER)))
    assert found.outside is Outside.TEXT
