"""Tables as desks keep them and programs export them: CSV and workbooks, to rows under the names of known columns.

Belongs here: where the header is, which rows and sheets are none, what Excel wraps a value in. Does not belong here:
by what a table is known (forms.py), bytes (csv_rows.py, workbook.py), what a column means (the channel's module).

Every sheet that has the header is read. One without it, such as a list of choices, is passed over and named; one that
looks like a table of the kind and lacks a column is refused as a whole. No row is left out without a word.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import cast

from assets.sources.csv_rows import BYTE_ORDER_MARK, CsvLines, CsvText, Line
from assets.sources.forms import LONGEST_NAME, Form, Names, spelling
from assets.sources.records import PayloadError
from assets.sources.wire import is_rounded, read_id
from assets.sources.workbook import Sheet, is_workbook, read_workbook

Cell = str | int | float | bool

SUFFIXES = (".csv", ".xlsx", ".xls", ".xlsb", ".ods")

# A letterhead, a month, who signed it: the header is below.
_ROWS_ABOVE = 20
# A sheet with so many of the known columns is meant to be a table of the kind.
_LOOKS_LIKE_ONE = 3

_EXCEL_TEXT = re.compile(r'="((?:[^"]|"")*)"')
# Excel's sign for a number that is to stay text.
_APOSTROPHE = re.compile(r"'[+\d][\d\s.,:/()+-]*")
_WHOLE = re.compile(r"(\d+)[.,]0+")


@dataclass(frozen=True)
class SheetLine:
    """One line of a workbook's sheet, as `Line` is one of CSV."""

    number: int
    cells: list[Cell | None]
    fault: PayloadError | None = None

    @property
    def text(self) -> str:
        """The line as CSV."""
        text = io.StringIO(newline="")
        csv.writer(text).writerow("" if cell is None else _text(cell) for cell in self.cells)
        return text.getvalue()


class SheetLines:
    """The lines of a workbook's sheet, as `CsvLines` are those of a text."""

    def __init__(self, sheet: Sheet) -> None:
        self.width: int | None = None
        # Of the text of a `SheetLine`.
        self.delimiter = ","
        self._rows = sheet.rows

    def __iter__(self) -> Iterator[SheetLine]:
        """Yield the lines that are not blank."""
        return (SheetLine(number, cells) for number, cells in self._rows)


@dataclass(frozen=True)
class Header:
    """The header above a row; empty above a whole sheet that cannot be read.

    Attributes:
        text: As it stands in the file, with what stands above it for the reader's sake.
        cells: What it calls its columns.
        names: Those of them that are known.
        delimiter: What parts the cells in the text of the header and of its rows.
    """

    text: str = ""
    cells: tuple[object, ...] = ()
    names: Names = ()
    delimiter: str = ","


@dataclass(frozen=True)
class Row:
    """One row that is not blank, or a whole sheet that cannot be read.

    Attributes:
        line: As it stands in the file; its number is 0 where it is a whole sheet.
        sheet: Name of the sheet; None in a file without sheets and in the first sheet of a workbook.
        cells: Its filled cells by the name of their column, as a workbook types them; other columns are left out.
        fault: Why it cannot be read; None for a sound row.
        header: The header above it.
    """

    line: Line | SheetLine
    sheet: str | None
    cells: dict[str, Cell]
    fault: PayloadError | None
    header: Header

    @property
    def number(self) -> int:
        """Its place in the file or sheet, from 1; blank rows count."""
        return self.line.number

    @property
    def text(self) -> str:
        """The row as it stands in the file."""
        return self.line.text

    @property
    def values(self) -> dict[str, str]:
        """Its filled cells as texts."""
        if isinstance(self.line, Line):
            return cast("dict[str, str]", self.cells)
        return {name: _text(cell) for name, cell in self.cells.items()}

    @property
    def place(self) -> str:
        """Where it stands, for what is told of it."""
        row = f"row {self.number}" if self.number else "sheet"
        return row if self.sheet is None else f"{self.sheet} {row}"

    @property
    def content(self) -> bytes:
        """The least table that holds the row, in UTF-8."""
        return (self.header.text + self.text).encode()


