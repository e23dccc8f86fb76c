"""Walk-in counters of the kelurahan: the Excel workbook in which the desk writes what people tell it.

Belongs here: the workbook's columns, split into rows and read into reports.
Does not belong here: whether a report is clear (triage/), the slip that the desk hands out (tracking.py).
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any
from xml.etree.ElementTree import ParseError

from assets.complaints.model import PayloadError, Record, Report, Unreadable
from assets.complaints.wire import WIB, found, read_text, read_time, record_or_unreadable, storable

REGISTER = "No Register"
COLUMNS = (
    REGISTER, "Tanggal", "Jam", "Nama Pelapor", "No Telepon", "Alamat", "RT", "RW", "Kelurahan", "Kecamatan",
    "Kategori", "Uraian Masalah", "Petugas",
)  # fmt: skip
_REQUIRED = ("Tanggal", "Uraian Masalah")
_BY_SPELLING = {"".join(column.casefold().split()): column for column in COLUMNS}

# A workbook of a desk has a few hundred rows of 13 cells; these limits stop a zip bomb, not a busy desk.
_MAX_UNPACKED_BYTES = 200 * 2**20
_MAX_COLUMNS = 64

# What openpyxl and the zip reader raise on a broken workbook: neither has one error for it.
_LIBRARY_ERRORS = (
    zipfile.BadZipFile, zlib.error, ParseError, OSError, EOFError, ValueError,
    LookupError, TypeError, AttributeError, RuntimeError, OverflowError,
)  # fmt: skip

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("januari", "jan"), ("februari", "feb"), ("maret", "mar"), ("april", "apr"), ("mei",),
            ("juni", "jun"), ("juli", "jul"), ("agustus", "agu", "agt"), ("september", "sep"),
            ("oktober", "okt"), ("november", "nov"), ("desember", "des"),
        ),
        start=1,
    )
    for name in names
}  # fmt: skip
_CODED_REGISTER = re.compile(r"\d{2}\.\d{2}\.\d{2}\.\d{4}/")
_ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[t ].*)?")
_DESK_DATE = re.compile(r"(\d{1,2})[-/. ](\d{1,2}|[a-z]+)[-/. ](\d{4})")
_CLOCK = re.compile(r"(?:.*[T ])?(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:\.\d+)?)?(?: *wib)?", re.IGNORECASE)


def split(content: bytes, origin: str) -> list[Record | Unreadable]:
    """Split the first sheet of one workbook into its rows.

    Args:
        content: The bytes of an `.xlsx` file, its first row with something in it the header.
        origin: The file's path, for what cannot be read.

    Returns:
        One entry for each row that is not blank; one for the whole file where it is no such workbook.
    """
    try:
        rows = _rows(content)
        header = _header(rows[0][1] if rows else [])
    except PayloadError as error:
        return [Unreadable(origin, content, str(error))]
    entries: list[Record | Unreadable] = []
    for number, cells in rows[1:]:
        row = {name: value for name, value in zip(header, cells, strict=False) if name and value is not None}
        entries.append(record_or_unreadable(f"{origin}#row {number}", _identity(row), row))
    return entries


def parse(record: Record) -> Report:
    """Read one row of the desk's workbook.

    A row without a time counts from 00:00 WIB of its day: the desk knows the day, not the hour.

    Raises:
        PayloadError: No day in Tanggal, no time in a filled Jam, or a value of the wrong kind.
    """
    row = record.payload
    moment = datetime.combine(_day(row.get("Tanggal")), _clock(row.get("Jam")), WIB)
    return Report(
        source_record_id=record.source_record_id,
        source_code=None,
        reported_at=read_time(moment.isoformat(), "Tanggal and Jam"),
        reporter_name=_words(row, "Nama Pelapor"),
        reporter_contact=_words(row, "No Telepon"),
        reporter_handle=None,
        title=None,
        description=_words(row, "Uraian Masalah") or "",
        address=_address(row),
        kelurahan_name=_words(row, "Kelurahan"),
        kecamatan_name=_words(row, "Kecamatan"),
        latitude=None,
        longitude=None,
        category_name=_words(row, "Kategori"),
        photo_urls=(),
    )


def _identity(row: dict[str, Any]) -> str | None:
    """Name a row city-wide: a register without its kelurahan's code counts from 1 at every desk."""
    register, kelurahan = row.get(REGISTER), row.get("Kelurahan")
    if register is None or _CODED_REGISTER.match(str(register)):
        return register
    return f"{''.join(str(kelurahan).casefold().split())}/{register}" if kelurahan is not None else None


