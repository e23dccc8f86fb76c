"""Handing out tracking numbers: a carried one is kept, else the next of the day.

Belongs here: who gets which number, safe among concurrent writers. Does not belong here: their form (tracking).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from psycopg import Connection

from assets.clock import city_zone
from assets.complaints.tracking import format_number, is_number, parse_number

# The CRM numbers its own reports from 0001, 800 of them on its busiest days: one number never means two complaints.
FIRST_OWN = 5001

# The form has two digits for the year: JK96... would be read as 2096.
FIRST_DAY = date(2000, 1, 1)


@dataclass(frozen=True)
class Applicant:
    """A complaint that needs a number: the one it came with, and its day."""

    complaint_id: UUID
    source_code: str | None
    reported_at: datetime
    fetched_at: datetime

    @property
    def day(self) -> date:
        """The city's day of the number: of the report, or of its receipt where the report's own day cannot be."""
        received = self.fetched_at.astimezone(city_zone()).date()
        reported = self.reported_at.astimezone(city_zone()).date()
        return reported if FIRST_DAY <= reported <= received else received


def _reserve(connection: Connection, day: date, count: int) -> range:
    """Take the next sequences of a day; concurrent callers wait for each other on the day's row.

    A day begins with `FIRST_OWN`.
    """
    [(last,)] = connection.execute(
        """
        insert into ledger.number_counters (day, last_sequence) values (%(day)s, %(first)s + %(count)s - 1)
        on conflict (day) do update set last_sequence = number_counters.last_sequence + %(count)s
        returning last_sequence
        """,
        {"day": day, "first": FIRST_OWN, "count": count},
    ).fetchall()
    return range(last - count + 1, last + 1)


def _write(
    connection: Connection, pairs: Iterable[tuple[str, UUID]], issued_at: datetime, *, is_carried: bool
) -> set[UUID]:
    """Book numbers that are still free; returns the complaints that got theirs."""
    numbers = list(pairs)
    rows = connection.execute(
        """
        insert into ledger.tracking_numbers (tracking_number, complaint_id, issued_at, is_carried)
        select tracking_number, complaint_id, %s, %s
        from unnest(%s::text[], %s::uuid[]) as given (tracking_number, complaint_id)
        on conflict (tracking_number) do nothing
        returning complaint_id
        """,
        [issued_at, is_carried, [number for number, _ in numbers], [complaint for _, complaint in numbers]],
    ).fetchall()
    return {complaint_id for (complaint_id,) in rows}


def number_complaints(connection: Connection, applicants: Iterable[Applicant], issued_at: datetime) -> None:
    """Give every complaint its number, in the order given within a day.

    Args:
        connection: Open connection; the caller owns the transaction.
        applicants: Complaints without a number.
        issued_at: When.
    """
    waiting = list(applicants)
    carried = [
        (parse_number(applicant.source_code), applicant.complaint_id)
        for applicant in waiting
        if applicant.source_code and is_number(applicant.source_code)
    ]
    served = _write(connection, carried, issued_at, is_carried=True)
    days: dict[date, list[UUID]] = defaultdict(list)
    for applicant in waiting:
        if applicant.complaint_id not in served:
            days[applicant.day].append(applicant.complaint_id)
    for day in sorted(days):
        unserved = days[day]
        while unserved:
            # A sequence that a carried number holds is skipped, so the loop ends when all are served.
            sequences = _reserve(connection, day, len(unserved))
            numbers = [format_number(day, sequence) for sequence in sequences]
            got = _write(connection, zip(numbers, unserved, strict=True), issued_at, is_carried=False)
            unserved = [complaint for complaint in unserved if complaint not in got]
