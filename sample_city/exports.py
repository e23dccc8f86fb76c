"""Vendors that answer files: exports in CSV, the desks' workbooks, and feeds in RSS.

Belongs here: rows and letters as files of a span of days.
Does not belong here: JSON (feeds.py), the server and its connections (vendors.py), landing files (landing_*.py).
"""

import csv
import io
from collections.abc import Sequence
from datetime import date
from email.utils import format_datetime
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from openpyxl import Workbook

from sample_city.exchange import Answer, Feed, Item, Question, unknown
from sample_city.reference import WIB

LAPOR_COLUMNS = (
    "Tracking ID", "Tanggal Laporan Masuk", "Waktu Laporan Masuk", "Nama Pelapor", "Klasifikasi Laporan", "Kategori",
    "Judul", "Isi Laporan Awal", "Isi Laporan Akhir", "Tipe", "Sumber Laporan", "Instansi Terdisposisi",
    "Status Laporan", "Kecamatan", "Kelurahan",
)  # fmt: skip
FORM_COLUMNS = (
    "Nomor", "Tanggal", "Jam", "Nama", "Email", "No HP", "Alamat", "Kelurahan", "Kecamatan", "Kategori", "Judul",
    "Isi", "Lampiran",
)  # fmt: skip
DESK_COLUMNS = (
    "No Register", "Tanggal", "Jam", "Nama Pelapor", "No Telepon", "Alamat", "RT", "RW", "Kelurahan", "Kecamatan",
    "Kategori", "Uraian Masalah", "Petugas",
)  # fmt: skip

_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_NAMESPACES = {"content": "http://purl.org/rss/1.0/modules/content/", "dc": "http://purl.org/dc/elements/1.1/"}


def csv_export(items: Sequence[Item], columns: Sequence[str], delimiter: str, encoding: str = "utf-8") -> Feed:
    """Serve `export.csv` of the days `dari` to `sampai` (WIB), both included."""

    def answer(question: Question) -> Answer:
        if question.path != "export.csv":
            return unknown(question)
        first, last = (date.fromisoformat(question.query[name]) for name in ("dari", "sampai"))
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, columns, delimiter=delimiter, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(item.body for item in _of_days(items, first, last))
        return Answer(text.getvalue().encode(encoding), "text/csv")

    return answer


def workbooks(items: Sequence[Item]) -> Feed:
    """Serve the desks' workbook of each day (WIB), `<day>.xlsx`."""

    def answer(question: Question) -> Answer:
        name, _, suffix = question.path.partition(".")
        if suffix != "xlsx":
            return unknown(question)
        day = date.fromisoformat(name)
        book = Workbook(write_only=True)
        sheet = book.create_sheet("Laporan")
        sheet.append(DESK_COLUMNS)
        for item in _of_days(items, day, day):
            sheet.append([item.body.get(column) for column in DESK_COLUMNS])
        written = io.BytesIO()
        book.save(written)
        return Answer(written.getvalue(), _WORKBOOK)

    return answer


def rss(items: Sequence[Item]) -> Feed:
    """Serve all letters as one feed, `rss`, newest first; a body is a letter's elements by their names."""
    for prefix, address in _NAMESPACES.items():
        register_namespace(prefix, address)

    def answer(question: Question) -> Answer:
        if question.path != "rss":
            return unknown(question)
        root = Element("rss", version="2.0")
        channel = SubElement(root, "channel")
        SubElement(channel, "title").text = "Surat Pembaca"
        for item in sorted(items, key=lambda item: item.at, reverse=True):
            letter = SubElement(channel, "item")
            for name, text in {"pubDate": format_datetime(item.at), **item.body}.items():
                SubElement(letter, _qualified(name)).text = str(text)
        return Answer(tostring(root, encoding="utf-8", xml_declaration=True), "application/rss+xml")

    return answer


def _of_days(items: Sequence[Item], first: date, last: date) -> list[Item]:
    dated = sorted(items, key=lambda item: item.at)
    return [item for item in dated if first <= item.at.astimezone(WIB).date() <= last]


def _qualified(name: str) -> str:
    prefix, _, local = name.rpartition(":")
    return f"{{{_NAMESPACES[prefix]}}}{local}" if prefix else local
