"""A city's files by themselves: headers, separators, blank lines, rows that stand twice."""

from pathlib import Path

import pytest

from assets.cities.schema import of_country, tables
from tests.unit.assets.cities.spoiling import add, only, put


@pytest.mark.parametrize("blank", ["\n", "  \n", ",,,\n", "\r\n"])
def test_a_blank_line_is_told_wherever_it_stands(folder: Path, blank: str) -> None:
    text = (folder / "skpd.csv").read_text(encoding="utf-8")
    first, rest = text.split("\n", 1)
    (folder / "skpd.csv").write_text(f"{first}\n{blank}{rest}", encoding="utf-8", newline="")
    assert only(folder) == "skpd.csv, line 2: expected a row, found an empty line. Delete the line."
    (folder / "skpd.csv").write_text(text + blank, encoding="utf-8", newline="")
    assert "found an empty line" in only(folder)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("skpd_code,", "skpd_code,skpd_code,", "skpd_code: expected the column once, found it 2 times"),
        ("skpd_name,", "nama,", "skpd_name: expected the column, found 'nama'. Mend its name"),
        ("skpd_code,skpd_name,parent_skpd_code,receiving_class\n", "", "expected the first line skpd_code,skpd_name"),
        ("skpd_name,parent_skpd_code", "parent_skpd_code,skpd_name", "expected the columns in the order skpd_code"),
    ],
)
def test_a_header_is_told_once_and_nothing_for_the_rows_below_it(folder: Path, old: str, new: str, said: str) -> None:
    put(folder / "skpd.csv", old, new)
    told = only(folder)
    assert told.startswith("skpd.csv, line 1")
    assert said in told
    assert "its rows and what points to them are checked then" in told


@pytest.mark.parametrize("name", sorted(tables().keys() - of_country()))
@pytest.mark.parametrize("content", [b"", b"\n", b"judul\n", b"\xff\xfea\x00", b'"', b"\x00"])
def test_a_file_without_its_header_is_one_fault(folder: Path, name: str, content: bytes) -> None:
    (folder / f"{name}.csv").write_bytes(content)
    assert only(folder).startswith(f"{name}.csv, line 1: expected ")


@pytest.mark.parametrize("rows", [1, 2])
def test_a_file_that_ends_half_way_is_one_fault(folder: Path, rows: int) -> None:
    lines = (folder / "kelurahan.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "kelurahan.csv").write_text("".join(lines[: rows + 1]), encoding="utf-8")
    put(folder / "named_places.csv", "72.71.01.1001", "72.71.01")
    assert only(folder).startswith(f"kelurahan.csv: expected 3 kelurahan, as city.toml says, found {rows}. Add")


@pytest.mark.parametrize(("sign", "word"), [(";", "semicolons"), ("\t", "tabs"), ("|", "bars")])
@pytest.mark.parametrize("name", ["skpd", "kelurahan", "categories"])
def test_another_separator_is_called_by_its_name(folder: Path, name: str, sign: str, word: str) -> None:
    path = folder / f"{name}.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",", sign), encoding="utf-8")
    assert f"{name}.csv, line 1: expected values between commas, found {word}. Save it as CSV" in only(folder)


@pytest.mark.parametrize("name", sorted(tables().keys() - of_country() - {"expected_counts"}))
def test_a_row_that_stands_twice_is_told_once(folder: Path, name: str) -> None:
    add(folder, "etle_points", "satu,Satu,72.71.01,-0.9,119.85,approximate,2026-01-01")
    lines = (folder / f"{name}.csv").read_text(encoding="utf-8").splitlines()
    add(folder, name, lines[1])
    assert f"{name}.csv, line {len(lines) + 1}, " in only(folder)
    assert " again, first in line 2. Delete one of the two" in only(folder)


@pytest.mark.parametrize(
    "name", ["categories", "channels", "pillar_indicators", "skpd", "sla_rules", "traffic_levels", "ranking_rules"]
)
def test_a_table_that_nothing_works_without_is_not_empty(folder: Path, name: str) -> None:
    path = folder / f"{name}.csv"
    path.write_text(path.read_text(encoding="utf-8").split("\n")[0] + "\n", encoding="utf-8")
    told = only(folder)
    assert told.startswith(f"{name}.csv: expected ")
    assert "found none" in told or "found 0" in told
