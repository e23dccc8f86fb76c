"""Every source that is a table, against what desks do to tables: the same rows come out.

Rows: the sources. Columns: title rows, months on several sheets, a spelling of the header, ids that a spreadsheet
touched, days, a shortened row, a row that is bad beside good ones.
"""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from openpyxl import Workbook

from assets.cases.case_rows import read_cases
from assets.cases.events import split as split_events
from assets.complaints.channels.registry import CHANNELS
from assets.complaints.tracking import format_number
from assets.enforcement.tickets import Codes
from assets.enforcement.tickets import split as split_tickets
from assets.sources.records import Noted, PayloadError, Record, Unreadable

CODES = Codes({"283"}, set())


@dataclass(frozen=True)
class Source:
    """One source: a row of it, which columns are its id and its day, and how it is read to ids and moments."""

    row: dict[str, str]
    id: str
    day: str
    read: Callable[[bytes], Sequence[object]]


def channel(code: str) -> Callable[[bytes], Sequence[object]]:
    def read(content: bytes) -> list[object]:
        items: list[object] = []
        for item in CHANNELS[code].split(content, "f"):
            try:
                items.append(CHANNELS[code].parse(item) if isinstance(item, Record) else item)
            except PayloadError as error:
                items.append(Unreadable("f", b"", str(error)))
        return items

    return read


SOURCES = {
    "kelurahan": Source(
        {"No Register": "98.71.01.1001/7", "Tanggal": "27/11/2026", "Jam": "08:05", "Kelurahan": "Kemuning",
         "Uraian Masalah": "x"},
        "No Register", "Tanggal", channel("kelurahan"),
    ),
    "kecamatan": Source(
        {"No Register": "98.71.01/7", "Tanggal": "27/11/2026", "Jam": "08:05", "Kecamatan": "Kemuning",
         "Uraian Masalah": "x"},
        "No Register", "Tanggal", channel("kecamatan"),
    ),
    "lapor": Source(
        {"Tracking ID": "8412345", "Tanggal Laporan Masuk": "27/11/2026", "Waktu Laporan Masuk": "08:05 WIB",
         "Isi Laporan Awal": "x", "Tipe": ""},
        "Tracking ID", "Tanggal Laporan Masuk", channel("lapor"),
    ),
    "balai_warga": Source(
        {"Nomor": "BW-7", "Tanggal": "27/11/2026", "Jam": "08:05", "Isi": "x"}, "Nomor", "Tanggal",
        channel("balai_warga"),
    ),
    "sms": Source(
        {"ID": "7", "ReceivingDateTime": "2026-11-27 08:05:00", "SenderNumber": "+628120000001", "TextDecoded": "x"},
        "ID", "ReceivingDateTime", channel("sms"),
    ),
    "case_events": Source(
        {"event_id": "e7", "tracking_number": format_number(date(2026, 11, 27), 1), "status": "Proses",
         "skpd_code": "dishub", "occurred_at": "27/11/2026 08:05"},
        "event_id", "occurred_at", lambda content: split_events(content, "f", {"dishub"}),
    ),
    "tickets": Source(
        {"No Tilang": "T7", "Tanggal": "27/11/2026", "Jam": "08:05", "Pasal": "283", "Jenis Kendaraan": "Mobil",
         "Instansi": "Dishub"},
        "No Tilang", "Tanggal", lambda content: split_tickets(content, "f", CODES),
    ),
    "cases": Source(
        {"unique_key": "7", "created_date": "2026-11-27 01:05:00", "closed_date": ""}, "unique_key", "created_date",
        lambda content: read_cases(content, "f"),
    ),
}  # fmt: skip
MOMENT = datetime(2026, 11, 27, 1, 5, tzinfo=UTC)


@pytest.fixture(params=SOURCES)
def source(request) -> Source:
    return SOURCES[request.param]


def export(*lines: Sequence[str], delimiter: str = ";") -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(lines)
    return text.getvalue().encode()


