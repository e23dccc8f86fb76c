"""LAPOR!: the government's portal SP4N-LAPOR!, in the table that its administrators export.

Belongs here: the export's columns, split into rows and read into reports.
Does not belong here: tables (sources/tables.py), what became of a report (cases/), whether it is clear
(complaints/triage/).

The first wording of a report is the citizen's; the last is an administrator's and counts only where the first is
absent. Who reports to LAPOR! anonymously or in confidence is known to LAPOR! and to nobody else: the name is left
out before anything is stored, and an export that does not say who that is, is not read.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import field_validator
from pydantic_settings import SettingsConfigDict

from assets.complaints.channels.channel import Channel
from assets.complaints.model import NotAReport, Report, SetAsideReason, Visibility
from assets.sources.csv_rows import BYTE_ORDER_MARK, CsvText, write_row
from assets.sources.exports import fetch_export
from assets.sources.forms import KECAMATAN_NAMES, KELURAHAN_NAMES, Form, spelling
from assets.sources.local_time import read_moment
from assets.sources.records import Delivery, Noted, PayloadError, Record, Unreadable, Window
from assets.sources.settings import HttpSource
from assets.sources.tables import SUFFIXES, Row, Table, read_table, read_table_id
from assets.sources.windows import Live
from assets.sources.wire import read_text
from assets.sources.workbook import is_workbook

ID, NAME = "Tracking ID", "Nama Pelapor"
# Who is to stay unnamed: any of them may say so.
KINDS = ("Tipe", "Tipe Laporan (Anonim/Rahasia)", "Tipe (Anonim/Rahasia)", "Tipe Laporan", "Anonim/Rahasia")
DAY, CLOCK = "Tanggal Laporan Masuk", "Waktu Laporan Masuk"
FIRST, LAST = "Isi Laporan Awal", "Isi Laporan Akhir"
STATUS, REASON = "Status Laporan", "Alasan Tunda/Arsip"
COLUMNS = (
    ID, DAY, CLOCK, NAME, "Klasifikasi Laporan", "Kategori", "Judul", FIRST, LAST, *KINDS, "Sumber Laporan",
    "Provinsi", "Kota/Kabupaten", "Kecamatan", "Kelurahan", STATUS, REASON,
)  # fmt: skip
# The export of 2024 names columns otherwise than older ones.
SYNONYMS = {
    "Judul Laporan": "Judul",
    **dict.fromkeys(("Alasan Tunda / Arsip", "Alasan Tunda", "Alasan Arsip"), REASON),
    **dict.fromkeys(
        ("Kabupaten/Kota", "Kab/Kota", "Kota/Kab", "Nama Kabupaten/Kota", "Kota", "Kabupaten"), "Kota/Kabupaten"
    ),
    **dict.fromkeys(("Propinsi", "Nama Provinsi"), "Provinsi"),
    **dict.fromkeys(KECAMATAN_NAMES, "Kecamatan"),
    **dict.fromkeys(KELURAHAN_NAMES, "Kelurahan"),
}
FORM = Form(
    COLUMNS,
    required=(ID, DAY, FIRST),
    synonyms=SYNONYMS,
    left_out=("ID Kategori", "Instansi Induk", "ID Instansi Terdisposisi", "Instansi Terdisposisi"),
)

# A kind that says that a name is no secret; any other word may mean that it is one.
_OPEN = frozenset({"", "0", "biasa", "bukan", "false", "n", "no", "normal", "public", "publik", "terbuka", "tidak"})
# Hides who reports; whatever else is no open kind hides the report too.
_NAMELESS = frozenset({"anonim", "anonymous"})
# Stands alone in its cell, also where a stray delimiter moved the cells of a row.
_WITHHELD = re.compile(r"(?:anonim|rahasia)(?:\W+(?:anonim|rahasia))*", re.IGNORECASE)
# Administrators put a report off or away instead of passing it on.
_PUT_AWAY = re.compile("arsip|tunda", re.IGNORECASE)
# The reason of a report that was put off stays in its row when it goes on.
_GOES_ON = re.compile("proses|tindak|selesai", re.IGNORECASE)
_LINES_LOOKED_AT = 20
_REPLAYS = 3
# Whatever parts them.
_CELL = re.compile(r"[^,;\t|~^]+")
# What the record of such a report holds instead of an administrator's words.
ARCHIVED = "archived"
# The clock that a record was read by, where it is not the export's own.
ZONE, OWN_ZONE = "zone", "UTC"
# What a reporter chose, where no column of the record tells it.
CHOICE = "choice"


class LaporSource(HttpSource):
    """SP4N-LAPOR!'s admin export; `{start}` and `{end}` in the URL are the first and last day (ISO 8601).

    Attributes:
        zone: Of the export's days and clocks, by its name in the tz database. The one export that was seen runs in
            UTC: "selamat siang" is written at 04:55, and nearly nothing from 15 to 20 o'clock.
    """

    model_config = SettingsConfigDict(env_prefix="JSC_LAPOR_")

    zone: str = OWN_ZONE

    @field_validator("zone")
    @classmethod
    def _is_known(cls, zone: str) -> str:
        try:
            return str(_zone(zone))
        except PayloadError as error:
            raise ValueError(str(error)) from error


def fetch(window: Window, source: LaporSource) -> Iterator[Delivery]:
    """Fetch the export of the days of a window.

    Raises:
        SourceError: No answer, or one that is no such export.
    """
    return fetch_export(window, source, split, ZoneInfo(source.zone))


def split(content: bytes, origin: str) -> list[Record | Unreadable | Noted]:
    """Split one export into its rows.

    Args:
        content: A table with the columns of the administrators' export; others are left out, among them those of
            the holder's progress. A report that was put off or away is marked.
        origin: The file's path, for what cannot be read.

    Returns:
        One entry for each row that is not blank and for each sheet that cannot be read, and what was passed over; one
        for the whole file where it is no such export, or does not say who is to stay unnamed.
    """
    try:
        table = _table(content)
    except PayloadError as error:
        return [_refused(content, origin, error)]
    zone = LaporSource().zone
    return [
        *(_record(row, f"{origin}#{row.place}", zone) for row in table.rows),
        *(Noted(origin, note) for note in table.notes),
    ]


def parse(record: Record) -> Report | NotAReport:
    """Read one row of the export.

    Its clock is UTC unless the record says otherwise: it keeps the zone that was set when it was taken in.

    Raises:
        PayloadError: No day in Tanggal Laporan Masuk, or no time in a filled Waktu Laporan Masuk.
    """
    row = record.payload
    if row.get(ARCHIVED):
        return NotAReport(SetAsideReason.ARCHIVED)
    return Report(
        source_record_id=record.source_record_id,
        source_code=record.source_record_id,
        reported_at=read_moment(row.get(DAY), row.get(CLOCK), DAY, CLOCK, zone=_zone(row.get(ZONE, OWN_ZONE))),
        reporter_name=read_text(row.get(NAME), NAME),
        reporter_contact=None,
        reporter_handle=None,
        title=read_text(row.get("Judul"), "Judul"),
        description=read_text(row.get(FIRST), FIRST) or read_text(row.get(LAST), LAST) or "",
        address=None,
        kelurahan_name=read_text(row.get("Kelurahan"), "Kelurahan"),
        kecamatan_name=read_text(row.get("Kecamatan"), "Kecamatan"),
        latitude=None,
        longitude=None,
        category_name=read_text(row.get("Kategori"), "Kategori"),
        photo_urls=(),
        city_name=read_text(row.get("Kota/Kabupaten"), "Kota/Kabupaten"),
        province_name=read_text(row.get("Provinsi"), "Provinsi"),
        visibility=Visibility(row[CHOICE]) if CHOICE in row else _choice(row, row.values()),
    )


def _record(row: Row, where: str, zone: str) -> Record | Unreadable:
    is_withheld = _is_withheld(row)
    left_out = {STATUS, REASON, NAME if is_withheld else None, LAST if FIRST in row.values else None}
    values: dict[str, Any] = {column: value for column, value in row.values.items() if column not in left_out}
    if row.fault:
        return _torn(row, where)
    try:
        number = _id(values.get(ID))
    except PayloadError as error:
        content = write_row(COLUMNS, values) if is_withheld else row.content
        return Unreadable(where, content, str(error))
    choice = _choice(row.values, row.line.cells)
    marks = {
        ZONE: zone if zone != OWN_ZONE else None,
        ARCHIVED: _is_archived(row.values) or None,
        CHOICE: choice.value if choice is not _choice(values, values.values()) else None,
    }
    marked = {**values, **{mark: value for mark, value in marks.items() if value is not None}}
    return Record(number, marked, row.place)


def _is_withheld(row: Row) -> bool:
    """Whether a name is to be left out: whoever chose anything does not want to be found by it."""
    return _choice(row.values, row.line.cells) is not Visibility.PUBLIC


def _choice(row: Mapping[str, Any], cells: Iterable[object]) -> Visibility:
    """What a reporter chose: a column of the kind says so, or any cell does."""
    told = [str(row.get(kind, "")) for kind in KINDS]
    told += [cell for cell in cells if isinstance(cell, str) and _WITHHELD.fullmatch(cell.strip())]
    chosen = {spelling(one) for one in told} - _OPEN
    if not chosen:
        return Visibility.PUBLIC
    return Visibility.PRIVATE if chosen <= _NAMELESS else Visibility.CONFIDENTIAL


def _is_archived(row: Mapping[str, str]) -> bool:
    """Whether administrators put a report off or away: the status says so, or a reason without another status."""
    status, reason = row.get(STATUS, ""), row.get(REASON, "")
    return bool(_PUT_AWAY.search(status)) or (any(char.isalnum() for char in reason) and not _GOES_ON.search(status))


def _table(content: bytes) -> Table:
    """Read an export.

    Raises:
        PayloadError: No such export, or one with names that does not say which of them are to be withheld.
    """
    table = read_table(content, FORM)
    for header, sheet in {row.header: row.sheet for row in table.rows}.items():
        if NAME in header.names and not set(KINDS) & set(header.names):
            where = "" if sheet is None else f" in the sheet {sheet}"
            raise PayloadError(f"a column {KINDS[0]} beside {NAME}: who is to stay unnamed", f"none{where}")
    return table


def _refused(content: bytes, origin: str, error: PayloadError) -> Unreadable:
    """A whole file that is not read: any column of it may hold names, and nothing but names of columns is kept."""
    filled = [] if is_workbook(content) else [line for line in CsvText(content).lines if line.strip()]
    header = max(
        filled[:_LINES_LOOKED_AT], key=lambda line: sum(map(_is_column, _CELL.findall(line))), default=""
    ).strip(f" \t\r\n{BYTE_ORDER_MARK}")
    if not header:
        return Unreadable(origin, b"", str(error))
    for kept in (_CELL.sub(lambda cell: cell[0] if _is_column(cell[0]) else "-", header), "-"):
        rest = f"{kept}\n-\n".encode()
        try:
            _table(rest)
        except PayloadError as again:
            # A torn header says more by itself, and a replay says the same.
            return Unreadable(origin, rest, str(again))
    return Unreadable(origin, b"", str(error))


def _is_column(cell: str) -> bool:
    return spelling(cell) in FORM.all_names


def _torn(row: Row, where: str) -> Unreadable:
    """A row that cannot be taken apart, without its name: it may be one that is to be withheld."""
    if row.header.names:
        for text in (_kept(row), _shape(row), "-\n"):
            if lasting := _lasting(row.header.text + text, where):
                return lasting
    # A whole sheet.
    return Unreadable(where, b"", str(row.fault))


def _lasting(content: str, where: str) -> Unreadable | None:
    """What is kept of a torn row, once its replay keeps and says the same; None where it never does."""
    for _ in range(_REPLAYS):
        match read_table(content.encode(), FORM).rows:
            case [Row(fault=PayloadError() as fault) as row] if row.header.names:
                replayed = row.header.text + _kept(row)
            case _:
                return None
        if replayed == content:
            return Unreadable(where, content.encode(), str(fault))
        content = replayed
    return None


def _kept(row: Row) -> str:
    text = _unnamed(row)
    return _shape(row) if text is None else text


def _shape(row: Row) -> str:
    """A row without its words."""
    return re.sub(rf'[^"\r\n{re.escape(row.header.delimiter)}]+', "-", row.text)


def _unnamed(row: Row) -> str | None:
    """The text of a row without its name; None where the name may stand elsewhere, too."""
    header = row.header
    has_unknown = any(spelling(str(cell or "")) not in FORM.known for cell in header.cells)
    cells = dict(zip(header.names, _first_row(row.text, header.delimiter), strict=False))
    name = cells.get(NAME, "").strip()
    text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "", row.text) if name else row.text
    is_doubtful = has_unknown or len(row.text.splitlines()) > 1 or (name and text == row.text)
    return None if is_doubtful else text


def _first_row(text: str, delimiter: str) -> list[str]:
    """The cells of a row, as a lenient reader takes them."""
    try:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
    except csv.Error:
        return []


def _zone(name: object) -> ZoneInfo:
    try:
        return ZoneInfo(str(name))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise PayloadError(f"a {ZONE} such as UTC or Asia/Makassar", "another one") from error


def _id(value: str | None) -> str:
    return read_table_id(None if value is None else value.strip().lstrip("'#"), ID)


CHANNEL = Channel(code="lapor", suffixes=SUFFIXES, split=split, parse=parse, live=Live(LaporSource, fetch))
