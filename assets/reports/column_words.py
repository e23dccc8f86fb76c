"""Columns of the workbook and the CSV in the report's language.

Belongs here: what each column is called. Does not belong here: which columns a table has (tables.py).
"""

from collections.abc import Mapping

import pandas as pd

from assets.reports.language import Language, mark

COLUMNS: Mapping[str, str] = {
    "week_start": mark("Senin pekan ramalan"),
    "compared_week_start": mark("Senin pekan pembanding"),
    "area_code": mark("Kode kecamatan"),
    "area_name": mark("Kecamatan"),
    "kota_name": mark("Kota"),
    "window_start": mark("Mulai macet"),
    "window_end": mark("Selesai macet"),
    "peak_hour": mark("Jam puncak"),
    "peak_jam_index": mark("Indeks puncak (0–1)"),
    "peak_jam_index_p10": mark("Indeks puncak P10"),
    "peak_jam_index_p90": mark("Indeks puncak P90"),
    "jam_probability": mark("Peluang macet (0–1)"),
    "expected_jam_hours": mark("Jam macet yang diharapkan"),
    "is_synthetic": mark("Data sintetis"),
    "hour_start": mark("Awal jam"),
    "jam_index": mark("Indeks kemacetan (0–1)"),
    "jam_index_mean": mark("Indeks rata-rata"),
    "jam_index_p10": mark("Indeks P10"),
    "jam_index_p90": mark("Indeks P90"),
    "is_jam": mark("Macet"),
    "basis": mark("Dasar ramalan"),
    "last_week": mark("Jam yang sama minggu lalu"),
    "four_week_median": mark("Median empat minggu"),
    "is_hindcast": mark("Uji mundur"),
    "measured_hours": mark("Jam terukur"),
    "compared_hours": mark("Jam yang dibandingkan"),
    "measured_jam_hours": mark("Jam macet terukur"),
    "usual_jam_hours": mark("Jam macet pekan biasa"),
    "expected_then": mark("Jam macet menurut ramalan pekan itu"),
    "mae_model": mark("Selisih ramalan (0–1)"),
    "mae_same_hour_last_week": mark("Selisih jam yang sama minggu lalu (0–1)"),
    "mae_four_week_median": mark("Selisih median empat minggu (0–1)"),
    "jam_hours": mark("Jam macet"),
    "tickets": mark("Tilang"),
    "tickets_in_jam_hours": mark("Tilang pada jam macet"),
    "parking_tickets": mark("Tilang parkir"),
    "odd_even_tickets": mark("Tilang ganjil-genap"),
    "parking_complaints": mark("Laporan parkir liar"),
    "traffic_complaints": mark("Laporan lalu lintas"),
    "odd_even_roads": mark("Ruas ganjil-genap"),
    "cameras": mark("Kamera"),
    "healthy_cameras": mark("Kamera sehat"),
    "slots_expected": mark("Slot seharusnya"),
    "slots_usable": mark("Slot terpakai"),
    "camera_hours": mark("Jam dari kamera"),
    "history_hours": mark("Jam dari sistem lama"),
    "empty_hours": mark("Jam kosong"),
    "rests_on": mark("Dasar"),
    "channel": mark("Kanal"),
    "received": mark("Masuk"),
    "accepted": mark("Diterima"),
    "returned": mark("Dikembalikan"),
    "rejected": mark("Ditolak"),
    "set_aside": mark("Disisihkan"),
    "quarantined": mark("Karantina"),
    "pending": mark("Menunggu"),
    "received_ever": mark("Masuk sejak awal"),
    "accepted_ever": mark("Diterima sejak awal"),
    "gate": mark("Gerbang"),
    "expectation": mark("Jenis pemeriksaan"),
    "subject": mark("Pokok"),
    "passed": mark("Lulus"),
    "expected": mark("Diharapkan"),
    "observed": mark("Ditemukan"),
    "evaluated_at": mark("Diperiksa"),
    "road": mark("Koridor"),
    "hours": mark("Jam terukur"),
    "mean_speed_kmh": mark("Kecepatan rata-rata (km/jam)"),
    "slowest_hour": mark("Jam paling lambat"),
    "slowest_speed_kmh": mark("Kecepatan paling lambat (km/jam)"),
    "minutes_lost": mark("Menit hilang sekali jalan"),
}


def in_words(table: pd.DataFrame, words: Language) -> pd.DataFrame:
    """A table with its columns in the report's language.

    Raises:
        KeyError: A column has no name here.
    """
    return table.rename(columns={column: words.gettext(COLUMNS[column]) for column in table.columns})
