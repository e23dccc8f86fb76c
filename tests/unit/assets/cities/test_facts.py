"""What city.toml says, and what waits as long as a field of it cannot be read."""

from pathlib import Path

import pytest

from assets.cities.check import check_folder
from assets.city import CITIES, read_facts
from tests.unit.assets.cities.spoiling import cell, only, put


@pytest.mark.parametrize("content", [b"", b"# kosong\n", b"\xff\xfea\x00", b"=", b"code = '72.71'\r"])
def test_facts_without_a_field_are_one_fault(folder: Path, content: bytes) -> None:
    (folder / "city.toml").write_bytes(content)
    assert only(folder).startswith("city.toml: expected ")


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ('"palu.example.org"', '"https://palu.example.org/"', "domain"),
        ('"palu.example.org"', '"  "', "domain"),
        ('"palu.example.org"', '"admin@palu.example.org"', "domain"),
        ('name = "Palu"', 'name = "  "', "name"),
        ('name = "Palu"', 'name = "Pa\\nlu"', "name"),
        ('name = "Palu"', 'name = " Palu"', "name"),
        ('name = "Palu"', 'name = "Pa\\u0007lu"', "name"),
        ('"72.71"', '"٧٢.٧١"', "code"),
    ],
)
def test_a_field_that_pages_cannot_hold_is_told(folder: Path, old: str, new: str, field: str) -> None:
    put(folder / "city.toml", old, new)
    assert only(folder).startswith("city.toml, line ")
    assert f", {field}: expected " in only(folder)


def test_a_prefix_of_another_city_of_the_project_is_told(folder: Path) -> None:
    other = next(path.parent for path in sorted(CITIES.glob("*/city.toml")))
    prefix = read_facts(other).number_prefix
    put(folder / "city.toml", 'number_prefix = "PL"', f'number_prefix = "{prefix}"')
    assert f"number_prefix: expected another prefix than that of {other.name}, found {prefix}" in only(folder)


def test_a_mark_of_byte_order_is_no_fault(folder: Path) -> None:
    path = folder / "city.toml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert check_folder(folder) == []
    assert read_facts(folder).name == "Palu"


def test_a_fault_of_the_facts_leaves_the_areas_to_be_checked(folder: Path) -> None:
    put(folder / "city.toml", 'number_prefix = "PL"', 'number_prefix = "P1"')
    put(folder / "kelurahan.csv", "72.71.01.1002", "72.71.01.l002")
    cell(folder, "kelurahan", 2, "latitude", "")
    put(folder / "population.csv", ",1000,", ",0,")
    assert len(check_folder(folder)) == 4


@pytest.mark.parametrize(
    ("old", "new", "resting"),
    [
        ('code = "72.71"', 'code = "72.7"', "whether areas are of the city"),
        ("south = -", "south = -9", "where points lie"),
        ("kelurahan = 3", "kelurahan = 0", "how many areas there are"),
        ("has_odd_even = true", 'has_odd_even = "ya"', "odd-even"),
        ("has_odd_even = true\n\n[bounds]", "\n[bounds]\nhas_odd_even = true", "odd-even"),
        ("[counts]", "[counts", "whether areas are of the city, where points lie, how many areas there are, odd-even"),
    ],
)
def test_what_cannot_be_checked_is_said_with_the_fault(folder: Path, old: str, new: str, resting: str) -> None:
    put(folder / "city.toml", old, new)
    assert only(folder).endswith(f"; until then nothing tells {resting}.")
