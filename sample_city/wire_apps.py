"""The apps' reports: JAKI in the public shape of the CRM, Qlue, and Jakarta Aman.

Belongs here: the JSON of one report in each of them.
Does not belong here: what became of a report (cases.py), pages and files (landing.py).
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import numpy as np

from sample_city.model import Channel, Complaint, Deliveries, Extras, Missing, PlaceBasis, moment_of
from sample_city.reports import citizen
from sample_city.wording import spelt


def jaki_deliveries(day: date, complaints: Sequence[Complaint], rng: np.random.Generator, extras: Extras) -> Deliveries:
    """The day's reports of the CRM."""
    return [(complaint.reported_at, _jaki(complaint, rng)) for complaint in complaints]


def qlue_deliveries(day: date, complaints: Sequence[Complaint], rng: np.random.Generator, extras: Extras) -> Deliveries:
    """The day's reports of Qlue."""
    return [(complaint.reported_at, _qlue(complaint, rng)) for complaint in complaints]


def jakarta_aman_deliveries(
    day: date, complaints: Sequence[Complaint], rng: np.random.Generator, extras: Extras
) -> Deliveries:
    """The day's presses and reports, presses that were taken back, and a trial of the button."""
    delivered: Deliveries = []
    for complaint in complaints:
        delivered.append((complaint.reported_at, _jakarta_aman(complaint)))
        if complaint.is_removed and complaint.edited_at:
            delivered.append((complaint.edited_at, {**_jakarta_aman(complaint), "status": "batal"}))
            extras.put_aside(Channel.JAKARTA_AMAN, complaint.source_record_id, "removed", complaint.edited_at)
    return [*delivered, _trial(day, rng, extras)]


def _jaki(complaint: Complaint, rng: np.random.Generator) -> dict[str, Any]:
    is_without_problem = Missing.PROBLEM in complaint.missing
    # The CRM's own exports pad some names with blanks.
    name = complaint.category.name + (" " if rng.random() < 0.1 else "")
    area: dict[str, Any] = {"zone": None, "village": None, "district": None, "city": None}
    if complaint.place_basis is not PlaceBasis.NONE:
        kelurahan = complaint.kelurahan
        village = spelt(rng, kelurahan.name).upper()
        area = {
            "zone": {"name": f"KELURAHAN {village}"},
            "village": village,
            "district": kelurahan.kecamatan.name.upper(),
            "city": kelurahan.kecamatan.kota_name.upper(),
        }
    return {
        "id": int(complaint.source_record_id),
        "code": complaint.source_code,
        "content": complaint.text.replace("&", "&amp;"),
        "lat": complaint.latitude,
        "lng": complaint.longitude,
        "tstatus": {"name": "Menunggu"},
        "complaintCategory": None if is_without_problem else {"name": name},
        "createdAt": complaint.reported_at.isoformat(),
        "documents": [{"url": complaint.photo_url}] if complaint.has_photo else [],
        **area,
        "province": "DKI JAKARTA",
    }


def _qlue(complaint: Complaint, rng: np.random.Generator) -> dict[str, Any]:
    has_place = complaint.place_basis is not PlaceBasis.NONE
    is_without_problem = Missing.PROBLEM in complaint.missing
    kelurahan = complaint.kelurahan
    return {
        "id": int(complaint.source_record_id),
        "user_id": int(complaint.reporter.account_id),
        "username": complaint.reporter.name,
        "lat": complaint.latitude,
        "lng": complaint.longitude,
        "timestamp": f"{complaint.reported_at:%Y-%m-%d %H:%M:%S}",
        "image_url": complaint.photo_url if complaint.has_photo else "",
        "tag1": "" if is_without_problem else complaint.category.name,
        "tag2": "",
        "title": "",
        "description": complaint.text,
        "kelurahan": spelt(rng, kelurahan.name) if has_place else "",
        "kode_kelurahan": kelurahan.code.replace(".", "") if has_place else "",
        "kecamatan": kelurahan.kecamatan.name if has_place else "",
        "kode_kecamatan": kelurahan.kecamatan.code.replace(".", "") if has_place else "",
        "progress": "wait",
    }


def _jakarta_aman(complaint: Complaint) -> dict[str, Any]:
    return {
        "id": complaint.source_record_id,
        "name": complaint.reporter.name,
        "phone": complaint.reporter.phone,
        "lat": complaint.latitude,
        "lng": complaint.longitude,
        "type": "laporan" if complaint.text else "panic",
        "text": complaint.text,
        "status": "baru",
        "created_at": f"{complaint.reported_at:%Y-%m-%dT%H:%M:%S}+07:00",
    }


def _trial(day: date, rng: np.random.Generator, extras: Extras) -> tuple[datetime, Any]:
    at, who = moment_of(day, rng), citizen(rng)
    trial_id = f"JA-{day:%y%m%d}-T"
    extras.put_aside(Channel.JAKARTA_AMAN, trial_id, "system_message", at)
    return at, {
        "id": trial_id,
        "name": who.name,
        "phone": who.phone,
        "lat": -6.2,
        "lng": 106.8,
        "type": "panic",
        "text": "",
        "status": "tes",
        "created_at": at.isoformat(),
    }
