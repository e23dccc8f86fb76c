"""Doubts about a decided batch: what the ledger and the cameras know that speaks against a complaint.

Belongs here: fetching the evidence, each kind by an index and within a time; keeping the doubts.
Does not belong here: what raises a doubt (triage/credible.py).
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from psycopg import Connection

from assets.cases.statuses import CaseStatus
from assets.complaints.triage.again import is_comparable
from assets.complaints.triage.credible import (
    CAMPAIGN_WITHIN,
    Doubt,
    campaign,
    claims_jam,
    jam_not_seen,
    place_mismatch,
    rejected_before,
)
from assets.complaints.triage.filed import Filed
from assets.complaints.triage.gazetteer import Gazetteer
from assets.storage import copy_rows

COLUMNS = ("complaint_id", "version", "signal", "evidence", "raised_at", "batch_id")


def find_doubts(connection: Connection, filed: Sequence[Filed], gazetteer: Gazetteer) -> list[list[Doubt]]:
    """Find what speaks against each complaint of a batch, before it is written to the ledger.

    Returns:
        The doubts of each, in the order of `filed`.
    """
    same_words = _same_words(connection, filed)
    rejected = _rejected(connection, filed)
    seen = _seen(connection, [one for one in filed if claims_jam(one)])
    doubts = []
    for one in filed:
        raised = (
            campaign(one, same_words[one.text_hash]),
            rejected_before(rejected[one.reporter_key]),
            place_mismatch(one, gazetteer),
            jam_not_seen(seen.get(one.complaint_id, ())),
        )
        doubts.append([doubt for doubt in raised if doubt is not None])
    return doubts


def write_doubts(
    connection: Connection, doubts: Iterable[tuple[UUID, int, Sequence[Doubt]]], batch_id: str, now: datetime
) -> None:
    """Keep the doubts of versions of complaints."""
    rows = (
        (complaint_id, version, doubt.signal.value, json.dumps(dict(doubt.evidence)), now, batch_id)
        for complaint_id, version, raised in doubts
        for doubt in raised
    )
    copy_rows(connection, "ledger.signals", COLUMNS, rows)


def _same_words(connection: Connection, filed: Sequence[Filed]) -> dict[str, list[tuple[datetime, str]]]:
    """Times and reporters of each text of the batch, in the batch and in the ledger around it."""
    told = [one for one in filed if one.reporter_key and is_comparable(one.text)]
    found: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
    for one in told:
        found[one.text_hash].append((one.reported_at, one.reporter_key or ""))
    if not told:
        return found
    rows = connection.execute(
        """
        select complaints.text_hash, complaints.reported_at, people.reporter_key
        from ledger.complaints
        inner join private.complaints as people using (complaint_id, version)
        where complaints.text_hash = any(%s) and complaints.reported_at between %s and %s
            and people.reporter_key is not null
        """,
        [
            sorted(found),
            min(one.reported_at for one in told) - CAMPAIGN_WITHIN,
            max(one.reported_at for one in told) + CAMPAIGN_WITHIN,
        ],
    )
    for text_hash, reported_at, reporter_key in rows:
        found[text_hash].append((reported_at, reporter_key))
    return found


def _rejected(connection: Connection, filed: Sequence[Filed]) -> Counter[str | None]:
    """How many earlier complaints of each reporter an agency rejected."""
    rows = connection.execute(
        """
        select people.reporter_key, count(distinct complaints.complaint_id)
        from private.complaints as people
        inner join ledger.complaints using (complaint_id, version)
        inner join raw.case_events using (channel, source_record_id)
        where people.reporter_key = any(%s) and case_events.status = %s
        group by people.reporter_key
        """,
        [sorted({one.reporter_key for one in filed if one.reporter_key}), CaseStatus.DITOLAK.value],
    )
    return Counter(dict(rows.fetchall()))


def _seen(connection: Connection, claims: Sequence[Filed]) -> dict[UUID, list[float]]:
    """What the cameras of the area saw in the half hour around each claim of a jam."""
    seen: dict[UUID, list[float]] = {}
    for one in claims:
        if one.kecamatan_code is None:
            continue
        rows = connection.execute(
            """
            select observations.density_share
            from raw.camera_observations as observations
            inner join raw.cameras using (camera_id)
            where cameras.kelurahan_code like %s and observations.slot_start between %s and %s
                and observations.status = 'good' and observations.density_share is not null
            """,
            [
                f"{one.kecamatan_code}.%",
                one.reported_at - timedelta(minutes=30),
                one.reported_at + timedelta(minutes=30),
            ],
        )
        seen[one.complaint_id] = [share for (share,) in rows]
    return seen
