"""CSV as programs write it, and as a broken line or a broken program leaves it."""

import csv
import io

import pytest

from assets.sources.csv_rows import read_rows, write_row
from assets.sources.records import PayloadError

COLUMNS = ("Nomor", "Judul", "Isi")
REQUIRED = ("Nomor", "Isi")
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
    return read_rows(content, COLUMNS, REQUIRED)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
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
        ("3,x", "expected a row of 3 cells, found 2"),
        ("3,x,y,z", "expected a row of 3 cells, found 4"),
        ('3,"Lampu "mati"",y', "expected a row of CSV, found a quote that ends where no cell ends"),
        (f"3,{'x' * 140_000},y", "expected a row of CSV, found a cell of more than 131072 characters"),
    ],
)
def test_a_row_that_is_torn_says_so_and_the_others_are_read(end, fault):
    before, torn = read(f"Nomor,Judul,Isi\n1,a,b\n{end}".encode())
    assert before.values == {"Nomor": "1", "Judul": "a", "Isi": "b"}
    assert str(torn.fault) == fault
    assert torn.content == f"Nomor,Judul,Isi\n{end}".encode()
    [again] = read(torn.content)
    assert (str(again.fault), again.content) == (fault, torn.content)


def test_a_stray_quote_does_not_swallow_the_rows_that_follow():
    rows = read(b'Nomor,Judul,Isi\n1,"a,b\n2,"c",d\n3,e,f\n')
    assert [(row.values.get("Nomor"), row.fault is None) for row in rows] == [(None, False), ("3", True)]
    assert b'1,"a,b\n2,"c",d\n' in rows[0].content


def test_cells_beyond_the_header_may_be_blank():
    [row] = read(b"Nomor,Judul,Isi\n1,a,b,,\n")
    assert row.fault is None


def test_a_byte_that_is_no_utf_8_does_not_make_a_file_one_of_windows():
    [row] = read("Nomor,Isi\n1,“é” ".encode() + b"\xff")
    assert row.values["Isi"] == "“é” �"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "expected a CSV export, found an empty file"),
        (b" \n\n", "expected a CSV export, found an empty file"),
        (b"<!doctype html><title>Masuk</title>", "expected columns Nomor, Isi, found 0 of 3 columns"),
        (b"Nomor;Judul\n1;x\n", "expected columns Isi, found 2 of 3 columns"),
    ],
)
def test_a_file_that_is_no_such_export_says_so(content, reason):
    with pytest.raises(PayloadError) as caught:
        read(content)
    assert str(caught.value) == reason


def test_a_row_that_is_written_is_read_again():
    [row] = read(write_row(COLUMNS, {"Nomor": "1", "Isi": 'a "b",\nc'}))
    assert row.values == {"Nomor": "1", "Isi": 'a "b",\nc'}
