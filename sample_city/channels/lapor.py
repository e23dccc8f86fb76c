"""LAPOR!: the export that the administrators of the national portal make.

Belongs here: its columns and habits. Does not belong here: who reports there (sample_city/complaints.py).
"""

from collections.abc import Sequence
from datetime import UTC, date

import numpy as np

from sample_city.channels.channel import Channel, Habits
from sample_city.channels.tables import blank, csv_files, export
from sample_city.model import Complaint, Deliveries, Extras, Missing, PlaceBasis
from sample_city.wording import spelt

COLUMNS = (
    "Tracking ID", "Tanggal Laporan Masuk", "Waktu Laporan Masuk", "Nama Pelapor", "Klasifikasi Laporan", "Kategori",
    "Judul", "Isi Laporan Awal", "Isi Laporan Akhir", "Tipe", "Sumber Laporan", "Instansi Terdisposisi",
    "Status Laporan", "Kecamatan", "Kelurahan",
)  # fmt: skip
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")


def deliveries(day: date, complaints: Sequence[Complaint], rng: np.random.Generator, extras: Extras) -> Deliveries:
    """The day's rows of the export."""
    return [(complaint.reported_at, _row(complaint, rng)) for complaint in complaints]


def _row(complaint: Complaint, rng: np.random.Generator) -> dict[str, str]:
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
        "Instansi Terdisposisi": complaint.kelurahan.kecamatan.government,
        "Status Laporan": "Belum ditindaklanjuti",
        "Kecamatan": complaint.kelurahan.kecamatan.name if has_place else "",
        "Kelurahan": spelt(rng, complaint.kelurahan.name) if has_place else "",
    }


CHANNEL = Channel(
    code="lapor",
    habits=Habits(share=0.04, flaws={Missing.PLACE: 0.02, Missing.PROBLEM: 0.01}, tells_reporter=False, asks_area=True),
    id_form="{day:%y%m%d}{number:05d}",
    deliveries=deliveries,
    files=csv_files(COLUMNS),
    spoil=blank("Tracking ID"),
    vendor=export(COLUMNS),
)
