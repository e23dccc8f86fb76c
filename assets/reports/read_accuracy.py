"""How right past forecasts were, read from the marts and from the run that made a forecast.

Belongs here: queries and scores of past weeks. Does not belong here: the coming week (read.py), wording.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd
from psycopg import Connection
from psycopg.rows import dict_row

from assets.reports.skill import AREA_ACCURACY_COLUMNS, AccuracySummary, Compared, Skill

# Model and rules are held against each other on the hours for which all three said something. Hours of jam are those
# that jammed or that any of the three called jammed, so that none is judged on the hours of its own choice.
ACCURACY = """
    with newest as (
        select max(week_start) as week_start
        from marts.fct_forecast_accuracy
        where week_start < %(week)s and jam_index_measured is not null
    ),
    hours as (
        select
            accuracy.*,
            accuracy.last_week >= %(threshold)s as is_jam_last_week,
            accuracy.four_week_median >= %(threshold)s as is_jam_median
        from marts.fct_forecast_accuracy as accuracy
        inner join newest using (week_start)
        where jam_index_measured is not null and last_week is not null and four_week_median is not null
    ),
    marked as (
        select hours.*, is_jam_measured or is_jam_forecast or is_jam_last_week or is_jam_median as is_of_jam
        from hours
    )
    select
        marked.area_code,
        min(areas.area_name) as area_name,
        min(areas.kota_short_name) as kota_name,
        count(*) as measured_hours,
        avg(absolute_error) as mae_model,
        avg(absolute_error_last_week) as mae_same_hour_last_week,
        avg(absolute_error_four_week_median) as mae_four_week_median,
        min(marked.week_start) as week_start,
        bool_or(is_hindcast) as is_hindcast,
        avg(is_inside_interval::integer)::double precision as interval_share,
        count(*) filter (where is_of_jam) as jam_hours,
        avg(absolute_error) filter (where is_of_jam) as jam_mae_model,
        avg(absolute_error_last_week) filter (where is_of_jam) as jam_mae_same_hour_last_week,
        avg(absolute_error_four_week_median) filter (where is_of_jam) as jam_mae_four_week_median,
        (avg(is_inside_interval::integer) filter (where is_of_jam))::double precision as jam_interval_share,
        count(*) filter (where is_jam_measured) as jammed,
        sum(jam_probability) as expected,
        2.0::double precision * count(*) filter (where is_jam_measured and is_jam_forecast)
        / nullif(count(*) filter (where is_jam_measured) + count(*) filter (where is_jam_forecast), 0) as f1_model,
        2.0::double precision * count(*) filter (where is_jam_measured and is_jam_last_week)
        / nullif(count(*) filter (where is_jam_measured) + count(*) filter (where is_jam_last_week), 0)
            as f1_same_hour_last_week,
        2.0::double precision * count(*) filter (where is_jam_measured and is_jam_median)
        / nullif(count(*) filter (where is_jam_measured) + count(*) filter (where is_jam_median), 0)
            as f1_four_week_median
    from marked
    inner join marts.dim_areas as areas on areas.area_code = marked.area_code
    group by rollup (marked.area_code)
    order by marked.area_code nulls last
"""


def read_accuracy(connection: Connection, week_start: date, jam_threshold: float) -> AccuracySummary | None:
    """How right the forecast of the newest measured week before one was; None where none was measured.

    Args:
        connection: Open connection.
        week_start: Monday of the week that is forecast.
        jam_threshold: Jam index from which an hour counts as jammed.
    """
    cursor = connection.cursor(row_factory=dict_row)
    rows = cursor.execute(ACCURACY, {"week": week_start, "threshold": jam_threshold}).fetchall()
    if not rows or not rows[-1]["measured_hours"]:
        return None
    # The rollup's row of all areas comes last.
    *areas, city = rows
    skill = Skill(
        error=_compared(city, "mae_"),
        interval_share=city["interval_share"],
        jam_hours=city["jam_hours"],
        jam_error=_compared(city, "jam_mae_") if city["jam_hours"] else None,
        jam_interval_share=city["jam_interval_share"],
        jam_f1=_compared(city, "f1_") if city["jammed"] else None,
    )
    frame = pd.DataFrame(areas, columns=AREA_ACCURACY_COLUMNS)
    return AccuracySummary(
        week_start=city["week_start"],
        is_hindcast=city["is_hindcast"],
        skill=skill,
        jammed=city["jammed"],
        expected=city["expected"],
        areas=frame,
    )


def _compared(row: Mapping[str, Any], prefix: str) -> Compared:
    names = ("model", "same_hour_last_week", "four_week_median")
    return Compared(**{name: float(row[f"{prefix}{name}"]) for name in names})


def backtest_errors(backtest: Mapping[str, Mapping[str, float]]) -> Compared:
    """Mean absolute errors of a run's backtest, as ``forecast.runs`` keeps them."""
    return Compared(
        model=backtest["model"]["mae"],
        same_hour_last_week=backtest["same_hour_last_week"]["mae"],
        four_week_median=backtest["four_week_median"]["mae"],
    )
