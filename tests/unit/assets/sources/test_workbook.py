"""Workbooks of several programs: made here by the libraries that write them, and by LibreOffice where it is."""

import io
import json
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from datetime import date, time
from pathlib import Path

import pytest
import xlwt
from openpyxl import Workbook, load_workbook

from assets.complaints.channels.counter import KELURAHAN, parse
from assets.sources import workbook as workbooks
from assets.sources.forms import Form
from assets.sources.records import Noted, PayloadError, Record, Unreadable
from assets.sources.tables import read_table
from assets.sources.workbook import MAX_UNPACKED_BYTES, read_workbook

HEADER = ("No. Register", "Tanggal", "Jam", "Nama Pelapor", "No. Telepon", "Kelurahan", "Kecamatan", "Uraian Masalah")
FORM = Form(("Nomor", "Isi", "Tanggal"), required=("Nomor", "Isi"))


def row(number: object, day: object = date(2026, 11, 27), clock: object = time(8, 5)) -> list[object]:
    return [number, day, clock, "Warga Contoh", "081200000009", "Kebon Seruni", "Lantana", f"Lampu mati {number}"]


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def register() -> Workbook:
    """A desk's workbook: a cover, two months, a merged day, a list of choices, and a month that lost a column."""
    book = Workbook()
    cover = book.active
    cover.title = "Sampul"
    cover["B2"] = "BUKU REGISTER"
    november = book.create_sheet("November")
    for line in (["KELURAHAN KEBON SERUNI"], [], HEADER, row(101), row(102, None), [], row(103, None)):
        november.append(line)
    november.merge_cells("B4:B7")
    desember = book.create_sheet("Desember")
    desember.append(HEADER)
    desember.append(row(104, None, None))
    choices = book.create_sheet("Kategori")
    for name in ("Jalan", "Lampu"):
        choices.append([name])
    torn = book.create_sheet("Januari")
    torn.append(HEADER[:-1])
    torn.append(row(105)[:-1])
    return book


def told(content: bytes) -> tuple[list[tuple[str, str]], list[tuple[str, str]], list[str]]:
    """What of a desk's workbook is a report, what is refused, and what was passed over."""
    reports, refused, notes = [], [], []
    for entry in KELURAHAN.split(content, "a"):
        match entry:
            case Record():
                try:
                    reports.append((entry.source_record_id, parse(entry).reported_at.isoformat()))
                except PayloadError as error:
                    refused.append((entry.source_record_id, str(error)))
            case Unreadable():
                refused.append((entry.origin, entry.reason))
            case Noted():
                notes.append(entry.text)
    return reports, refused, notes


REGISTER_TOLD = (
    [(f"kebonseruni/2026/{number}", "2026-11-27T01:05:00+00:00") for number in (101, 102, 103)],
    [
        ("a#Januari sheet", "expected columns Uraian Masalah, found 7 of 15 columns"),
        ("kebonseruni/104", "expected Tanggal as a day (2026-10-19, 19/10/2026 or 19 Oktober 2026), found none"),
    ],
    ["sheet Sampul: not a table, 1 rows passed over", "sheet Kategori: not a table, 2 rows passed over"],
)


def sorted_told(content: bytes) -> tuple[list[tuple[str, str]], list[tuple[str, str]], list[str]]:
    reports, refused, notes = told(content)
    return reports, sorted(refused), notes


def test_every_sheet_is_read_refused_or_named():
    assert sorted_told(saved(register())) == REGISTER_TOLD


def test_a_sheet_that_was_refused_is_kept_and_says_the_same_again():
    [refused] = [entry for entry in KELURAHAN.split(saved(register()), "a") if isinstance(entry, Unreadable)]
    assert b"Lampu" not in refused.content
    assert b"105" in refused.content
    [again] = KELURAHAN.split(refused.content, refused.origin)
    assert (again.content, again.reason) == (refused.content, refused.reason)


def test_no_row_of_a_workbook_is_uncounted():
    """Counted by openpyxl: every line below a header, and every sheet with one that is not whole."""
    content = saved(register())
    lines = {
        sheet.title: [cells for cells in sheet.iter_rows(values_only=True) if any(cell is not None for cell in cells)]
        for sheet in load_workbook(io.BytesIO(content))
    }
    below = sum(len(lines[month]) - 1 - lines[month].index(next(c for c in lines[month] if c[:8] == HEADER))
                for month in ("November", "Desember"))  # fmt: skip
    reports, refused, notes = told(content)
    assert len(reports) + len(refused) == below + len(["Januari"])
    assert len(notes) + len(["November", "Desember", "Januari"]) == len(lines)


