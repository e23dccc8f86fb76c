"""The cells of a workbook, as calamine reads them: .xlsx, .xls, .xlsb and .ods.

Belongs here: sheets to rows of values that JSON holds; what a merged cell stands for.
Does not belong here: which files may be opened in this process (workbook.py), what a cell means (tables.py).

Run as a script it reads a workbook from its input and writes the sheets to its output, within bounds of memory and
time. It imports nothing of this project, so that a process of its own starts in milliseconds.
"""

import io
import json
import sys
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import Any
from xml.etree.ElementTree import iterparse

Cell = str | int | float | bool | None
Merge = tuple[tuple[int, int], tuple[int, int]]

# A desk's register has 13 columns; what stands beyond is no part of a table.
MAX_COLUMNS = 64
MAX_BYTES = 2 * 2**30
MAX_SECONDS = 120

# Excel's errors stand where a value could not be calculated.
_ERRORS = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"})
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"


def read_sheets(content: bytes) -> list[dict[str, Any]]:
    """Read every sheet of a workbook.

    Args:
        content: A workbook whose cells are known to fit into memory, or any in a process that is bounded.

    Returns:
        For each sheet its `name`, its `rows` (those with a value, each with its number from 1 and its cells from the
        first column on) and its `fault`: the name of the reader's error, in a sheet that it cannot read.

    Raises:
        Exception: What calamine raises on a file that is no workbook.
    """
    # Not needed to define the graph.
    from python_calamine import SheetTypeEnum, load_workbook

    sheets: list[dict[str, Any]] = []
    with load_workbook(io.BytesIO(content)) as workbook:
        named = [sheet.name for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
        merges = _open_document_merges(content)
        for name in named:
            try:
                rows = list(_rows(workbook.get_sheet_by_name(name), merges.get(name)))
            except BaseException as error:  # calamine's panics are no Exception.
                if isinstance(error, KeyboardInterrupt | SystemExit):
                    raise
                sheets.append({"name": name, "rows": [], "fault": type(error).__name__})
            else:
                sheets.append({"name": name, "rows": rows, "fault": None})
    return sheets


def _rows(sheet: Any, merges: Iterable[Merge] | None) -> Iterator[tuple[int, list[Cell]]]:
    left = sheet.start[1] if sheet.start else 0
    merged = _Merged(merges if merges is not None else sheet.merged_cell_ranges or ())
    for index, values in enumerate(sheet.iter_rows()):
        cells = [None] * min(left, MAX_COLUMNS) + [_cell(value) for value in values[: max(0, MAX_COLUMNS - left)]]
        is_filled = any(cell is not None for cell in cells)
        merged.fill(index, cells)
        if is_filled:
            yield index + 1, cells


class _Merged:
    """Cells that are merged over several rows: their value holds in each of them."""

    def __init__(self, ranges: Iterable[Merge]) -> None:
        self._from = {(top, left): bottom for (top, left), (bottom, _) in ranges if bottom > top and left < MAX_COLUMNS}
        self._columns = sorted({left for _, left in self._from})
        self._open: dict[int, tuple[int, Cell]] = {}

    def fill(self, index: int, cells: list[Cell]) -> None:
        """Write into a row what is merged into it."""
        for column in self._columns:
            if column >= len(cells):
                continue
            bottom = self._from.get((index, column))
            if bottom is not None:
                self._open[column] = bottom, cells[column]
            until, value = self._open.get(column, (-1, None))
            if index <= until and cells[column] is None:
                cells[column] = value


def _cell(value: object) -> Cell:
    """Turn a cell into what JSON holds; a day is the start of it."""
    match value:
        case None | "":
            return None
        case str():
            # A workbook's text can hold a NUL, which PostgreSQL cannot store.
            text = value.replace("\x00", "\ufffd").strip()
            return None if not text or text in _ERRORS else text
        case bool() | int():
            return value
        case float():
            return int(value) if value.is_integer() else value
        case datetime() | time():
            return value.isoformat()
        case date():
            return datetime.combine(value, time()).isoformat()
        case _:
            return str(value)


def _open_document_merges(content: bytes) -> dict[str, list[Merge]]:
    """Find what is merged in an OpenDocument sheet, by the sheet's name: calamine does not tell."""
    if not content.startswith(b"PK"):
        return {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if "content.xml" not in archive.namelist():
            return {}
        merges: dict[str, list[Merge]] = {}
        with archive.open("content.xml") as part:
            for _, table in iterparse(part):  # noqa: S314 - in a bounded process; expat stops what grows.
                if table.tag == f"{_TABLE}table":
                    merges[table.get(f"{_TABLE}name", "")] = list(_spans(table))
                    table.clear()
        return merges


def _spans(table: Any) -> Iterator[Merge]:
    row = 0
    for line in table.iter(f"{_TABLE}table-row"):
        column = 0
        for cell in line:
            down = int(cell.get(f"{_TABLE}number-rows-spanned", 1))
            across = int(cell.get(f"{_TABLE}number-columns-spanned", 1))
            if down > 1:
                yield (row, column), (row + down - 1, column + across - 1)
            column += int(cell.get(f"{_TABLE}number-columns-repeated", 1))
        row += int(line.get(f"{_TABLE}number-rows-repeated", 1))


def _bound() -> None:
    """Bound this process; a system that knows no bounds of memory has that of time alone."""
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))
    # macOS refuses a bound below what the process has mapped.
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (MAX_BYTES, MAX_BYTES))


if __name__ == "__main__":
    _bound()
    json.dump(read_sheets(sys.stdin.buffer.read()), sys.stdout)
