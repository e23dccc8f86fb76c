"""A new city's folder: what is known is filled in, what is not is named."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assets.cities.check import check_folder
from assets.cities.facts import EXPECTED
from assets.cities.skeleton import make_skeleton
from assets.city import CityError
from command.cli import app


def test_a_skeleton_is_sound_but_for_what_a_person_fills_in(codes: Path, tmp_path: Path) -> None:
    folder = tmp_path / "palu"
    make_skeleton("72.71", codes, folder)
    told = {(fault.file, fault.column, fault.expected) for fault in check_folder(folder)}
    assert told == {
        ("city.toml", "domain", EXPECTED["domain"]),
        ("city.toml", "number_prefix", EXPECTED["number_prefix"]),
        ("kecamatan.csv", "latitude, longitude", "a point"),
        ("kelurahan.csv", "latitude, longitude", "a point"),
        ("population.csv", "population", "a value"),
        ("population.csv", "census_year", "a value"),
    }
    said = (folder / "city.toml").read_text(encoding="utf-8")
    assert 'time_zone = "Asia/Makassar"' in said
    assert 'name = "Palu"\nlong_name = "Kota Palu"' in said
    assert (folder / "kelurahan.csv").read_text(encoding="utf-8").splitlines()[2] == (
        "72.71.01.1002,Besusu Tengah,72.71.01,,"
    )
    filled = said.replace('domain = ""', 'domain = "palukota.go.id"').replace(
        'number_prefix = ""', 'number_prefix = "PL"'
    )
    (folder / "city.toml").write_text(filled, encoding="utf-8")
    left = {(fault.file, fault.column) for fault in check_folder(folder)}
    assert left == {
        ("kecamatan.csv", "latitude, longitude"),
        ("kelurahan.csv", "latitude, longitude"),
        ("population.csv", "population"),
        ("population.csv", "census_year"),
    }


def test_boundaries_give_points_and_the_box(codes: Path, tmp_path: Path) -> None:
    ring = [[119.8, -0.9], [119.9, -0.9], [119.9, -0.8], [119.8, -0.8], [119.8, -0.9]]
    features = [
        {"properties": {"kode": code}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
        for code in ("72.71.01.1001", "72.71.01.1002", "72.71.02.1001")
    ]
    path = tmp_path / "palu.geojson"
    path.write_text(json.dumps({"features": features}), encoding="utf-8")
    make_skeleton("72.71", codes, tmp_path / "palu", path)
    told = [fault for fault in check_folder(tmp_path / "palu", path) if fault.file.startswith("ke")]
    assert told == []
    assert "south = -0.92\nwest = 119.78" in (tmp_path / "palu" / "city.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("code", ["74.71", "72.71.01", "palu"])
def test_a_code_that_the_list_lacks_is_refused(codes: Path, tmp_path: Path, code: str) -> None:
    with pytest.raises(CityError, match=rf"expected {re.escape(code)} with its kecamatan and kelurahan, found \d rows"):
        make_skeleton(code, codes, tmp_path / "palu")


def test_a_folder_with_something_in_it_is_left_alone(codes: Path, tmp_path: Path) -> None:
    (tmp_path / "palu").mkdir()
    (tmp_path / "palu" / "notes.txt").write_text("x")
    with pytest.raises(CityError, match="to be absent or empty"):
        make_skeleton("72.71", codes, tmp_path / "palu")


def test_the_command_says_what_is_left_to_fill_in(codes: Path, tmp_path: Path) -> None:
    said = CliRunner().invoke(app, ["city", "new", "72.71", "--codes", str(codes), "--folder", str(tmp_path / "palu")])
    assert said.exit_code == 0, said.output
    assert "number_prefix: expected two capitals" in said.output
