"""CSV as the city's systems export it: any delimiter and encoding that Excel and web forms write.

Belongs here: bytes to rows under the names of known columns, and which rows are none.
Does not belong here: what a column means (the channel's module).

A row that cannot be taken apart, or that has not as many cells as the header, is given with its fault: it is
how an export looks that was cut off, and one that a stray quote has torn. The rows beside it are read.
"""

import codecs
import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from assets.sources.records import PayloadError
from assets.sources.wire import LOST_CHARACTER, storable

_DELIMITERS = (",", ";", "\t")
_NO_SYNONYMS: Mapping[str, str] = MappingProxyType({})
_BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True)
class Row:
    """One row that is not blank.

    Attributes:
        number: Its place in the file; the header is 1 and blank rows count.
        values: Its filled cells by the name of their column; columns that are not known are left out.
        fault: Why it cannot be read; None for a sound row.
        header: The header as it stands in the file.
        text: The row as it stands in the file.
    """

    number: int
    values: dict[str, str]
    fault: PayloadError | None
    header: str
    text: str

    @property
    def content(self) -> bytes:
        """The least export that holds the row, in UTF-8."""
        return (self.header + self.text).encode()


class _Lines:
    """The lines of a text, and those of them that were taken since the last row."""

    def __init__(self, text: str) -> None:
        self._lines = io.StringIO(text, newline="")
        self.taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.taken.append(line)
        return line


def spelling(name: str) -> str:
    """Spell a column's name without case and blanks.

    >>> spelling(" NO  Register") == spelling("No Register")
    True
    """
    return "".join(name.casefold().split())


def read_rows(
    content: bytes, columns: Sequence[str], required: Sequence[str], synonyms: Mapping[str, str] = _NO_SYNONYMS
) -> list[Row]:
    """Read the rows of an export.

    Args:
        content: CSV in UTF-8, UTF-16 or Windows-1252, delimited by comma, semicolon or tab; its first row with
            something in it the header.
        columns: The columns that are known, whatever their order, case and blanks.
        required: Those of them without which it is another file.
        synonyms: Other names of columns.

    Raises:
        PayloadError: An empty file, or one without the required columns.
    """
    text = storable(_decode(content))
    if not text.strip():
        raise PayloadError("a CSV export", "an empty file")
    readings = [_Reading(text, delimiter, columns, synonyms) for delimiter in _DELIMITERS]
    reading = max(readings, key=lambda candidate: len(candidate.known))
    lacking = [column for column in required if column not in reading.known]
    if lacking:
        raise PayloadError(f"columns {', '.join(lacking)}", f"{len(reading.known)} of {len(columns)} columns")
    return list(reading.rows())


def write_row(columns: Sequence[str], values: Mapping[str, str]) -> bytes:
    """Write the least export that holds one row, in UTF-8."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns)
    writer.writeheader()
    writer.writerow(values)
    return text.getvalue().encode()


class _Reading:
    """A text read with one delimiter, as far as its header."""

    def __init__(self, text: str, delimiter: str, columns: Sequence[str], synonyms: Mapping[str, str]) -> None:
        self._lines = _Lines(text)
        # Strict: a lenient reader makes one long cell of all that follows a stray quote, without a word.
        self._reader = csv.reader(self._lines, delimiter=delimiter, strict=True)
        self._number = 0
        by_spelling = {
            spelling(name): column for name, column in [*synonyms.items(), *((column, column) for column in columns)]
        }
        _, cells, self._header = next(self._read(), (None, [], ""))
        self._names = [by_spelling.get(spelling(cell)) for cell in cells]
        self.known = {name for name in self._names if name is not None}

    def rows(self) -> Iterator[Row]:
        """Yield the rows below the header."""
        for fault, cells, text in self._read():
            surplus = cells[len(self._names) :]
            if fault is None and (len(cells) < len(self._names) or any(cell.strip() for cell in surplus)):
                fault = PayloadError(f"a row of {len(self._names)} cells", f"{len(cells)}")
            named = zip(self._names, cells, strict=False)
            values = {name: cell for name, cell in named if name is not None and cell.strip()}
            yield Row(self._number, values, fault, self._header, text)

    def _read(self) -> Iterator[tuple[PayloadError | None, list[str], str]]:
        """Yield the fault, the cells and the text of each row that is not blank."""
        while True:
            self._number += 1
            self._lines.taken.clear()
            fault, cells = None, []
            try:
                cells = next(self._reader)
            except StopIteration:
                return
            except csv.Error as error:
                # The reader goes on with the next line.
                fault = PayloadError("a row of CSV", _describe(error))
            if fault or any(cell.strip() for cell in cells):
                yield fault, cells, "".join(self._lines.taken)


def _describe(error: csv.Error) -> str:
    if "unexpected end of data" in str(error):
        return "a file that ends inside a quoted cell"
    if "limit" in str(error):
        return f"a cell of more than {csv.field_size_limit()} characters"
    return "a quote that ends where no cell ends"


def _decode(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = content.decode("utf-16", errors="replace")
    else:
        try:
            text = content.decode()
        except UnicodeDecodeError:
            text = _decode_faulty(content)
    return text.lstrip(_BYTE_ORDER_MARK)


def _decode_faulty(content: bytes) -> str:
    """Decode bytes that are no UTF-8: of Windows, or UTF-8 with a fault.

    A few bytes that are no UTF-8 are a fault of the file, or its end that was cut off. Where no other character
    is UTF-8 either, the file is of Windows.
    """
    text = content.decode(errors="replace")
    lost = text.count(LOST_CHARACTER)
    kept = sum(not character.isascii() for character in text) - lost
    return text if lost <= kept else content.decode("cp1252", errors="replace")
