"""LAPOR!'s export, as its administrators save it."""

import csv
import io
from datetime import UTC, datetime

import pytest

from assets.complaints.channels.lapor import LaporSource, parse, split
from assets.complaints.model import NotAReport, Report, SetAsideReason
from assets.sources.records import PayloadError, Record, Unreadable

ROW = {
    "Tracking ID": "8412345", "Tanggal Laporan Masuk": "23 Sep 2024", "Waktu Laporan Masuk": "14.05",
    "Nama Pelapor": "Warga Contoh", "Klasifikasi Laporan": "Pengaduan", "Kategori": "Jalan", "Judul": "Jalan rusak",
    "Isi Laporan Awal": "Lubang besar;\n\"dalam\"", "Isi Laporan Akhir": "Terdapat lubang", "Tipe": "",
    "Sumber Laporan": "Website", "Instansi Terdisposisi": "Dinas Bina Marga", "Status Laporan": "Proses",
    "Kecamatan": "Kemuning", "Kelurahan": "Seruni",
}  # fmt: skip


# The header of the export of 2024, whole.
REAL_HEADER = (
    "Tracking ID", "Tanggal Laporan Masuk", "Waktu Laporan Masuk", "Nama Pelapor", "Klasifikasi Laporan",
    "ID Kategori", "Kategori", "Judul Laporan", "Isi Laporan Awal", "Isi Laporan Akhir",
    "Tipe Laporan (Anonim/Rahasia)", "Sumber Laporan", "Instansi Induk", "ID Instansi Terdisposisi",
    "Instansi Terdisposisi", "Status Laporan", "Alasan Tunda/Arsip", "Provinsi", "Kota/Kabupaten", "Kecamatan",
    "Kelurahan",
)  # fmt: skip
NAMES_OF_KIND = ("Tipe", "Tipe (Anonim/Rahasia)", "Tipe Laporan (Anonim/Rahasia)", "TIPE LAPORAN (ANONIM/RAHASIA)")


def export(*rows: dict, delimiter: str = ";", encoding: str = "utf-8-sig") -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, dict.fromkeys(name for row in rows for name in row), delimiter=delimiter)
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
        reported_at=datetime(2024, 9, 23, 14, 5, tzinfo=UTC),
        reporter_name="Warga Contoh",
        reporter_contact=None,
        reporter_handle=None,
        title="Jalan rusak",
        description='Lubang besar;\n"dalam"',
        address=None,
        kelurahan_name="Seruni",
        kecamatan_name="Kemuning",
        latitude=None,
        longitude=None,
        category_name="Jalan",
        photo_urls=(),
    )


@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_every_way_to_save_it_gives_the_same_record(delimiter, encoding):
    assert split(export(ROW, delimiter=delimiter, encoding=encoding), "a") == split(export(ROW), "a")


PLACES = {"Provinsi": "Daerah Seroja", "Kota/Kabupaten": "Seroja", "Kecamatan": "Anggrek", "Kelurahan": "Melur"}


@pytest.mark.parametrize(
    ("column", "other"),
    [
        ("Provinsi", "Propinsi"),
        ("Kota/Kabupaten", "Kab/Kota"), ("Kota/Kabupaten", "Kab. / Kota"), ("Kota/Kabupaten", "KOTA_KAB"),
        ("Kecamatan", "Nama Kecamatan"), ("Kecamatan", "Kec."),
        ("Kelurahan", "Kelurahan/Desa"), ("Kelurahan", "Desa/Kelurahan"), ("Kelurahan", "Desa"), ("Kelurahan", "Kel."),
    ],
)  # fmt: skip
def test_a_place_is_read_however_its_column_is_called(column, other):
    row = {**ROW, **PLACES}
    [expected] = split(export(row), "a")
    assert split(export({other if name == column else name: value for name, value in row.items()}), "a") == [expected]


def test_progress_of_the_holder_is_no_new_version_of_the_report():
    later = {**ROW, "Status Laporan": "Selesai", "Instansi Terdisposisi": "Dishub", "Isi Laporan Akhir": "x"}
    assert split(export(ROW), "a") == split(export(later), "a")


