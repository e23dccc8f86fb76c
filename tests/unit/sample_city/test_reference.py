"""Seeds that do not fit are refused by name."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from sample_city.reference import SeedError, read_reference
from tests.folders import LARGEST

FIRST = read_reference(LARGEST).kecamatan[0].code


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    for name in ("kecamatan", "kelurahan", "categories", "skpd", "channels", "etle_points"):
        shutil.copy(LARGEST / f"{name}.csv", tmp_path)
    shutil.copy(LARGEST / "city.toml", tmp_path)
    return tmp_path


def change(seeds: Path, name: str, old: str, new: str) -> None:
    file = seeds / f"{name}.csv"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("kelurahan", "kecamatan_code", "district", "none named kecamatan_code"),
        ("kecamatan", f"{FIRST},", "99.99.99,", f"found {FIRST} for"),
        ("skpd", "satpol_pp", "satpol", "found satpol_pp"),
    ],
)
def test_a_seed_that_does_not_fit_is_named(seeds: Path, name: str, old: str, new: str, message: str) -> None:
    change(seeds, name, old, new)
    with pytest.raises(SeedError, match=message):
        read_reference(seeds)


def test_areas_far_from_the_centre_are_told_and_a_scattered_city_has_none() -> None:
    city = read_reference(LARGEST)
    here = (city.kecamatan[0].latitude, city.kecamatan[0].longitude)
    islands = tuple(replace(area, latitude=here[0] + 0.5) for area in city.kecamatan[1:])
    scattered = replace(city, kecamatan=(city.kecamatan[0], *islands), centre=here)
    assert scattered.near == (city.kecamatan[0],)
    assert all(scattered.is_far(area) for area in islands)
    nowhere_near = replace(scattered, centre=(here[0] + 5.0, here[1]))
    assert nowhere_near.near == nowhere_near.kecamatan
    assert not any(map(nowhere_near.is_far, nowhere_near.kecamatan))


def test_the_centre_is_the_citys_own_or_the_middle_of_its_areas(seeds: Path) -> None:
    facts = (seeds / "city.toml").read_text(encoding="utf-8").partition("[centre]")[0]
    (seeds / "city.toml").write_text(f"{facts}\n[centre]\nlatitude = -1.5\nlongitude = 119\n", encoding="utf-8")
    assert read_reference(seeds).centre == (-1.5, 119.0)
    (seeds / "city.toml").write_text(facts, encoding="utf-8")
    city = read_reference(seeds)
    assert city.centre[0] == pytest.approx(sum(area.latitude for area in city.kecamatan) / len(city.kecamatan))
