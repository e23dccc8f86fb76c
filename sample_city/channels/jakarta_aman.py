"""Jakarta Aman: the app with a panic button.

Belongs here: the JSON of one press or report, and trials of the button.
Does not belong here: what became of a report (sample_city/cases.py).
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import numpy as np

from sample_city.channels import lists
from sample_city.channels.channel import Channel, Habits
from sample_city.channels.files import pages, without
from sample_city.model import Complaint, Deliveries, Extras, Missing, moment_of
from sample_city.people import citizen


def deliveries(day: date, complaints: Sequence[Complaint], rng: np.random.Generator, extras: Extras) -> Deliveries:
    """The day's presses and reports, presses that were taken back, and a trial of the button."""
    delivered: Deliveries = []
    for complaint in complaints:
        delivered.append((complaint.reported_at, _report(complaint)))
        if complaint.is_removed and complaint.edited_at:
            delivered.append((complaint.edited_at, {**_report(complaint), "status": "batal"}))
            extras.put_aside("jakarta_aman", complaint.source_record_id, "removed", complaint.edited_at)
    return [*delivered, _trial(day, rng, extras)]


def _report(complaint: Complaint) -> dict[str, Any]:
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
    at, who = moment_of(day, rng, extras.zone), citizen(rng)
    trial_id = f"JA-{day:%y%m%d}-T"
    extras.put_aside("jakarta_aman", trial_id, "system_message", at)
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


CHANNEL = Channel(
    code="jakarta_aman",
    habits=Habits(
        share=0.03,
        flaws={Missing.PLACE: 0.01, Missing.PROBLEM: 0.015},
        is_geotagged=True,
        begins_at_kelurahan=True,
        removed_share=0.03,
        press_share=0.08,
    ),
    id_form="JA-{day:%y%m%d}-{number:05d}",
    deliveries=deliveries,
    files=pages(50),
    spoil=without("id"),
    vendor=lists.VENDOR,
)
