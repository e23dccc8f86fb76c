"""Everything that the weekly congestion report shows, read from the marts, the forecast and the gates.

Belongs here: queries. Does not belong here: what stands beside the forecast (read_beside), wording and layout.
"""

from datetime import date, datetime, timedelta
from importlib.metadata import version

import pandas as pd
from psycopg import Connection
from psycopg.rows import dict_row

from assets.clock import city_zone, coming_week, midnight
from assets.reports.city_lists import CityLists, corridors
from assets.reports.model import (
    FORECAST_COLUMNS,
    GATE_COLUMNS,
    INTAKE_COLUMNS,
    Cameras,
    Forecast,
    Intake,
    JamWindow,
    NoForecast,
    Period,
    WeeklyReport,
)
from assets.reports.read_accuracy import backtest_errors, read_accuracy
from assets.reports.read_ahead import read_ahead
from assets.reports.read_beside import read_beside, read_coverage, read_last_week, slots_in_service
from assets.traffic.panel import jam_threshold

WEEK = timedelta(days=7)
INTAKE_DAYS = 28


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
    frame["hour_start"] = pd.to_datetime(frame["hour_start"], utc=True).dt.tz_convert(city_zone().key)
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
    return tuple(JamWindow(**row | {clock: row[clock].astimezone(city_zone()) for clock in clocks}) for row in rows)


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
        backtest=backtest_errors(backtest) if weeks else None,
        backtest_weeks=weeks,
        published_as=published_as,
        reason=reason,
    )


def _intake(connection: Connection, now: datetime) -> Intake:
    """What was received in the last four weeks, beside all that ever was; by the day of receipt."""
    last = now.astimezone(city_zone()).date()
    first = last - timedelta(days=INTAKE_DAYS - 1)
    rows = connection.execute(
        """
        select
            channels.channel_name,
            coalesce(sum(days.received), 0),
            coalesce(sum(days.accepted_records), 0),
            coalesce(sum(days.returned_records), 0),
            coalesce(sum(days.rejected_records), 0),
            coalesce(sum(days.set_aside), 0),
            coalesce(sum(days.quarantined), 0),
            coalesce(sum(days.pending), 0),
            channels.received,
            channels.accepted_records,
            channels.first_received_date_wib
        from marts.mart_intake_by_channel as channels
        left join marts.mart_channel_daily as days
            on channels.channel = days.channel and days.received_date_wib between %s and %s
        where channels.received > 0
        group by channels.channel, channels.channel_name, channels.received, channels.accepted_records,
            channels.first_received_date_wib
        order by channels.channel_name
        """,
        [first, last],
    ).fetchall()
    period = Period(midnight(first), midnight(last + timedelta(days=1)))
    since = min((row[-1] for row in rows if row[-1] is not None), default=first)
    return Intake(period, midnight(since), pd.DataFrame([row[:-1] for row in rows], columns=INTAKE_COLUMNS))


def _gates(connection: Connection) -> pd.DataFrame:
    """The newest result of each expectation; of dbt's tests and of the rows of a synthetic city one row each.

    These two judge what a build has: a test or a week that its newest run does not tell of is no finding any more.
    """
    rows = connection.execute(
        """
        with newest as (
            select distinct on (gate, expectation, subject)
                gate, expectation, subject, passed, expected, observed, evaluated_at
            from quality.gate_results
            where gate not in ('dbt', 'expected_counts')
            order by gate, expectation, subject, result_id desc
        ),
        builds as (
            select distinct on (gate) gate, run_id
            from quality.gate_results
            where gate in ('dbt', 'expected_counts')
            order by gate, result_id desc
        ),
        built as (
            select gate, bool_and(passed) as passed, count(*) as results,
                count(*) filter (where not passed) as failures, max(evaluated_at) as evaluated_at
            from quality.gate_results inner join builds using (gate, run_id)
            group by gate
        )
        select * from newest
        union all
        select gate, 'tests', 'dbt', passed, results::text, failures || ' of ' || results || ' tests failed',
            evaluated_at
        from built where gate = 'dbt'
        union all
        select gate, 'rows', 'marts and weeks', passed, 'as reviewed', failures::text, evaluated_at
        from built where gate = 'expected_counts'
        """
    ).fetchall()
    return pd.DataFrame(rows, columns=GATE_COLUMNS)


def _cameras(connection: Connection, now: datetime) -> Cameras:
    """Seven days of slots: those in which cameras were in service, and what became of those that were swept."""
    period = Period(now - WEEK, now)
    statuses = connection.execute(
        """
        with slots as (
            select distinct on (observed.camera_id, slot_start) status
            from raw.camera_observations as observed
            inner join raw.cameras on cameras.camera_id = observed.camera_id and cameras.is_enabled
            where slot_start >= %s and slot_start < %s
            order by observed.camera_id, slot_start, density_share is not null desc, captured_at desc
        )
        select status, count(*) from slots group by status
        """,
        [period.start, period.end],
    ).fetchall()
    [(cameras,)] = connection.execute("select count(*) from raw.cameras").fetchall()
    return Cameras(period, cameras, slots_in_service(connection, period), dict(statuses))


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


def read_report(connection: Connection, now: datetime, lists: CityLists) -> WeeklyReport:
    """Put the report of the coming week together.

    Args:
        connection: Open connection, in one transaction: all figures are of one moment.
        now: As-of time.
        lists: What the city keeps of events and speeds.
    """
    week_start = coming_week(now)
    forecast = _forecast(connection, week_start)
    covered = set(forecast.hours["area_code"]) if isinstance(forecast, Forecast) else set()
    areas = connection.execute("select kecamatan_code, kecamatan_name from reference.kecamatan order by 1").fetchall()
    threshold = jam_threshold(connection)
    return WeeklyReport(
        week_start=week_start,
        as_of=now,
        forecast=forecast,
        areas_without_forecast=tuple(name for code, name in areas if code not in covered),
        accuracy=read_accuracy(connection, week_start, threshold),
        last_week=read_last_week(connection, week_start),
        beside=read_beside(connection),
        coverage=read_coverage(connection),
        ahead=read_ahead(connection, week_start, lists),
        intake=_intake(connection, now),
        cameras=_cameras(connection, now),
        corridors=corridors(lists.speeds, now),
        gates=_gates(connection),
        is_synthetic=_is_synthetic(connection, now),
        code_version=version("jakarta-smart-city"),
        jam_threshold=threshold,
    )
