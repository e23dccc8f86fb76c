"""The folder that these tests spoil."""

from pathlib import Path

import pytest

from assets.cities.check import check_folder
from tests.other_city import write_palu
from tests.unit.assets.cities.spoiling import HOURS, ROAD, ROADS, add, put


@pytest.fixture
def folder(codes: Path, tmp_path: Path) -> Path:
    """The sound folder of an invented kota, with each table's rows and an odd-even restriction."""
    path = write_palu(tmp_path / "kota", codes)
    put(path / "city.toml", "has_odd_even = false", "has_odd_even = true")
    add(path, ROADS, *(ROAD.format(number, "2026-01-01") for number in range(8)))
    add(path, HOURS, "pagi,1,5,6,10,2026-01-01,,Perwako", "sore,1,5,16,21,2026-01-01,,Perwako")
    add(path, "named_places", "Pasar,landmark,72.71.01.1001", "Trans,road,72.71.01")
    assert check_folder(path) == []
    return path
