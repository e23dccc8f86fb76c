"""The web form's export."""

import csv
import io
from datetime import UTC, datetime

import pytest

from assets.complaints.channels.balai_warga import parse, split
from assets.complaints.model import Report
from assets.sources.records import PayloadError, Record

ROW = {
    "Nomor": "BW-00123", "Tanggal": "19/10/2019", "Jam": "14.05", "Nama": "Warga Contoh", "Email": "warga@example.org",
    "No HP": "081200000001", "Alamat": "Jl. Kenanga 3", "Kelurahan": "Kemuning", "Kecamatan": "Kemuning",
    "Kategori": "Sampah", "Judul": "Sampah menumpuk", "Isi": "Sudah seminggu",
    "Lampiran": "https://example.org/1.jpg; https://example.org/2.jpg",
}  # fmt: skip


def export(row: dict, encoding: str = "utf-8") -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([row, row.values()])
    return text.getvalue().encode(encoding)


def one(row: dict) -> Report:
    [record] = split(export(row), "a.csv")
    assert isinstance(record, Record), record
    return parse(record)


def test_every_field():
    assert one(ROW) == Report(
        source_record_id="BW-00123",
        source_code=None,
        reported_at=datetime(2019, 10, 19, 7, 5, tzinfo=UTC),
        reporter_name="Warga Contoh",
        reporter_contact="081200000001",
        reporter_handle=None,
        title="Sampah menumpuk",
        description="Sudah seminggu",
        address="Jl. Kenanga 3",
        kelurahan_name="Kemuning",
        kecamatan_name="Kemuning",
        latitude=None,
        longitude=None,
        category_name="Sampah",
        photo_urls=("https://example.org/1.jpg", "https://example.org/2.jpg"),
    )


def test_the_clock_stands_in_waktu_in_later_exports():
    later = {("Waktu" if name == "Jam" else name): value for name, value in ROW.items()}
    assert one(later) == one(ROW)


def test_the_e_mail_address_is_the_contact_where_there_is_no_telephone():
    assert one({**ROW, "No HP": ""}).reporter_contact == "warga@example.org"


def test_what_is_no_address_of_a_file_is_no_photo():
    assert one({**ROW, "Lampiran": "-"}).photo_urls == ()


def test_a_row_without_number_and_one_that_is_torn_say_so():
    content = export({**ROW, "Nomor": ""}) + b"BW-2,19/10/2019,14:05\r\n"
    assert [(entry.origin, entry.reason) for entry in split(content, "a.csv")] == [
        ("a.csv#row 2", "expected id, found none"),
        ("a.csv#row 3", "expected a row of 13 cells, found 3"),
    ]


def test_a_row_without_a_day_is_refused():
    with pytest.raises(PayloadError, match="^expected Tanggal as a day"):
        one({**ROW, "Tanggal": ""})
