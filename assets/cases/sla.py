"""Deadlines on two clocks: every hour, or the hours of working days.

Belongs here: the arithmetic, as dbt's macros do it in SQL (macros/sla.sql; a test holds one against the other).
Does not belong here: the limits (sla_rules.csv), which event reached a stage (dbt).
"""

import csv
from bisect import bisect_left
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from assets.clock import city_zone, midnight

HOUR = timedelta(hours=1)
SATURDAY = 6


class Clock(StrEnum):
    """Which hours count."""

    CALENDAR = "calendar"
    WORKING = "working"


@dataclass(frozen=True)
class WorkingDays:
    """The working days from one day to another: Monday to Friday without holidays and joint leave.

    Attributes:
        first: First day that is known.
        last: Last day that is known.
        holidays: Public holidays and joint leave.
    """

    first: date
    last: date
    holidays: Collection[date] = frozenset()

    @cached_property
    def days(self) -> list[date]:
        """The working days, in order."""
        span = (self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1))
        return [day for day in span if day.isoweekday() < SATURDAY and day not in self.holidays]

    def position(self, moment: datetime) -> float:
        """Working hours from the first day to a moment: 24 for every working day, all of its hours.

        >>> week = WorkingDays(date(2026, 10, 19), date(2026, 10, 25))
        >>> six = [datetime(2026, 10, day, 6, tzinfo=city_zone()) for day in (20, 24)]
        >>> week.position(six[0]), week.position(six[1])
        (30.0, 120.0)
        """
        day = moment.astimezone(city_zone()).date()
        before = bisect_left(self.days, day)
        is_working = before < len(self.days) and self.days[before] == day
        return before * 24 + ((moment - midnight(day)) / HOUR if is_working else 0.0)

    def moment(self, position: float) -> datetime:
        """The earliest moment at which a position is reached.

        >>> week = WorkingDays(date(2026, 10, 19), date(2026, 10, 25))
        >>> week.moment(30.0).isoformat(), week.moment(24.0).isoformat()
        ('2026-10-20T06:00:00+07:00', '2026-10-20T00:00:00+07:00')
        """
        number = max(0, -int(-position // 24) - 1)
        return midnight(self.days[number]) + (position - number * 24) * HOUR


def read_working_days(holidays: Path) -> WorkingDays:
    """The working days that the city knows of.

    Args:
        holidays: `holidays.csv`; of a year that it does not have only the weekends are known.
    """
    with holidays.open(encoding="utf-8", newline="") as file:
        off = frozenset(date.fromisoformat(row["holiday_date"]) for row in csv.DictReader(file))
    return WorkingDays(date(2000, 1, 1), date(2030, 12, 31), off)


def hours(clock: Clock, earlier: datetime, later: datetime, days: WorkingDays) -> float:
    """Hours on a clock from one moment to a later one."""
    if clock is Clock.WORKING:
        return days.position(later) - days.position(earlier)
    return (later - earlier) / HOUR


def due_at(clock: Clock, start: datetime, limit_hours: float, days: WorkingDays) -> datetime:
    """The moment at which a limit ends.

    >>> week = WorkingDays(date(2026, 10, 19), date(2026, 10, 31))
    >>> friday = datetime(2026, 10, 23, 20, tzinfo=city_zone())
    >>> [due_at(clock, friday, 6, week).isoformat() for clock in Clock]
    ['2026-10-24T02:00:00+07:00', '2026-10-26T02:00:00+07:00']
    """
    if clock is Clock.WORKING:
        return days.moment(days.position(start) + limit_hours)
    return start + limit_hours * HOUR


def is_within(reported_at: datetime, reached_at: datetime | None, due: datetime, as_of: datetime) -> bool | None:
    """Whether a stage was reached within its limit; None while nothing can be said."""
    if reached_at is not None and reached_at < reported_at:
        return None
    if reached_at is not None and reached_at <= due:
        return True
    return False if (reached_at or as_of) > due else None
