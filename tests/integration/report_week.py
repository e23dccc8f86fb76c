"""Weeks of made-up figures, forecast and measured, for the tests of the report.

Belongs here: rows of the forecast, of measured hours and of cameras.
Does not belong here: what the report makes of them (test_report_figures.py).
"""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import psycopg

from assets.clock import city_zone, midnight
from assets.storage import copy_rows

HOUR = timedelta(hours=1)


def forecast_week(connection: psycopg.Connection, week: date, areas: Sequence[str], *, is_hindcast: bool) -> None:
    """A published week of made-up figures, with windows that are what they say."""
    rng = np.random.default_rng(week.toordinal())
    cutoff = midnight(week)
    connection.execute(
        """
        insert into forecast.runs (forecast_id, issued_at, cutoff, week_start, is_hindcast, blend, training_start,
            training_end, features, code_version, backtest, is_synthetic)
        values (%(id)s, %(at)s, %(at)s, %(week)s, %(is_hindcast)s, '{}', %(start)s, %(at)s, '{}', '1',
            '{"windows": 0}', true)
        """,
        {"id": str(week), "at": cutoff, "week": week, "start": cutoff - timedelta(days=28), "is_hindcast": is_hindcast},
    )
    hours, windows = [], []
    for area in areas:
        index = rng.uniform(0, 0.55, 168)
        # Some areas jam for a handful of hours, and one jams most of all, each time for an hour.
        count = 3 + areas.index(area) % 7 if area != areas[-1] else 20
        jammed = rng.choice(np.arange(0, 168, 4), count, replace=False)
        index[jammed] = rng.uniform(0.61, 0.99, count)
        for hour in range(168):
            value, start = float(index[hour]), cutoff + hour * HOUR
            likely = float(rng.uniform(0.7, 0.95) if hour in jammed else rng.uniform(0, 0.2))
            beside = (value, max(value - 0.05, 0), value / 2)
            hours.append((week, area, start, value, value * 0.9, min(value * 1.1, 1), likely, *beside, "own"))
            if hour in jammed:
                peak = (start, value, value * 0.9, min(value * 1.1, 1))
                windows.append((week, area, start, start + HOUR, *peak, likely, likely))
    columns = ["week_start", "area_code", "hour_start", "jam_index", "jam_index_p10", "jam_index_p90"]
    columns += ["jam_probability", "jam_index_mean", "last_week", "four_week_median", "basis"]
    copy_rows(connection, "forecast.jam_hours", columns, hours)
    window = ["week_start", "area_code", "window_start", "window_end", "peak_hour", "peak_jam_index"]
    window += ["peak_jam_index_p10", "peak_jam_index_p90", "jam_probability", "expected_jam_hours"]
    copy_rows(connection, "forecast.jam_windows", window, windows)


def measure(connection: psycopg.Connection, areas: Sequence[str], first_day: date, end: date) -> None:
    """Every hour of some areas measured where it was not: the city of truth measures a few hours a day."""
    connection.execute(
        """
        with hours as (
            select area_code, area_name, hour_start, hour_start at time zone %s as local,
                (hashtext(area_code || hour_start)::bigint %% 1000 + 1000) / 2000.0::float as jam_index
            from marts.dim_areas
            cross join generate_series(%s, %s - interval '1 hour', interval '1 hour') as hour_start
            where area_code = any(%s)
        )
        insert into marts.mart_area_hours as known (
            area_code, area_name, hour_start, hour_date_wib, hour_of_day_wib, iso_day_of_week, is_jam, jam_index, basis,
            cameras_observed, tickets, parking_tickets, odd_even_tickets, parking_complaints, traffic_complaints,
            odd_even_roads, is_synthetic, as_of
        )
        select area_code, area_name, hour_start, local::date, extract(hour from local), extract(isodow from local),
            jam_index >= 0.6, jam_index, 'history', 0, 0, 0, 0, 0, 0, 0, true, hour_start
        from hours
        on conflict (area_code, hour_start) do update
        set jam_index = coalesce(known.jam_index, excluded.jam_index), is_jam = coalesce(known.is_jam, excluded.is_jam)
        """,
        [city_zone().key, midnight(first_day), midnight(end), list(areas)],
    )


def watch(connection: psycopg.Connection, kelurahan: str, last_day: date) -> None:
    """Three cameras of a kelurahan: swept for seven days, for the last of them alone, and never."""
    cameras = [(f"camera {days}", f"Camera {days}", kelurahan, True, midnight(last_day)) for days in (7, 1, 0)]
    columns = ["camera_id", "name", "kelurahan_code", "is_synthetic", "registered_at"]
    copy_rows(connection, "raw.cameras", columns, cameras)
    swept = (144, 130, 0, 14, 0, 0, 0, 0)
    health = [
        (last_day - timedelta(days=day), "camera", f"camera {days}", 1, *swept, True, midnight(last_day))
        for days in (7, 1)
        for day in range(days)
    ]
    kinds = ["provider_down", "silent", "broken", "blind", "frozen", "moved"]
    slots = [f"slots_{kind}" for kind in ("expected", "valid", *kinds)]
    columns = ["date_wib", "level", "member", "cameras", *slots, "is_synthetic", "as_of"]
    copy_rows(connection, "marts.mart_camera_health", columns, health)
