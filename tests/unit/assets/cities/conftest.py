"""A sound folder that a test may spoil."""

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from assets.city import CITIES

Spoil = Callable[[str, str, str], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the smaller city's folder."""
    return Path(shutil.copytree(CITIES / "pangkalpinang", tmp_path / "kota"))


@pytest.fixture
def spoil(folder: Path) -> Spoil:
    """Put one text in the place of another, which stands there once at least; only the first is changed."""

    def change(name: str, old: str, new: str) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text, f"{old!r} in {name}"
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


@pytest.fixture
def codes(tmp_path: Path) -> Path:
    """The ministry's list, as far as a kota of Sulawesi is in it: two kecamatan, three kelurahan, and another kota."""
    path = tmp_path / "kode.csv"
    rows = [
        ("72", "Sulawesi Tengah", "provinsi"),
        ("72.71", "Kota Palu", "kota"),
        ("72.71.01", "Palu Timur", "kecamatan"),
        ("72.71.01.1001", "Besusu Barat", "kelurahan"),
        ("72.71.01.1002", "Besusu  Tengah", "kelurahan"),
        ("72.71.02", "Palu Barat", "kecamatan"),
        ("72.71.02.1001", "Ujuna", "kelurahan"),
        ("73.71", "Kota Makassar", "kota"),
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("kode", "nama", "tingkat"), *rows])
    return path