def _rows(content: bytes) -> list[tuple[int, list[Any]]]:
    """Read the rows that are not blank, each with its number in the sheet."""
    if not content:
        raise PayloadError("an Excel workbook (.xlsx)", "an empty file")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
        if unpacked > _MAX_UNPACKED_BYTES:
            raise PayloadError(f"a workbook of at most {_MAX_UNPACKED_BYTES} bytes unpacked", f"{unpacked}")
        return list(_filled_rows(content))
    except _LIBRARY_ERRORS as error:
        raise PayloadError("an Excel workbook (.xlsx)", _told(error)) from error


def _filled_rows(content: bytes) -> Iterator[tuple[int, list[Any]]]:
    """Yield the rows that are not blank; an Excel error such as #REF! is no value."""
    # A quarter of a second, which the graph's definition need not pay.
    from openpyxl import load_workbook
    from openpyxl.cell.cell import ERROR_CODES

    workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    try:
        for number, row in enumerate(workbook.worksheets[0].iter_rows(values_only=True), start=1):
            cells = [None if value in ERROR_CODES else _cell(value) for value in row[:_MAX_COLUMNS]]
            if any(value is not None for value in cells):
                yield number, cells
    finally:
        workbook.close()


def _told(error: Exception) -> str:
    if isinstance(error, zipfile.BadZipFile):
        return "a file that is no sound zip archive"
    return f"a workbook that cannot be read ({type(error).__name__})"


def _header(cells: list[Any]) -> list[str | None]:
    header = [_BY_SPELLING.get("".join(str(cell).casefold().split())) for cell in cells]
    lacking = [column for column in _REQUIRED if column not in header]
    if lacking:
        known = sum(column is not None for column in header)
        raise PayloadError(f"columns {', '.join(lacking)}", f"{known} of the desk's {len(COLUMNS)} columns")
    return header


def _cell(value: object) -> str | int | float | bool | None:
    """Turn a cell into what JSON holds."""
    match value:
        case None:
            return None
        case datetime() | date() | time():
            return value.isoformat()
        case float() if value.is_integer():
            return int(value)
        case bool() | int() | float():
            return value
        case _:
            text = storable(str(value)).strip()
            return text or None


def _day(value: object) -> date:
    expected = "Tanggal as a day (2026-10-19, 19/10/2026 or 19 Oktober 2026)"
    text = value.strip().casefold() if isinstance(value, str) else ""
    try:
        if match := _ISO_DATE.fullmatch(text):
            return date(*(int(part) for part in match.groups()))
        if match := _DESK_DATE.fullmatch(text):
            day, month, year = match.groups()
            return date(int(year), int(month) if month.isdigit() else _MONTHS[month], int(day))
    except (ValueError, KeyError) as error:
        raise PayloadError(expected, found(value)) from error
    raise PayloadError(expected, found(value))


def _clock(value: object) -> time:
    if value is None:
        return time()
    expected = "Jam as a time of day (14:05 or 14.05)"
    match = _CLOCK.fullmatch(value.strip() if isinstance(value, str) else "")
    if match is None:
        raise PayloadError(expected, found(value))
    hour, minute, second = match.groups(default="0")
    try:
        return time(int(hour), int(minute), int(second))
    except ValueError as error:
        raise PayloadError(expected, found(value)) from error


def _words(row: dict[str, Any], column: str) -> str | None:
    """Read a cell as text: a desk's telephone number or RT is often a number to Excel."""
    value = row.get(column)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return read_text(value, column)


def _address(row: dict[str, Any]) -> str | None:
    parts = [_words(row, "Alamat")]
    parts += [f"{column} {_words(row, column)}" for column in ("RT", "RW") if _words(row, column)]
    return " ".join(part for part in parts if part) or None
