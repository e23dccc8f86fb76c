"""Everything that the weekly congestion report shows, read from the marts, the forecast and the gates.

Belongs here: queries. Does not belong here: what stands beside the forecast (read_beside), wording and layout.
"""

from dataclasses import fields
from datetime import date, datetime, timedelta
from importlib.metadata import version

import pandas as pd
from psycopg import Connection
from psycopg.rows import dict_row

from assets.clock import TIMEZONE, WIB, coming_week
from assets.reports.model import (
    AREA_ACCURACY_COLUMNS,
    FORECAST_COLUMNS,
    GATE_COLUMNS,
    INTAKE_COLUMNS,
    AccuracySummary,
    Forecast,
    JamWindow,
    NoForecast,
    Period,
    Skill,
    WeeklyReport,
)
from assets.reports.read_beside import read_beside, read_coverage, read_last_week
from assets.traffic.panel import jam_threshold

WEEK = timedelta(days=7)


def _hours(connection: Connection, week_start: date) -> pd.DataFrame:
    """The published hours of a week with the names of their areas."""
    rows = connection.execute(
        """
        select hours.area_code, areas.area_name, areas.kota_short_name, hours.hour_start, hours.jam_index,
            hours.jam_index_p10, hours.jam_index_p90, hours.jam_probability, hours.jam_index_mean, hours.last_week,
            hours.four_week_median, hours.basis, windows.area_code is not null
        from forecast.jam_hours as hours
        inner join marts.dim_areas as areas on areas.area_code = hours.area_code
        left join forecast.jam_windows as windows
            on windows.week_start = hours.week_start and windows.area_code = hours.area_code
            and hours.hour_start >= windows.window_start and hours.hour_start < windows.window_end
        where hours.week_start = %s
        order by hours.area_code, hours.hour_start
        """,
        [week_start],
    ).fetchall()
    frame = pd.DataFrame(rows, columns=FORECAST_COLUMNS)
    frame["hour_start"] = pd.to_datetime(frame["hour_start"], utc=True).dt.tz_convert(TIMEZONE)
    beside = ["jam_index_mean", "last_week", "four_week_median"]
    return frame.assign(**frame[beside].astype(float), is_jam=frame["is_jam"].astype(bool))


def _windows(connection: Connection, week_start: date) -> tuple[JamWindow, ...]:
    cursor = connection.cursor(row_factory=dict_row)
    rows = cursor.execute(
        """
        select windows.area_code, areas.area_name, areas.kota_short_name as kota_name, window_start as "start",
            window_end as "end", peak_hour, peak_jam_index, peak_jam_index_p10, peak_jam_index_p90,
            jam_probability as mean_probability, expected_jam_hours
        from forecast.jam_windows as windows
        inner join marts.dim_areas as areas on areas.area_code = windows.area_code
        where week_start = %s
        order by windows.area_code, window_start
        """,
        [week_start],
    ).fetchall()
    clocks = ("start", "end", "peak_hour")
    return tuple(JamWindow(**row | {clock: row[clock].astimezone(WIB) for clock in clocks}) for row in rows)


def _skill(backtest: dict[str, dict[str, float]]) -> Skill:
    return Skill(
        mae_model=backtest["model"]["mae"],
        mae_same_hour_last_week=backtest["same_hour_last_week"]["mae"],
        mae_four_week_median=backtest["four_week_median"]["mae"],
        jam_f1=backtest["model"]["jam_f1"],
        interval_share=backtest["interval"]["coverage"],
    )


def _forecast(connection: Connection, week_start: date) -> Forecast | NoForecast:
    """The published week, or why there is none."""
    run = connection.execute(
        """
        select cutoff, blend, training_start, training_end, backtest, published_as, reason
        from forecast.runs
        where week_start = %s
        """,
        [week_start],
    ).fetchone()
    if run is None:
        [(measured,)] = connection.execute(
            "select count(*) from marts.fct_area_hours where jam_index is not null"
        ).fetchall()
        return NoForecast.HISTORY_TOO_SHORT if measured else NoForecast.NO_OBSERVATIONS
    cutoff, blend, start, end, backtest, published_as, reason = run
    weeks = int(backtest.get("windows", 0))
    return Forecast(
        hours=_hours(connection, week_start),
        windows=_windows(connection, week_start),
        cutoff=cutoff,
        blend=blend,
        training=Period(start, end),
        backtest=_skill(backtest) if weeks else None,
        backtest_weeks=weeks,
        published_as=published_as,
        reason=reason,
    )


