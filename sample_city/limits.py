"""How long agencies have, by the city's rules, on the clock of all days or of working days.

Belongs here: the limits of sla_rules.csv and the hours of their clocks. Does not belong here: what is held against them
(standing.py).
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Self

from sample_city.reference import Reference

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Limit:
    """One limit.

    Attributes:
        hours: How many.
        working: The city, where hours of its days off do not count; None where every hour does.
    """

    hours: float
    working: Reference | None = None

    def between(self, earlier: datetime, later: datetime) -> float:
        """Hours from one moment to a later one that count."""
        if self.working is None:
            return (later - earlier) / HOUR
        found = 0.0
        for begin, end in _worked(self.working, earlier):
            if begin >= later:
                break
            found += (min(end, later) - begin) / HOUR
        return found

    def due(self, start: datetime, paused: float = 0.0) -> datetime:
        """When it ends for what began at a moment; hours of pauses are added to it."""
        left = self.hours + paused
        if self.working is None:
            return start + left * HOUR
        days = _worked(self.working, start)
        begin, end = next(days)
        while left > (end - begin) / HOUR:
            left -= (end - begin) / HOUR
            begin, end = next(days)
        return begin + left * HOUR


@dataclass(frozen=True)
class Limits:
    """Until when an agency has to begin, and until when it has to be done."""

    coordinate: Limit
    resolve: Limit

    @classmethod
    def read(cls, seeds: Path, city: Reference, day: date) -> Self:
        """Those in force on a day for what is no heavy work."""
        with (seeds / "sla_rules.csv").open(encoding="utf-8", newline="") as file:
            rules = {
                row["stage"]: Limit(float(row["limit_hours"]), city if row["clock"] == "working" else None)
                for row in csv.DictReader(file)
                if row["scope"] == "any" and row["valid_from"] <= f"{day}" < (row["valid_to"] or "9999")
            }
        return cls(rules["coordinate"], rules["resolve"])


def _worked(city: Reference, start: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The working days from a moment on, each from its begin or that moment to its end."""
    day = start.astimezone(city.zone).date()
    while True:
        midnight = datetime.combine(day, time(), city.zone)
        if not city.is_day_off(day):
            yield max(start, midnight), midnight + DAY
        day += DAY
