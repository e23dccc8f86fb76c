"""A new city's folder is written whole or not at all, and no area of the list is lost in silence."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from assets.cities.check import check_folder
from assets.cities.skeleton import make_skeleton
from assets.city import CityError
from command.cli import app

Features = list[dict[str, Any]]
RING = [[119.8, -0.9], [119.9, -0.9], [119.9, -0.8], [119.8, -0.8], [119.8, -0.9]]
CITY = ("72.71.01.1001", "72.71.01.1002", "72.71.02.1001")


def _feature(code: object, geometry: object = None) -> dict[str, Any]:
    drawn = geometry or {"type": "Polygon", "coordinates": [RING]}
    return {"type": "Feature", "properties": {"kode": code}, "geometry": drawn}


def _with(tmp_path: Path, change: Callable[[Features], object]) -> Path:
    features = [_feature(code) for code in CITY]
    change(features)
    path = tmp_path / "batas.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def _geometry(drawn: object) -> Callable[[Features], object]:
    return lambda features: features[1].update(geometry=drawn)


UNREADABLE: dict[str, tuple[Callable[[Features], object], str]] = {
    "a geometry of null": (_geometry(None), "feature 2, geometry: expected a polygon, found none that can be read"),
    "an empty polygon": (
        _geometry({"type": "Polygon", "coordinates": []}),
        "feature 2, geometry: expected a polygon, found none that can be read",
    ),
    "an unknown type": (
        _geometry({"type": "Bentuk", "coordinates": [RING]}),
        "feature 2, geometry: expected a polygon, found none that can be read",
    ),
    "no coordinates": (
        _geometry({"type": "Polygon"}), "feature 2, geometry: expected a polygon, found none that can be read",
    ),
    "a coordinate of null": (
        _geometry({"type": "Polygon", "coordinates": [[[None, 1], [2, 3], [4, 5], [None, 1]]]}),
        "feature 2, geometry: expected a polygon, found none that can be read",
    ),
    "latitude first": (
        _geometry({"type": "Polygon", "coordinates": [[[y, x] for x, y in RING]]}),
        "geometry: expected degrees within Indonesia (WGS 84), longitude first, found -0.9, 119.8 for 72.71.01.1002",
    ),
    "metres": (
        _geometry({"type": "Polygon", "coordinates": [[[x * 1e4, y * 1e4] for x, y in RING]]}),
        "geometry: expected degrees within Indonesia (WGS 84), longitude first, found",
    ),
    "a code as a number": (
        lambda features: features[0]["properties"].update(kode=7271011001),
        "feature 1, kode: expected a code of kelurahan.csv, such as 72.71.01.1001, found 7271011001",
    ),
    "a code of null": (
        lambda features: features[0]["properties"].update(kode=None),
        "feature 1, kode: expected a code of kelurahan.csv, such as 72.71.01.1001, found none among kode",
    ),
    "no properties": (
        lambda features: features[0].update(properties=None),
        "feature 1, kode: expected a code of kelurahan.csv, such as 72.71.01.1001, found none",
    ),
    "a kelurahan that the list lacks": (
        lambda features: features.append(_feature("72.71.02.1009")),
        "feature 4, kode: expected a code of kelurahan.csv, such as 72.71.01.1001, found '72.71.02.1009'",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", UNREADABLE)
def test_boundaries_that_cannot_be_read_are_told_and_leave_nothing(codes: Path, tmp_path: Path, name: str) -> None:
    change, said = UNREADABLE[name]
    folder, boundaries = tmp_path / "new" / "palu", _with(tmp_path, change)
    command = ["city", "new", "72.71", "--codes", str(codes), "--folder", str(folder), "--boundaries", str(boundaries)]
    refused = CliRunner().invoke(app, command)
    assert (refused.exit_code, refused.exception.__class__) == (1, SystemExit), refused.output
    assert f"batas.geojson, {said}" in refused.output.replace("\n", "")
    assert not folder.exists()
    # The next try is not in the way of itself.
    make_skeleton("72.71", codes, folder, _with(tmp_path, lambda features: None))
    assert sorted(path.name for path in folder.parent.iterdir()) == ["palu"]


def test_features_of_other_cities_are_passed_over(codes: Path, tmp_path: Path) -> None:
    far = {"type": "Polygon", "coordinates": [[[x + 1, y - 4] for x, y in RING]]}
    make_skeleton(
        "72.71",
        codes,
        tmp_path / "palu",
        _with(tmp_path, lambda features: features.append(_feature("73.71.01.1001", far))),
    )
    assert "south = -0.92\n" in (tmp_path / "palu" / "city.toml").read_text(encoding="utf-8")


def test_a_folder_that_fails_half_way_leaves_nothing(
    codes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("assets.cities.skeleton._facts", fail)
    with pytest.raises(CityError, match=r"Expected to write .*No space left"):
        make_skeleton("72.71", codes, tmp_path / "new" / "palu")
    assert list((tmp_path / "new").iterdir()) == []
    monkeypatch.undo()
    (tmp_path / "new" / "palu").mkdir()
    make_skeleton("72.71", codes, tmp_path / "new" / "palu")
    assert (tmp_path / "new" / "palu" / "city.toml").is_file()


NO_CODE = "line 6, kode: expected a code such as 72.71.01.1001"
KODE = "72.71.01.1002,Besusu  Tengah,kelurahan"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (KODE, "72.71.01.l002,Besusu,kelurahan", f"{NO_CODE}, found '72.71.01.l002'"),
        (KODE, "72.7l.01.1002,Besusu,kelurahan", f"{NO_CODE}, found '72.7l.01.1002'"),
        (KODE, "72.71.01.1002, ,kelurahan", "line 6, nama: expected the name of 72.71.01.1002, found nothing"),
        (KODE, "72.71.01.1002", "line 6, nama: expected the name of 72.71.01.1002, found nothing"),
        (KODE, "72.71.01.1002,Besusu,kecamatan", "line 6, tingkat: expected kelurahan beside the code 72.71.01.1002"),
        (KODE, "72.71.01.1001,Besusu,kelurahan", "line 6, kode: expected each code once, found 72.71.01.1001 again"),
        (KODE, "72.71.03.1002,Besusu,kelurahan", "line 6, kode: expected a row of each area above, found none of 72"),
        (KODE, '72.71.01.1002,"Besusu,kelurahan', "line 6: expected a row of CSV, found"),
        ("kode,nama,tingkat", "kode;nama;tingkat", "expected a CSV with kode, nama, tingkat once each, between commas"),
        ("kode,nama,tingkat", "kode,nama,nama,tingkat", "expected a CSV with kode, nama, tingkat once each"),
    ],
)  # fmt: skip
def test_a_row_of_the_list_that_would_be_lost_is_told(
    codes: Path, tmp_path: Path, old: str, new: str, said: str
) -> None:
    text = codes.read_text(encoding="utf-8").replace("\r\n", "\n")
    assert old in text
    codes.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(CityError) as refused:
        make_skeleton("72.71", codes, tmp_path / "palu")
    assert f"kode.csv{':' if said.startswith('expected') else ','} {said}" in str(refused.value)
    assert not (tmp_path / "palu").exists()


def test_blanks_and_a_mark_of_byte_order_lose_no_area(codes: Path, tmp_path: Path) -> None:
    text = codes.read_text(encoding="utf-8").replace("72.71.01.1002,", " 72.71.01.1002 ,").replace("kode,", "kode ,")
    codes.write_bytes(b"\xef\xbb\xbf" + text.replace("\r\n", "\n\n").encode())
    make_skeleton("72.71", codes, tmp_path / "palu")
    assert "kecamatan = 2\nkelurahan = 3\n" in (tmp_path / "palu" / "city.toml").read_text(encoding="utf-8")
    assert not [fault for fault in check_folder(tmp_path / "palu") if fault.column == "kelurahan_code"]
