"""What the ledger holds of earlier complaints that a batch may repeat.

Belongs here: finding them by words, spot and number, each through an index and limited in time, so that the cost grows
with the batch and not with the history. Does not belong here: the comparison (triage/again.py).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import dict_row

from assets.complaints.triage.addresses import read_address
from assets.complaints.triage.again import RELAPSE_WITHIN, WINDOW, Known
from assets.complaints.triage.evaluate_again import Linked
from assets.complaints.triage.filed import Filed
from assets.complaints.triage.spot import SAME_POINT_DEGREES, asked_keys, stored_keys
from assets.statuses import CLOSED
from assets.storage import merge_rows

# A case that came back within 90 days of its end was mostly reported in the month before that.
LOOK_BACK = RELAPSE_WITHIN + timedelta(days=30)


class _Closing(NamedTuple):
    """When a case was closed, and by which agency."""

    at: datetime
    holder_code: str


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
            """
            select tracking_number, complaint_id from ledger.tracking_numbers where tracking_number = any(%(numbers)s)
            union
            select source_code, complaint_id from ledger.complaints where source_code = any(%(numbers)s)
            """,
            {"numbers": list(numbers)},
        ).fetchall()
    )
    spots = _near(connection, filed, start, end)
    quoted = set(by_number.values())
    ids = {*quoted, *_relapses(connection, quoted), *spots, *_worded(connection, filed, start, end)}
    rows = _read(connection, ids)
    closed = _closed_cases(connection, {row["case_id"] for row in rows})
    own = _closed_records(connection, [(one.channel, one.source_record_id, one.complaint_id) for one in filed])
    ends = {complaint: closing.at for complaint, closing in own.items()}
    return Known([_filed(row, closed.get(row["case_id"])) for row in rows], spots, by_number, ends)


def write_spots(connection: Connection, filed: Iterable[Filed]) -> None:
    """Keep under which keys later complaints find these."""
    rows = {
        (key, one.complaint_id): (
            key,
            one.reported_at,
            one.complaint_id,
            one.category_code,
            *(one.point or (None, None)),
        )
        for one in filed
        for key in stored_keys(one)
    }
    columns = ("spot", "reported_at", "complaint_id", "category_code", "latitude", "longitude")
    merge_rows(connection, "ledger.spots", columns, rows.values(), key=columns[:3])


def read_links(connection: Connection) -> list[Linked]:
    """Read what every complaint of the ledger, as first reported, was linked to."""
    rows = connection.cursor(row_factory=dict_row).execute(
        """
        select own.channel, own.source_record_id, own.decision <> 'returned' as is_judged, own.reported_at,
            case_of.channel as case_channel, case_of.source_record_id as case_record_id,
            back.channel as back_channel, back.source_record_id as back_record_id
        from ledger.complaints as own
        left join ledger.complaints as case_of on case_of.complaint_id = own.duplicate_of and case_of.version = 1
        left join ledger.complaints as back on back.complaint_id = own.relapse_of and back.version = 1
        where own.version = 1
        """
    )
    return [
        Linked(
            name=(row["channel"], row["source_record_id"]),
            is_judged=row["is_judged"],
            duplicate_of=(row["case_channel"], row["case_record_id"]) if row["case_channel"] else None,
            relapse_of=(row["back_channel"], row["back_record_id"]) if row["back_channel"] else None,
            reported_at=row["reported_at"],
        )
        for row in rows
    ]


def read_compared(connection: Connection) -> tuple[list[Filed], dict[str, UUID]]:
    """Read every complaint that triage compared, each as a case of its own, and which complaint each number stands for.

    Texts and addresses are personal data: for judging triage, never kept.
    """
    ids = connection.execute(
        """
        select complaint_id from ledger.complaints
        where version = 1 and (decision = 'accepted' or (decision = 'rejected' and duplicate_of is not null))
        """
    )
    rows = _read(connection, {complaint for (complaint,) in ids}, ("accepted", "rejected"))
    closed = _closed_cases(connection, {row["complaint_id"] for row in rows})
    filed = [
        _filed({**row, "case_id": row["complaint_id"], "relapse_of": None}, closed.get(row["complaint_id"]))
        for row in rows
    ]
    numbers: dict[str, UUID] = dict(
        connection.execute("select tracking_number, complaint_id from ledger.tracking_numbers").fetchall()
    )
    return filed, numbers


def _near(connection: Connection, filed: Sequence[Filed], start: datetime, end: datetime) -> dict[UUID, list[int]]:
    """Complaints at the spots of a batch, about what may be the same matter, with the keys of these spots."""
    asked = [
        (key, one.category_code, *(near or (None, None))) for one in filed for key, near in asked_keys(one).items()
    ]
    rows = connection.execute(
        """
        select distinct spots.complaint_id, spots.spot
        from unnest(%s::bigint[], %s::text[], %s::float8[], %s::float8[]) as asked (spot, category_code, north, east)
        inner join ledger.spots on spots.spot = asked.spot and spots.reported_at between %s and %s
        where (asked.category_code is null or spots.category_code is null or asked.category_code = spots.category_code)
            and (
                asked.north is null
                or (abs(spots.latitude - asked.north) <= %s and abs(spots.longitude - asked.east) <= %s)
            )
        """,
        [*([row[column] for row in asked] for column in range(4)), start, end, SAME_POINT_DEGREES, SAME_POINT_DEGREES],
    )
    found: dict[UUID, list[int]] = defaultdict(list)
    for complaint, key in rows:
        found[complaint].append(key)
    return found


def _worded(connection: Connection, filed: Sequence[Filed], start: datetime, end: datetime) -> set[UUID]:
    rows = connection.execute(
        """
        select distinct complaint_id from ledger.complaints
        where text_hash = any(%s) and reported_at between %s and %s and decision = 'accepted'
        """,
        [sorted({one.text_hash for one in filed}), start, end],
    )
    return {complaint for (complaint,) in rows}


def _relapses(connection: Connection, quoted: Iterable[UUID]) -> set[UUID]:
    """Complaints as which the cases of these came back, and came back again."""
    rows = connection.execute(
        """
        with recursive cases as (
            select coalesce(duplicate_of, complaint_id) as case_id from ledger.complaints where complaint_id = any(%s)
            union
            select later.complaint_id
            from cases
            inner join ledger.complaints as later on later.relapse_of = cases.case_id
        )
        select case_id from cases
        """,
        [list(quoted)],
    )
    return {complaint for (complaint,) in rows}


def _read(
    connection: Connection, ids: Iterable[UUID], decisions: Sequence[str] = ("accepted",)
) -> list[dict[str, Any]]:
    """Newest versions of complaints, where they are accepted, or decided in one of these ways."""
    cursor = connection.cursor(row_factory=dict_row)
    return cursor.execute(
        """
        with newest as (
            select distinct on (complaint_id) * from ledger.complaints
            where complaint_id = any(%s)
            order by complaint_id, version desc
        )
        select newest.complaint_id, newest.channel, newest.source_record_id, newest.source_code,
            coalesce(newest.duplicate_of, newest.complaint_id) as case_id, people.reporter_key,
            newest.relapse_of, newest.reported_at, newest.kelurahan_code, newest.kecamatan_code, newest.latitude,
            newest.longitude, people.address, newest.category_code, newest.category_guess, newest.skpd_candidates,
            newest.text_hash, concat_ws(' ', people.title, people.description) as text
        from newest
        inner join private.complaints as people using (complaint_id, version)
        where newest.decision = any(%s)
        """,
        [list(ids), list(decisions)],
    ).fetchall()


def _filed(row: dict[str, Any], closing: _Closing | None) -> Filed:
    return Filed(
        complaint_id=row["complaint_id"],
        channel=row["channel"],
        source_record_id=row["source_record_id"],
        source_code=row["source_code"],
        case_id=row["case_id"],
        reporter_key=row["reporter_key"],
        reported_at=row["reported_at"],
        closed_at=closing.at if closing else None,
        kelurahan_code=row["kelurahan_code"],
        kecamatan_code=row["kecamatan_code"],
        point=None if row["latitude"] is None else (row["latitude"], row["longitude"]),
        address=read_address(f"{row['address'] or ''}. {row['text']}"),
        category_code=row["category_code"],
        category_guess=row["category_guess"],
        agencies={one["skpd_code"]: one["probability"] for one in row["skpd_candidates"]},
        text_hash=row["text_hash"],
        text=row["text"],
        closed_by=closing.holder_code if closing else None,
        relapse_of=row["relapse_of"],
    )


def _closed_cases(connection: Connection, case_ids: Iterable[UUID]) -> dict[UUID, _Closing]:
    """The closing of each of these cases of the ledger, by the newest of its status events; none for an open case."""
    rows = connection.execute(
        """
        select channel, source_record_id, complaint_id, tracking_number
        from ledger.complaints
        left join ledger.tracking_numbers using (complaint_id)
        where complaint_id = any(%s) and version = 1
        """,
        [list(case_ids)],
    ).fetchall()
    by_record = _closed_records(connection, [row[:3] for row in rows])
    by_number = connection.execute(
        """
        select distinct on (numbers.complaint_id) numbers.complaint_id, status, occurred_at, holder_code
        from unnest(%s::text[], %s::uuid[]) as numbers (tracking_number, complaint_id)
        inner join raw.case_events using (tracking_number)
        where case_events.is_current and not case_events.is_withdrawn
        order by numbers.complaint_id, occurred_at desc
        """,
        [[row[3] for row in rows], [row[2] for row in rows]],
    )
    return {**by_record, **_ends(by_number)}


def _closed_records(connection: Connection, records: Sequence[tuple[str, str, UUID]]) -> dict[UUID, _Closing]:
    """The closings of the cases of these records: channel, source record and complaint of each."""
    rows = connection.execute(
        """
        select distinct on (records.complaint_id) records.complaint_id, status, occurred_at, holder_code
        from unnest(%s::text[], %s::text[], %s::uuid[]) as records (channel, source_record_id, complaint_id)
        inner join raw.case_events using (channel, source_record_id)
        where case_events.is_current and not case_events.is_withdrawn
        order by records.complaint_id, occurred_at desc
        """,
        [[row[column] for row in records] for column in range(3)],
    )
    return _ends(rows)


def _ends(newest: Iterable[tuple[UUID, str, datetime, str]]) -> dict[UUID, _Closing]:
    return {complaint: _Closing(at, holder) for complaint, status, at, holder in newest if status in CLOSED}
