"""Channels that fall silent: for longer than is normal at this hour of the week.

Belongs here: counting what each hour brought, and what silence is normal.
Does not belong here: the alert (expectations.py, checks.py), why a source does not answer (sources/windows).

A counter is silent every night and weekend, a press feed for days; a panic button hardly ever. So a channel is
compared with itself: with how long it had been silent at this hour of the week in each of the weeks before.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from psycopg import Connection

from assets.clock import city_zone
from assets.reference import CityReference

WEEKS = 8
# Fewer weeks say little of a channel's habits.
LEAST_WEEKS = 4
# What comes late by an hour has only come late.
GRACE = timedelta(hours=1)
# Longer gaps than this lie behind what is read; they count as long as it is.
_LOOK_BACK = timedelta(weeks=WEEKS + 2)


@dataclass(frozen=True)
class Silence:
    """One channel's silence.

    Attributes:
        channel: Code.
        hours: Since the last hour in which something was reported.
        normal_hours: The longest such silence at this hour of the week in the weeks before.
    """

    channel: str
    hours: float
    normal_hours: float

    @property
    def excess_hours(self) -> float:
        """How much longer than normal, beyond the grace; 0 where it is not."""
        return max(0.0, self.hours - self.normal_hours - GRACE / timedelta(hours=1))


def count_hours(connection: Connection, reports: Iterable[tuple[str, datetime]]) -> None:
    """Add reports, each a channel and its time, to the hours of their channels."""
    counts = Counter((channel, at.replace(minute=0, second=0, microsecond=0)) for channel, at in reports)
    rows = [(channel, hour, count) for (channel, hour), count in counts.items()]
    connection.execute(
        """
        insert into ledger.channel_hours (channel, hour_start, received)
        select * from unnest(%s::text[], %s::timestamptz[], %s::integer[])
        on conflict (channel, hour_start) do update set received = channel_hours.received + excluded.received
        """,
        [[row[column] for row in rows] for column in range(3)],
    )


def silences(connection: Connection, reference: CityReference, now: datetime) -> list[Silence]:
    """Measure the silence of every channel that runs and has run for long enough to be known.

    Args:
        connection: Open connection.
        reference: Says which channels run.
        now: When.
    """
    today = now.astimezone(city_zone()).date()
    running = [
        channel.code
        for channel in reference.channels.values()
        if channel.valid_from <= today and (channel.valid_to is None or today < channel.valid_to)
    ]
    rows = connection.execute(
        """
        select channel, array_agg(hour_start order by hour_start)
        from ledger.channel_hours
        where channel = any(%s) and hour_start between %s and %s
        group by channel
        order by channel
        """,
        [running, now - _LOOK_BACK, now],
    )
    return [silence for channel, hours in rows if (silence := _silence(channel, hours, now)) is not None]


def _silence(channel: str, hours: list[datetime], now: datetime) -> Silence | None:
    before = [now - timedelta(weeks=week) for week in range(1, WEEKS + 1)]
    gaps = [_gap(hours, moment) for moment in before if hours[0] <= moment]
    if len(gaps) < LEAST_WEEKS:
        return None
    return Silence(channel, _gap(hours, now) / timedelta(hours=1), max(gaps) / timedelta(hours=1))


def _gap(hours: list[datetime], moment: datetime) -> timedelta:
    """Time since the end of the last hour before a moment that brought something; the first one is before it."""
    last = max(hour for hour in hours if hour <= moment)
    return max(timedelta(0), moment - last - timedelta(hours=1))
