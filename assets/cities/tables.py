"""A city's CSV files, read with the line of each row, and what their descriptions find wrong with them.

Belongs here: one file by itself. Does not belong here: one value (cells.py), codes that point to another file
(pointers.py), rules of the domain (rules.py, areas.py).
"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from assets.cities.cells import cell_fault
from assets.cities.faults import Fault, quoted
from assets.cities.periods import period_faults
from assets.cities.rows import Row
from assets.cities.schema import Table

SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}
# A header with more columns too few or too many is another line.
MOST_STRANGE = 3
# Nothing is known of a file's rows until it can be read.
_UNREAD = "; its rows and what points to them are checked then"


@dataclass(frozen=True)
class Contents:
    """What a file holds.

    Attributes:
        rows: Those that have a value for every column.
        torn: Those that have more or fewer: their first values are as they should be, as a rule.
    """

    rows: tuple[Row, ...]
    torn: tuple[Row, ...]


class City(Mapping[str, tuple[Row, ...]]):
    """The whole rows of a city's tables by name; a table that could not be read has none."""

    def __init__(self, read: Mapping[str, Contents]) -> None:
        self._read = read

    def __getitem__(self, name: str) -> tuple[Row, ...]:
        return self._read[name].rows if name in self._read else ()

    def __contains__(self, name: object) -> bool:
        """Whether a table could be read."""
        return name in self._read

    def __iter__(self) -> Iterator[str]:
        return iter(self._read)

    def __len__(self) -> int:
        return len(self._read)

    def is_filled(self, name: str) -> bool:
        """Whether a table has a row, a torn one too."""
        return name in self._read and bool(self._read[name].rows or self._read[name].torn)

    def codes(self, name: str, column: str) -> set[str]:
        """Values of a column, those of torn rows too: what is torn is there."""
        read = self._read.get(name)
        return {row[column] for row in (*read.rows, *read.torn) if row[column]} if read else set()


def read_table(folder: Path, table: Table) -> tuple[Contents | None, list[Fault]]:
    """Read one file.

    Args:
        folder: Of the city, or of the country.
        table: What the file should hold.

    Returns:
        What it holds, None where it cannot be read; and what is wrong with it and its rows taken one by one.
    """
    name = f"{table.name}.csv"
    text = _text(folder / name, table)
    if isinstance(text, Fault):
        return None, [text]
    lines = _lines(name, text)
    if isinstance(lines, Fault):
        return None, [lines]
    (header, _), *lines = lines or [([], 1)]
    if header != list(table.columns):
        return None, list(_header_faults(name, header, table))
    contents, faults = _split(name, table, lines)
    return contents, [*faults, *_content_faults(name, table, contents)]


def _text(path: Path, table: Table) -> str | Fault:
    try:
        content = path.read_bytes()
        return content.decode("utf-8-sig")
    except OSError:
        first = ",".join(table.columns)
        return Fault(path.name, 0, "", "the file", "none", f"Add it, with the first line {first}{_UNREAD}")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        found = f"the byte 0x{content[error.start]:02x}"
        return Fault(path.name, line, "", "text in UTF-8", found, f"Save the file as UTF-8{_UNREAD}")


def _lines(name: str, text: str) -> list[tuple[list[str], int]] | Fault:
    """Values of each row, and the line on which it begins."""
    reader, begin = csv.reader(io.StringIO(text, newline=""), strict=True), 1
    lines = []
    try:
        for cells in reader:
            lines.append((cells, begin))
            begin = reader.line_num + 1
    except csv.Error as error:
        found = str(error)
        if "unexpected end" in found:
            found = "a quotation mark that nothing closes"
        elif "expected after" in found:
            found = "text behind a closing quotation mark"
        return Fault(name, begin, "", "a row of CSV", found, f"Mend the line{_UNREAD}")
    return lines


