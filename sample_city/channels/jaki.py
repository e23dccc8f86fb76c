"""JAKI: the city's own app, in the public shape of its CRM.

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
    """The day's reports of the CRM."""
    return [(complaint.reported_at, _report(complaint, rng)) for complaint in complaints]


def _report(complaint: Complaint, rng: np.random.Generator) -> dict[str, Any]:
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


CHANNEL = Channel(
    code="jaki",
    habits=Habits(
        share=0.50,
        flaws={Missing.PLACE: 0.01, Missing.PROBLEM: 0.015},
        tells_reporter=False,
        is_geotagged=True,
        asks_area=True,
        begins_at_kelurahan=True,
        photo_share=0.8,
    ),
    id_form="{day:%y%m%d}{number:04d}",
    code_form="JK{day:%y%m%d}{number:04d}",
    deliveries=deliveries,
    files=pages(100),
    spoil=without("id", "code"),
    vendor=lists.VENDOR,
)
