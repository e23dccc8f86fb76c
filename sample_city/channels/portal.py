"""The portal: reports from the form on the city's own page.

Belongs here: the JSON of one report. Does not belong here: who reports there (sample_city/complaints.py).
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import numpy as np

from sample_city.channels.channel import Channel, File, Habits
from sample_city.channels.files import as_json, without
from sample_city.model import Complaint, Deliveries, Extras, Item, Missing, PlaceBasis
from sample_city.wording import spelt


def deliveries(day: date, complaints: Sequence[Complaint], rng: np.random.Generator, extras: Extras) -> Deliveries:
    """The day's reports."""
    return [(complaint.reported_at, _report(complaint, rng)) for complaint in complaints]


def _report(complaint: Complaint, rng: np.random.Generator) -> dict[str, Any]:
    has_place = complaint.place_basis is not PlaceBasis.NONE
    is_nameless = Missing.REPORTER in complaint.missing
    return {
        "kind": "report",
        "id": complaint.source_record_id,
        "created_at": complaint.reported_at.isoformat(),
        "name": "" if is_nameless else complaint.reporter.name,
        "contact": None if is_nameless else complaint.reporter.phone,
        "text": complaint.text,
        "address": complaint.address if has_place else None,
        "kelurahan": spelt(rng, complaint.kelurahan.name) if has_place else None,
        "kecamatan": complaint.kelurahan.kecamatan.name if has_place else None,
        "latitude": None,
        "longitude": None,
        "category": None if Missing.PROBLEM in complaint.missing else complaint.category.name,
        "visibility": "public",
        "photos": [],
    }


def files(day: date, items: Sequence[Item]) -> Iterator[File]:
    """A file for each report, as it was handed in."""
    for number, item in enumerate(items):
        yield File(f"{item.at:%Y-%m-%dT%H-%M-%S}-{number:03d}.json", [item.body], lambda bodies: as_json(bodies[0]))


CHANNEL = Channel(
    code="portal",
    habits=Habits(
        share=0.05,
        flaws={Missing.PLACE: 0.01, Missing.PROBLEM: 0.01, Missing.REPORTER: 0.01},
        asks_area=True,
        asks_address=True,
    ),
    # As random as the page's own to the eye, and the same for the same report.
    id_form="{day:%Y%m%d}-0000-4000-8000-{number:012d}",
    deliveries=deliveries,
    files=files,
    spoil=without("id"),
    is_push_only=True,
)
