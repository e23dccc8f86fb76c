"""The counters' landing files: one Excel workbook per kota and day of what the desks wrote down.

Belongs here: the desk's columns and habits, and workbooks whose bytes do not depend on the clock.
Does not belong here: who comes to the counter (complaints.py).
"""

import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
from openpyxl import Workbook

from sample_city.model import Channel, Complaint, Extras, Missing, PlaceBasis, Unreadable
from sample_city.wording import spelt

COLUMNS = (
    "No Register", "Tanggal", "Jam", "Nama Pelapor", "No Telepon", "Alamat", "RT", "RW", "Kelurahan", "Kecamatan",
    "Kategori", "Uraian Masalah", "Petugas",
)  # fmt: skip

# Kota whose desks type the date and the clock as text.
_TYPES_DATES_AS_TEXT = "31.72"
_EPOCH = (2019, 9, 5, 0, 0, 0)
_STAMP = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_ADDRESS = re.compile(r"(?P<street>.*) RT (?P<rt>\d+)/RW (?P<rw>\d+)")


def write_kelurahan_day(
    landing: Path, day: date, complaints: Sequence[Complaint], rng: np.random.Generator, extras: Extras
) -> None:
    """Write the workbooks of one day, one per kota in which a counter had a visitor.

    Args:
        landing: The landing folder.
        day: WIB.
        complaints: Of this channel and day, in the order of reporting.
        rng: Source of every choice.
        extras: Receives what cannot be read.
    """
    folder = landing / Channel.KELURAHAN
    folder.mkdir(parents=True, exist_ok=True)
    by_kota: defaultdict[str, list[Complaint]] = defaultdict(list)
    for complaint in complaints:
        by_kota[complaint.kelurahan.kecamatan.kota_code].append(complaint)
    for kota_code, rows in sorted(by_kota.items()):
        content = _workbook([_row(complaint, rng) for complaint in rows])
        (folder / f"{kota_code}_{day:%Y-%m-%d}.xlsx").write_bytes(content)
        if day.toordinal() % 8 == 5 and kota_code == min(by_kota):
            # A copy that was pulled with its memory stick; the sound workbook lies beside it.
            broken = folder / f"{kota_code}_{day:%Y-%m-%d}_salinan.xlsx"
            broken.write_bytes(content[: len(content) * 2 // 3])
            origin = f"{Channel.KELURAHAN}/{broken.name}"
            extras.unreadable.append(Unreadable(Channel.KELURAHAN, origin, "broken workbook"))


def _row(complaint: Complaint, rng: np.random.Generator) -> list[object]:
    at, kelurahan = complaint.reported_at, complaint.kelurahan
    day: object = at.date()
    clock: object = at.time()
    if kelurahan.kecamatan.kota_code == _TYPES_DATES_AS_TEXT:
        day, clock = f"{at:%d/%m/%Y}", f"{at:%H.%M}"
    is_nameless = Missing.REPORTER in complaint.missing
    has_place = complaint.place_basis is not PlaceBasis.NONE
    match = _ADDRESS.fullmatch(complaint.address)
    street, rt, rw = match.group("street", "rt", "rw") if match else ("", "", "")
    category = "" if Missing.PROBLEM in complaint.missing else complaint.category.name
    return [
        complaint.source_record_id,
        day,
        clock,
        "" if is_nameless else complaint.reporter.name,
        "" if is_nameless else complaint.reporter.phone,
        street,
        rt,
        rw,
        spelt(rng, kelurahan.name) if has_place else "",
        kelurahan.kecamatan.name if has_place else "",
        category.upper() if rng.random() < 0.15 else category,
        complaint.text,
        "Petugas Loket",
    ]


def _workbook(rows: list[list[object]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Laporan")
    sheet.append(COLUMNS)
    for row in rows:
        sheet.append([None if value == "" else value for value in row])
    written = io.BytesIO()
    book.save(written)
    return _without_clock(written.getvalue())


def _without_clock(content: bytes) -> bytes:
    """The same workbook with fixed times, which openpyxl takes from the clock."""
    stamp = f"{_EPOCH[0]}-{_EPOCH[1]:02d}-{_EPOCH[2]:02d}T00:00:00Z".encode()
    fixed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(fixed, "w") as target:
        for member in source.infolist():
            data = source.read(member)
            if member.filename == "docProps/core.xml":
                data = _STAMP.sub(stamp, data)
            target.writestr(zipfile.ZipInfo(member.filename, _EPOCH), data, zipfile.ZIP_DEFLATED)
    return fixed.getvalue()
