"""A sound folder of an invented kota, and ways of spoiling it.

Belongs here: what several modules of these tests change in a folder. Does not belong here: what is told then.
"""

import csv
from collections.abc import Callable
from pathlib import Path

from assets.cities.check import check_folder

ROADS, HOURS = "ganjil_genap_roads", "ganjil_genap_hours"
ROAD = "Jalan {},72.71.01,{},,Perwako"


def put(path: Path, old: str, new: str) -> None:
    """Write another text once in the place of one that is there."""
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} in {path.name}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def add(folder: Path, name: str, *lines: str) -> None:
    """Write further lines behind those of a table."""
    path = folder / f"{name}.csv"
    path.write_text(path.read_text(encoding="utf-8") + "".join(f"{line}\n" for line in lines), encoding="utf-8")


def cell(folder: Path, name: str, row: int, column: str, value: str) -> None:
    """Put a value into a cell of a table without quoted commas before it; row 0 is the first behind the header."""
    path = folder / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file))
    rows[row][header.index(column)] = value
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


def row_of(folder: Path, name: str, column: str, value: str) -> int:
    """Number of the row that has a value, from 0."""
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [row[column] for row in csv.DictReader(file)].index(value)


def only(folder: Path, boundaries: Path | None = None) -> str:
    """The one sentence that is told of a folder."""
    told = [str(fault) for fault in check_folder(folder, boundaries)]
    assert len(told) == 1, told
    return told[0]


def rule(name: str, code: str, value: str) -> Callable[[Path], None]:
    """Put another number in the place of a rule's."""
    return lambda folder: cell(folder, name, row_of(folder, name, "rule_code", code), "value", value)
