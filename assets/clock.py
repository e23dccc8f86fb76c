"""Jakarta's clock: its zone, its midnights, and the week that is forecast.

Belongs here: what day and week it is. Does not belong here: holidays (seeds), Dagster's partitions.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

TIMEZONE = "Asia/Jakarta"
WIB = ZoneInfo(TIMEZONE)


def coming_week(now: datetime) -> date:
    """Monday of the week that planners prepare: the next one, or the one that begins at this very moment.

    >>> coming_week(datetime(2026, 11, 20, 6, tzinfo=WIB)), coming_week(datetime(2026, 11, 23, tzinfo=WIB))
    (datetime.date(2026, 11, 23), datetime.date(2026, 11, 23))
    """
    local = now.astimezone(WIB)
    monday = local.date() - timedelta(days=local.weekday())
    return monday if local == midnight(monday) else monday + timedelta(days=7)


def midnight(day: date) -> datetime:
    """Start of a day in Jakarta."""
    return datetime.combine(day, time(), tzinfo=WIB)
