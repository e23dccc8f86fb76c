"""Things that were flagged for a person, in the city of the desk: reports that are doubted, photos that are used again.

Belongs here: how a test has them flagged. Does not belong here: the city (desk_city.py), who decides (the tests).
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from assets.cases.evidence import compare_evidence
from assets.sources.landing import Batch
from tests.integration.city_of_truth import AS_OF, rows
from tests.integration.desk_city import DeskCity
from tests.integration.drawn import as_jpeg, street
from tests.served import HERE

DOUBTS = {
    "place_mismatch": {"named": HERE.code, "point_in": None, "km": 7.5},
    "campaign": {"accounts": 9, "hours": 2.5},
}


def resolved_by(city: DeskCity, unit: str) -> list[dict[str, Any]]:
    """Cases that stand closed now because a unit resolved them."""
    return rows(
        city.url,
        "select case_id, tracking_number, last_event_id from intermediate.int_desk_cases"
        f" where holder_code = '{unit}' and status_set = 'closed' and status_code = 'selesai'"
        " and last_event_id is not null"
        " order by tracking_number",
    )


def doubt(city: DeskCity, complaint: str) -> None:
    """Have triage doubt the newest version of a report."""
    with psycopg.connect(city.url) as owner:
        [(version,)] = owner.execute(
            "update ledger.complaints set needs_verification = true where complaint_id = %(id)s and version ="
            " (select max(version) from ledger.complaints where complaint_id = %(id)s) returning version",
            {"id": complaint},
        ).fetchall()
        for signal, evidence in DOUBTS.items():
            owner.execute(
                "insert into ledger.signals values (%s, %s, %s, %s, %s, '1')",
                [complaint, version, signal, Jsonb(evidence), AS_OF],
            )


def use_again(city: DeskCity, folder: Path, seed: int, earlier_event: str, event: str) -> int:
    """Have an event come with the mirrored photo of an earlier one; returns the photo's id.

    They are compared as those are that agencies deliver.
    """
    taken = street(seed)
    photos = {
        earlier_event: as_jpeg(taken),
        event: as_jpeg(taken.transpose(0).resize((720, 405)), quality=70),
    }
    with psycopg.connect(city.url) as owner:
        # Whatever else came with these events is no matter here.
        for number, (name, content) in enumerate(photos.items()):
            (folder / f"{name}.jpg").write_bytes(content)
            owner.execute(
                "update raw.case_events set photos = %s, is_withdrawn = false where event_id = %s",
                [[f"{name}.jpg"], name],
            )
            owner.commit()
            at = AS_OF - timedelta(hours=9 - number)
            compare_evidence(lambda: psycopg.connect(city.url), folder, Batch("1", "evidence", at, True))
    [found] = rows(city.url, f"select photo_id from raw.evidence_photos where event_id = '{event}' and failure is null")
    return int(found["photo_id"])
