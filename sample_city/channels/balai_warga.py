"""Balai Warga: the export of the city's web form, which was open until the end of 2021.

Belongs here: its columns and habits. Does not belong here: who reports there (complaints.py).
"""

from collections.abc import Sequence
from datetime import date

import numpy as np

from sample_city.channels.channel import Channel, Habits
from sample_city.channels.tables import blank, csv_files, export
from sample_city.model import Complaint, Deliveries, Extras, Missing, PlaceBasis
from sample_city.wording import spelt

COLUMNS = (
    "Nomor", "Tanggal", "Jam", "Nama", "Email", "No HP", "Alamat", "Kelurahan", "Kecamatan", "Kategori", "Judul",
    "Isi", "Lampiran",
)  # fmt: skip
_DELIMITER = ";"


def deliveries(day: date, complaints: Sequence[Complaint], rng: np.random.Generator, extras: Extras) -> Deliveries:
    """The day's rows of the web form."""
    return [(complaint.reported_at, _row(complaint, rng)) for complaint in complaints]


def _row(complaint: Complaint, rng: np.random.Generator) -> dict[str, str]:
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


CHANNEL = Channel(
    code="balai_warga",
    habits=Habits(
        share=0.02,
        flaws={Missing.PLACE: 0.01, Missing.PROBLEM: 0.01, Missing.REPORTER: 0.01},
        asks_area=True,
        asks_address=True,
        photo_share=0.2,
    ),
    id_form="BW{day:%y%m%d}{number:05d}",
    deliveries=deliveries,
    files=csv_files(COLUMNS, _DELIMITER),
    spoil=blank("Nomor"),
    vendor=export(COLUMNS, _DELIMITER),
)
