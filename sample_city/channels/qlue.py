"""Qlue: the app that the city took reports from until the end of 2021.

Belongs here: the JSON of one report. Does not belong here: what became of a report (cases.py).
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from sample_city.channels import lists
from sample_city.channels.channel import Channel, Habits
from sample_city.channels.files import pages, without
from sample_city.model import Complaint, Deliveries, Extras, Missing, PlaceBasis
from sample_city.wording import spelt


def deliveries(day: date, complaints: Sequence[Complaint], rng: np.random.Generator, extras: Extras) -> Deliveries:
    """The day's reports."""
    return [(complaint.reported_at, _report(complaint, rng)) for complaint in complaints]


def _report(complaint: Complaint, rng: np.random.Generator) -> dict[str, Any]:
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


CHANNEL = Channel(
    code="qlue",
    habits=Habits(
        share=0.12,
        flaws={Missing.PLACE: 0.01, Missing.PROBLEM: 0.015},
        is_geotagged=True,
        asks_area=True,
        begins_at_kelurahan=True,
        photo_share=0.9,
    ),
    id_form="{day:%y%m%d}{number:05d}",
    deliveries=deliveries,
    files=pages(50),
    spoil=without("id"),
    vendor=lists.VENDOR,
)
