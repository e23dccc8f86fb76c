"""Walk-in counters of kelurahan and kecamatan: the Excel workbook in which a desk writes what people tell it.

Belongs here: the workbook's columns, split into rows and read into reports; how a desk's register names a report.
Does not belong here: whether a report is clear (complaints/triage/), the slip that the desk hands out
(complaints/tracking.py).

The two kinds of counter differ in one thing: a kelurahan's register names its desk by a code of four levels, a
kecamatan's by one of three.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time
from typing import Any
from xml.etree.ElementTree import ParseError

from pydantic_settings import SettingsConfigDict

from assets.complaints.channels.channel import Channel
from assets.complaints.model import Report
from assets.sources.csv_rows import spelling
from assets.sources.exports import fetch_export
from assets.sources.local_time import read_moment, read_year
from assets.sources.records import Delivery, PayloadError, Record, Unreadable, Window
from assets.sources.settings import HttpSource
from assets.sources.windows import Live
from assets.sources.wire import found, load_json, read_object, read_text, record_or_unreadable, storable

REGISTER = "No Register"
COLUMNS = (
    REGISTER, "Tanggal", "Jam", "Nama Pelapor", "No Telepon", "Alamat", "RT", "RW", "Kelurahan", "Kecamatan",
    "Kategori", "Uraian Masalah", "Petugas",
)  # fmt: skip
_REQUIRED = ("Tanggal", "Uraian Masalah")
_BY_SPELLING = {spelling(column): column for column in COLUMNS}

# A row that could not be a record is kept as `{"rows": [...]}`, and read again from it.
_KEPT = b'{"rows"'

# A workbook of a desk has a few hundred rows of 13 cells; these limits stop a zip bomb, not a busy desk.
_MAX_UNPACKED_BYTES = 200 * 2**20
_MAX_COLUMNS = 64

# What openpyxl and the zip reader raise on a broken workbook: neither has one error for it.
_LIBRARY_ERRORS = (
    zipfile.BadZipFile, zlib.error, ParseError, OSError, EOFError, ValueError,
    LookupError, TypeError, AttributeError, RuntimeError, OverflowError,
)  # fmt: skip


class KelurahanSource(HttpSource):
    """The kelurahan desks' shared workbook; `{day}` in the URL is the day (WIB, ISO 8601)."""

    model_config = SettingsConfigDict(env_prefix="JSC_KELURAHAN_")


class KecamatanSource(HttpSource):
    """The kecamatan desks' shared workbook; `{day}` in the URL is the day (WIB, ISO 8601)."""

    model_config = SettingsConfigDict(env_prefix="JSC_KECAMATAN_")


def _split(content: bytes, origin: str, identity: Callable[[Mapping[str, Any]], object]) -> list[Record | Unreadable]:
    """Split the first sheet of one workbook into its rows.

    Args:
        content: The bytes of an `.xlsx` file, its first row with something in it the header; or rows that an
            earlier reading kept.
        origin: The file's path, for what cannot be read.
        identity: Names a row city-wide, from its cells; None where it cannot.

    Returns:
        One entry for each row that is not blank; one for the whole file where it is no such workbook.
    """
    try:
        rows = _kept_rows(content) if content.startswith(_KEPT) else _sheet_rows(content)
    except PayloadError as error:
        return [Unreadable(origin, content, str(error))]
    return [record_or_unreadable(f"{origin}#row {number}", identity(row), row, {"rows": [row]}) for number, row in rows]


def _identity(row: Mapping[str, Any], area: str, names_its_desk: re.Pattern[str]) -> object:
    """Name a row city-wide: by its register where that names the desk, else by desk, year and register."""
    register = row.get(REGISTER)
    return register if names_its_desk.match(str(register)) else _desk_identity(row, area)


def _desk_identity(row: Mapping[str, Any], area: str) -> str | None:
    """Name a row whose register does not name its desk: every desk counts from 1, each year anew."""
    register, name = row.get(REGISTER), row.get(area)
    if register is None or name is None:
        return None
    try:
        year = f"/{read_year(row.get('Tanggal'), 'Tanggal')}"
    except PayloadError:
        year = ""
    return f"{spelling(str(name))}{year}/{register}"