def _accuracy(connection: Connection, week_start: date) -> AccuracySummary | None:
    """How right the forecast of the newest measured week before this one was."""
    cursor = connection.cursor(row_factory=dict_row)
    rows = cursor.execute(
        """
        with newest as (
            select max(week_start) as week_start
            from marts.fct_forecast_accuracy
            where week_start < %s and jam_index_measured is not null
        )
        select
            accuracy.area_code,
            min(areas.area_name) as area_name,
            min(areas.kota_short_name) as kota_name,
            count(*) as measured_hours,
            avg(absolute_error) as mae_model,
            avg(absolute_error_last_week) as mae_same_hour_last_week,
            avg(absolute_error_four_week_median) as mae_four_week_median,
            min(accuracy.week_start) as week_start,
            bool_or(is_hindcast) as is_hindcast,
            avg(is_inside_interval::integer)::double precision as interval_share,
            2.0::double precision * count(*) filter (where is_jam_forecast and is_jam_measured)
            / nullif(count(*) filter (where is_jam_forecast) + count(*) filter (where is_jam_measured), 0) as jam_f1
        from marts.fct_forecast_accuracy as accuracy
        inner join newest using (week_start)
        inner join marts.dim_areas as areas on areas.area_code = accuracy.area_code
        where jam_index_measured is not null
        group by rollup (accuracy.area_code)
        order by accuracy.area_code nulls last
        """,
        [week_start],
    ).fetchall()
    if not rows or not rows[-1]["measured_hours"]:
        return None
    # The rollup's row of all areas comes last.
    *areas, city = rows
    return AccuracySummary(
        week_start=city["week_start"],
        is_hindcast=city["is_hindcast"],
        skill=Skill(**{field.name: city[field.name] for field in fields(Skill)}),
        areas=pd.DataFrame(areas, columns=AREA_ACCURACY_COLUMNS),
    )


def _intake(connection: Connection) -> pd.DataFrame:
    rows = connection.execute(
        """
        select channel_name, received, accepted_records, returned_records, rejected_records, set_aside, quarantined
        from marts.mart_intake_by_channel
        where received > 0
        order by channel_name
        """
    ).fetchall()
    return pd.DataFrame(rows, columns=INTAKE_COLUMNS)


def _gates(connection: Connection) -> pd.DataFrame:
    """The newest result of each expectation; dbt's tests as one row."""
    rows = connection.execute(
        """
        with newest as (
            select distinct on (gate, expectation, subject)
                gate, subject, passed, expected, observed, evaluated_at
            from quality.gate_results
            order by gate, expectation, subject, result_id desc
        )
        select gate || ': ' || subject, passed, expected, observed, evaluated_at from newest where gate <> 'dbt'
        union all
        select 'dbt', bool_and(passed), count(*) || ' tests without a row against them',
            count(*) filter (where not passed) || ' of ' || count(*) || ' tests failed', max(evaluated_at)
        from newest
        where gate = 'dbt'
        having count(*) > 0
        """
    ).fetchall()
    return pd.DataFrame(rows, columns=GATE_COLUMNS)


def _counted(connection: Connection, now: datetime) -> Period:
    """Period of the counts: from the first thing taken in to now."""
    [(first,)] = connection.execute(
        """
        select least(
            (select min(reported_at) from marts.fct_complaints),
            (select min(slot_start) from raw.camera_observations)
        )
        """
    ).fetchall()
    return Period(first if first is not None and first < now else now - WEEK, now)


def _is_synthetic(connection: Connection, now: datetime) -> bool:
    """Whether anything that the report may show is."""
    [(is_synthetic,)] = connection.execute(
        """
        select
            exists (select from raw.inbox where is_synthetic)
            or exists (select from raw.area_history where is_synthetic)
            or exists (select from raw.camera_observations where is_synthetic and slot_start >= %s)
        """,
        [now - WEEK],
    ).fetchall()
    return bool(is_synthetic)


def read_report(connection: Connection, now: datetime) -> WeeklyReport:
    """Put the report of the coming week together.

    Args:
        connection: Open connection, in one transaction: all figures are of one moment.
        now: As-of time.
    """
    week_start = coming_week(now)
    forecast = _forecast(connection, week_start)
    covered = set(forecast.hours["area_code"]) if isinstance(forecast, Forecast) else set()
    areas = connection.execute("select kecamatan_code, kecamatan_name from reference.kecamatan order by 1").fetchall()
    statuses = connection.execute(
        "select status, count(*) from raw.camera_observations"
        " where slot_start >= %s and slot_start < %s group by status",
        [now - WEEK, now],
    ).fetchall()
    [(cameras,)] = connection.execute("select count(*) from raw.cameras").fetchall()
    return WeeklyReport(
        week_start=week_start,
        as_of=now,
        forecast=forecast,
        areas_without_forecast=tuple(name for code, name in areas if code not in covered),
        accuracy=_accuracy(connection, week_start),
        last_week=read_last_week(connection, week_start),
        beside=read_beside(connection),
        coverage=read_coverage(connection),
        counted=_counted(connection, now),
        intake=_intake(connection),
        camera_count=cameras,
        camera_statuses=dict(statuses),
        gates=_gates(connection),
        is_synthetic=_is_synthetic(connection, now),
        code_version=version("jakarta-smart-city"),
        jam_threshold=jam_threshold(connection),
    )
