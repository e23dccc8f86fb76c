"""The city's clock: its zone, its midnights, and the week that is forecast.

Belongs here: what day and week it is. Does not belong here: which city it is (city.py), holidays (holidays.csv),
Dagster's partitions.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from assets.city import city


@cache
def city_zone() -> ZoneInfo:
    """Zone of this installation's city."""
    return ZoneInfo(city().time_zone)


@cache
def zone_name() -> str:
    """How people write the zone behind a time of day: WIB, WITA or WIT; Indonesia moves no clock."""
    return str(datetime.now(UTC).astimezone(city_zone()).tzname())


def coming_week(now: datetime) -> date:
    """Monday of the week that planners prepare: the next one, or the one that begins at this very moment.

    >>> day = datetime(2026, 11, 20, 6, tzinfo=city_zone())
    >>> coming_week(day), coming_week(midnight(date(2026, 11, 23)))
    (datetime.date(2026, 11, 23), datetime.date(2026, 11, 23))
    """
    local = now.astimezone(city_zone())
    monday = local.date() - timedelta(days=local.weekday())
    return monday if local == midnight(monday) else monday + timedelta(days=7)


def midnight(day: date) -> datetime:
    """Start of a day in the city."""
    return datetime.combine(day, time(), tzinfo=city_zone())
