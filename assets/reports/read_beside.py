"""What stands beside the forecast: the week before, tickets and complaints, cameras; read from the marts.

Belongs here: queries over measured hours. Does not belong here: the forecast (read.py), wording and layout.
"""

from datetime import date, datetime, timedelta

import pandas as pd
from psycopg import Connection

from assets.clock import midnight
from assets.reports.model import (
    BESIDE_COLUMNS,
    CHANGE_COLUMNS,
    COVERAGE_COLUMNS,
    HOUR_OF_DAY_COLUMNS,
    UNPLACED_COLUMNS,
    Beside,
    Coverage,
    LastWeek,
    Period,
)

# Four of each weekday: enough for a count of tickets by hour, little enough to be of now.
BESIDE_DAYS = 28
HEALTH_DAYS = 7

# Half of the slots: the rule by which an hour of an area counts its cameras.
HEALTHY = 0.5

# A usual week is told where four of five hours of four weeks were measured.
USUAL_HOURS = 538

# Every slot of the period in which a camera was on its list, whether a sweep asked for it or not.
SLOTS_IN_SERVICE = """
    greatest(
        0, extract(epoch from least(cameras.in_service_to, %(health_to)s::timestamptz) - %(health_from)s) / 600
    )::integer
"""

HEALTH_AND_BASIS = f"""
    with health as (
        select member as camera_id, sum(slots_valid)::integer as usable
        from marts.mart_camera_health
        where level = 'camera' and date_wib >= %(health_from_day)s and date_wib < %(health_to_day)s
        group by member
    ),
    listed as (
        select
            kelurahan.kecamatan_code as area_code,
            {SLOTS_IN_SERVICE} as expected,
            coalesce(health.usable, 0) as usable
        from raw.cameras
        inner join reference.kelurahan using (kelurahan_code)
        left join health using (camera_id)
        where cameras.is_enabled
    ),
    cameras as (
        select
            area_code,
            count(*) as cameras,
            count(*) filter (where usable >= %(healthy)s * expected and usable > 0) as healthy,
            sum(expected) as expected,
            sum(usable) as usable
        from listed
        group by area_code
    ),
    hours as (
        select
            area_code,
            count(*) filter (where basis = 'camera') as of_cameras,
            count(*) filter (where basis = 'history') as of_history,
            count(*) filter (where basis = 'none') as of_nothing
        from marts.fct_area_hours
        where hour_start >= %(start)s and hour_start < %(end)s
        group by area_code
    )
    select
        areas.area_code, areas.area_name, areas.kota_short_name,
        coalesce(cameras.cameras, 0), coalesce(cameras.healthy, 0),
        coalesce(cameras.expected, 0), coalesce(cameras.usable, 0),
        coalesce(hours.of_cameras, 0), coalesce(hours.of_history, 0), coalesce(hours.of_nothing, 0)
    from marts.dim_areas as areas
    left join cameras on cameras.area_code = areas.area_code
    left join hours on hours.area_code = areas.area_code
    where areas.area_level = 'kecamatan'
    order by areas.area_code
"""  # noqa: S608 - both parts are written above

UNPLACED = """
    with tickets as (
        select
            count(*) as tickets,
            count(*) filter (where matter = 'parking') as parking,
            count(*) filter (where matter = 'odd_even') as odd_even
        from marts.fct_tickets
        where kecamatan_code is null and hour_start >= %(start)s and hour_start < %(end)s
    ),
    complaints as (
        select
            count(*) filter (where category_code = 'parkir_liar') as parking,
            count(*) filter (where category_code = 'arus_lalu_lintas') as traffic
        from marts.fct_complaints
        where
            kecamatan_code is null
            and decision = 'accepted'
            and category_code in ('parkir_liar', 'arus_lalu_lintas')
            and reported_at >= %(start)s
            and reported_at < %(end)s
    )
    select tickets.tickets, tickets.parking, tickets.odd_even, complaints.parking, complaints.traffic
    from tickets cross join complaints
"""