@dataclass
class Table:
    """What a file holds.

    Attributes:
        rows: In the order of the file.
        notes: What was passed over: sheets without the header, columns that nobody knows.
    """

    rows: list[Row]
    notes: list[str]


def read_table(content: bytes, form: Form) -> Table:
    """Read the rows of every table of a kind in a file.

    Args:
        content: CSV in UTF-8, UTF-16 or Windows-1252 with any delimiter, or a workbook of any program.
        form: Of the kind.

    Raises:
        PayloadError: An empty file, one that cannot be read at all, or one without the required columns.
    """
    if is_workbook(content):
        return _of_sheets(read_workbook(content), form)
    text = CsvText(content)
    if text.is_empty:
        raise PayloadError("a table (CSV or a workbook)", "an empty file")
    heads = []
    for delimiter in text.delimiters():
        heads.append((_head(CsvLines(text, delimiter), form), delimiter))
        if not form.lacking(heads[-1][0]):
            break
    head, delimiter = max(heads, key=lambda each: (not form.lacking(each[0]), _known(each[0])))
    table = Table([], [])
    if form.lacking(head):
        raise _lacks(form, head, is_markup=text.is_markup)
    _read(CsvLines(text, delimiter), form, table, None, text.first)
    return table


def read_table_id(value: object, name: str) -> str:
    """Read an id out of a cell, without what a spreadsheet makes of it.

    Raises:
        PayloadError: None, too long, or rounded by a spreadsheet.

    >>> read_table_id("8412345.0", "Nomor"), read_table_id("'BW-7", "Nomor")
    ('8412345', 'BW-7')
    """
    text = read_id(value).removeprefix("'")
    if is_rounded(text):
        raise PayloadError(f"{name} in full", "a number rounded by a spreadsheet")
    return read_id(_whole(text))


def read_table_number(value: str | None) -> str | None:
    """Read a telephone number out of a cell; None where a spreadsheet rounded it.

    >>> read_table_number("81200000009.0"), read_table_number("8.12E+10")
    ('81200000009', None)
    """
    if value is None or is_rounded(value):
        return None
    return _whole(value.strip())


def _whole(text: str) -> str:
    whole = _WHOLE.fullmatch(text)
    return whole[1] if whole else text


def _of_sheets(sheets: Sequence[Sheet], form: Form) -> Table:
    table, faults, has_header = Table([], []), [], False
    for place, sheet in enumerate(sheets):
        head = _head(SheetLines(sheet), form)
        fault = sheet.fault
        if fault is None and not form.lacking(head):
            has_header = True
            _read(SheetLines(sheet), form, table, sheet.name if place else None)
            continue
        text = sheet.content.decode()
        if fault is None and _known(head) >= _LOOKS_LIKE_ONE:
            fault, text = _lacks(form, head), "".join(line.text for line in SheetLines(sheet))
        if fault is not None:
            faults.append(fault)
            table.rows.append(Row(Line(0, [], text), sheet.name, {}, fault, Header()))
        elif sheet.rows:
            table.notes.append(f"sheet {sheet.name[:LONGEST_NAME]}: not a table, {len(sheet.rows)} rows passed over")
    if not has_header:
        raise faults[0] if faults else _lacks(form, ())
    return table


def _head(lines: CsvLines | SheetLines, form: Form) -> Names:
    """Read the header, or what comes nearest to one among the first lines."""
    best: Names = ()
    above: Iterable[Line | SheetLine] = lines
    for line in islice(above, _ROWS_ABOVE):
        names = form.header(line.cells)
        if not form.lacking(names):
            return names
        best = max(best, names, key=_known)
    return best


def _known(names: Names) -> int:
    return sum(name is not None for name in names)


