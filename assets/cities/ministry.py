"""The ministry's list of the codes of areas, as far as it is of one city.

Belongs here: reading the list, and refusing one from which an area would be lost. Does not belong here: what is made of
it (skeleton.py).
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from assets.cities.faults import Fault, gathered, quoted
from assets.city import CityError

COLUMNS = ("kode", "nama", "tingkat")
# Levels by the length of their codes, as lists name them.
LEVELS: Mapping[int, tuple[str, ...]] = {
    2: ("provinsi",),
    5: ("kota", "kabupaten", "kota administrasi", "kabupaten administrasi"),
    8: ("kecamatan", "distrik"),
    13: ("kelurahan", "desa", "kampung", "gampong", "nagari"),
}
_CODE = re.compile(r"[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?")
_WANTED = f"CSV with {', '.join(COLUMNS)}"


@dataclass(frozen=True)
class Codes:
    """Names by code of one city: the city's own, its kota's, kecamatan's and kelurahan's."""

    code: str
    names: Mapping[str, str]

    def at(self, length: int) -> list[str]:
        """Codes of a level by their length: 8 for kecamatan, 13 for kelurahan."""
        return sorted(code for code in self.names if len(code) == length)


@dataclass(frozen=True)
class _Listed:
    line: int
    code: str
    name: str
    level: str


def read_codes(code: str, path: Path) -> Codes:
    """Read the areas of a city.

    Args:
        code: Of the city: a province's, or a kota's or kabupaten's.
        path: CSV with the columns kode, nama and tingkat; other cities are passed over.

    Raises:
        CityError: The list is none, does not hold the city, or a row of it cannot be told.
    """
    rows = [row for row in _rows(path) if _may_be_of(row, code)]
    own = {row.code: row.name for row in rows}
    found = Codes(code, own)
    if len(code) not in (2, 5) or code not in own or not found.at(8) or not found.at(13):
        raise CityError(
            f"{path.name}: expected {code} with its kecamatan and kelurahan, found {len(rows)} rows of it."
            " Give the code as the list writes it, such as 72.71"
        )
    faults = gathered(_faults(path.name, rows, code))
    if faults:
        told = "\n".join(map(str, faults))
        raise CityError(f"Expected a list from which no area of {code} is lost, found {len(faults)} faults:\n{told}")
    return found


def _rows(path: Path) -> list[_Listed]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CityError(f"{path.name}: expected a {_WANTED} in UTF-8, found {error}. Mend it") from error
    reader, rows, begin = csv.reader(io.StringIO(text, newline=""), strict=True), [], 2
    try:
        header = [cell.strip() for cell in next(reader, [])]
        if any(header.count(column) != 1 for column in COLUMNS):
            found = ",".join(header) or "nothing"
            raise CityError(f"{path.name}: expected a {_WANTED} once each, between commas, found {found}. Mend it")
        places = [header.index(column) for column in COLUMNS]
        for cells in reader:
            # What is too short is told as a row without a name.
            filled = [" ".join(cell.split()) for cell in cells] + [""] * len(header)
            if any(filled):
                rows.append(_Listed(begin, *(filled[place] for place in places)))
            begin = reader.line_num + 1
    except csv.Error as error:
        remedy = "Close the quotation mark that opens there"
        raise CityError(f"{path.name}, line {begin}: expected a row of CSV, found {error}. {remedy}") from error
    return rows


def _may_be_of(row: _Listed, city: str) -> bool:
    """Whether a row is of the city, or of an area of its province whose code is none and may be the city's."""
    is_misspelt = row.level.casefold() in (*LEVELS[8], *LEVELS[13]) and not _CODE.fullmatch(row.code)
    return row.code == city or row.code.startswith(f"{city}.") or (is_misspelt and row.code[:2] == city[:2])


def _faults(file: str, rows: list[_Listed], city: str) -> Iterator[Fault]:
    lines: dict[str, int] = {}
    known = {row.code for row in rows}
    for row in rows:
        levels = LEVELS.get(len(row.code), ())
        if not _CODE.fullmatch(row.code):
            yield Fault(file, row.line, "kode", "a code such as 72.71.01.1001", quoted(row.code), "Mend the code")
        elif row.level.casefold() not in levels:
            expected = f"{levels[0]} beside the code {row.code}"
            yield Fault(file, row.line, "tingkat", expected, quoted(row.level), "Mend the level or the code")
        elif row.code in lines:
            found = f"{row.code} again, first in line {lines[row.code]}"
            yield Fault(file, row.line, "kode", "each code once", found, "Delete one of the two")
        elif len(row.code) > len(city) and row.code.rpartition(".")[0] not in known:
            found = f"none of {row.code.rpartition('.')[0]}, to which {row.code} belongs"
            yield Fault(file, row.line, "kode", "a row of each area above", found, "Add that row, or mend the code")
        if not row.name:
            yield Fault(file, row.line, "nama", f"the name of {row.code}", "nothing", "Fill it in")
        lines.setdefault(row.code, row.line)
