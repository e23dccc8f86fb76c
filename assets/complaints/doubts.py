"""Doubts about a decided batch: what the ledger and the cameras know that speaks against a complaint.

Belongs here: fetching the evidence, each kind through an index and limited in time; keeping the doubts.
Does not belong here: what raises a doubt (triage/credible.py).
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from psycopg import Connection

from assets.complaints.triage.again import is_comparable, joins_openly
from assets.complaints.triage.credible import (
    CAMPAIGN_WITHIN,
    Doubt,
    campaign,
    claims_jam,
    jam_not_seen,
    photo_used_before,
    place_mismatch,
    rejected_before,
)
from assets.complaints.triage.filed import Filed
from assets.complaints.triage.verdict import Verdict
from assets.places.gazetteer import Gazetteer
from assets.statuses import CaseStatus
from assets.storage import copy_rows

COLUMNS = ("complaint_id", "version", "signal", "evidence", "raised_at", "batch_id")


def find_doubts(connection: Connection, verdicts: Sequence[Verdict], gazetteer: Gazetteer) -> list[list[Doubt]]:
    """Find what speaks against each complaint of a batch, before it is written to the ledger.

    Returns:
        The doubts of each, in the order of `verdicts`.
    """
    filed = [verdict.filed for verdict in verdicts]
    photos = _photos(connection, verdicts)
    same_words = _same_words(connection, filed)
    rejected = _rejected(connection, filed)
    seen = _densities_near(connection, [one for one in filed if claims_jam(one)])
    doubts = []
    for verdict, one in zip(verdicts, filed, strict=True):
        raised = (
            None if joins_openly(verdict.again) else campaign(one, same_words[one.text_hash]),
            rejected_before(rejected[one.reporter_key]),
            place_mismatch(one, gazetteer),
            jam_not_seen(seen.get(one.complaint_id, ())),
            photo_used_before(*photos.get(one.complaint_id, (0, 0))),
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
            and case_events.is_current and not case_events.is_withdrawn
        group by people.reporter_key
        """,
        [sorted({one.reporter_key for one in filed if one.reporter_key}), CaseStatus.DITOLAK.value],
    )
    return Counter(dict(rows.fetchall()))


def _densities_near(connection: Connection, claims: Sequence[Filed]) -> dict[UUID, list[float]]:
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


def _photos(connection: Connection, verdicts: Sequence[Verdict]) -> dict[UUID, tuple[int, int]]:
    """With how many other complaints each one's photos came, and how near the nearest is; linked ones share theirs."""
    from ml.vision.photo_hash import MOST_DIFFERENT, distance

    linked = {verdict.filed.complaint_id: {link.other_id for link in verdict.again.links} for verdict in verdicts}
    rows = connection.execute(
        """
        with own as (select * from ledger.photos where complaint_id = any(%s) and perceptual_hash is not null)
        select own.complaint_id, other.complaint_id, own.perceptual_hash, other.perceptual_hash
        from own
        inner join ledger.photos as other
            on other.band_0 = own.band_0 or other.band_1 = own.band_1
                or other.band_2 = own.band_2 or other.band_3 = own.band_3
        where other.complaint_id <> own.complaint_id
        """,
        [list(linked)],
    )
    near: dict[UUID, dict[UUID, int]] = defaultdict(dict)
    for complaint, other, one_hash, other_hash in rows:
        apart = distance(one_hash, other_hash)
        if apart <= MOST_DIFFERENT and other not in linked[complaint]:
            near[complaint][other] = min(apart, near[complaint].get(other, apart))
    return {complaint: (len(others), min(others.values())) for complaint, others in near.items()}
