"""CSV as programs write it, and as a broken line or a broken program leaves it."""

import csv
import io

import pytest

from assets.sources.csv_rows import CsvLines, CsvText, write_row
from assets.sources.forms import Form
from assets.sources.records import PayloadError
from assets.sources.tables import read_table, read_table_id, read_table_number

COLUMNS = ("Nomor", "Judul", "Isi")
FORM = Form(COLUMNS, required=("Nomor", "Isi"), synonyms={"No Laporan": "Nomor", "Uraian": "Isi"}, left_out=("Lain",))
TABLE = [
    ["NOMOR", "Lain", " isi ", "Judul"],
    ["1", "-", "Got mampet; bau,\n“parah”", ""],
    ["", "", "", ""],
    ["2", "", "x", "y"],
]


def export(rows, delimiter=",", terminator="\r\n") -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=terminator, quoting=csv.QUOTE_ALL).writerows(rows)
    return text.getvalue()


def read(content: bytes):
    return read_table(content, FORM).rows


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("terminator", ["\n", "\r\n", "\r"])
def test_every_dialect_holds_the_same_rows(delimiter, encoding, terminator):
    rows = read(export(TABLE, delimiter, terminator).encode(encoding))
    assert [(row.number, row.values, row.fault) for row in rows] == [
        (2, {"Nomor": "1", "Isi": "Got mampet; bau,\n“parah”"}, None),
        (4, {"Nomor": "2", "Isi": "x", "Judul": "y"}, None),
    ]


def test_a_row_is_kept_with_its_header_and_read_from_that_again():
    for row in read(export(TABLE).encode()):
        [again] = read(row.content)
        assert (again.values, again.content) == (row.values, row.content)


@pytest.mark.parametrize(
    ("end", "fault"),
    [
        ('3,"Jalan rusak', "expected a row of CSV, found a file that ends inside a quoted cell"),
        ('3,x,"Jalan rusak', "expected a row of CSV, found a file that ends inside a quoted cell"),
        ('3,"Jalan\nrusak,parah\nsekali', "expected a row of CSV, found a file that ends inside a quoted cell"),
        ("3,x", "expected a row of 3 cells, found 2"),
        ("3,x\n", "expected a row of 3 cells, found 2"),
        ("3,x,y,z", "expected a row of 3 cells, found 4"),
        ('3,"a\n"b" c",y', "expected a row of CSV, found a quote that ends where no cell ends"),
    ],
)
def test_a_row_that_is_torn_says_so_and_the_others_are_read(end, fault):
    before, torn = read(f"Nomor,Judul,Isi\n1,a,b\n{end}".encode())
    assert before.values == {"Nomor": "1", "Judul": "a", "Isi": "b"}
    assert str(torn.fault) == fault
    assert torn.content == f"Nomor,Judul,Isi\n{end}".encode()
    [again] = read(torn.content)
    assert (str(again.fault), again.content) == (fault, torn.content)


def test_a_stray_quote_costs_no_row():
    rows = read(b'Nomor,Judul,Isi\n1,"a,b\n2,"c",d\n3,"Lampu "mati" total",f\n4,"g",h\n')
    assert [(row.values, row.fault) for row in rows] == [
        ({"Nomor": "1", "Judul": '"a', "Isi": "b"}, None),
        ({"Nomor": "2", "Judul": "c", "Isi": "d"}, None),
        ({"Nomor": "3", "Judul": 'Lampu "mati" total', "Isi": "f"}, None),
        ({"Nomor": "4", "Judul": "g", "Isi": "h"}, None),
    ]


def test_a_line_of_open_quotes_costs_its_length_and_not_the_square_of_it():
    """By the square this would take over an hour."""
    cells, is_open = CsvLines(CsvText(b""), ";")._parted('"tanpa akhir;' * 60_000)
    assert (len(cells), is_open) == (60_001, True)


def test_a_row_over_several_lines_that_a_stray_quote_tears_is_one_refusal():
    rows = read(b'Nomor,Judul,Isi\n1,"a\nb "x" c\nd",e\n2,f,g\n')
    assert [(row.number, row.fault is None) for row in rows] == [(2, False), (3, True)]
    assert rows[0].content == b'Nomor,Judul,Isi\n1,"a\nb "x" c\nd",e\n'


def test_a_long_cell_is_read_and_the_row_behind_it():
    long = "baris laporan\n" * 20_000
    first, second = read(f'Nomor,Judul,Isi\n1,x,"{long}"\n2,y,z\n'.encode())
    assert (first.values["Isi"], second.values["Isi"]) == (long, "z")


def test_cells_that_a_program_left_out_at_the_end_of_a_row_are_empty():
    content = b"Nomor,Isi,Judul\n1,a\n2,b\n"
    assert [(row.values, row.fault) for row in read(content)] == [
        ({"Nomor": "1", "Isi": "a"}, None),
        ({"Nomor": "2", "Isi": "b"}, None),
    ]
    # The last row may have been cut off.
    assert read(content.rstrip())[1].fault is not None