LAST_WEEK = """
    with newest as (
        select date_trunc('week', max(hour_date_wib) + 1)::date - 7 as first_day
        from marts.mart_area_hours
        where jam_index is not null and hour_date_wib < %(week)s
    ),
    usual as (
        select area_code, count(jam_index) as hours, count(*) filter (where is_jam) as jam_hours
        from newest
        inner join marts.mart_area_hours on hour_date_wib >= first_day - 21 and hour_date_wib < first_day + 7
        group by area_code
    )
    select
        hours.area_code,
        min(hours.area_name),
        min(areas.kota_short_name),
        count(*),
        count(*) filter (where hours.is_jam),
        sum(ahead.jam_probability),
        min(usual.jam_hours) * 168.0::double precision
        / nullif(case when min(usual.hours) >= %(usual_hours)s then min(usual.hours) end, 0),
        sum(own.jam_probability),
        min(first_day)
    from newest
    inner join marts.mart_area_hours as hours on hour_date_wib >= first_day and hour_date_wib < first_day + 7
    inner join marts.dim_areas as areas on areas.area_code = hours.area_code
    inner join usual on usual.area_code = hours.area_code
    inner join forecast.jam_hours as ahead
        on
            ahead.week_start = %(week)s
            and ahead.area_code = hours.area_code
            and ahead.hour_start = hours.hour_start + (%(week)s - first_day) * interval '24 hours'
    left join forecast.jam_hours as own
        on own.week_start = first_day and own.area_code = hours.area_code and own.hour_start = hours.hour_start
    where hours.jam_index is not null
    group by hours.area_code
    order by hours.area_code
"""


def read_last_week(connection: Connection, week_start: date) -> LastWeek | None:
    """The newest whole week before one that was measured to its last day, beside the hours that are forecast.

    None where no such week was measured, or none of its hours is forecast.
    """
    rows = connection.execute(LAST_WEEK, {"week": week_start, "usual_hours": USUAL_HOURS}).fetchall()
    if not rows:
        return None
    frame = pd.DataFrame([row[:-1] for row in rows], columns=CHANGE_COLUMNS)
    figures = ["expected_jam_hours", "usual_jam_hours", "expected_then"]
    return LastWeek(rows[0][-1], frame.assign(**frame[figures].astype(float)))


def _days(connection: Connection, days: int) -> Period | None:
    """The last days with an hour of the marts, the newest included."""
    [(newest,)] = connection.execute(
        "select max(hour_date_wib) from marts.mart_area_hours where jam_index is not null"
    ).fetchall()
    if newest is None:
        return None
    end = midnight(newest + timedelta(days=1))
    return Period(end - timedelta(days=days), end)


def _bounds(period: Period) -> list[datetime]:
    return [period.start, period.end]


def read_beside(connection: Connection) -> Beside | None:
    """Tickets and complaints of the last four weeks beside the jams; None where no hour was measured."""
    period = _days(connection, BESIDE_DAYS)
    if period is None:
        return None
    areas = connection.execute(
        """
        select
            hours.area_code, min(hours.area_name), min(areas.kota_short_name),
            count(jam_index), count(*) filter (where is_jam), sum(tickets),
            coalesce(sum(tickets) filter (where is_jam), 0), sum(parking_tickets), sum(odd_even_tickets),
            sum(parking_complaints), sum(traffic_complaints), max(odd_even_roads)
        from marts.mart_area_hours as hours
        inner join marts.dim_areas as areas on areas.area_code = hours.area_code
        where hour_start >= %s and hour_start < %s
        group by hours.area_code
        order by hours.area_code
        """,
        _bounds(period),
    ).fetchall()
    unplaced = connection.execute(UNPLACED, {"start": period.start, "end": period.end}).fetchall()
    hours = connection.execute(
        """
        select hour_of_day_wib, count(*) filter (where is_jam), sum(tickets), sum(parking_complaints)
        from marts.mart_area_hours
        where hour_start >= %s and hour_start < %s
        group by hour_of_day_wib
        order by hour_of_day_wib
        """,
        _bounds(period),
    ).fetchall()
    return Beside(
        period,
        pd.DataFrame(areas, columns=BESIDE_COLUMNS),
        dict(zip(UNPLACED_COLUMNS, unplaced[0], strict=True)),
        pd.DataFrame(hours, columns=HOUR_OF_DAY_COLUMNS),
    )


def read_coverage(connection: Connection) -> Coverage | None:
    """Cameras of each area, how they fared last week, and what four weeks of hours rest on; None without any hour."""
    period, health_period = _days(connection, BESIDE_DAYS), _days(connection, HEALTH_DAYS)
    if period is None or health_period is None:
        return None
    rows = connection.execute(
        HEALTH_AND_BASIS,
        {
            "healthy": HEALTHY,
            "health_from": health_period.start,
            "health_to": health_period.end,
            "health_from_day": health_period.start.date(),
            "health_to_day": health_period.end.date(),
            "start": period.start,
            "end": period.end,
        },
    ).fetchall()
    return Coverage(period, health_period, pd.DataFrame(rows, columns=COVERAGE_COLUMNS))


def slots_in_service(connection: Connection, period: Period) -> int:
    """Slots of ten minutes in which cameras were on their list, of all cameras together."""
    [(slots,)] = connection.execute(
        f"select coalesce(sum({SLOTS_IN_SERVICE}), 0) from raw.cameras where is_enabled",  # noqa: S608 - written above
        {"health_from": period.start, "health_to": period.end},
    ).fetchall()
    return int(slots)
