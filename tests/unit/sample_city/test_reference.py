"""Seeds that do not fit are refused by name."""

import shutil
from pathlib import Path

import pytest

from sample_city.reference import SeedError, read_reference

SEEDS = Path(__file__).parents[3] / "cities" / "jakarta"


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    for name in ("kecamatan", "kelurahan", "categories", "skpd", "channels", "etle_points"):
        shutil.copy(SEEDS / f"{name}.csv", tmp_path)
    shutil.copy(SEEDS / "city.toml", tmp_path)
    return tmp_path


def change(seeds: Path, name: str, old: str, new: str) -> None:
    file = seeds / f"{name}.csv"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_the_city_has_its_areas(seeds: Path) -> None:
    reference = read_reference(seeds)
    assert (len(reference.kecamatan), len(reference.kelurahan), len(reference.categories)) == (44, 267, 68)


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("kelurahan", "kecamatan_code", "district", "none named kecamatan_code"),
        ("kecamatan", "31.71.01,", "31.71.99,", "found 31.71.01 for"),
        ("skpd", "satpol_pp", "satpol", "found satpol_pp"),
    ],
)
def test_a_seed_that_does_not_fit_is_named(seeds: Path, name: str, old: str, new: str, message: str) -> None:
    change(seeds, name, old, new)
    with pytest.raises(SeedError, match=message):
        read_reference(seeds)
