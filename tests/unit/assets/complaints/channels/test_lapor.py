"""LAPOR!'s export, as its administrators save it."""

import csv
import io
from datetime import UTC, datetime

import pytest

from assets.complaints.channels.lapor import parse, split
from assets.complaints.model import Report
from assets.sources.records import PayloadError, Record, Unreadable

ROW = {
    "Tracking ID": "8412345", "Tanggal Laporan Masuk": "23 Sep 2024", "Waktu Laporan Masuk": "14.05",
    "Nama Pelapor": "Warga Contoh", "Klasifikasi Laporan": "Pengaduan", "Kategori": "Jalan", "Judul": "Jalan rusak",
    "Isi Laporan Awal": "Lubang besar;\n\"dalam\"", "Isi Laporan Akhir": "Terdapat lubang", "Tipe": "",
    "Sumber Laporan": "Website", "Instansi Terdisposisi": "Dinas Bina Marga", "Status Laporan": "Proses",
    "Kecamatan": "Gambir", "Kelurahan": "Cideng",
}  # fmt: skip


def export(*rows: dict, delimiter: str = ";", encoding: str = "utf-8-sig") -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, ROW, delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def one(**changes: str) -> Report:
    [record] = split(export({**ROW, **{name.replace("_", " "): value for name, value in changes.items()}}), "a.csv")
    assert isinstance(record, Record), record
    return parse(record)


def test_every_field():
    assert one() == Report(
        source_record_id="8412345",
        source_code="8412345",
        reported_at=datetime(2024, 9, 23, 7, 5, tzinfo=UTC),
        reporter_name="Warga Contoh",
        reporter_contact=None,
        reporter_handle=None,
        title="Jalan rusak",
        description='Lubang besar;\n"dalam"',
        address=None,
        kelurahan_name="Cideng",
        kecamatan_name="Gambir",
        latitude=None,
        longitude=None,
        category_name="Jalan",
        photo_urls=(),
    )


@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_way_to_save_it_gives_the_same_record(delimiter, encoding):
    assert split(export(ROW, delimiter=delimiter, encoding=encoding), "a") == split(export(ROW), "a")


def test_progress_of_the_holder_is_no_new_version_of_the_report():
    later = {**ROW, "Status Laporan": "Selesai", "Instansi Terdisposisi": "Dishub", "Isi Laporan Akhir": "x"}
    assert split(export(ROW), "a") == split(export(later), "a")


def test_the_administrators_wording_counts_where_there_is_no_other():
    assert one(**{"Isi Laporan Awal": ""}).description == "Terdapat lubang"


@pytest.mark.parametrize("kind", ["Anonim", "Rahasia", "anonim, rahasia"])
def test_a_name_that_is_to_be_withheld_is_not_even_stored(kind):
    [record] = split(export({**ROW, "Tipe": kind}), "a")
    assert "Warga Contoh" not in record.payload.values()
    assert parse(record).reporter_name is None
    [lost] = split(export({**ROW, "Tipe": kind, "Tracking ID": ""}), "a")
    assert (lost.origin, lost.reason) == ("a#row 2", "expected id, found none")
    assert b"Warga Contoh" not in lost.content
    assert b"Lubang besar" in lost.content


@pytest.mark.parametrize("rounded", ["8,41E+09", "8.41235E+09"])
def test_an_id_that_a_spreadsheet_rounded_is_none(rounded):
    [lost] = split(export({**ROW, "Tracking ID": rounded}), "a")
    assert lost.reason == "expected Tracking ID in full, found a number rounded by a spreadsheet"


def test_a_hash_before_the_id_is_no_part_of_it():
    assert one(**{"Tracking ID": "#8412345"}) == one()


def test_a_row_without_a_day_is_refused():
    with pytest.raises(PayloadError, match="^expected Tanggal Laporan Masuk as a day"):
        one(**{"Tanggal Laporan Masuk": "kemarin"})


def test_an_export_that_was_cut_off_keeps_its_rows_and_says_so():
    whole = export(ROW, {**ROW, "Tracking ID": "8412346"})
    record, torn = split(whole[: whole.rindex(b"dalam")], "a")
    assert record.source_record_id == "8412345"
    assert torn.reason == "expected a row of CSV, found a file that ends inside a quoted cell"
    assert split(torn.content, torn.origin)[0].reason == torn.reason


def test_another_file_says_what_it_lacks():
    [entry] = split(b"nama,alamat\nx,y\n", "a.csv")
    reason = "expected columns Tracking ID, Tanggal Laporan Masuk, Isi Laporan Awal, found 0 of 13 columns"
    assert entry == Unreadable("a.csv", b"nama,alamat\nx,y\n", reason)
