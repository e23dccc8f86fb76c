"""LAPOR!: the government's portal SP4N-LAPOR!, in the table that its administrators export.

Belongs here: the export's columns, split into rows and read into reports.
Does not belong here: tables (sources/tables.py), what became of a report (cases/), whether it is clear
(complaints/triage/).

The first wording of a report is the citizen's; the last is an administrator's and counts only where the first is
absent. Who reports to LAPOR! anonymously or in confidence is known to LAPOR! and to nobody else: the name is left
out before anything is stored.
"""

import re
from collections.abc import Iterator

from pydantic_settings import SettingsConfigDict

from assets.complaints.channels.channel import Channel
from assets.complaints.model import Report
from assets.sources.csv_rows import write_row
from assets.sources.exports import fetch_export
from assets.sources.local_time import read_moment
from assets.sources.records import Delivery, Noted, PayloadError, Record, Unreadable, Window
from assets.sources.settings import HttpSource
from assets.sources.tables import SUFFIXES, Form, Row, read_table, read_table_id
from assets.sources.windows import Live
from assets.sources.wire import read_text

ID, NAME, KIND = "Tracking ID", "Nama Pelapor", "Tipe"
DAY, CLOCK = "Tanggal Laporan Masuk", "Waktu Laporan Masuk"
FIRST, LAST = "Isi Laporan Awal", "Isi Laporan Akhir"
COLUMNS = (
    ID, DAY, CLOCK, NAME, "Klasifikasi Laporan", "Kategori", "Judul", FIRST, LAST, KIND, "Sumber Laporan",
    "Kecamatan", "Kelurahan",
)  # fmt: skip
FORM = Form(
    COLUMNS,
    required=(ID, DAY, FIRST),
    left_out=(
        "ID Kategori", "Instansi Induk", "ID Instansi Terdisposisi", "Instansi Terdisposisi", "Status Laporan",
        "Alasan Tunda/Arsip", "Provinsi", "Kota/Kabupaten",
    ),
)  # fmt: skip

_WITHHELD = re.compile("anonim|rahasia", re.IGNORECASE)


class LaporSource(HttpSource):
    """SP4N-LAPOR!'s admin export; `{start}` and `{end}` in the URL are the first and last day (WIB, ISO 8601)."""

    model_config = SettingsConfigDict(env_prefix="JSC_LAPOR_")


def fetch(window: Window, source: LaporSource) -> Iterator[Delivery]:
    """Fetch the export of the days of a window.

    Raises:
        SourceError: No answer, or one that is no such export.
    """
    return fetch_export(window, source, split)


def split(content: bytes, origin: str) -> list[Record | Unreadable | Noted]:
    """Split one export into its rows.

    Args:
        content: A table with the columns of the administrators' export; others are left out, among them those of
            the holder's progress.
        origin: The file's path, for what cannot be read.

    Returns:
        One entry for each row that is not blank and for each sheet that cannot be read, and what was passed over; one
        for the whole file where it is no such export.
    """
    try:
        table = read_table(content, FORM)
    except PayloadError as error:
        return [Unreadable(origin, content, str(error))]
    return [*(_record(row, f"{origin}#{row.place}") for row in table.rows), *(Noted(origin, n) for n in table.notes)]


def parse(record: Record) -> Report:
    """Read one row of the export.

    Raises:
        PayloadError: No day in Tanggal Laporan Masuk, or no time in a filled Waktu Laporan Masuk.
    """
    row = record.payload
    return Report(
        source_record_id=record.source_record_id,
        source_code=record.source_record_id,
        reported_at=read_moment(row.get(DAY), row.get(CLOCK), DAY, CLOCK),
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
    )


def _record(row: Row, where: str) -> Record | Unreadable:
    is_withheld = _WITHHELD.search(row.values.get(KIND, "")) is not None
    left_out = {NAME if is_withheld else None, LAST if FIRST in row.values else None}
    values = {column: value for column, value in row.values.items() if column not in left_out}
    try:
        if row.fault:
            raise row.fault
        return Record(_id(values.get(ID)), values, row.place)
    except PayloadError as error:
        # A row that cannot be taken apart is kept as it is: nobody can tell which of it is a name.
        content = write_row(COLUMNS, values) if is_withheld and not row.fault else row.content
        return Unreadable(where, content, str(error))


def _id(value: str | None) -> str:
    return read_table_id(None if value is None else value.strip().lstrip("'#"), ID)


CHANNEL = Channel(code="lapor", suffixes=SUFFIXES, split=split, parse=parse, live=Live(LaporSource, fetch))