def _split(name: str, table: Table, lines: list[tuple[list[str], int]]) -> tuple[Contents, list[Fault]]:
    rows, torn, faults = [], [], []
    for cells, line in lines:
        row = Row(line, dict(zip(table.columns, cells, strict=False)))
        if not any(cell.strip() for cell in cells):
            # Python passes over a blank line; dbt reads a row without any value.
            faults.append(Fault(name, line, "", "a row", "an empty line", "Delete the line"))
        elif len(cells) == len(table.columns):
            rows.append(row)
        else:
            torn.append(row)
            remedy = 'Write a value that holds a comma in double quotes ("a, b")'
            faults.append(Fault(name, line, "", f"{len(table.columns)} values", str(len(cells)), remedy))
    return Contents(tuple(rows), tuple(torn)), faults


def _content_faults(name: str, table: Table, contents: Contents) -> Iterator[Fault]:
    rows = contents.rows
    for row in rows:
        for column in table.columns.values():
            missed = cell_fault(row[column.name], column)
            if missed is not None:
                found = quoted(row[column.name])
                yield Fault(name, row.line, column.name, missed.expected, found, missed.remedy)
    count = len(rows) + len(contents.torn)
    if table.rows is not None and count < table.rows:
        listed = [column for column in table.columns.values() if column.is_unique and column.values]
        missing = [
            value for column in listed for value in column.values if value not in {row[column.name] for row in rows}
        ]
        expected = f"{table.rows} rows{', with ' + ', '.join(missing) if count and missing else ''}"
        yield Fault(name, 0, "", expected, str(count), "Each of them is read; restore the file")
    twice = list(_key_faults(name, table, rows))
    yield from twice
    if table.periods is not None:
        again = {fault.line for fault in twice}
        yield from period_faults(name, [row for row in rows if row.line not in again], table.periods)


def _header_faults(name: str, header: list[str], table: Table) -> Iterator[Fault]:
    wanted = list(table.columns)
    are = f"the columns are {','.join(wanted)}{_UNREAD}"
    separator = next((sign for sign in SEPARATORS if len(header) == 1 and sign in header[0]), None)
    missing, strange = [one for one in wanted if one not in header], [one for one in header if one not in wanted]
    if separator:
        remedy = f"Save it as CSV with commas{_UNREAD}"
        yield Fault(name, 1, "", "values between commas", SEPARATORS[separator], remedy)
    elif len(missing) == len(wanted) or len(missing) + len(strange) > MOST_STRANGE:
        yield Fault(
            name, 1, "", f"the first line {','.join(wanted)}", ",".join(header) or "none", f"Write it so{_UNREAD}"
        )
    elif len(missing) == len(strange) == 1 and len(header) == len(wanted):
        yield Fault(name, 1, missing[0], "the column", f"'{strange[0]}'", f"Mend its name: {are}")
    else:
        for column in missing:
            yield Fault(name, 1, column, "the column", "none", f"Add it: {are}")
        for column in strange:
            yield Fault(name, 1, "", "no other column", f"'{column}'", f"Delete it: {are}")
        for column in wanted:
            if (times := header.count(column)) > 1:
                yield Fault(name, 1, column, "the column once", f"it {times} times", f"Delete the others: {are}")
    if sorted(header) == sorted(wanted):
        yield Fault(
            name, 1, "", f"the columns in the order {','.join(wanted)}", ",".join(header), f"Put them in order{_UNREAD}"
        )


def _key_faults(name: str, table: Table, rows: tuple[Row, ...]) -> Iterator[Fault]:
    told: set[int] = set()
    for key in [*((column.name,) for column in table.columns.values() if column.is_unique), *table.keys]:
        seen: dict[tuple[str, ...], int] = {}
        for row in rows:
            value = tuple(row[column] for column in key)
            # A row that stands twice does so in every key; an empty value is missed as one.
            if value in seen and any(value) and row.line not in told:
                told.add(row.line)
                found = f"{', '.join(value)} again, first in line {seen[value]}"
                expected = "each value once" if len(key) == 1 else "each combination once"
                yield Fault(name, row.line, ", ".join(key), expected, found, "Delete one of the two, or mend its code")
            seen.setdefault(value, row.line)