@pytest.mark.parametrize("above", ["", "BUKU REGISTER\n", "BUKU;REGISTER;X\n\nBulan: November\n", "\n" * 30])
@pytest.mark.parametrize("first", ["", "sep=;\n", '"sep=;"\r\n', "SEP=;\n"])
def test_the_header_is_the_first_row_with_the_required_columns(first, above):
    [row] = read(f"{first}{above}Nomor;Judul;Isi\n1;a,b;c\n".encode())
    assert row.values == {"Nomor": "1", "Judul": "a,b", "Isi": "c"}
    [again] = read(row.content)
    assert (again.values, again.content) == (row.values, row.content)


def test_a_header_far_below_is_none():
    with pytest.raises(PayloadError):
        read(b"x\n" * 20 + b"Nomor,Judul,Isi\n1,a,b\n")


@pytest.mark.parametrize("delimiter", ["|", "^", "~", "#", "\x1f"])
def test_any_character_may_part_the_cells(delimiter):
    [row] = read(delimiter.join(("Nomor", "Judul", "Isi")).encode() + b"\n" + delimiter.join("1ab").encode())
    assert row.values == {"Nomor": "1", "Judul": "a", "Isi": "b"}


def test_a_delimiter_that_only_the_first_line_names():
    [row] = read(b"sep=@\nNomor@Judul@Isi\n1@a@b\n")
    [again] = read(row.content)
    assert again.values == row.values == {"Nomor": "1", "Judul": "a", "Isi": "b"}


@pytest.mark.parametrize("header", ["Nomor,Judul,Isi", "NOMOR.,judul :,_isi_", "No. Laporan,Judul,Uraian"])
def test_punctuation_and_synonyms_are_spellings_of_a_name(header):
    [row] = read(f"{header}\n1,a,b\n".encode())
    assert row.values == {"Nomor": "1", "Judul": "a", "Isi": "b"}


def test_a_columns_own_name_counts_before_a_synonym():
    [row] = read(b"Uraian,Nomor,Isi\nx,1,y\n")
    assert row.values == {"Nomor": "1", "Isi": "y"}


def test_a_column_that_nobody_knows_is_named_and_one_that_is_left_out_is_not():
    assert read_table(b"Nomor,Isi,Lain,Jumlah RT,\n1,a,b,c,\n", FORM).notes == ["column Jumlah RT: not known, left out"]


def test_a_header_that_is_repeated_and_one_that_is_numbered_are_no_rows():
    rows = read(b"Nomor,Judul,Isi\n(1),(2),(3)\n1,a,b\nNomor,Isi,Judul\n2,c,d\n1,2,3\n")
    assert [row.values for row in rows] == [
        {"Nomor": "1", "Judul": "a", "Isi": "b"},
        {"Nomor": "2", "Judul": "d", "Isi": "c"},
        {"Nomor": "1", "Judul": "3", "Isi": "2"},
    ]


@pytest.mark.parametrize(
    ("written", "told"),
    [('="0812"', "0812"), ("'0812", "0812"), ('="a ""b"""', 'a "b"'), ("'27/11/2026", "27/11/2026"), ("'x'", "'x'")],
)
def test_what_excel_wraps_a_number_in_is_no_part_of_it(written, told):
    [row] = read(export([["Nomor", "Isi"], ["1", written]]).encode())
    assert row.values["Isi"] == told


@pytest.mark.parametrize("written", ["8412345", " 8412345 ", "'8412345", "8412345.0", "8412345,00"])
def test_an_id_is_the_same_however_a_spreadsheet_shows_it(written):
    assert read_table_id(written, "Nomor") == "8412345"


@pytest.mark.parametrize("rounded", ["8,41E+09", "8.41235E+09", "8E9", "8.4E+9"])
def test_a_rounded_number_is_no_id_and_no_telephone(rounded):
    with pytest.raises(PayloadError, match="rounded by a spreadsheet"):
        read_table_id(rounded, "Nomor")
    assert read_table_number(rounded) is None


def test_cells_beyond_the_header_may_be_blank():
    [row] = read(b"Nomor,Judul,Isi\n1,a,b,,\n")
    assert row.fault is None


def test_a_byte_that_is_no_utf_8_does_not_make_a_file_one_of_windows():
    [row] = read("Nomor,Isi\n1,“é” ".encode() + b"\xff")
    assert row.values["Isi"] == "“é” �"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "expected a table (CSV or a workbook), found an empty file"),
        (b" \n\n", "expected a table (CSV or a workbook), found an empty file"),
        (b"<!doctype html><title>Masuk</title>", "expected columns Nomor, Isi, found a web page or XML: open it and "
                                                 "save it as a workbook (.xlsx) or CSV"),
        (b"Nomor;Judul\n1;x\n", "expected columns Isi, found 2 of 3 columns"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_such_export_says_so(content, reason):
    with pytest.raises(PayloadError) as caught:
        read(content)
    assert str(caught.value) == reason


def test_a_row_that_is_written_is_read_again():
    [row] = read(write_row(COLUMNS, {"Nomor": "1", "Isi": 'a "b",\nc'}))
    assert row.values == {"Nomor": "1", "Isi": 'a "b",\nc'}
