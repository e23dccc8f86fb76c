"""What the command says of a city's folder is said as it is, and jsc status says what is wrong with it too."""

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from assets.city import CITIES, CityError
from command.cli import app
from command.terminal import console, in_words
from tests.other_city import served

runner = CliRunner()


def _spoil(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize("value", ["[/x]", "[counts]", "[red]merah[/red]", ":car:", "a\\[b]"])
def test_an_error_is_printed_as_it_is(value: str) -> None:
    with console.capture() as said, pytest.raises(typer.Exit), in_words():
        raise CityError(f"found {value}. Mend kelurahan below [counts]")
    assert said.get() == f"found {value}. Mend kelurahan below [counts]\n"


@pytest.mark.parametrize("verb", [["up"], ["run"], ["status"]])
def test_the_verbs_name_the_fault_and_its_heading(
    palu: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, verb: list[str]
) -> None:
    monkeypatch.setenv("JSC_HOME", str(tmp_path / "home"))
    _spoil(palu, "city.toml", "kelurahan = 3", "kelurahan = 4")
    _spoil(palu, "categories.csv", ",public,", ",[/x],")
    said = runner.invoke(app, verb)
    assert (said.exit_code, type(said.exception)) == (1, SystemExit), said.output
    assert "Add the missing kelurahan, or mend kelurahan below [counts]." in said.output
    assert "found '[/x]'" in said.output


def test_status_says_of_a_folder_that_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JSC_HOME", str(tmp_path / "home"))
    with served(tmp_path / "nowhere"):
        said = runner.invoke(app, ["status"])
    assert said.exit_code == 1, said.output
    assert "The city's folder cannot be used: Expected in JSC_CITY" in said.output
    assert "The database cannot be used:" in said.output
    assert "disk: " in said.output


def test_status_says_nothing_of_a_sound_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JSC_HOME", str(tmp_path / "home"))
    with served(next(path.parent for path in sorted(CITIES.glob("*/city.toml")))):
        said = runner.invoke(app, ["status"])
    assert "city's folder" not in said.output


def test_a_folder_with_brackets_in_its_name_is_named(palu: Path, codes: Path, tmp_path: Path) -> None:
    folder = tmp_path / "[/kota]"
    command = ["city", "new", "72.71", "--codes", str(codes), "--folder", str(folder)]
    assert f"{folder} is written" in runner.invoke(app, command).output.replace("\n", "")
    found = runner.invoke(app, ["city", "check", str(folder)])
    assert (found.exit_code, type(found.exception)) == (1, SystemExit)
