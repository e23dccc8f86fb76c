"""CSV as the city's systems export it: any delimiter and encoding that Excel and web forms write.

Belongs here: bytes to text, a text to lines of cells, and which lines are torn.
Does not belong here: headers and named rows (tables.py), what a column means (the channel's module).

A line that cannot be taken apart is given with its fault: it is how an export looks that was cut off. A stray quote
costs its own line alone: the lines behind it are read, where a reader of CSV would make one cell of them.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from assets.sources.records import PayloadError
from assets.sources.wire import LOST_CHARACTER, storable

DELIMITERS = (",", ";", "\t", "|")
BYTE_ORDER_MARK = "\ufeff"

# Excel's own first line, for whoever opens the file next.
_NAMED_DELIMITER = re.compile(r'"?sep=(?P<delimiter>[^\w\s"]|\t)"?(?:\r\n|\n|\r|$)', re.IGNORECASE)

# What never parts cells: quotes, blanks, what clocks are written with and what JSON is made of.
_NO_DELIMITERS = frozenset("\"':{}[]\r\n \ufffd")
_LINES_LOOKED_AT = 20
# Of a file without a byte order mark, and the share of its letters that are Latin ones.
_BYTES_LOOKED_AT, _LEAST_WIDE = 2_000, 0.7

# A cell may hold a whole thread of mails; the file is in memory already.
_LONGEST_CELL = 2**31 - 1


@dataclass(frozen=True)
class Line:
    """One line of cells that is not blank; with line breaks in quotes it is several of the file.

    Attributes:
        number: Its place in the file, from 1; blank lines count.
        cells: As written, without quotes.
        text: As it stands in the file.
        fault: Why it cannot be taken apart; None for a sound one.
    """

    number: int
    cells: list[str]
    text: str
    fault: PayloadError | None = None

    @property
    def is_ended(self) -> bool:
        """Whether a line break follows, so that it was not cut off."""
        return self.text.endswith(("\n", "\r"))


class CsvText:
    """The text of a file.

    Attributes:
        first: Its first line, where that only names the delimiter; else empty.
        lines: The others as they stand in the file.
    """

    def __init__(self, content: bytes) -> None:
        """Decode a file in UTF-8, UTF-16 or Windows-1252."""
        text = storable(_decode(content))
        named = _NAMED_DELIMITER.match(text)
        self.first = named[0] if named else ""
        self.lines = list(io.StringIO(text[len(self.first) :], newline=""))

    @property
    def is_empty(self) -> bool:
        """Whether nothing is in it."""
        return not any(line.strip() for line in self.lines)

    @property
    def is_markup(self) -> bool:
        """Whether it is a page or XML, which some programs save under the name of a workbook."""
        return next((line.lstrip().startswith("<") for line in self.lines if line.strip()), False)

    def delimiters(self) -> Iterator[str]:
        """Yield what may part the cells, the likeliest first."""
        named = _NAMED_DELIMITER.match(self.first)
        if named:
            yield named["delimiter"]
            return
        yield from DELIMITERS
        others = {char for char in set("".join(self.lines[:_LINES_LOOKED_AT])) if not char.isalnum()}
        yield from sorted(others - _NO_DELIMITERS - set(DELIMITERS))


def write_row(columns: Sequence[str], values: Mapping[str, str]) -> bytes:
    """Write the least export that holds one row, in UTF-8."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns)
    writer.writeheader()
    writer.writerow(values)
    return text.getvalue().encode()


