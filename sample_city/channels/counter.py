"""Walk-in counters of kelurahan and kecamatan: the workbook in which a desk writes what people tell it.

Belongs here: its columns and habits, and how it is written to bytes and answered.
Does not belong here: who comes to a counter (sample_city/complaints.py).
"""

import io
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

import numpy as np
from xlsxwriter import Workbook

from sample_city.channels.channel import Channel, File, Habits
from sample_city.channels.tables import blank, of_days, row_of_table
from sample_city.exchange import Answer, Feed, Host, Question, Vendor, unknown
from sample_city.model import Complaint, Deliveries, Extras, Item, Missing, PlaceBasis
from sample_city.reference import Kelurahan
from sample_city.wording import spelt

_REGISTER = "No Register"
COLUMNS = (
    _REGISTER, "Tanggal", "Jam", "Nama Pelapor", "No Telepon", "Alamat", "RT", "RW", "Kelurahan", "Kecamatan",
    "Kategori", "Uraian Masalah", "Petugas",
)  # fmt: skip
_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

# How the code of a kota ends whose desks type the date and the clock as text.
_TYPES_DATES_AS_TEXT = "2"
# When every workbook says that it was made.
_MADE = datetime(2019, 9, 5)  # noqa: DTZ001 - a workbook knows no zone


def deliveries(day: date, complaints: Sequence[Complaint], rng: np.random.Generator, extras: Extras) -> Deliveries:
    """The day's rows of the counters' registers."""
    return [(complaint.reported_at, _row(complaint, rng)) for complaint in complaints]


def files(day: date, items: Sequence[Item]) -> Iterator[File]:
    """One workbook per kota in which a counter had a visitor."""
    by_kota: defaultdict[str, list[Any]] = defaultdict(list)
    for item in items:
        by_kota[item.body[_REGISTER][:5]].append(item.body)
    for kota_code, rows in sorted(by_kota.items()):
        yield File(f"{kota_code}_{day:%Y-%m-%d}.xlsx", rows, _workbook, row_of_table)


def feed(items: Sequence[Item], _: Host) -> Feed:
    """Serve the desks' workbook of each day, `<day>.xlsx`."""

    def answer(question: Question) -> Answer:
        name, _, suffix = question.path.partition(".")
        if suffix != "xlsx":
            return unknown(question)
        day = date.fromisoformat(name)
        return Answer(_workbook([item.body for item in of_days(items, day, day)]), _MEDIA_TYPE)

    return answer


def _row(complaint: Complaint, rng: np.random.Generator) -> dict[str, Any]:
    at, kelurahan, spot = complaint.reported_at, complaint.kelurahan, complaint.spot
    is_text = kelurahan.kecamatan.kota_code.endswith(_TYPES_DATES_AS_TEXT)
    is_nameless = Missing.REPORTER in complaint.missing
    has_place = complaint.place_basis is not PlaceBasis.NONE
    category = "" if Missing.PROBLEM in complaint.missing else complaint.category.name
    return {
        _REGISTER: complaint.source_record_id,
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


def _workbook(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Rows of a desk as an Excel workbook; the same rows give the same bytes."""
    written = io.BytesIO()
    with Workbook(written, {"in_memory": True}) as book:
        book.set_properties({"created": _MADE})
        looks = {date: book.add_format({"num_format": "yyyy-mm-dd"}), time: book.add_format({"num_format": "hh:mm:ss"})}
        sheet = book.add_worksheet("Laporan")
        sheet.write_row(0, 0, COLUMNS)
        for number, row in enumerate(rows, start=1):
            for column, name in enumerate(COLUMNS):
                value = row.get(name)
                if type(value) in looks:
                    sheet.write_datetime(number, column, value, looks[type(value)])
                elif value:
                    sheet.write_string(number, column, value)
    return written.getvalue()


def _counter(code: str, share: float, desk: Callable[[Kelurahan], str], *, begins_at_kelurahan: bool) -> Channel:
    return Channel(
        code=code,
        habits=Habits(
            share=share,
            flaws={Missing.PLACE: 0.007, Missing.PROBLEM: 0.007, Missing.REPORTER: 0.015},
            asks_area=True,
            asks_address=True,
            desk=desk,
            begins_at_kelurahan=begins_at_kelurahan,
        ),
        # A desk begins each month anew, and each day with the hundreds of that day.
        id_form="{desk}/{day:%Y/%m}/{day:%d}{number:02d}",
        deliveries=deliveries,
        files=files,
        spoil=blank(_REGISTER),
        vendor=Vendor(path="{day}.xlsx", feed=feed),
    )


KELURAHAN = _counter("kelurahan", 0.07, lambda kelurahan: kelurahan.code, begins_at_kelurahan=True)
KECAMATAN = _counter("kecamatan", 0.04, lambda kelurahan: kelurahan.kecamatan.code, begins_at_kelurahan=False)
