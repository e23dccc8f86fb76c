"""Walk-in counters of kelurahan and kecamatan: what people tell a desk, in its Excel workbook or by the portal's page.

Belongs here: the columns of both, split into rows and read into reports; how a desk's register names a report.
Does not belong here: whether a report is clear (complaints/triage/), the page and the slip (portal/office/).

The page hands in the rows of a workbook as JSON, `{"rows": [{"No Register": ...}]}`, so both ways give one report. The
two kinds of counter differ in one thing: a kelurahan's register names its desk by a code of four levels, a
kecamatan's by one of three.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from pydantic_settings import SettingsConfigDict

from assets.complaints.channels.channel import Channel
from assets.complaints.model import Report
from assets.complaints.tracking import is_number
from assets.sources.exports import fetch_export
from assets.sources.forms import KECAMATAN_NAMES, KELURAHAN_NAMES, TELEPHONE_NAMES, Form
from assets.sources.local_time import read_moment, read_year
from assets.sources.records import Delivery, Noted, PayloadError, Record, Unreadable, Window
from assets.sources.settings import HttpSource
from assets.sources.tables import SUFFIXES, Row, read_table, read_table_id, read_table_number
from assets.sources.windows import Live
from assets.sources.wire import found, load_json, read_object, read_text, record_or_unreadable

REGISTER = "No Register"
# Who has shown a card is written as yes or no: its number is nobody's to keep.
CARD = "KTP Dilihat"
# The number of the returned report that a row completes.
COMPLETES = "Melengkapi Laporan"
COLUMNS = (
    REGISTER, "Tanggal", "Jam", "Nama Pelapor", "No Telepon", "Alamat", "RT", "RW", "Kelurahan", "Kecamatan",
    "Kategori", "Uraian Masalah", "Petugas", CARD, COMPLETES,
)  # fmt: skip
FORM = Form(
    COLUMNS,
    required=("Tanggal", "Uraian Masalah"),
    synonyms={
        **dict.fromkeys(("Nomor Register", "No Reg", "No Registrasi", "Nomor Registrasi"), REGISTER),
        **dict.fromkeys(("Tgl", "Hari/Tanggal", "Tanggal Lapor", "Tanggal Laporan", "Tanggal Pengaduan"), "Tanggal"),
        **dict.fromkeys(("Pukul", "Waktu"), "Jam"),
        **dict.fromkeys(("Nama", "Pelapor", "Nama Pengadu", "Nama Warga"), "Nama Pelapor"),
        **dict.fromkeys(TELEPHONE_NAMES, "No Telepon"),
        **dict.fromkeys(KELURAHAN_NAMES, "Kelurahan"),
        **dict.fromkeys(KECAMATAN_NAMES, "Kecamatan"),
        **dict.fromkeys(("Lokasi", "Alamat Kejadian", "Lokasi Kejadian"), "Alamat"),
        **dict.fromkeys(("Jenis Pengaduan", "Kategori Pengaduan", "Kategori Laporan"), "Kategori"),
        **dict.fromkeys(
            ("Uraian", "Uraian Pengaduan", "Uraian Laporan", "Isi Pengaduan", "Isi Laporan", "Permasalahan", "Keluhan"),
            "Uraian Masalah",
        ),
        **dict.fromkeys(("Nama Petugas", "Petugas Loket"), "Petugas"),
    },
    # The number of the line, which starts from one in every month.
    left_out=("No", "Nomor", "No Urut"),
)

# What the page hands in, and how a row of a workbook is kept that could not be a record.
_ROWS = b'{"rows"'


class KelurahanSource(HttpSource):
    """The kelurahan desks' shared workbook; `{day}` in the URL is the day (the city's, ISO 8601)."""

    model_config = SettingsConfigDict(env_prefix="JSC_KELURAHAN_")


class KecamatanSource(HttpSource):
    """The kecamatan desks' shared workbook; `{day}` in the URL is the day (the city's, ISO 8601)."""

    model_config = SettingsConfigDict(env_prefix="JSC_KECAMATAN_")


def _split(
    content: bytes, origin: str, identity: Callable[[Mapping[str, Any]], object]
) -> list[Record | Unreadable | Noted]:
    """Split one register into its rows.

    Args:
        content: A workbook of any program, or CSV: every sheet that has the header is read; or rows as JSON.
        origin: The file's path, for what cannot be read.
        identity: Names a row city-wide, from its cells; None where it cannot.

    Returns:
        One entry for each row that is not blank and for each sheet that cannot be read, and what was passed over; one
        for the whole file where it is no such register.
    """
    try:
        if content.startswith(_ROWS):
            return [_record(row, f"{origin}#row {number}", identity) for number, row in _rows_of(content)]
        table = read_table(content, FORM)
    except PayloadError as error:
        return [Unreadable(origin, content, str(error))]
    entries = [_entry(row, f"{origin}#{row.place}", identity) for row in table.rows]
    return [*entries, *(Noted(origin, note) for note in table.notes)]


def _entry(row: Row, where: str, identity: Callable[[Mapping[str, Any]], object]) -> Record | Unreadable:
    if row.fault is not None:
        return Unreadable(where, row.content, str(row.fault))
    entry = _record(row.cells, where, identity)
    return replace(entry, place=row.place) if isinstance(entry, Record) else entry


def _record(row: dict[str, Any], where: str, identity: Callable[[Mapping[str, Any]], object]) -> Record | Unreadable:
    return record_or_unreadable(where, identity(row), row, {"rows": [row]})


def _identity(row: Mapping[str, Any], area: str, names_its_desk: re.Pattern[str]) -> object:
    """Name a row city-wide: by its register where that names the desk, else by desk, year and register."""
    register = _register(row)
    return register if names_its_desk.match(str(register)) else _desk_identity(row, area)


def _desk_identity(row: Mapping[str, Any], area: str) -> str | None:
    """Name a row whose register does not name its desk: every desk counts from 1, each year anew."""
    register, name = _register(row), row.get(area)
    if register is None or name is None:
        return None
    try:
        year = f"/{read_year(row.get('Tanggal'), 'Tanggal')}"
    except PayloadError:
        year = ""
    return f"{''.join(str(name).casefold().split())}{year}/{register}"


def _register(row: Mapping[str, Any]) -> object:
    """The register's number without what a spreadsheet makes of it; a rounded one is none."""
    register = row.get(REGISTER)
    if not isinstance(register, str):
        return register
    try:
        return read_table_id(register, REGISTER)
    except PayloadError:
        return None


