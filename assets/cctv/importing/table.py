"""Rows of CSV, as spreadsheets write it.

Belongs here: headers, delimiters and quotes. Does not belong here: what a column means (fields.py).
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from assets.cctv.camera_list import ListError
from assets.cctv.importing.addresses import ADDRESS
from assets.cctv.importing.fields import is_known
from assets.cctv.importing.unread import Unread

_EXPECTED = "CSV with a header"
_DELIMITERS = (",", ";", "\t", "|")
_DECLARED = re.compile(r"sep=(.)[ \t]*\r?\n", re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
_CODE = re.compile(r"\s*(?:(?:const|let|var|import|export|function|type|interface)\b|/[/*]|<)")
# The module's own limit is less than what a polygon needs.
_LONGEST = 16 * 1024 * 1024


def is_table(text: str) -> bool:
    """Whether a text is CSV by its first line: a name of a column that is known, and no more signs than names have."""
    first = next((line for line in text.splitlines() if line.strip() and not _DECLARED.match(line + "\n")), "")
    if _CODE.match(first):
        return False
    cells = _cells(first)
    return (
        len(cells) > 1
        and all(len(cell) < 80 and not set(cell) & set("[]{}=<>") for cell in cells)
        and (any(map(is_known, cells)) or bool(_DECLARED.match(text)))
    )


def looks_like_table(text: str) -> bool:
    """Whether its first line has several cells and is no code."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return len(_cells(first)) > 1 and not _CODE.match(first) and not set(first) & set("[]{}")


def table_rows(text: str) -> list[Any]:
    """Its rows by the names of the header; a name that stands twice has all of its values.

    Raises:
        ListError: It has no header, or a quote in it is not closed.
    """
    declared = _DECLARED.match(text)
    body = text[declared.end() :] if declared else text
    first = next((line for line in body.splitlines() if line.strip()), "")
    csv.field_size_limit(_LONGEST)
    delimiter = declared[1] if declared else _delimiter(first)
    reader = csv.reader(io.StringIO(body.lstrip("\r\n"), newline=""), delimiter=delimiter, strict=True)
    try:
        header, *cells = [row for row in reader if any(map(str.strip, row))] or [[]]
    except csv.Error as error:
        line = reader.line_num
        raise ListError(_EXPECTED, f"a quote in or before line {line} that is not closed", "mend it there") from error
    if any(ADDRESS.fullmatch(name.strip()) or _NUMBER.fullmatch(name.strip()) for name in header):
        raise ListError(_EXPECTED, "a camera in the first line", "put the names of its columns in a line before it")
    for number, row in enumerate(cells, start=1):
        if any(_is_swallowed(cell, delimiter, len(header)) for cell in row):
            raise ListError(_EXPECTED, f"several rows in one value of row {number}", "close the quote there")
    return [_row(header, row) for row in cells]


def _cells(line: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=_delimiter(line)), [])
    except csv.Error:
        return []


def _delimiter(line: str) -> str:
    return max(_DELIMITERS, key=line.count)


def _is_swallowed(cell: str, delimiter: str, columns: int) -> bool:
    """Whether a value holds the rows behind it, as where its quote is not closed."""
    if "\n" not in cell or "://" not in cell:
        return False
    lines = [line.split(delimiter) for line in cell.splitlines()]
    has_address = any(ADDRESS.fullmatch(part.strip()) for line in lines for part in line)
    return has_address and any(len(line) > max(1, columns - 2) for line in lines)


def _row(header: Sequence[str], cells: Sequence[str]) -> Any:
    if any(cell.strip() for cell in cells[len(header) :]):
        found = f"expected {len(header)} values as there are columns, found {len(cells)}"
        return Unread(f"{found}; put quotes around a value with a comma in it")
    values: dict[str, Any] = {}
    counts = Counter(header)
    for name, cell in zip(header, cells, strict=False):
        if counts[name] > 1:
            values.setdefault(name, []).append(cell)
        else:
            values[name] = cell
    return values
