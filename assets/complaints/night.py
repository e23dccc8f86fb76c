"""Channels whose clock is off: nearly nobody reports in their afternoon, and many at night.

Belongs here: comparing the hours of a channel's reports with the hours in which people are awake.
Does not belong here: the alert (expectations.py, checks.py), in which zone a channel is read (its module).

People sleep from about eleven to five. A channel with six hours of hardly any report, none of them near the night, is
read in another zone than it is written in. One that reports all round the clock, as a machine does, says nothing.
"""

from collections.abc import Sequence

from psycopg import Connection

from assets.clock import city_zone

# Fewer reports may be of one evening.
LEAST_REPORTS = 100
DAYS = 90
_QUIET_HOURS = 6
_QUIET_SHARE = 0.05
# The middle of the night, and how far from it the quiet hours may have theirs: a desk is closed from three on.
_NIGHT = 2.0
MOST_APART = 4.0


def hours_apart(counts: Sequence[int]) -> float:
    """How far from the middle of the night the middle of a channel's quiet hours is, at least.

    Args:
        counts: Reports by hour of the day, the city's, from 0 to 23.

    Returns:
        Hours, from 0 to 12; 0 where there are too few reports or no quiet hours.

    >>> hours_apart([0, 0, 0, 0, 0, 1, *[10] * 17, 1]), hours_apart([*[10] * 15, *[0] * 6, *[10] * 3])
    (0.0, 8.0)
    """
    total = sum(counts)
    if total < LEAST_REPORTS:
        return 0.0
    day = len(counts)
    apart = []
    for start in range(day):
        quiet = sum(counts[(start + hour) % day] for hour in range(_QUIET_HOURS))
        if quiet <= _QUIET_SHARE * total:
            away = abs(start + _QUIET_HOURS / 2 - _NIGHT) % day
            apart.append(min(away, day - away))
    return min(apart, default=0.0)


def clocks(connection: Connection) -> dict[str, float]:
    """`hours_apart` of every channel that is known, by the last `DAYS` days in which it reported."""
    rows = connection.execute(
        """
        with newest as (select channel, max(hour_start) as hour_start from ledger.channel_hours group by channel)
        select channel, extract(hour from hours.hour_start at time zone %s)::integer, sum(received)
        from ledger.channel_hours as hours
        inner join newest using (channel)
        where hours.hour_start > newest.hour_start - make_interval(days => %s)
        group by 1, 2
        """,
        [city_zone().key, DAYS],
    )
    counts: dict[str, list[int]] = {}
    for channel, hour, received in rows:
        counts.setdefault(channel, [0] * 24)[hour] = int(received)
    return {channel: hours_apart(of_hours) for channel, of_hours in sorted(counts.items())}