def test_the_administrators_wording_counts_where_there_is_no_other():
    assert one(**{"Isi Laporan Awal": ""}).description == "Terdapat lubang"


def renamed(name: str, **changes: str) -> dict[str, str]:
    """A row whose column of the kind has another name."""
    return {name if column == "Tipe" else column: value for column, value in {**ROW, **changes}.items()}


@pytest.mark.parametrize("kind", ["Anonim", "Rahasia", "anonim, rahasia", "Anonim|Rahasia"])
@pytest.mark.parametrize("name", NAMES_OF_KIND)
def test_a_name_that_is_to_be_withheld_is_not_even_stored(name, kind):
    [record] = split(export(renamed(name, Tipe=kind)), "a")
    assert "Warga Contoh" not in str(record.payload)
    assert parse(record).reporter_name is None
    [lost] = split(export(renamed(name, **{"Tipe": kind, "Tracking ID": ""})), "a")
    assert (lost.origin, lost.reason) == ("a#row 2", "expected id, found none")
    assert b"Warga Contoh" not in lost.content
    assert b"Lubang besar" in lost.content


@pytest.mark.parametrize("kind", ["Ya", "TRUE", "v", "Anonymous", "Confidential", "Disembunyikan", "Tidak Anonim"])
def test_a_kind_that_does_not_say_that_the_name_is_open_withholds_it(kind):
    [record] = split(export(renamed("Anonim/Rahasia", Tipe=kind)), "a")
    assert "Warga Contoh" not in str(record.payload)


@pytest.mark.parametrize("kind", ["", "-", "Publik", "Terbuka", "Tidak", "false"])
def test_a_kind_that_says_that_the_name_is_open_keeps_it(kind):
    assert one(Tipe=kind).reporter_name == "Warga Contoh"


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        ("", "public"), ("Terbuka", "public"), ("Anonim", "private"), ("Anonymous", "private"),
        ("Rahasia", "confidential"), ("Anonim|Rahasia", "confidential"), ("Disembunyikan", "confidential"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("column", NAMES_OF_KIND)
def test_what_the_reporter_chose_is_who_may_see_it(column, kind, shown):
    [record] = split(export(renamed(column, Tipe=kind)), "a")
    assert parse(record).visibility == shown


def test_a_choice_that_stands_in_an_unknown_column_counts_too():
    record, *_ = split(export({**ROW, "Tipe": "", "Catatan": "Rahasia"}), "a")
    assert (parse(record).visibility, record.payload["choice"]) == ("confidential", "confidential")


def test_a_mark_that_stands_in_another_cell_withholds_the_name_too():
    # A comma without quotes moved it on, and the empty cells at the end were left out.
    content = (
        export(ROW) + b"8412346;23 Sep 2024;14.05;Warga Lain;Pengaduan;Jalan;Rusak; parah;Isi;;Anonim;;;Proses\r\n"
    )
    _, record = split(content, "a")
    assert "Warga Lain" not in str(record.payload)


def marked(content: bytes, delimiter: str) -> bytes:
    """An export whose first line names its delimiter, as Excel writes it."""
    return f"sep={delimiter}\r\n".encode() + content


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "~"])
@pytest.mark.parametrize("torn", [" lebih", '"x'])
def test_a_row_that_is_torn_keeps_no_name_whatever_it_says_of_it(torn, delimiter):
    cells = ["8412346", "23 Sep 2024", "14.05", "Warga Lain", "Pengaduan", "Jalan", "Rusak", "Isi", "", "Anonim"]
    line = delimiter.join([*cells, "", "", "", "", "", torn])
    for content in (export(ROW, delimiter=delimiter), marked(export(ROW, delimiter=delimiter), delimiter)):
        _, lost = split(content + f"{line}\r\n".encode(), "a")
        assert b"Warga" not in lost.content
        assert b"Rusak" in lost.content
        assert split(lost.content, lost.origin)[0].reason == lost.reason


