"""From a figure back to its raw records: what they say of one complaint, and what that rests on.

Belongs here: the steps of the walk, each a query without personal data.
Does not belong here: the figures (dbt_project/), how it is shown (command/rebuild.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import Connection

from assets.clock import city_zone


class LineageError(Exception):
    """Nobody was given such a number."""


@dataclass(frozen=True)
class Step:
    """One step of the walk.

    Attributes:
        title: What it shows.
        source: Table that it was read from.
        columns: Names.
        rows: Values in words; moments in the city's time.
    """

    title: str
    source: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


RECORDS = """
    select inbox.inbox_id, inbox.fetched_at, inbox.channel, files.path as landing_file,
        left(inbox.content_hash, 12) as content_hash
    from ledger.complaints
    inner join raw.inbox using (inbox_id)
    left join raw.landing_files as files using (file_id)
    where complaints.complaint_id = %(complaint)s
    order by complaints.version
"""
DECISIONS = """
    select version, decided_at, decision, array_to_string(reasons || missing, '; ') as reasons, category_code,
        skpd_code, routing_basis, kelurahan_code, place_basis
    from ledger.complaints
    where complaint_id = %(complaint)s
    order by version
"""
EVENTS = """
    select events.event_id, events.status, events.holder_code, events.occurred_at, events.booked_at,
        events.received_at, events.is_current, events.is_withdrawn
    from raw.case_events as events
    where events.event_id in (select event_id from marts.fct_case_events where case_id = %(case)s)
    order by events.occurred_at, events.event_id, events.booked_at
"""
SPANS = """
    select span_number, holder_code, held_from, held_to, ended_by, hours_paused, hours_charged, limit_hours,
        is_within_limit
    from marts.fct_holder_spans
    where case_id = %(case)s
    order by span_number
"""
CASE = """
    select status_code, holder_code, reported_at, first_coordinated_at, coordinate_due_at, is_coordinated_within_sla,
        resolved_at, resolve_due_at, is_resolved_within_sla, is_overdue, as_of
    from marts.fct_complaints
    where complaint_id = %(complaint)s
"""
COHORT = """
    select sla.skpd_code, sla.reported_date_wib, sla.received, sla.resolved, sla.judged, sla.resolved_within_sla,
        sla.overdue_now, sla.as_of
    from marts.mart_skpd_sla_daily as sla
    inner join marts.fct_complaints as complaints
        on sla.skpd_code = complaints.holder_code and sla.reported_date_wib = complaints.reported_date_wib
    where complaints.complaint_id = %(complaint)s
"""

STEPS = (
    ("Counted in this cohort", "marts.mart_skpd_sla_daily", COHORT),
    ("The complaint as it stands", "marts.fct_complaints", CASE),
    ("In whose hands", "marts.fct_holder_spans", SPANS),
    ("Status events, every version", "raw.case_events", EVENTS),
    ("Decisions of triage", "ledger.complaints", DECISIONS),
    ("Records as received", "raw.inbox", RECORDS),
)


def trace(connection: Connection, number: str) -> list[Step]:
    """Walk from the marts back to the raw records of one complaint.

    Args:
        connection: Open connection of an engineer.
        number: Tracking number.

    Raises:
        LineageError: No complaint has the number.
    """
    row = connection.execute(
        """
        select numbers.complaint_id, coalesce(complaints.case_id, numbers.complaint_id)
        from ledger.tracking_numbers as numbers
        left join marts.fct_complaints as complaints using (complaint_id)
        where numbers.tracking_number = %s
        """,
        [number.strip().upper()],
    ).fetchone()
    if row is None:
        raise LineageError(f"Expected a tracking number that was given to somebody, found {number!r}, which was not.")
    parameters = {"complaint": row[0], "case": row[1]}
    return [_step(connection, title, source, query, parameters) for title, source, query in STEPS]


def _step(connection: Connection, title: str, source: str, query: str, parameters: dict[str, Any]) -> Step:
    cursor = connection.execute(query.encode(), parameters)
    columns = [column.name for column in cursor.description or ()]
    return Step(title, source, columns, [[_cell_text(value) for value in row] for row in cursor])


def _cell_text(value: Any) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return f"{value.astimezone(city_zone()):%Y-%m-%d %H:%M:%S}"
        case float():
            return f"{value:.2f}"
        case _:
            return str(value)
