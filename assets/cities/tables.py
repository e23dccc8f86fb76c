"""A city's CSV files, read with the line of each row, and what their descriptions find wrong with them.

Belongs here: one file by itself, and codes that point to another. Does not belong here: rules of the domain (rules.py,
areas.py).
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from assets.cities.faults import Fault
from assets.cities.schema import Column, Table, tables

# dbt reads both as nothing.
_NOTHING = ("", "null")


@dataclass(frozen=True)
class Row:
    """One row of a file: its line, and its values by column."""

    line: int
    values: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        """The value of a column; empty where there is none."""
        return self.values.get(column, "")


Rows = Mapping[str, tuple[Row, ...]]


def read_table(folder: Path, table: Table) -> tuple[tuple[Row, ...], list[Fault]]:
    """Read one file; a row that has more or fewer values than columns is named and left out.

    Args:
        folder: Of the city, or of the country.
        table: What the file should hold.

    Returns:
        Its rows, and what is wrong with the file and its rows taken one by one.
    """
    name = f"{table.name}.csv"
    try:
        text = (folder / name).read_bytes().decode("utf-8-sig")
    except OSError:
        first = ",".join(table.columns)
        return (), [Fault(name, 0, "", "the file", "none", f"Add it, with the first line {first}")]
    except UnicodeDecodeError as error:
        content = (folder / name).read_bytes()
        line = content[: error.start].count(b"\n") + 1
        found = f"the byte 0x{content[error.start]:02x}"
        return (), [Fault(name, line, "", "text in UTF-8", found, "Save the file as UTF-8")]
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        header, *lines = [(cells, reader.line_num) for cells in reader] or [([], 1)]
    except csv.Error as error:
        return (), [Fault(name, reader.line_num, "", "a row of CSV", str(error), "Mend the line")]
    if header[0] != list(table.columns):
        return (), list(_header_faults(name, header[0], table))
    rows, faults = [], []
    for cells, line in lines:
        if len(cells) == len(table.columns):
            rows.append(Row(line, dict(zip(table.columns, cells, strict=True))))
        elif cells:
            expected = f"{len(table.columns)} values"
            remedy = 'Write a value that holds a comma in double quotes ("a, b")'
            faults.append(Fault(name, line, "", expected, str(len(cells)), remedy))
    if table.rows is not None and len(rows) != table.rows:
        faults.append(
            Fault(name, 0, "", f"{table.rows} rows", str(len(rows)), "Each of them is read; restore the file")
        )
    return tuple(rows), [*faults, *_cell_faults(name, table, rows), *_key_faults(name, table, rows)]


def pointer_faults(city: Rows, country: Rows) -> Iterator[Fault]:
    """Codes that point to a row that there is not.

    Args:
        city: The city's tables by name, those that could be read.
        country: The country's.
    """
    known = {**country, **city}
    for name, rows in city.items():
        for column in tables()[name].columns.values():
            if column.points_to is None or column.points_to[0] not in known:
                continue
            target, field = column.points_to
            codes = {row[field] for row in known[target]}
            for row in rows:
                if row[column.name] not in {*codes, *_NOTHING}:
                    remedy = f"Mend the code, or add its row to {target}.csv"
                    expected, found = f"a {field} of {target}.csv", row[column.name]
                    yield Fault(f"{name}.csv", row.line, column.name, expected, found, remedy)


def _header_faults(name: str, header: list[str], table: Table) -> Iterator[Fault]:
    wanted = list(table.columns)
    for column in wanted:
        if column not in header:
            yield Fault(name, 1, column, "the column", "none", f"Add it: the columns are {','.join(wanted)}")
    for column in header:
        if column not in wanted:
            remedy = f"Delete it: the columns are {','.join(wanted)}"
            yield Fault(name, 1, "", "no other column", f"'{column}'", remedy)
    if sorted(header) == sorted(wanted):
        yield Fault(name, 1, "", f"the columns in the order {','.join(wanted)}", ",".join(header), "Put them in order")


def _cell_faults(name: str, table: Table, rows: list[Row]) -> Iterator[Fault]:
    for row in rows:
        for column in table.columns.values():
            fault = _cell_fault(row[column.name], column)
            if fault is not None:
                expected, remedy = fault
                found = repr(row[column.name]) if row[column.name] else "nothing"
                yield Fault(name, row.line, column.name, expected, found, remedy)


def _cell_fault(value: str, column: Column) -> tuple[str, str] | None:
    """What was expected in place of a value, and what to do; None where it is as it should be."""
    if value == "null":
        return "an empty value where there is none", "Delete the word: dbt reads it as nothing"
    if value != value.strip() or any(sign in value for sign in "\r\n\t\0"):
        return "a value of one line without blanks around it", "Delete the blanks and line breaks"
    if not value:
        return ("a value", "Fill it in") if column.is_required else None
    if column.values and value not in column.values:
        return f"one of {', '.join(column.values)}", "Write one of these"
    form = _form_missed(value, column.kind)
    return (form, "Write it in that form") if form else None


def _form_missed(value: str, kind: str) -> str | None:
    """How a value of a type is written, where this one is not; PostgreSQL and Python read these forms alike."""
    match kind.partition("(")[0]:
        case "integer":
            return None if re.fullmatch(r"-?\d+", value) else "a whole number"
        case "double precision" | "numeric":
            return None if re.fullmatch(r"-?\d+(\.\d+)?", value) else "a number with a decimal point"
        case "date":
            return None if _is_day(value) else "a day such as 2026-01-31"
        case "boolean":
            return None if value in ("true", "false") else "true or false"
    return None


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _key_faults(name: str, table: Table, rows: list[Row]) -> Iterator[Fault]:
    keys = [*((column.name,) for column in table.columns.values() if column.is_unique), *table.keys]
    for key in keys:
        seen: dict[tuple[str, ...], int] = {}
        for row in rows:
            value = tuple(row[column] for column in key)
            if value in seen:
                found = f"{', '.join(value)} again, first in line {seen[value]}"
                expected = "each value once" if len(key) == 1 else "each combination once"
                yield Fault(name, row.line, ", ".join(key), expected, found, "Delete one of the two, or mend its code")
            seen.setdefault(value, row.line)
    if table.periods is not None:
        yield from period_faults(name, rows, table.periods)


def period_faults(name: str, rows: list[Row], groups: tuple[str, ...]) -> Iterator[Fault]:
    """Rows of one group that are in force on the same day; a period is half open, and without an end still runs.

    Args:
        name: Of the file.
        rows: With the columns valid_from and valid_to.
        groups: Columns of whose equal values one row may be in force.
    """
    by_group: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        by_group.setdefault(tuple(row[column] for column in groups), []).append(row)
    for group, alike in by_group.items():
        alike.sort(key=lambda row: row["valid_from"])
        for earlier, later in zip(alike, alike[1:], strict=False):
            if not earlier["valid_to"] or later["valid_from"] < earlier["valid_to"]:
                expected = f"one row in force for {', '.join(group)} on any day"
                found = f"one from {later['valid_from']} while that of line {earlier.line} runs"
                remedy = f"End the earlier one: valid_to {later['valid_from']}"
                yield Fault(name, later.line, "valid_from", expected, found, remedy)
