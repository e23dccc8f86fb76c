"""Cases of which nothing is heard: for longer than the rule of their stage.

Belongs here: that rule, and which cases it finds. Does not belong here: the limits (sla_rules.csv), whom it is
told (reminders.py).

The last news of a case is its last status event, or, where none was booked, that it was given to its holder. From then
on the holder has as long as the city's rule for the stage that comes next: without any event the limit to coordinate (6
hours since 2019), behind an event the limit to resolve (168 hours), and behind a promise until what was promised, where
that is later; each on its rule's clock, as it was in force when the case was reported. A holder who waits for the
reporter is not silent, and after `GIVEN_UP` nobody is reminded any more.
"""

import csv
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Self
from uuid import UUID

from psycopg import Connection

from assets.cases.sla import Clock, WorkingDays, due_at, read_working_days
from assets.city import COUNTRY
from assets.clock import city_zone

AT_MOST_EACH = timedelta(days=7)
GIVEN_UP = timedelta(days=90)


@dataclass(frozen=True)
class Limit:
    """One limit of the city and the days in which it was in force."""

    stage: str
    hours: float
    clock: Clock
    valid_from: date
    valid_to: date | None

    def holds(self, stage: str, day: date) -> bool:
        """Whether it is the limit of a stage for a case that was reported on a day."""
        return self.stage == stage and self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True)
class Rules:
    """The city's limits, and its working days."""

    limits: Sequence[Limit]
    days: WorkingDays

    @classmethod
    def read(cls, seeds: Path) -> Self:
        """Read `sla_rules.csv` and `holidays.csv`; of a stage the limit of every scope counts."""
        with (seeds / "sla_rules.csv").open(encoding="utf-8", newline="") as file:
            limits = [
                Limit(
                    row["stage"], float(row["limit_hours"]), Clock(row["clock"]),
                    date.fromisoformat(row["valid_from"]),
                    date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
                )
                for row in csv.DictReader(file)
                if row["scope"] == "any" and row["limit_hours"]
            ]  # fmt: skip
        return cls(limits, read_working_days(COUNTRY / "holidays.csv"))

    def heard_until(
        self, reported_at: datetime, given_at: datetime, last_event_at: datetime | None, promised_at: datetime | None
    ) -> datetime | None:
        """Until when no news is none too few; None where no rule was in force.

        Args:
            reported_at: When the case was reported.
            given_at: When its holder got it.
            last_event_at: When its last status event happened; None without one.
            promised_at: What was promised last; None without.
        """
        stage, since = ("coordinate", given_at) if last_event_at is None else ("resolve", last_event_at)
        day = reported_at.astimezone(city_zone()).date()
        limit = next((one for one in self.limits if one.holds(stage, day)), None)
        if limit is None:
            return None
        until = due_at(limit.clock, since, limit.hours, self.days)
        return until if promised_at is None else max(until, promised_at)


@dataclass(frozen=True)
class SilentCase:
    """A case of which nothing is heard."""

    case_id: UUID
    tracking_number: str
    holder_code: str
    status_code: str
    silent_since: datetime
    is_synthetic: bool


# Open by the last build: the index of what is open is read, whatever was closed before.
CANDIDATES = """
    select complaints.complaint_id, complaints.reported_at, complaints.decided_at, events.last_event_at
    from marts.fct_complaints as complaints
    left join lateral (
        select max(occurred_at) as last_event_at from marts.fct_case_events where case_id = complaints.complaint_id
    ) as events on true
    where complaints.status_set in ('open', 'in_work') and complaints.decision = 'accepted'
        and complaints.duplicate_of is null and not complaints.is_waiting_for_reporter
        and greatest(complaints.decided_at, events.last_event_at) > %(given_up)s
        and not exists (
            select from ledger.reminders
            where case_id = complaints.complaint_id and reminded_at > %(reminded)s
        )
"""
# And as they stand now: what came since the build counts.
STANDING = """
    select cases.case_id, cases.tracking_number, cases.holder_code, cases.status_code, cases.reported_at,
        cases.decided_at, cases.last_event_at, cases.promised_at, cases.is_synthetic
    from unnest(%s::uuid[]) as asked (case_id)
    cross join lateral (
        select * from intermediate.int_desk_cases as stood where stood.case_id = asked.case_id limit 1
    ) as cases
    where cases.status_set <> 'closed' and not cases.waits_for_reporter
"""


def silent_cases(connection: Connection, rules: Rules, now: datetime) -> list[SilentCase]:
    """Cases whose holder is to be reminded now.

    Args:
        connection: Open connection.
        rules: The city's limits.
        now: When.
    """
    bounds = {"given_up": now - GIVEN_UP, "reminded": now - AT_MOST_EACH}
    late = [
        case_id
        for case_id, reported_at, given_at, last_event_at in connection.execute(CANDIDATES, bounds)
        if _is_over(rules.heard_until(reported_at, given_at, last_event_at, None), now)
    ]
    return list(_still_silent(connection, rules, late, now))


def _still_silent(
    connection: Connection, rules: Rules, case_ids: Collection[UUID], now: datetime
) -> Iterable[SilentCase]:
    for row in connection.execute(STANDING, [list(case_ids)]).fetchall():
        case_id, number, holder, status, reported_at, given_at, last_event_at, promised_at, is_synthetic = row
        if _is_over(rules.heard_until(reported_at, given_at, last_event_at, promised_at), now):
            yield SilentCase(case_id, number, holder, status, last_event_at or given_at, is_synthetic)


def _is_over(until: datetime | None, now: datetime) -> bool:
    return until is not None and until < now
