"""The desk's workbook, made here with openpyxl."""

import io
from datetime import UTC, date, datetime, time

import pytest
from openpyxl import Workbook

from assets.complaints.channels.counter import COLUMNS, KELURAHAN, parse
from assets.complaints.tracking import format_number
from assets.sources.records import PayloadError, Record, Unreadable

NUMBER = format_number(date(2026, 3, 1), 1)
ROW = {
    "No Register": "98.71.01.1001/2026/10/0007", "Tanggal": date(2026, 10, 19), "Jam": time(14, 5),
    "Nama Pelapor": "Sutinah", "No Telepon": 81234567890, "Alamat": "Jl. Kenanga 3", "RT": 3, "RW": "004",
    "Kelurahan": "TELUK BARU", "Kecamatan": "Bugenvil", "Kategori": "Sampah", "Uraian Masalah": "Sampah menumpuk",
    "Petugas": "Rini",
}  # fmt: skip


def workbook(*rows: dict, columns: tuple[str, ...] = COLUMNS, above: int = 0) -> bytes:
    book = Workbook()
    for _ in range(above):
        book.active.append([None])
    book.active.append(list(columns))
    for row in rows:
        book.active.append([row.get(column) for column in columns])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_row_is_a_report():
    [record] = KELURAHAN.split(workbook(ROW), "a.xlsx")
    report = parse(record)
    assert report.source_record_id == "98.71.01.1001/2026/10/0007"
    assert report.reported_at == datetime(2026, 10, 19, 7, 5, tzinfo=UTC)
    assert (report.reporter_name, report.reporter_contact) == ("Sutinah", "81234567890")
    assert report.address == "Jl. Kenanga 3 RT 3 RW 004"
    assert (report.kelurahan_name, report.kecamatan_name) == ("TELUK BARU", "Bugenvil")
    assert (report.category_name, report.description) == ("Sampah", "Sampah menumpuk")


@pytest.mark.parametrize(("cell", "number"), [(NUMBER.lower(), NUMBER), ("ya", None), (7, None), (None, None)])
def test_a_row_may_name_the_report_that_it_completes(cell, number):
    [record] = KELURAHAN.split(workbook({**ROW, "Melengkapi Laporan": cell, "KTP Dilihat": "ya"}), "a.xlsx")
    assert parse(record).completes == number


def test_blank_rows_and_rows_above_the_header_are_no_reports():
    entries = KELURAHAN.split(workbook({}, ROW, {}, ROW, above=2), "a.xlsx")
    assert [type(entry) for entry in entries] == [Record, Record]


def test_columns_may_stand_in_another_order_and_spelling():
    shuffled = tuple(reversed(COLUMNS))
    assert KELURAHAN.split(workbook(ROW, columns=shuffled), "a") == KELURAHAN.split(workbook(ROW), "a")
    shouted = {column.upper() + " ": value for column, value in ROW.items()}
    assert KELURAHAN.split(workbook(shouted, columns=tuple(shouted)), "a") == KELURAHAN.split(workbook(ROW), "a")


@pytest.mark.parametrize("columns", [COLUMNS[1:], COLUMNS])
def test_rows_that_lost_their_register_say_so(columns):
    row = {**ROW, "No Register": None}
    entries = KELURAHAN.split(workbook(row, row, columns=columns), "a.xlsx")
    assert [(entry.origin, entry.reason) for entry in entries] == [
        ("a.xlsx#row 2", "expected id, found none"),
        ("a.xlsx#row 3", "expected id, found none"),
    ]


def test_a_register_that_starts_from_one_at_every_desk_is_not_mixed_up():
    rows = [{**ROW, "No Register": 7}, {**ROW, "No Register": 7, "Kelurahan": "Kemuning"}]
    assert [record.source_record_id for record in KELURAHAN.split(workbook(*rows), "a")] == [
        "telukbaru/2026/7",
        "kemuning/2026/7",
    ]


def test_an_excel_error_is_no_value():
    [entry] = KELURAHAN.split(workbook({**ROW, "No Register": "#REF!"}), "a.xlsx")
    assert isinstance(entry, Unreadable)


@pytest.mark.parametrize("day", ["2026-10-19", "19/10/2026", "19-10-2026", "19 Oktober 2026", "19 Okt 2026"])
@pytest.mark.parametrize("clock", ["14:05", "14.05", "14:05:00", "14.05 WIB"])
def test_days_and_times_as_desks_write_them(day, clock):
    [record] = KELURAHAN.split(workbook({**ROW, "Tanggal": day, "Jam": clock}), "a")
    assert parse(record).reported_at == datetime(2026, 10, 19, 7, 5, tzinfo=UTC)


def test_a_row_without_a_time_counts_from_the_start_of_its_day():
    [record] = KELURAHAN.split(workbook({**ROW, "Jam": None}), "a")
    assert parse(record).reported_at == datetime(2026, 10, 18, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("Tanggal", None),
        ("Tanggal", "kemarin"),
        ("Tanggal", "31/02/2026"),
        ("Tanggal", 4600),
        ("Jam", "sore"),
        ("Jam", "25:00"),
    ],
)
def test_a_row_without_a_moment_is_refused(column, value):
    [record] = KELURAHAN.split(workbook({**ROW, column: value}), "a")
    with pytest.raises(PayloadError, match=r"^expected (Tanggal|Jam) as"):
        parse(record)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "expected a table (CSV or a workbook), found an empty file"),
        (b"MIT License", "expected columns Tanggal, Uraian Masalah, found 0 of 15 columns"),
        (workbook(ROW)[:-200], "expected an Excel workbook (.xlsx), found a file that is no sound zip archive"),
        (workbook(columns=("Nama",)), "expected columns Tanggal, Uraian Masalah, found 0 of 15 columns"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_such_workbook_says_so(content, reason):
    assert KELURAHAN.split(content, "a.xlsx") == [Unreadable("a.xlsx", content, reason)]