@pytest.mark.parametrize("is_marked", [False, True])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "~"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_an_export_that_does_not_say_who_stays_unnamed_is_refused_and_not_kept(encoding, delimiter, is_marked):
    unsaid = {column: value for column, value in ROW.items() if column != "Tipe"}
    content = export(unsaid, delimiter=delimiter, encoding="utf-8")
    text = (marked(content, delimiter) if is_marked else content).decode()
    [entry] = split(text.encode(encoding), "a.csv")
    assert isinstance(entry, Unreadable)
    assert entry.origin == "a.csv"
    assert entry.reason == "expected a column Tipe beside Nama Pelapor: who is to stay unnamed, found none"
    assert "Warga Contoh" not in entry.content.decode()
    assert split(entry.content, "a.csv") == [entry]


@pytest.mark.parametrize(("first", "delimiter"), [("sep=;\n", ";"), ("sep=^\n", "^"), ("", "|"), ("Rekap\n\n", ",")])
def test_a_delimiter_of_whatever_kind_hides_no_missing_column(first, delimiter):
    row = {column: value for column, value in ROW.items() if column != "Tipe"}
    [entry] = split(first.encode() + export(row, delimiter=delimiter, encoding="utf-8"), "a.csv")
    assert entry.reason == "expected a column Tipe beside Nama Pelapor: who is to stay unnamed, found none"
    assert "Warga Contoh" not in entry.content.decode()


@pytest.mark.parametrize(("first", "delimiter"), [("sep=;\n", ";"), ("", "|"), ("", "~")])
def test_a_torn_row_keeps_no_name_whatever_parts_its_cells(first, delimiter):
    content = first.encode() + export({**ROW, "Isi Laporan Awal": "Lubang"}, delimiter=delimiter, encoding="utf-8")
    [lost] = split(content.rstrip() + f"{delimiter}lebih{delimiter}x\n".encode(), "a")
    assert lost.reason == "expected a row of 15 cells, found 17"
    assert b"Warga Contoh" not in lost.content
    assert b"Lubang" in lost.content


def test_a_torn_row_keeps_nothing_where_another_column_or_another_row_may_hold_a_name():
    other = export({"Email Pelapor": "warga@contoh.example", **ROW, "Isi Laporan Awal": "Lubang"})
    [lost, _] = split(other.rstrip() + b";lebih\n", "a")
    assert b"warga@contoh.example" not in lost.content
    rows = [f'841234{n};23 Sep 2024;14.05;Warga {n};Pengaduan;Jalan;"Rusak" parah;"Isi\n' for n in (6, 7)]
    [_, lost] = split(export(ROW) + "".join(rows).encode(), "a")
    assert b"Warga 6" not in lost.content
    assert b"Warga 7" not in lost.content


@pytest.mark.parametrize(
    "content",
    [
        export({"Nama": "Warga Contoh", "Tanggal Laporan": "23 Sep 2024", "Tracking ID": "1", "Tipe": "Anonim"}),
        b"8412345;23 Sep 2024;14.05;Warga Contoh;Pengaduan;Nama Pelapor minta dirahasiakan;Isi\n",
        b'[{"Tracking ID": "8412345", "Nama Pelapor": "Warga Contoh", "Tipe": "Anonim"}]',
        b"<table><tr><td>Nama</td></tr><tr><td>Warga Contoh</td></tr></table>",
        b"\rWarga Contoh ",
    ],
    ids=["other-names", "no-header", "json", "web-page", "one-line"],
)
def test_a_file_that_is_refused_keeps_no_name_whatever_it_is(content):
    [entry] = split(content, "a.csv")
    assert isinstance(entry, Unreadable)
    assert b"Warga Contoh" not in entry.content
    assert split(entry.content, "a.csv") == [entry]


