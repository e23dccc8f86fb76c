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

HEALTH_AND_BASIS = """
    with health as (
        select member as camera_id, sum(slots_valid) as valid, sum(slots_expected - slots_provider_down) as asked
        from marts.mart_camera_health
        where level = 'camera' and date_wib >= %(health_from)s and date_wib < %(health_to)s
        group by member
    ),
    cameras as (
        select
            kelurahan.kecamatan_code as area_code,
            count(*) as cameras,
            count(*) filter (where health.valid >= %(healthy)s * health.asked and health.valid > 0) as healthy,
            sum(health.valid)::double precision / nullif(sum(health.asked), 0) as uptime
        from raw.cameras
        inner join reference.kelurahan using (kelurahan_code)
        left join health using (camera_id)
        group by kelurahan.kecamatan_code
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
        coalesce(cameras.cameras, 0), coalesce(cameras.healthy, 0), cameras.uptime,
        coalesce(hours.of_cameras, 0), coalesce(hours.of_history, 0), coalesce(hours.of_nothing, 0)
    from marts.dim_areas as areas
    left join cameras on cameras.area_code = areas.area_code
    left join hours on hours.area_code = areas.area_code
    where areas.area_level = 'kecamatan'
    order by areas.area_code
"""


def read_last_week(connection: Connection, week_start: date) -> LastWeek | None:
    """The newest whole week before one that was measured to its last day; None where there is none."""
    rows = connection.execute(
        """
        with newest as (
            select date_trunc('week', max(hour_date_wib) + 1)::date - 7 as first_day
            from marts.mart_area_hours
            where jam_index is not null and hour_date_wib < %s
        )
        select
            hours.area_code, min(hours.area_name), min(areas.kota_short_name), count(jam_index),
            count(*) filter (where is_jam), min(first_day)
        from newest
        inner join marts.mart_area_hours as hours on hour_date_wib >= first_day and hour_date_wib < first_day + 7
        inner join marts.dim_areas as areas on areas.area_code = hours.area_code
        group by hours.area_code
        having count(jam_index) > 0
        order by hours.area_code
        """,
        [week_start],
    ).fetchall()
    if not rows:
        return None
    return LastWeek(rows[0][-1], pd.DataFrame([row[:-1] for row in rows], columns=CHANGE_COLUMNS))


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
    return Beside(period, pd.DataFrame(areas, columns=BESIDE_COLUMNS), pd.DataFrame(hours, columns=HOUR_OF_DAY_COLUMNS))


def read_coverage(connection: Connection) -> Coverage | None:
    """Cameras of each area, how they fared last week, and what four weeks of hours rest on; None without any hour."""
    period, health_period = _days(connection, BESIDE_DAYS), _days(connection, HEALTH_DAYS)
    if period is None or health_period is None:
        return None
    rows = connection.execute(
        HEALTH_AND_BASIS,
        {
            "healthy": HEALTHY,
            "health_from": health_period.start.date(),
            "health_to": health_period.end.date(),
            "start": period.start,
            "end": period.end,
        },
    ).fetchall()
    frame = pd.DataFrame(rows, columns=COVERAGE_COLUMNS)
    return Coverage(period, health_period, frame.assign(uptime_share=frame["uptime_share"].astype(float)))
