"""A sound folder that a test may spoil."""

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
