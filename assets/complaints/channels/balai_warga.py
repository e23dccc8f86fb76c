"""Balai Warga: the web form on the government's site, in the table of what people filed with it.

Belongs here: the export's columns, split into rows and read into reports.
Does not belong here: tables (sources/tables.py), whether a report is clear (complaints/triage/).
"""

import re
from collections.abc import Iterator
from typing import Any

from pydantic_settings import SettingsConfigDict

from assets.complaints.channels.channel import Channel
from assets.complaints.model import Report
from assets.sources.exports import fetch_export
from assets.sources.forms import KECAMATAN_NAMES, KELURAHAN_NAMES, TELEPHONE_NAMES, Form
from assets.sources.local_time import read_moment
from assets.sources.records import Delivery, Noted, PayloadError, Record, Unreadable, Window
from assets.sources.settings import HttpSource
from assets.sources.tables import SUFFIXES, Row, read_table, read_table_id, read_table_number
from assets.sources.windows import Live
from assets.sources.wire import read_text

ID = "Nomor"
COLUMNS = (
    ID, "Tanggal", "Jam", "Waktu", "Nama", "Email", "No HP", "Alamat", "Kelurahan", "Kecamatan", "Kategori",
    "Judul", "Isi", "Lampiran",
)  # fmt: skip
FORM = Form(
    COLUMNS,
    required=(ID, "Tanggal", "Isi"),
    synonyms={
        **dict.fromkeys(("Nomor Laporan", "No Laporan", "Nomor Tiket", "No Tiket"), ID),
        **dict.fromkeys(("Tgl", "Tanggal Laporan"), "Tanggal"),
        **dict.fromkeys(("Nama Pelapor", "Nama Lengkap"), "Nama"),
        **dict.fromkeys(("Alamat Email", "Surel"), "Email"),
        **dict.fromkeys(TELEPHONE_NAMES, "No HP"),
        **dict.fromkeys(KELURAHAN_NAMES, "Kelurahan"),
        **dict.fromkeys(KECAMATAN_NAMES, "Kecamatan"),
        **dict.fromkeys(("Isi Laporan", "Isi Pengaduan"), "Isi"),
    },
    left_out=("No", "No Urut"),
)
_BETWEEN_FILES = re.compile(r"[\s;,|]+")


class BalaiWargaSource(HttpSource):
    """The web form's export; `{start}` and `{end}` in the URL are the first and last day (the city's, ISO 8601)."""

    model_config = SettingsConfigDict(env_prefix="JSC_BALAI_WARGA_")


def fetch(window: Window, source: BalaiWargaSource) -> Iterator[Delivery]:
    """Fetch the export of the days of a window.

    Raises:
        SourceError: No answer, or one that is no such export.
    """
    return fetch_export(window, source, split)


def split(content: bytes, origin: str) -> list[Record | Unreadable | Noted]:
    """Split one export into its rows.

    Args:
        content: A table with the columns of the form.
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


def _record(row: Row, where: str) -> Record | Unreadable:
    try:
        if row.fault:
            raise row.fault
        return Record(read_table_id(row.values.get(ID), ID), dict(row.values), row.place)
    except PayloadError as error:
        return Unreadable(where, row.content, str(error))


def parse(record: Record) -> Report:
    """Read one row of the form's export.

    The clock stands in Jam, or in Waktu, as the form was changed; a row without one counts from midnight of its
    day.

    Raises:
        PayloadError: No day in Tanggal, or no time in a filled Jam or Waktu.
    """
    row = record.payload
    clock = "Jam" if row.get("Jam") is not None else "Waktu"
    telephone = read_table_number(read_text(row.get("No HP"), "No HP"))
    return Report(
        source_record_id=record.source_record_id,
        source_code=None,
        reported_at=read_moment(row.get("Tanggal"), row.get(clock), "Tanggal", clock),
        reporter_name=read_text(row.get("Nama"), "Nama"),
        reporter_contact=telephone or read_text(row.get("Email"), "Email"),
        reporter_handle=None,
        title=read_text(row.get("Judul"), "Judul"),
        description=read_text(row.get("Isi"), "Isi") or "",
        address=read_text(row.get("Alamat"), "Alamat"),
        kelurahan_name=read_text(row.get("Kelurahan"), "Kelurahan"),
        kecamatan_name=read_text(row.get("Kecamatan"), "Kecamatan"),
        latitude=None,
        longitude=None,
        category_name=read_text(row.get("Kategori"), "Kategori"),
        photo_urls=_files(row),
    )


def _files(row: dict[str, Any]) -> tuple[str, ...]:
    """Name the attached files: addresses in one cell."""
    named = _BETWEEN_FILES.split(read_text(row.get("Lampiran"), "Lampiran") or "")
    return tuple(dict.fromkeys(name for name in named if name.startswith(("http://", "https://"))))


CHANNEL = Channel(code="balai_warga", suffixes=SUFFIXES, split=split, parse=parse, live=Live(BalaiWargaSource, fetch))
