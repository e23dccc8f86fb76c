"""`jsc cameras import`: what it prints and writes."""

import shutil
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assets.cctv.camera_list import read_camera_list
from assets.city import CITIES, city_folder
from command.cli import app

pytestmark = pytest.mark.jakarta

LIST = """const cctv = [
  {nama: "Thamrin", coords: [-6.1935, 106.8230], url: "https://a.id/1/index.m3u8"},
  {nama: "Thamrin", coords: [106.8231, -6.1935], url: "https://a.id/2/index.m3u8"},
  {nama: "Monas", coords: [-6.175, 106.827], url: "rtsp://admin:rahasia@10.0.0.1/1"},
];
"""


@pytest.fixture(autouse=True)
def _no_city(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JSC_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("JSC_BOUNDARIES", raising=False)


def test_every_row_is_told_and_counted_and_no_address(tmp_path: Path) -> None:
    (tmp_path / "cctv.js").write_text(LIST)
    out = tmp_path / "cameras.csv"
    said = CliRunner().invoke(app, ["cameras", "import", str(tmp_path / "cctv.js"), "--out", str(out)])
    assert said.exit_code == 0, said.output
    lines = said.output.splitlines()
    assert "latitude, longitude: latitude and longitude were swapped" in lines[1]
    assert lines[2] == "row 3 Monas: refused: url: no address that can be asked: 1 left out for the login in it"
    assert lines[3] == "3 rows: 0 imported, 2 imported with a doubt, 1 refused"
    assert not any(secret in said.output + out.read_text() for secret in ("rahasia", "10.0.0.1"))
    assert "https" not in said.output
    assert len(read_camera_list(out)[0]) == 2
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


def test_a_list_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "cctv.js").write_text(LIST)
    (tmp_path / "cameras.csv").write_text("ours")
    said = CliRunner().invoke(
        app, ["cameras", "import", str(tmp_path / "cctv.js"), "--out", str(tmp_path / "cameras.csv")]
    )
    assert said.exit_code == 2
    assert (tmp_path / "cameras.csv").read_text() == "ours"


def test_a_folder_that_is_not_there_is_said_before_the_list_is_read(tmp_path: Path) -> None:
    (tmp_path / "cctv.js").write_text(LIST)
    out = tmp_path / "none" / "cameras.csv"
    said = CliRunner().invoke(app, ["cameras", "import", str(tmp_path / "cctv.js"), "--out", str(out)])
    assert said.exit_code == 2
    assert "make it first" in " ".join(said.output.replace("│", " ").split())
    assert not out.parent.exists()


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("JSC_CITY", "tidakada", "Expected in JSC_CITY the name of a city"),
        ("JSC_BOUNDARIES", "/tidak/ada.geojson", "expected a file, found none that opens"),
        ("JSC_CITY", "{folder}", "kelurahan.csv"),
    ],
)
def test_a_city_that_cannot_be_read_is_told_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, words: str
) -> None:
    (tmp_path / "cctv.js").write_text(LIST)
    folder = tmp_path / "kota"
    shutil.copytree(CITIES / "jakarta", folder)
    (folder / "kelurahan.csv").unlink()
    monkeypatch.setenv(variable, value.format(folder=folder))
    city_folder.cache_clear()
    out = tmp_path / "cameras.csv"
    try:
        said = CliRunner().invoke(app, ["cameras", "import", str(tmp_path / "cctv.js"), "--out", str(out)])
    finally:
        city_folder.cache_clear()
    assert said.exit_code == 1
    assert isinstance(said.exception, SystemExit)
    assert words in " ".join(said.output.split())
    assert not out.exists()


@pytest.mark.parametrize("text", ["nama,url\n", "nama,url\n,\n", '[{"url": "rtsp://admin:rahasia@a.id/1"}]'])
def test_a_list_without_a_camera_writes_nothing_and_is_an_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "list").write_text(text)
    out = tmp_path / "cameras.csv"
    said = CliRunner().invoke(app, ["cameras", "import", str(tmp_path / "list"), "--out", str(out)])
    assert said.exit_code == 1
    assert "nothing was written" in said.output
    assert not out.exists()


def test_what_a_list_says_is_printed_as_it_stands(tmp_path: Path) -> None:
    (tmp_path / "list").write_text(
        '[{"nama": "[bold]Simpang[/x]", "url": "rtmp://a.id/1"}, {"nama": "b", "url": "http://a.id/1.jpg"}]'
    )
    said = CliRunner().invoke(
        app, ["cameras", "import", str(tmp_path / "list"), "--out", str(tmp_path / "cameras.csv")]
    )
    assert said.exit_code == 0, said.output
    assert "row 1 [bold]Simpang[/x]: refused" in said.output
