"""The sources of the city's folder make a new one."""

from pathlib import Path

from assets.cities.check import check_folder
from assets.cities.skeleton import make_skeleton


def test_the_ministrys_list_of_pangkalpinang_makes_a_skeleton(real: Path, tmp_path: Path) -> None:
    source = real / "pangkalpinang"
    boundaries = source / "pangkalpinang_kelurahan.geojson"
    make_skeleton("19.71", source / "kode_wilayah_pangkalpinang.csv", tmp_path / "kota", boundaries)
    files = {fault.file for fault in check_folder(tmp_path / "kota", boundaries)}
    assert files == {"city.toml", "population.csv"}
