"""JAKI's landing files: the CRM's pages of a day.

Belongs here: the public JSON shape of the CRM.
Does not belong here: what became of a report (cases.py).
"""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from sample_city.model import Channel, Complaint, Extras, Missing, PlaceBasis, Unreadable
from sample_city.wording import spelt

_REPORTS_A_PAGE = 100


def write_jaki_day(
    landing: Path, day: date, complaints: Sequence[Complaint], rng: np.random.Generator, extras: Extras
) -> None:
    """Write the pages that the CRM answers for one day.

    Args:
        landing: The landing folder.
        day: WIB.
        complaints: Of this channel and day, in the order of reporting.
        rng: Source of every choice.
        extras: Receives what cannot be read.
    """
    folder = landing / Channel.JAKI
    folder.mkdir(parents=True, exist_ok=True)
    items = [_item(complaint, rng) for complaint in complaints]
    for start in range(0, len(items), _REPORTS_A_PAGE):
        page = start // _REPORTS_A_PAGE + 1
        path = folder / f"{day:%Y-%m-%d}-{page:02d}.json"
        # Pages shift while they are read: a page repeats the last reports of the one before.
        rows = items[max(start - 2, 0) : start + _REPORTS_A_PAGE]
        if page == 1 and day.toordinal() % 2 == 0:
            rows = [*rows, {key: value for key, value in rows[0].items() if key not in ("id", "code")}]
            origin = f"{Channel.JAKI}/{path.name}#/data/{len(rows) - 1}"
            extras.unreadable.append(Unreadable(Channel.JAKI, origin, "a report without id"))
        content = json.dumps({"data": rows}, ensure_ascii=False)
        path.write_text(content, encoding="utf-8")
        if page == 1 and day.toordinal() % 7 == 3:
            # The first attempt at this page broke off; the second is the file above.
            torn = folder / f"{day:%Y-%m-%d}-{page:02d}-torn.json"
            torn.write_text(content[: len(content) // 2], encoding="utf-8")
            extras.unreadable.append(Unreadable(Channel.JAKI, f"{Channel.JAKI}/{torn.name}", "torn JSON"))


def _item(complaint: Complaint, rng: np.random.Generator) -> dict[str, Any]:
    is_without_problem = Missing.PROBLEM in complaint.missing
    photos = [{"url": f"https://photos.example.org/{complaint.source_code}.jpg"}] if complaint.has_photo else []
    category = None if is_without_problem else {"name": _category_name(complaint, rng)}
    return {
        "id": int(complaint.source_record_id),
        "code": complaint.source_code,
        "content": complaint.text.replace("&", "&amp;"),
        "lat": complaint.latitude,
        "lng": complaint.longitude,
        "tstatus": {"name": "Menunggu"},
        "complaintCategory": category,
        "createdAt": complaint.reported_at.isoformat(),
        "documents": photos,
        **_place(complaint, rng),
    }


def _category_name(complaint: Complaint, rng: np.random.Generator) -> str:
    """The CRM's own exports pad some names with blanks."""
    return complaint.category.name + (" " if rng.random() < 0.1 else "")


def _place(complaint: Complaint, rng: np.random.Generator) -> dict[str, Any]:
    if complaint.place_basis is PlaceBasis.NONE:
        return {"zone": None, "village": None, "district": None, "city": None, "province": "DKI JAKARTA"}
    kelurahan = complaint.kelurahan
    name = spelt(rng, kelurahan.name).upper()
    return {
        "zone": {"name": f"KELURAHAN {name}"},
        "village": name,
        "district": kelurahan.kecamatan.name.upper(),
        "city": kelurahan.kecamatan.kota_name.upper(),
        "province": "DKI JAKARTA",
    }
