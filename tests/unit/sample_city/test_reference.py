"""Seeds that do not fit are refused by name."""

import shutil
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
