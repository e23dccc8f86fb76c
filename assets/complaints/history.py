"""What the ledger holds of earlier complaints that a batch may repeat.

Belongs here: finding them by words, spot and number, each by an index and within a time, so that the cost is the
batch's and not the history's. Does not belong here: the comparison (triage/again.py).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg import Connection

from assets.cases.statuses import CLOSED
from assets.complaints.triage.addresses import read_address
from assets.complaints.triage.again import RELAPSE_WITHIN, WINDOW, Known
from assets.complaints.triage.filed import Filed
from assets.complaints.triage.spot import asked_keys, stored_keys
from assets.storage import merge_rows

# A case that came back within 90 days of its end was mostly reported in the month before that.
LOOK_BACK = RELAPSE_WITHIN + timedelta(days=30)


def read_history(connection: Connection, filed: Sequence[Filed], numbers: Sequence[str]) -> Known:
    """Read the accepted complaints that a batch may repeat.

    Args:
        connection: Open connection.
        filed: The batch.
        numbers: Tracking numbers that it quotes.
    """
    if not filed:
        return Known()
    start = min(one.reported_at for one in filed) - LOOK_BACK
    end = max(one.reported_at for one in filed) + WINDOW
    by_number: dict[str, UUID] = dict(
        connection.execute(
            "select tracking_number, complaint_id from ledger.tracking_numbers where tracking_number = any(%s)",
            [list(numbers)],
        ).fetchall()
    )
    ids = {*by_number.values(), *_near(connection, filed, start, end), *_worded(connection, filed, start, end)}
    complaints = _read(connection, ids)
    case_ids = {one[1] for one in complaints}
    closed = _closed(connection, case_ids)
    return Known([_filed(row, closed.get(row[1])) for row in complaints], by_number)


def write_spots(connection: Connection, filed: Iterable[Filed]) -> None:
    """Keep under which keys later complaints find these."""
    rows = {
        (key, one.complaint_id): (key, one.complaint_id, one.reported_at, one.category_code)
        for one in filed
        for key in stored_keys(one)
    }
    columns = ("spot", "complaint_id", "reported_at", "category_code")
    merge_rows(connection, "ledger.spots", columns, rows.values(), key=columns[:2])


def _near(connection: Connection, filed: Sequence[Filed], start: datetime, end: datetime) -> set[UUID]:
    """Complaints at the spots of a batch, about what may be the same matter."""
    asked = [(key, one.category_code) for one in filed for key in asked_keys(one)]
    rows = connection.execute(
        """
        select distinct spots.complaint_id
        from unnest(%s::bigint[], %s::text[]) as asked (spot, category_code)
        inner join ledger.spots on spots.spot = asked.spot and spots.reported_at between %s and %s
        where asked.category_code is null or spots.category_code is null or asked.category_code = spots.category_code
        """,
        [[key for key, _ in asked], [category for _, category in asked], start, end],
    )
    return {complaint for (complaint,) in rows}


def _worded(connection: Connection, filed: Sequence[Filed], start: datetime, end: datetime) -> set[UUID]:
    rows = connection.execute(
        """
        select distinct complaint_id from ledger.complaints
        where text_hash = any(%s) and reported_at between %s and %s and decision = 'accepted'
        """,
        [sorted({one.text_hash for one in filed}), start, end],
    )
    return {complaint for (complaint,) in rows}


def _read(connection: Connection, ids: Iterable[UUID]) -> list[tuple[Any, ...]]:
    """Newest versions of complaints, where they are accepted."""
    return connection.execute(
        """
        with newest as (
            select distinct on (complaint_id) * from ledger.complaints
            where complaint_id = any(%s)
            order by complaint_id, version desc
        )
        select newest.complaint_id, coalesce(newest.duplicate_of, newest.complaint_id), people.reporter_key,
            newest.reported_at, newest.kelurahan_code, newest.kecamatan_code, newest.latitude, newest.longitude,
            people.address, newest.category_code, newest.skpd_candidates, newest.text_hash,
            concat_ws(' ', people.title, people.description)
        from newest
        inner join private.complaints as people using (complaint_id, version)
        where newest.decision = 'accepted'
        """,
        [list(ids)],
    ).fetchall()


def _filed(row: tuple[Any, ...], closed_at: datetime | None) -> Filed:
    (complaint_id, case_id, reporter_key, reported_at, kelurahan, kecamatan, latitude, longitude, address, category,
     candidates, text_hash, text) = row  # fmt: skip
    return Filed(
        complaint_id=complaint_id,
        case_id=case_id,
        reporter_key=reporter_key,
        reported_at=reported_at,
        closed_at=closed_at,
        kelurahan_code=kelurahan,
        kecamatan_code=kecamatan,
        point=None if latitude is None else (latitude, longitude),
        address=read_address(f"{address or ''}. {text}"),
        category_code=category,
        agencies={one["skpd_code"]: one["probability"] for one in candidates},
        text_hash=text_hash,
        text=text,
    )


def _closed(connection: Connection, case_ids: Iterable[UUID]) -> dict[UUID, datetime]:
    """When each of these cases was closed, by the newest of its status events; none for an open case."""
    rows = connection.execute(
        """
        select cases.complaint_id, newest.status, newest.occurred_at
        from ledger.complaints as cases
        inner join ledger.tracking_numbers as numbers using (complaint_id)
        cross join lateral (
            (
                select status, occurred_at from raw.case_events
                where channel = cases.channel and source_record_id = cases.source_record_id
                order by occurred_at desc limit 1
            )
            union all
            (
                select status, occurred_at from raw.case_events
                where tracking_number = numbers.tracking_number
                order by occurred_at desc limit 1
            )
            order by occurred_at desc limit 1
        ) as newest
        where cases.complaint_id = any(%s) and cases.version = 1
        """,
        [list(case_ids)],
    )
    return {complaint: at for complaint, status, at in rows if status in CLOSED}
