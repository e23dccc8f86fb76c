"""Tables: the exports of LAPOR! and of the web form, and the workbooks of the desks.

Belongs here: their columns and habits, one row per report, and how a table is written to bytes.
Does not belong here: who reports there (complaints.py), files (landing.py).
"""

import csv
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
from openpyxl import Workbook

from sample_city.model import Complaint, Deliveries, Extras, Missing, PlaceBasis
from sample_city.wording import spelt

LAPOR_COLUMNS = (
    "Tracking ID", "Tanggal Laporan Masuk", "Waktu Laporan Masuk", "Nama Pelapor", "Klasifikasi Laporan", "Kategori",
    "Judul", "Isi Laporan Awal", "Isi Laporan Akhir", "Tipe", "Sumber Laporan", "Instansi Terdisposisi",
    "Status Laporan", "Kecamatan", "Kelurahan",
)  # fmt: skip
BALAI_WARGA_COLUMNS = (
    "Nomor", "Tanggal", "Jam", "Nama", "Email", "No HP", "Alamat", "Kelurahan", "Kecamatan", "Kategori", "Judul",
    "Isi", "Lampiran",
)  # fmt: skip
DESK_COLUMNS = (
    "No Register", "Tanggal", "Jam", "Nama Pelapor", "No Telepon", "Alamat", "RT", "RW", "Kelurahan", "Kecamatan",
    "Kategori", "Uraian Masalah", "Petugas",
)  # fmt: skip

# Kota whose desks type the date and the clock as text.
_TYPES_DATES_AS_TEXT = "31.72"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")
_EPOCH = (2019, 9, 5, 0, 0, 0)
_STAMP = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def lapor_deliveries(
    day: date, complaints: Sequence[Complaint], rng: np.random.Generator, extras: Extras
) -> Deliveries:
    """The day's rows of the administrators' export."""
    return [(complaint.reported_at, _lapor(complaint, rng)) for complaint in complaints]


def balai_warga_deliveries(
    day: date, complaints: Sequence[Complaint], rng: np.random.Generator, extras: Extras
) -> Deliveries:
    """The day's rows of the web form."""
    return [(complaint.reported_at, _balai_warga(complaint, rng)) for complaint in complaints]


def desk_deliveries(day: date, complaints: Sequence[Complaint], rng: np.random.Generator, extras: Extras) -> Deliveries:
    """The day's rows of the counters' registers."""
    return [(complaint.reported_at, _desk(complaint, rng)) for complaint in complaints]


def csv_table(columns: Sequence[str], rows: Sequence[Mapping[str, str]], delimiter: str = ",") -> bytes:
    """Rows as CSV in UTF-8 with the mark that Excel puts first."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def workbook(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Rows of a desk as an Excel workbook; the same rows give the same bytes."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Laporan")
    sheet.append(DESK_COLUMNS)
    for row in rows:
        sheet.append([row.get(column) or None for column in DESK_COLUMNS])
    written = io.BytesIO()
    book.save(written)
    return _without_clock(written.getvalue())


def _lapor(complaint: Complaint, rng: np.random.Generator) -> dict[str, str]:
    # The portal's export runs in UTC.
    at = complaint.reported_at.astimezone(UTC)
    has_place = complaint.place_basis is not PlaceBasis.NONE
    kind = ("", "Anonim", "Rahasia")[int(rng.choice(3, p=(0.8, 0.12, 0.08)))]
    return {
        "Tracking ID": f"#{complaint.source_record_id}" if rng.random() < 0.5 else complaint.source_record_id,
        "Tanggal Laporan Masuk": f"{at.day} {_MONTHS[at.month - 1]} {at.year}",
        "Waktu Laporan Masuk": f"{at:%H:%M:%S}",
        "Nama Pelapor": complaint.reporter.name,
        "Klasifikasi Laporan": "Pengaduan",
        "Kategori": "" if Missing.PROBLEM in complaint.missing else complaint.category.name,
        "Judul": complaint.title,
        "Isi Laporan Awal": complaint.text,
        "Isi Laporan Akhir": complaint.text,
        "Tipe": kind,
        "Sumber Laporan": "Website" if rng.random() < 0.6 else "Aplikasi Android",
        "Instansi Terdisposisi": "Pemerintah Provinsi DKI Jakarta",
        "Status Laporan": "Belum ditindaklanjuti",
        "Kecamatan": complaint.kelurahan.kecamatan.name if has_place else "",
        "Kelurahan": spelt(rng, complaint.kelurahan.name) if has_place else "",
    }


def _balai_warga(complaint: Complaint, rng: np.random.Generator) -> dict[str, str]:
    at = complaint.reported_at
    has_place = complaint.place_basis is not PlaceBasis.NONE
    is_nameless = Missing.REPORTER in complaint.missing
    return {
        "Nomor": complaint.source_record_id,
        "Tanggal": f"{at:%d/%m/%Y}",
        "Jam": f"{at:%H:%M}",
        "Nama": "" if is_nameless else complaint.reporter.name,
        "Email": complaint.reporter.email,
        "No HP": "" if is_nameless else complaint.reporter.phone,
        "Alamat": complaint.address,
        "Kelurahan": spelt(rng, complaint.kelurahan.name) if has_place else "",
        "Kecamatan": complaint.kelurahan.kecamatan.name if has_place else "",
        "Kategori": "" if Missing.PROBLEM in complaint.missing else complaint.category.name,
        "Judul": complaint.title,
        "Isi": complaint.text,
        "Lampiran": complaint.photo_url if complaint.has_photo else "",
    }


def _desk(complaint: Complaint, rng: np.random.Generator) -> dict[str, Any]:
    at, kelurahan, spot = complaint.reported_at, complaint.kelurahan, complaint.spot
    is_text = kelurahan.kecamatan.kota_code == _TYPES_DATES_AS_TEXT
    is_nameless = Missing.REPORTER in complaint.missing
    has_place = complaint.place_basis is not PlaceBasis.NONE
    category = "" if Missing.PROBLEM in complaint.missing else complaint.category.name
    return {
        "No Register": complaint.source_record_id,
        "Tanggal": f"{at:%d/%m/%Y}" if is_text else at.date(),
        "Jam": f"{at:%H.%M}" if is_text else at.time(),
        "Nama Pelapor": "" if is_nameless else complaint.reporter.name,
        "No Telepon": "" if is_nameless else complaint.reporter.phone,
        "Alamat": complaint.address.partition(" RT ")[0],
        "RT": spot.rt if has_place else "",
        "RW": spot.rw if has_place else "",
        "Kelurahan": spelt(rng, kelurahan.name) if has_place else "",
        "Kecamatan": kelurahan.kecamatan.name if has_place else "",
        "Kategori": category.upper() if rng.random() < 0.15 else category,
        "Uraian Masalah": complaint.text,
        "Petugas": "Petugas Loket",
    }


def _without_clock(content: bytes) -> bytes:
    """The same workbook with fixed times, which openpyxl takes from the clock."""
    stamp = f"{datetime(*_EPOCH):%Y-%m-%dT%H:%M:%SZ}".encode()  # noqa: DTZ001
    fixed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(fixed, "w") as target:
        for member in source.infolist():
            data = source.read(member)
            if member.filename == "docProps/core.xml":
                data = _STAMP.sub(stamp, data)
            target.writestr(zipfile.ZipInfo(member.filename, _EPOCH), data, zipfile.ZIP_DEFLATED)
    return fixed.getvalue()
