"""Everything that the weekly report shows, read from the marts, the forecast and the gates.

Belongs here: queries. Does not belong here: scoring (accuracy), wording and layout (render).
"""

from datetime import date, datetime, timedelta
from importlib.metadata import version

import pandas as pd
from psycopg import Connection

from assets.cctv.panel import TIMEZONE, jam_threshold, read_panel
from assets.clock import coming_week
from assets.reports.accuracy import add_baselines, score_week
from assets.reports.model import (
    FORECAST_COLUMNS,
    GATE_COLUMNS,
    INTAKE_COLUMNS,
    AccuracySummary,
    Forecast,
    NoForecast,
    Period,
    Skill,
    WeeklyReport,
)

WEEK = timedelta(days=7)


def _hours(connection: Connection, week_start: date) -> pd.DataFrame:
    """The published hours of a week with the names of their areas; empty where nothing was published."""
    rows = connection.execute(
        """
        select hours.area_code, areas.kecamatan_name,
            regexp_replace(areas.kota_name, '^(Kota|Kabupaten) Administrasi ', ''), hours.hour_start, hours.jam_index,
            hours.jam_index_p10, hours.jam_index_p90, hours.jam_probability
        from forecast.jam_hours as hours
        inner join reference.kecamatan as areas on areas.kecamatan_code = hours.area_code
        where hours.week_start = %s
        order by hours.area_code, hours.hour_start
        """,
        [week_start],
    ).fetchall()
    frame = pd.DataFrame(rows, columns=FORECAST_COLUMNS)
    frame["hour_start"] = pd.to_datetime(frame["hour_start"], utc=True).dt.tz_convert(TIMEZONE)
    return frame


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
        "select cutoff, model, training_start, training_end, backtest from forecast.runs where week_start = %s",
        [week_start],
    ).fetchone()
    if run is None:
        [(measured,)] = connection.execute(
            "select count(*) from marts.fct_area_hours where jam_index is not null"
        ).fetchall()
        return NoForecast.HISTORY_TOO_SHORT if measured else NoForecast.NO_OBSERVATIONS
    cutoff, model, start, end, backtest = run
    weeks = int(backtest.get("windows", 0))
    return Forecast(
        hours=_hours(connection, week_start),
        cutoff=cutoff,
        model=model,
        training=Period(start, end),
        backtest=_skill(backtest) if weeks else None,
        backtest_weeks=weeks,
    )


def _accuracy(connection: Connection, week_start: date, now: datetime, threshold: float) -> AccuracySummary | None:
    """How right the forecast of the newest measured week before this one was."""
    run = connection.execute(
        """
        select week_start, cutoff, is_hindcast from forecast.runs
        where week_start < %s
        order by week_start desc
        limit 1
        """,
        [week_start],
    ).fetchone()
    if run is None:
        return None
    week, cutoff, is_hindcast = run
    start = pd.Timestamp(week, tz=TIMEZONE)
    panel, _ = read_panel(connection, min(now, (start + WEEK).to_pydatetime()))
    published = add_baselines(_hours(connection, week), panel[panel["hour_start"] < cutoff], cutoff)
    return score_week(week, published, panel[panel["hour_start"] >= start], threshold, is_hindcast=is_hindcast)


def _intake(connection: Connection) -> pd.DataFrame:
    rows = connection.execute(
        """
        select channel_name, received, accepted, returned, rejected, set_aside, quarantined
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


def _coverage(connection: Connection, now: datetime) -> Period:
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


def read_report(connection: Connection, now: datetime) -> WeeklyReport:
    """Put the report of the coming week together.

    Args:
        connection: Open connection, in one transaction: all figures are of one moment.
        now: As-of time.
    """
    week_start = coming_week(now)
    threshold = jam_threshold(connection)
    forecast = _forecast(connection, week_start)
    covered = set(forecast.hours["area_code"]) if isinstance(forecast, Forecast) else set()
    areas = connection.execute("select kecamatan_code, kecamatan_name from reference.kecamatan order by 1").fetchall()
    statuses = connection.execute(
        "select status, count(*) from raw.camera_observations"
        " where slot_start >= %s and slot_start < %s group by status",
        [now - WEEK, now],
    ).fetchall()
    [(cameras, is_synthetic)] = connection.execute(
        """
        select
            (select count(*) from raw.cameras),
            exists (select from raw.inbox where is_synthetic)
            or exists (select from raw.area_history where is_synthetic)
            or exists (select from raw.camera_observations where is_synthetic and slot_start >= %s)
        """,
        [now - WEEK],
    ).fetchall()
    return WeeklyReport(
        week_start=week_start,
        as_of=now,
        forecast=forecast,
        areas_without_forecast=tuple(name for code, name in areas if code not in covered),
        accuracy=_accuracy(connection, week_start, now, threshold),
        coverage=_coverage(connection, now),
        intake=_intake(connection),
        camera_count=cameras,
        camera_statuses=dict(statuses),
        gates=_gates(connection),
        is_synthetic=is_synthetic,
        code_version=version("jakarta-smart-city"),
        jam_threshold=threshold,
    )
