"""How old what people read may be, and how old what it is made from.

Belongs here: the limits, which the watch (watch/conditions.py) and Dagster's freshness policies share.
Does not belong here: when it is made (orchestration/schedules.py), how a build tests it (models/staging/sources.yml).
"""

from datetime import date, datetime, timedelta

from assets.clock import city_zone

# They are made every hour; one build may fail, or give way to the night's.
MARTS = timedelta(hours=3)
# Friday 07:00, an hour behind the schedule of the report and two before the planners meet.
WEEK_AHEAD_DUE = "0 7 * * 5"
_FROM_DUE_TO_MONDAY = timedelta(days=2, hours=17)
# By table the column that says when a row came, and how old the newest may be: as the builds test it.
SOURCES = {
    "raw.inbox": ("fetched_at", timedelta(hours=24)),
    "raw.case_events": ("received_at", timedelta(hours=48)),
    "raw.camera_observations": ("swept_at", timedelta(hours=24)),
}


def due_week(now: datetime) -> date:
    """Monday of the newest week whose forecast and report have to be there.

    >>> seven = datetime(2026, 11, 27, 7, tzinfo=city_zone())
    >>> due_week(seven - timedelta(minutes=1)), due_week(seven)
    (datetime.date(2026, 11, 23), datetime.date(2026, 11, 30))
    """
    day = (now.astimezone(city_zone()) + _FROM_DUE_TO_MONDAY).date()
    return day - timedelta(days=day.weekday())


def due_since(week_start: date) -> datetime:
    """Since when a week's forecast and report have to be there.

    >>> due_since(date(2026, 11, 30)).isoformat()
    '2026-11-27T07:00:00+07:00'
    """
    return datetime(week_start.year, week_start.month, week_start.day, tzinfo=city_zone()) - _FROM_DUE_TO_MONDAY