def _lacks(form: Form, names: Names, *, is_markup: bool = False) -> PayloadError:
    found = f"{_known(names)} of {len(form.columns)} columns"
    if is_markup:
        found = "a web page or XML: open it and save it as a workbook (.xlsx) or CSV"
    return PayloadError(f"columns {', '.join(form.lacking(names))}", found)


def _read(lines: CsvLines | SheetLines, form: Form, table: Table, sheet: str | None, first: str = "") -> None:
    """Read the rows below a header, and below each further header of the same table.

    Args:
        lines: With a header.
        form: Of the table.
        table: What was read; added to.
        sheet: Name of the sheet.
        first: What stands above the header for the reader's sake.
    """
    header, is_below = Header(), False
    for line in lines:
        if line.fault is None and _may_be_header(line.cells, header.names, form):
            names = form.header(line.cells)
            if not form.lacking(names):
                text = first + line.text.lstrip(BYTE_ORDER_MARK)
                header = Header(text, tuple(line.cells), names, lines.delimiter)
                is_below = True
                lines.width = len(names)
                table.notes += [note for note in _unknown(line.cells, form) if note not in table.notes]
                continue
        # Official forms number their columns below the names.
        if header.names and not (is_below and _is_count(line.cells)):
            table.rows.append(_row(line, header, form, sheet))
        is_below = False


def _may_be_header(cells: Sequence[object], names: Names, form: Form) -> bool:
    """Say whether a line is worth a closer look: a register repeats its header on each page."""
    if not names:
        return True
    place = names.index(form.required[0])
    cell = cells[place] if place < len(cells) else None
    # Most first cells are numbers: to spell each would cost a tenth of the reading.
    is_name = isinstance(cell, str) and len(cell) <= LONGEST_NAME and not cell[:1].isdigit()
    return is_name and spelling(str(cell)) in form.all_names


def _is_count(cells: Sequence[Cell | None]) -> bool:
    filled = [spelling(_text(cell)) for cell in cells if cell is not None and cell != ""]
    return len(filled) > 1 and filled == [str(number) for number in range(1, len(filled) + 1)]


def _unknown(cells: Sequence[object], form: Form) -> list[str]:
    return [
        f"column {cell.strip()[:LONGEST_NAME]}: not known, left out"
        for cell in cells
        if isinstance(cell, str) and spelling(cell) not in form.known
    ]


def _row(line: Line | SheetLine, header: Header, form: Form, sheet: str | None) -> Row:
    texts: Sequence[Cell | None] = line.cells
    # Few rows have a cell that is wrapped.
    if isinstance(line, SheetLine) or "'" in line.text or '="' in line.text:
        texts = [_unwrapped(cell) if isinstance(cell, str) else cell for cell in line.cells]
    cells: dict[str, Cell] = {
        name: cell
        for name, cell in zip(header.names, texts, strict=False)
        if name is not None and cell is not None and (not isinstance(cell, str) or cell.strip())
    }
    fault = line.fault or (_misfit(line, header.names, form) if isinstance(line, Line) else None)
    return Row(line, sheet, cells, fault, header)


def _misfit(line: Line, names: Names, form: Form) -> PayloadError | None:
    """Say what is wrong with the number of cells; a program may leave out empty ones at the end."""
    has_more = any(cell.strip() for cell in line.cells[len(names) :])
    has_less = len(line.cells) < len(names) and (not line.is_ended or bool(form.lacking(names[: len(line.cells)])))
    return PayloadError(f"a row of {len(names)} cells", f"{len(line.cells)}") if has_more or has_less else None


def _unwrapped(cell: str) -> str:
    """Take off what Excel wraps a number in that is to stay text."""
    if not cell.startswith(("=", "'")):
        return cell
    if wrapped := _EXCEL_TEXT.fullmatch(cell.rstrip()):
        return wrapped[1].replace('""', '"')
    return cell.rstrip()[1:] if _APOSTROPHE.fullmatch(cell.rstrip()) else cell


def _text(cell: Cell) -> str:
    return cell if isinstance(cell, str) else str(cell)