def test_a_merged_value_holds_only_where_it_is_merged():
    book = register()
    book["November"].unmerge_cells("B4:B7")
    reports, refused, _ = told(saved(book))
    assert [number for number, _ in reports] == ["kebonseruni/2026/101"]
    assert sum("found none" in reason for _, reason in refused) == 3


def test_a_header_over_two_rows_is_one():
    book = Workbook()
    sheet = book.active
    sheet.append(["Nomor", "Isi", "Alamat", None])
    sheet.append([None, None, "RT", "RW"])
    sheet.append([1, "x", 3, 4])
    for merged in ("A1:A2", "B1:B2", "C1:D1"):
        sheet.merge_cells(merged)
    [read] = read_table(saved(book), Form(("Nomor", "Isi", "RT", "RW"), required=("Nomor", "Isi"))).rows
    assert read.cells == {"Nomor": 1, "Isi": "x", "RT": 3, "RW": 4}


def test_a_table_that_does_not_begin_in_the_corner():
    book = Workbook()
    for line in ([], [None, None, "Nomor", "Isi"], [None, None, 1, "x"], [None, None, 2, "y"]):
        book.active.append(line)
    book.active["D4"] = None
    book.active.merge_cells("D3:D4")
    rows = read_table(saved(book), FORM).rows
    assert [(each.number, each.cells) for each in rows] == [
        (3, {"Nomor": 1, "Isi": "x"}),
        (4, {"Nomor": 2, "Isi": "x"}),
    ]


def old_workbook() -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Nov")
    for place, name in enumerate(("Nomor", "Tanggal", "Isi")):
        sheet.write(1, place, name)
    day = xlwt.easyxf(num_format_str="DD/MM/YYYY")
    sheet.write_merge(2, 3, 1, 1, date(2026, 11, 27), day)
    for place in (2, 3):
        sheet.write(place, 0, place)
        sheet.write(place, 2, "x")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# Indented, as LibreOffice writes it where it is told to and other programs do always.
OPEN_DOCUMENT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 office:version="1.3"><office:body><office:spreadsheet><table:table table:name="Nov">
<table:table-row><table:table-cell table:number-columns-repeated="16384"/></table:table-row>
<table:table-row>NAMES</table:table-row>
<table:table-row>TWO<table:table-cell office:value-type="date" office:date-value="2026-11-27"
 table:number-rows-spanned="2" table:number-columns-spanned="1"/>X</table:table-row>
<table:table-row>THREE<table:covered-table-cell/>X</table:table-row>
<table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="16384"/>
</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"""


def open_document() -> bytes:
    def text(value: str) -> str:
        return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'

    content = OPEN_DOCUMENT.replace("NAMES", "".join(map(text, ("Nomor", "Tanggal", "Isi"))))
    for name, value in (("TWO", "2"), ("THREE", "3"), ("X", "x")):
        content = content.replace(name, text(value))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
            "</manifest:manifest>",
        )
    return out.getvalue()


@pytest.mark.parametrize("make", [old_workbook, open_document])
def test_workbooks_of_other_programs(make):
    rows = read_table(make(), FORM).rows
    assert [(each.number, each.values) for each in rows] == [
        (number, {"Nomor": str(number - 1), "Isi": "x", "Tanggal": "2026-11-27T00:00:00"})
        for number in (3, 4)
    ]  # fmt: skip


@pytest.fixture(scope="session")
def office(tmp_path_factory) -> Callable[[bytes, str], bytes]:
    """Save a workbook in another format, by LibreOffice."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        pytest.skip("LibreOffice (Debian: libreoffice-calc) is not installed")
    folder = tmp_path_factory.mktemp("office")

    def convert(content: bytes, suffix: str) -> bytes:
        (folder / "register.xlsx").write_bytes(content)
        home = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        to = [program, home, "--headless", "--convert-to", suffix, "--outdir", str(folder / suffix)]
        subprocess.run([*to, str(folder / "register.xlsx")], check=True, capture_output=True, timeout=300)
        return (folder / suffix / f"register.{suffix}").read_bytes()

    return convert


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["xlsx", "xls", "ods"])
def test_libreoffice_saves_the_same_register(office, suffix):
    assert sorted_told(office(saved(register()), suffix)) == REGISTER_TOLD