def told(source: Source, content: bytes) -> tuple[list[tuple[str, datetime]], list[str], list[str]]:
    """Ids and moments of what was read, reasons of what was refused, and what was passed over."""
    items = source.read(content)
    read = [item for item in items if not isinstance(item, Unreadable | Noted)]
    names = ("source_record_id", "event_id", "ticket_number", "case_id")
    ids = [next(getattr(item, name) for name in names if getattr(item, name, None)) for item in read]
    times = [next(getattr(item, name) for name in ("reported_at", "occurred_at", "opened_at") if hasattr(item, name))
             for item in read]  # fmt: skip
    return (
        list(zip(ids, times, strict=True)),
        [item.reason for item in items if isinstance(item, Unreadable)],
        [item.text for item in items if isinstance(item, Noted)],
    )


def same(source: Source, content: bytes) -> None:
    assert told(source, content)[:2] == ([(source.row[source.id], MOMENT)], [])


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "^"])
def test_title_rows_and_any_delimiter(source, delimiter):
    same(source, export(["BUKU REGISTER"], [], ["Bulan", "November"], source.row, source.row.values(),
                        delimiter=delimiter))  # fmt: skip


def test_the_line_that_names_the_delimiter(source):
    same(source, b"sep=;\r\n" + export(source.row, source.row.values()))


def test_months_on_several_sheets(source):
    book = Workbook()
    book.active.append(["Daftar"])
    for month in ("Nov", "Des"):
        sheet = book.create_sheet(month)
        sheet.append(list(source.row))
        sheet.append([f"{value}/{month}" if name == source.id else value for name, value in source.row.items()])
    out = io.BytesIO()
    book.save(out)
    key = source.row[source.id]
    read, refused, _ = told(source, out.getvalue())
    assert (sorted(read), refused) == ([(f"{key}/Des", MOMENT), (f"{key}/Nov", MOMENT)], [])


@pytest.mark.parametrize("spelt", [str.upper, lambda name: f"{name}.", lambda name: name.replace(" ", "_") + " "])
def test_spellings_of_the_header(source, spelt):
    same(source, export([spelt(name) for name in source.row], source.row.values()))


@pytest.mark.parametrize("wrapped", ['="{}"', "'{}", " {} "])
def test_ids_that_excel_keeps_as_text(source, wrapped):
    touched = source.row | {source.id: wrapped.format(source.row[source.id])}
    same(source, export(touched, touched.values()))


def test_a_rounded_id_is_refused(source):
    touched = source.row | {source.id: "8.41E+09"}
    read, [reason], _ = told(source, export(touched, touched.values()))
    assert (read, reason.endswith("rounded by a spreadsheet") or reason == "expected id, found none") == ([], True)


@pytest.mark.parametrize("day", ["27 Nopember 2026", "Jum'at 27 Nop 26", "2026/11/27", "46353", "27/11/26"])
@pytest.mark.parametrize("code", ["kelurahan", "kecamatan", "lapor", "balai_warga", "tickets"])
def test_days_as_desks_write_them(code, day):
    source = SOURCES[code]
    same(source, export(source.row, (source.row | {source.day: day}).values()))


@pytest.mark.parametrize("day", ["2026-11-27T01:05:00Z", "27 Nop 2026 08.05", "27/11/26 08:05", "46353,336805555"])
def test_moments_of_events(day):
    source = SOURCES["case_events"]
    same(source, export(source.row, (source.row | {source.day: day}).values()))


def test_a_row_that_a_program_shortened(source):
    content = export([*source.row, "Catatan", "Ket"], source.row.values())
    read, refused, notes = told(source, content)
    assert (read, refused) == ([(source.row[source.id], MOMENT)], [])
    assert [note for note in notes if "Catatan" in note] or source is SOURCES["cases"]


def test_a_bad_row_costs_itself_alone(source):
    bad = source.row | {source.id: "", source.day: "kemarin"}
    read, refused, _ = told(source, export(source.row, bad.values(), source.row.values()))
    assert (read, len(refused)) == ([(source.row[source.id], MOMENT)], 1)


@pytest.mark.parametrize("written", ['="081200000009"', "'081200000009", "081200000009"])
@pytest.mark.parametrize("name", ["No. HP", "No. Telepon", "Telepon", "HP", "No_Telp"])
@pytest.mark.parametrize("code", ["kelurahan", "balai_warga"])
def test_telephone_numbers_and_their_column(code, name, written):
    source = SOURCES[code]
    row = source.row | {name: written}
    [report] = source.read(export(row, row.values()))
    assert report.reporter_contact == "081200000009"