class CsvLines:
    """The lines of a text, parted by one delimiter; to be gone through once.

    Attributes:
        width: Cells of a sound line; None until the header is known, and a stray quote cannot be told from a cut.
        delimiter: What parts them.
    """

    def __init__(self, text: CsvText, delimiter: str) -> None:
        self.width: int | None = None
        self.delimiter = delimiter
        self._lines = text.lines
        self._at = 0
        part = re.escape(delimiter)
        # A quote ends its cell only where the cell can end.
        self._end = re.compile(rf'"(?= *(?:{part}|$))')
        self._cell = re.compile(rf'(?:"((?:[^"]|"(?! *(?:{part}|$)))*)" *|([^{part}]*))({part}|$)')
        self._plain = re.compile(rf"()([^{part}]*)({part}|$)")

    def __iter__(self) -> Iterator[Line]:
        """Yield the lines that are not blank."""
        csv.field_size_limit(_LONGEST_CELL)
        # Strict: a lenient reader makes one long cell of all that follows a stray quote, without a word.
        reader = csv.reader(self._taken(), delimiter=self.delimiter, strict=True)
        number = 0
        while True:
            number, start = number + 1, self._at
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                yield self._torn(number, start)
                reader = csv.reader(self._taken(), delimiter=self.delimiter, strict=True)
                continue
            if any(cell.strip() for cell in cells):
                is_one = self._at == start + 1
                yield Line(number, cells, self._lines[start] if is_one else "".join(self._lines[start : self._at]))

    def _taken(self) -> Iterator[str]:
        while self._at < len(self._lines):
            self._at += 1
            yield self._lines[self._at - 1]

    def _torn(self, number: int, start: int) -> Line:
        """Read a line with a stray quote by itself; where it is none, keep all up to the next sound line."""
        self._at = start + 1
        cells, is_open = self._parted(self._lines[start])
        if len(cells) == self.width and (not is_open or self._is_sound(self._at)):
            return Line(number, cells, self._lines[start])
        while self.width is not None and self._at < len(self._lines) and not self._is_sound(self._at):
            self._at += 1
        text = "".join(self._lines[start : self._at])
        return Line(number, [], text, PayloadError("a row of CSV", self._told(text)))

    def _told(self, torn: str) -> str:
        """Say what is wrong with a text by itself: it is kept without what follows, and must say the same again."""
        try:
            list(csv.reader(io.StringIO(torn, newline=""), delimiter=self.delimiter, strict=True))
        except csv.Error as error:
            if "unexpected end of data" not in str(error):
                return "a quote that ends where no cell ends"
        return "a file that ends inside a quoted cell"

    def _is_sound(self, at: int) -> bool:
        if at >= len(self._lines):
            return False
        cells, is_open = self._parted(self._lines[at])
        return len(cells) == self.width and not is_open

    def _parted(self, line: str) -> tuple[list[str], bool]:
        """Part one line of the file, and say whether a cell in it begins with a quote that has no end."""
        cells, is_open = [], False
        line = line.rstrip("\r\n")
        at = 0
        # Behind it no quoted cell ends: looking for the end of each costs the square of a line of open quotes.
        last_end = max((end.start() for end in self._end.finditer(line)), default=-1)
        while match := (self._cell if at < last_end else self._plain).match(line, at):
            quoted, plain, delimiter = match.groups()
            cells.append(quoted.replace('""', '"') if plain is None else plain)
            is_open = is_open or (plain is not None and plain.startswith('"'))
            at = match.end()
            if not delimiter:
                break
        return cells, is_open


def _decode(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = content.decode("utf-16", errors="replace")
    elif wide := _unmarked_wide(content[:_BYTES_LOOKED_AT]):
        text = content.decode(wide, errors="replace")
    else:
        try:
            text = content.decode()
        except UnicodeDecodeError:
            text = _decode_faulty(content)
    return text.lstrip(BYTE_ORDER_MARK)


def _unmarked_wide(head: bytes) -> str | None:
    """The charset of UTF-16 without its mark: every other byte of such a text is zero, and no other one."""
    halves = {"utf-16-be": head[::2], "utf-16-le": head[1::2]}
    zeros = {charset: half.count(0) for charset, half in halves.items()}
    wide = max(zeros, key=zeros.__getitem__)
    is_wide = min(zeros.values()) == 0 and zeros[wide] > len(halves[wide]) * _LEAST_WIDE
    return wide if is_wide else None


def _decode_faulty(content: bytes) -> str:
    """Decode bytes that are no UTF-8: of Windows, or UTF-8 with a fault.

    A few bytes that are no UTF-8 are a fault of the file, or its end that was cut off. Where no other character
    is UTF-8 either, the file is of Windows.
    """
    text = content.decode(errors="replace")
    lost = text.count(LOST_CHARACTER)
    kept = sum(not character.isascii() for character in text) - lost
    return text if lost <= kept else content.decode("cp1252", errors="replace")