def test_a_file_that_is_refused_for_another_column_keeps_no_names_either():
    content = export({column: value for column, value in ROW.items() if column != "Tracking ID"})
    [entry] = split(content, "a.csv")
    assert entry.reason == "expected columns Tracking ID, found 13 of 21 columns"
    assert b"Warga Contoh" not in entry.content
    assert split(entry.content, "a.csv") == [entry]


def test_one_of_two_columns_that_says_so_is_enough():
    [record] = split(export({**ROW, "Tipe": "Publik", "Tipe Laporan (Anonim/Rahasia)": "Rahasia"}), "a")
    assert parse(record).reporter_name is None


def test_the_header_of_the_real_export_loses_no_column_that_counts():
    row = dict.fromkeys(REAL_HEADER, "") | {
        "Tracking ID": "9000001", "Tanggal Laporan Masuk": "23 Sep 2024", "Waktu Laporan Masuk": "00:41:43",
        "Nama Pelapor": "Warga Contoh", "Judul Laporan": "Jalan rusak", "Isi Laporan Awal": "Lubang",
        "Provinsi": "Daerah Seroja", "Kota/Kabupaten": "Seroja Selatan",
    }  # fmt: skip
    [record] = split(export(row), "a")
    report = parse(record)
    assert (report.title, report.reporter_name) == ("Jalan rusak", "Warga Contoh")
    assert (report.province_name, report.city_name) == ("Daerah Seroja", "Seroja Selatan")


@pytest.mark.parametrize(
    ("status", "reason", "is_archived"),
    [
        ("Diarsipkan", "", True), ("Ditunda", "menunggu data", True), ("", "Bukan kewenangan", True),
        ("Ditutup oleh Sistem", "Laporan tidak lengkap", True), ("Ditutup oleh Sistem", "", False), ("", "-", False),
        ("Sedang diproses", "menunggu data", False), ("Belum ditindaklanjuti", "", False), ("Selesai", "x", False),
    ],
)  # fmt: skip
def test_a_report_that_its_administrators_put_away_is_no_new_one(status, reason, is_archived):
    content = one(**{"Status Laporan": status, "Alasan Tunda/Arsip": reason})
    assert (content == NotAReport(SetAsideReason.ARCHIVED)) == is_archived
    assert isinstance(content, Report) != is_archived


def test_the_words_of_administrators_are_not_stored():
    [record] = split(export({**ROW, "Status Laporan": "Diarsipkan", "Alasan Tunda/Arsip": "sudah ditelepon"}), "a")
    assert "sudah ditelepon" not in str(record.payload)


def test_the_clock_is_utc_until_a_setting_says_otherwise(monkeypatch):
    late = export({**ROW, "Tanggal Laporan Masuk": "5 Jan 2024", "Waktu Laporan Masuk": "22:30:00"})
    [before] = split(late, "a")
    assert parse(before).reported_at == datetime(2024, 1, 5, 22, 30, tzinfo=UTC)
    monkeypatch.setenv("JSC_LAPOR_ZONE", "Asia/Makassar")
    [after] = split(late, "a")
    assert parse(after).reported_at == datetime(2024, 1, 5, 14, 30, tzinfo=UTC)
    # What was taken in keeps the zone that it was taken in with.
    assert parse(before).reported_at == datetime(2024, 1, 5, 22, 30, tzinfo=UTC)


def test_a_zone_that_does_not_exist_is_refused(monkeypatch):
    monkeypatch.setenv("JSC_LAPOR_ZONE", "Asia/Samarinda")
    with pytest.raises(ValueError, match="expected a zone such as UTC or Asia/Makassar"):
        LaporSource()


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
    assert isinstance(split(torn.content, torn.origin)[0], Unreadable)


def test_another_file_says_what_it_lacks():
    [entry] = split(b"nama,alamat\nx,y\n", "a.csv")
    reason = "expected columns Tracking ID, Tanggal Laporan Masuk, Isi Laporan Awal, found 0 of 21 columns"
    # It may hold names under whatever name; the file itself lies in the landing folder.
    assert entry == Unreadable("a.csv", b"-,-\n-\n", reason)