def repacked(content: bytes, change: Callable[[str, bytes], tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            renamed, data = change(name, source.read(name))
            # ZipInfo alone would put a slash where a program wrote a backslash.
            info = zipfile.ZipInfo("x")
            info.filename = renamed
            target.writestr(info, data)
    return out.getvalue()


@pytest.mark.parametrize(
    "rename",
    [
        lambda name: name.replace("/", "\\"),
        lambda name: name.replace("sharedStrings", "SharedStrings"),
        lambda name: name.replace("worksheets/sheet", "worksheets/Sheet"),
    ],
)
def test_part_names_of_other_programs(rename):
    assert sorted_told(repacked(saved(register()), lambda name, data: (rename(name), data))) == REGISTER_TOLD


def test_a_sheet_that_is_broken_costs_itself_alone():
    def tear(name: str, data: bytes) -> tuple[str, bytes]:
        return name, data[: len(data) // 2] if name.endswith("sheet3.xml") else data

    content = repacked(saved(register()), tear)
    reports, refused, _ = sorted_told(content)
    assert reports == REGISTER_TOLD[0]
    assert [where for where, _ in refused] == ["a#Desember sheet", "a#Januari sheet"]
    [broken] = [entry for entry in KELURAHAN.split(content, "a") if getattr(entry, "origin", "") == "a#Desember sheet"]
    [again] = KELURAHAN.split(broken.content, broken.origin)
    assert (again.content, again.reason) == (broken.content, broken.reason)
    assert json.loads(broken.content)["sheet"] == "Desember"


@pytest.mark.parametrize("inner", ["EncryptedPackage".encode("utf-16-le"), b""])
def test_a_workbook_with_a_password_says_what_to_do(inner):
    with pytest.raises(PayloadError, match=r"without a password, found .*: save it as \.xlsx without a password$"):
        read_workbook(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + inner)


def far_apart() -> bytes:
    book = Workbook()
    book.active.append(["Nomor", "Isi"])
    book.active["XFD1048576"] = "x"
    return saved(book)


def test_two_cells_in_opposite_corners_do_not_end_the_process():
    with pytest.raises(PayloadError, match=r"^expected an Excel workbook \(\.xlsx\), found a workbook that cannot be"):
        read_workbook(far_apart())


def test_a_cell_far_away_is_passed_over():
    book = Workbook()
    for line in (["Nomor", "Isi"], [1, "x"]):
        book.active.append(line)
    book.active["XFD300"] = "y"
    assert [each.cells for each in read_table(saved(book), FORM).rows] == [{"Nomor": 1, "Isi": "x"}]


def test_a_workbook_that_unpacks_to_too_much_is_not_opened(monkeypatch):
    monkeypatch.setattr(workbooks, "MAX_UNPACKED_BYTES", 1000)
    with pytest.raises(PayloadError, match="^expected a workbook of at most 1000 bytes unpacked"):
        read_workbook(saved(register()))
    assert MAX_UNPACKED_BYTES == 200 * 2**20


def test_an_error_of_excel_is_no_value():
    book = Workbook()
    for line in (["Nomor", "Isi"], [1, "#REF!"], [2, "y"]):
        book.active.append(line)
    assert [each.cells for each in read_table(saved(book), FORM).rows] == [{"Nomor": 1}, {"Nomor": 2, "Isi": "y"}]


def test_a_workbook_reads_as_openpyxl_reads_it(tmp_path: Path):
    """The same values as before, so that a row that was read keeps its hash."""
    book = Workbook()
    book.active.append(["Nomor", "Isi", "Tanggal"])
    book.active.append([3.0, " x ", date(2026, 11, 27)])
    book.active.append([8.05, True, time(8, 5)])
    assert [each.cells for each in read_table(saved(book), FORM).rows] == [
        {"Nomor": 3, "Isi": "x", "Tanggal": "2026-11-27T00:00:00"},
        {"Nomor": 8.05, "Isi": True, "Tanggal": "08:05:00"},
    ]