def parse(record: Record) -> Report:
    """Read one row of the desk's workbook.

    A row without a time counts from 00:00 WIB of its day: the desk knows the day, not the hour.

    Raises:
        PayloadError: No day in Tanggal, no time in a filled Jam, or a value of the wrong kind.
    """
    row = record.payload
    return Report(
        source_record_id=record.source_record_id,
        source_code=None,
        reported_at=read_moment(row.get("Tanggal"), row.get("Jam"), "Tanggal", "Jam"),
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


def _kept_rows(content: bytes) -> list[tuple[int, dict[str, Any]]]:
    rows = read_object(load_json(content), "rows").get("rows")
    if not isinstance(rows, list):
        raise PayloadError("rows as a list", found(rows))
    named = ({_BY_SPELLING.get(spelling(name)): value for name, value in _cells(row)} for row in rows)
    return [
        (number, {name: value for name, value in row.items() if name and value is not None})
        for number, row in enumerate(named, start=1)
    ]


def _cells(row: object) -> Iterator[tuple[str, object]]:
    return ((name, _cell(value)) for name, value in read_object(row, "row").items())


def _sheet_rows(content: bytes) -> list[tuple[int, dict[str, Any]]]:
    """Read the rows that are not blank, each with its number in the sheet."""
    if not content:
        raise PayloadError("an Excel workbook (.xlsx)", "an empty file")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
        if unpacked > _MAX_UNPACKED_BYTES:
            raise PayloadError(f"a workbook of at most {_MAX_UNPACKED_BYTES} bytes unpacked", f"{unpacked}")
        filled = list(_filled_rows(content))
    except _LIBRARY_ERRORS as error:
        raise PayloadError("an Excel workbook (.xlsx)", _describe(error)) from error
    header = _header(filled[0][1] if filled else [])
    return [
        (number, {name: value for name, value in zip(header, cells, strict=False) if name and value is not None})
        for number, cells in filled[1:]
    ]


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


def _describe(error: Exception) -> str:
    if isinstance(error, zipfile.BadZipFile):
        return "a file that is no sound zip archive"
    return f"a workbook that cannot be read ({type(error).__name__})"


def _header(cells: list[Any]) -> list[str | None]:
    header = [_BY_SPELLING.get(spelling(str(cell))) for cell in cells]
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


def _words(row: Mapping[str, Any], column: str) -> str | None:
    """Read a cell as text: a desk's telephone number or RT is often a number to Excel."""
    value = row.get(column)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return read_text(value, column)


def _address(row: Mapping[str, Any]) -> str | None:
    parts = [_words(row, "Alamat")]
    parts += [f"{column} {_words(row, column)}" for column in ("RT", "RW") if _words(row, column)]
    return " ".join(part for part in parts if part) or None


def _counter(code: str, area: str, desk: str, settings: type[HttpSource]) -> Channel:
    """The channel of one kind of counter.

    Args:
        code: Of the channel.
        area: Column that names the desk.
        desk: Pattern of a register that names its desk.
        settings: Of its shared workbook.
    """
    names_its_desk = re.compile(desk)

    def split(content: bytes, origin: str) -> list[Record | Unreadable]:
        return _split(content, origin, lambda row: _identity(row, area, names_its_desk))

    def fetch(window: Window, source: HttpSource) -> Iterator[Delivery]:
        return fetch_export(window, source, split)

    return Channel(code=code, suffixes=(".xlsx",), split=split, parse=parse, live=Live(settings, fetch))


KELURAHAN = _counter("kelurahan", "Kelurahan", r"\d{2}\.\d{2}\.\d{2}\.\d{4}/", KelurahanSource)
KECAMATAN = _counter("kecamatan", "Kecamatan", r"\d{2}\.\d{2}\.\d{2}(?:\.\d{4})?/", KecamatanSource)
