"""The kecamatan desks' registers; their workbook is that of test_kelurahan.py."""

import io

import pytest
from openpyxl import Workbook

from assets.complaints.channels.counter import KECAMATAN, parse

ROW = {
    "No Register": 7, "Tanggal": "19 Oktober 2026", "Jam": "14.05", "Nama Pelapor": "Sutinah",
    "Kelurahan": "Seruni", "Kecamatan": "KEMUNING", "Uraian Masalah": "Sampah menumpuk",
}  # fmt: skip


def workbook(*rows: dict) -> bytes:
    book = Workbook()
    book.active.append(list(ROW))
    for row in rows:
        book.active.append([row.get(column) for column in ROW])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("register", ["98.71.01/2026/10/0007", "98.71.01.1001/2026/10/0007"])
def test_a_register_that_names_its_area_is_an_id(register):
    [record] = KECAMATAN.split(workbook({**ROW, "No Register": register}), "a.xlsx")
    assert record.source_record_id == register


def test_a_register_that_starts_from_one_at_every_desk_is_not_mixed_up():
    rows = [ROW, {**ROW, "Kelurahan": "Kemuning"}, {**ROW, "Kecamatan": "Pacar Air"}, {**ROW, "Tanggal": "2027-01-04"}]
    assert [record.source_record_id for record in KECAMATAN.split(workbook(*rows), "a")] == [
        "kemuning/2026/7", "kemuning/2026/7", "pacarair/2026/7", "kemuning/2027/7",
    ]  # fmt: skip


def test_a_row_without_its_kecamatan_cannot_be_named():
    [lost] = KECAMATAN.split(workbook({**ROW, "Kecamatan": None}), "a.xlsx")
    assert (lost.origin, lost.reason) == ("a.xlsx#row 2", "expected id, found none")
    [again] = KECAMATAN.split(lost.content, lost.origin)
    assert (again.content, again.reason) == (lost.content, lost.reason)


def test_a_row_is_a_report():
    [record] = KECAMATAN.split(workbook(ROW), "a.xlsx")
    report = parse(record)
    assert (report.reporter_name, report.kecamatan_name, report.description) == (
        "Sutinah", "KEMUNING", "Sampah menumpuk",
    )  # fmt: skip