def parse(record: Record) -> Report:
    """Read one row of the desk's workbook.

    A row without a time counts from midnight of its day: the desk knows the day, not the hour.

    Raises:
        PayloadError: No day in Tanggal, no time in a filled Jam, or a value of the wrong kind.
    """
    row = record.payload
    return Report(
        source_record_id=record.source_record_id,
        source_code=None,
        reported_at=read_moment(row.get("Tanggal"), row.get("Jam"), "Tanggal", "Jam"),
        reporter_name=_words(row, "Nama Pelapor"),
        reporter_contact=read_table_number(_words(row, "No Telepon")),
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
        completes=_completes(row),
    )


def _completes(row: Mapping[str, Any]) -> str | None:
    """The number that a row says it completes; what is none says nothing."""
    number = (_words(row, COMPLETES) or "").upper()
    return number if is_number(number) else None


def _rows_of(content: bytes) -> list[tuple[int, dict[str, Any]]]:
    rows = read_object(load_json(content), "rows").get("rows")
    if not isinstance(rows, list):
        raise PayloadError("rows as a list", found(rows))
    named = [read_object(row, "row") for row in rows]
    return [
        (number, {name: row[name] for name in COLUMNS if name in row and _is_cell(row[name])})
        for number, row in enumerate(named, start=1)
    ]


def _is_cell(value: object) -> bool:
    return isinstance(value, int | float) or (isinstance(value, str) and bool(value.strip()))


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

    def split(content: bytes, origin: str) -> list[Record | Unreadable | Noted]:
        return _split(content, origin, lambda row: _identity(row, area, names_its_desk))

    def fetch(window: Window, source: HttpSource) -> Iterator[Delivery]:
        return fetch_export(window, source, split)

    return Channel(code=code, suffixes=SUFFIXES, split=split, parse=parse, live=Live(settings, fetch))


KELURAHAN = _counter("kelurahan", "Kelurahan", r"\d{2}\.\d{2}\.\d{2}\.\d{4}/", KelurahanSource)
KECAMATAN = _counter("kecamatan", "Kecamatan", r"\d{2}\.\d{2}\.\d{2}(?:\.\d{4})?/", KecamatanSource)
