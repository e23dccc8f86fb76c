"""What is known ahead of the week, read from the seeds and put together with the city's lists.

Belongs here: queries over the calendar and the named roads. Does not belong here: the lists' format (city_lists.py).
"""

from collections.abc import Sequence
from datetime import date, timedelta

from psycopg import Connection

from assets.reports.ahead import Holiday, SchoolBreak, WeekAhead
from assets.reports.city_lists import CityLists


def read_ahead(connection: Connection, week_start: date, lists: CityLists) -> WeekAhead:
    """Days off, school breaks and events of a week, and the named roads of each kecamatan.

    Args:
        connection: Open connection.
        week_start: Its Monday.
        lists: What the city keeps.
    """
    last_day = week_start + timedelta(days=6)
    holidays = connection.execute(
        """
        select holiday_date, holiday_name, is_joint_leave
        from reference.holidays
        where holiday_date between %s and %s
        order by holiday_date
        """,
        [week_start, last_day],
    ).fetchall()
    breaks = connection.execute(
        """
        select first_day, last_day, break_name
        from reference.school_breaks
        where first_day <= %s and last_day >= %s
        order by first_day
        """,
        [last_day, week_start],
    ).fetchall()
    [(newest,)] = connection.execute("select max(holiday_date) from reference.holidays").fetchall()
    events = [one for one in lists.events or () if one.first_day <= last_day and one.last_day >= week_start]
    return WeekAhead(
        is_calendar_known=newest is not None and newest.year >= last_day.year,
        holidays=[Holiday(*row) for row in holidays],
        school_breaks=[SchoolBreak(*row) for row in breaks],
        has_events=lists.events is not None,
        events=sorted(events, key=lambda one: (one.first_day, one.last_day, one.area_code or "", one.what)),
        roads=_roads(connection, week_start),
        refused=lists.refused,
    )


def _roads(connection: Connection, week_start: date) -> dict[str, Sequence[str]]:
    rows = connection.execute(
        """
        select kecamatan_code, road_name, 0 as place
        from reference.ganjil_genap_roads
        where valid_from <= %(week)s and coalesce(valid_to, 'infinity') > %(week)s
        union all
        select area_code, place_name, 1
        from reference.named_places
        where place_kind = 'road'
        order by 1, 3, 2
        """,
        {"week": week_start},
    ).fetchall()
    by_area: dict[str, list[str]] = {}
    for area, road, _ in rows:
        by_area.setdefault(area, []).append(road)
    return {area: _once(roads) for area, roads in by_area.items()}


def _once(roads: Sequence[str]) -> list[str]:
    """Each road once: the seeds list a road by its full name and by its last words too.

    >>> _once(["Sudirman", "Jenderal Sudirman", "MH Thamrin", "Sudirman"])
    ['Jenderal Sudirman', 'MH Thamrin']
    """
    named = dict.fromkeys(roads)
    return [road for road in named if not any(other.endswith(f" {road}") for other in named)]
