"""Features of the week ahead of a cut-off, from nothing but the history at that cut-off and the calendar.

Belongs here: what the model sees of a target hour.
Does not belong here: cutting at the cut-off (ml/forecast/history.py), learning.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ml.forecast import baselines
from ml.forecast.calendar import DAY_COLUMNS, SchoolBreaks, day_features, holiday_names
from ml.forecast.frame import HOUR, BoolArray, FloatArray, Grid
from ml.forecast.history import LAG_WEEKS, WEEK_HOURS, WEEKS, History, history_at, last_weeks, nanmean, nanmedian
from ml.forecast.like_days import DayKinds, day_kind, like_days_median
from ml.forecast.odd_even import OddEven
from ml.forecast.past_holidays import PastHoliday, last_share, past_holidays

SUNDAY = 6
# The order of the features' last axis. No number here is of a whole week: of a series there are few weeks, and trees
# that told them apart by their level learned each by heart (4 % more error on the metro series).
FEATURE_NAMES = (
    *(f"lag_{week}_weeks" for week in range(1, LAG_WEEKS + 1)),
    "four_week_median",
    "eight_week_median",
    "base",
    "base_hour_before",
    "base_hour_after",
    "four_week_spread",
    "eight_week_spread",
    "sunday_minus_base",
    "hour",
    "day_of_week",
    "hour_of_week",
    *DAY_COLUMNS,
    "lag_1_is_holiday",
    "lag_holidays",
    "lag_fasting",
    "lag_school_break",
    "last_holiday_share",
    "odd_even_roads",
    "lag_odd_even_roads",
    "rain_lag_1_week",
    "rain_lags",
)


@dataclass(frozen=True)
class Calendar:
    """The days around a panel.

    Attributes:
        days: From `ml.forecast.calendar.day_features`.
        names: Holiday by date.
        past: Holidays measured in the panel, each to be used only at cut-offs after it.
        odd_even: The city's rule.
    """

    days: pd.DataFrame
    names: Mapping[dt.date, str]
    past: tuple[PastHoliday, ...]
    odd_even: OddEven


@dataclass(frozen=True)
class WeekAhead:
    """The 168 hours after a cut-off, as the model sees them.

    Attributes:
        features: Shape (A, 168, F), F = len(FEATURE_NAMES); NaN where the history is silent.
        base: What the model corrects: the median of the lagged weeks that had no holiday, shape (A, 168).
        four_week_median: Shape (A, 168), unit of the panel.
        levelled: The four-week median at the level of the last week, same shape.
        like_days: The four-week median drawn towards days of its kind, same shape.
        is_off: Whether the day, or the same day in one of the lagged weeks, is a holiday, shape (168,).
        kinds: Of the days ahead and of the last four weeks.
        history: What was known.
    """

    features: FloatArray
    base: FloatArray
    four_week_median: FloatArray
    levelled: FloatArray
    like_days: FloatArray
    is_off: BoolArray
    kinds: DayKinds
    history: History


@dataclass(frozen=True)
class _Days:
    """Calendar features by name, of the days of the 168 hours after a cut-off and of the weeks before.

    Attributes:
        target: Shape (168,) each.
        lagged: The same hours of the last eight weeks, oldest first, shape (8, 168) each.
    """

    target: Mapping[str, FloatArray]
    lagged: Mapping[str, FloatArray]


def calendar_of(
    grid: Grid, country: str, school_breaks: SchoolBreaks = (), odd_even: OddEven | None = None
) -> Calendar:
    """Calendar from eight weeks before the panel to the end of the week ahead of it."""
    first: dt.date = (grid.hours[0] - LAG_WEEKS * WEEK_HOURS * HOUR).date()
    last: dt.date = (grid.hours[-1] + (WEEK_HOURS + 24) * HOUR).date()
    names = holiday_names(country, first, last)
    days = day_features(country, first, last, school_breaks)
    return Calendar(days, names, past_holidays(grid, names), odd_even or OddEven())


def week_ahead(grid: Grid, cutoff: int, calendar: Calendar) -> WeekAhead:
    """Features of the 168 hours after a cut-off.

    Args:
        grid: The panel; only rows up to `cutoff` are read.
        cutoff: Row of `grid` with the last known hour.
        calendar: From `calendar_of`.
    """
    history = history_at(grid, cutoff)
    # The clock at the cut-off runs on: a change to or from summer time shifts at most the week it falls in.
    clock = grid.hours[[cutoff]].tz_localize(None)[0]
    targets = pd.date_range(clock + HOUR, periods=WEEK_HOURS, freq=HOUR)
    days = _days_of(calendar, targets)
    median = baselines.four_week_median(history)
    quiet = _quiet_weeks(history, days.lagged["is_holiday"])
    base = _quiet_median(quiet[:, -WEEKS:], median)
    columns = {
        **_level_columns(history, median, base, targets),
        **_long_columns(history, _quiet_median(quiet, base)),
        **_clock_columns(targets),
        **_day_columns(days),
        "last_holiday_share": _holiday_shares(calendar, targets, cutoff, len(grid.areas)),
        **_odd_even_columns(calendar.odd_even, grid, targets, days),
        **_rain_columns(grid, cutoff),
    }
    kinds = _kinds(targets, days)
    shape = (len(grid.areas), WEEK_HOURS)
    return WeekAhead(
        features=np.stack([np.broadcast_to(columns[name], shape) for name in FEATURE_NAMES], axis=2),
        base=base,
        four_week_median=median,
        levelled=_levelled(history, median),
        like_days=like_days_median(history, kinds, median),
        is_off=(days.target["is_holiday"] > 0) | (days.lagged["is_holiday"][-WEEKS:] > 0).any(axis=0),
        kinds=kinds,
        history=history,
    )


def _days_of(calendar: Calendar, targets: pd.DatetimeIndex) -> _Days:
    rows = ((targets.normalize() - calendar.days.index[0]) // pd.Timedelta(days=1)).to_numpy()
    lagged = np.stack([rows - 7 * week for week in range(LAG_WEEKS, 0, -1)])
    columns = {name: calendar.days[name].to_numpy() for name in DAY_COLUMNS}
    return _Days(
        target={name: column[rows] for name, column in columns.items()},
        lagged={name: column[lagged] for name, column in columns.items()},
    )


def _kinds(targets: pd.DatetimeIndex, days: _Days) -> DayKinds:
    day_of_week = targets.day_of_week.to_numpy()
    lagged_is_holiday = days.lagged["is_holiday"][-WEEKS:] > 0
    return DayKinds(day_kind(day_of_week, days.target["is_holiday"] > 0), day_kind(day_of_week, lagged_is_holiday))


def _day_columns(days: _Days) -> dict[str, FloatArray]:
    return {
        **days.target,
        "lag_1_is_holiday": days.lagged["is_holiday"][-1],
        "lag_holidays": days.lagged["is_holiday"][-WEEKS:].sum(axis=0),
        "lag_fasting": days.lagged["is_fasting"][-WEEKS:].mean(axis=0),
        "lag_school_break": days.lagged["is_school_break"][-WEEKS:].mean(axis=0),
    }


def _levelled(history: History, median: FloatArray) -> FloatArray:
    """The median times the last week's sum over the median's sum at the hours that were observed."""
    observed = history.weeks[:, -1]
    expected = np.where(np.isnan(observed), 0.0, median).sum(axis=1)
    ratio = np.divide(np.nansum(observed, axis=1), expected, out=np.ones(len(median)), where=expected > 0)
    return np.asarray(median * ratio[:, None])


def _holiday_shares(calendar: Calendar, targets: pd.DatetimeIndex, cutoff: int, areas: int) -> FloatArray:
    shares = np.full((areas, WEEK_HOURS), np.nan)
    dates = targets.date
    for day in sorted(set(dates) & calendar.names.keys()):
        share = last_share(calendar.past, calendar.names[day], cutoff, areas)
        shares[:, dates == day] = share[:, None]
    return shares


def _odd_even_columns(rule: OddEven, grid: Grid, targets: pd.DatetimeIndex, days: _Days) -> dict[str, FloatArray]:
    """Roads under the rule at the hour, and on average at the lagged hours, shape (A, 168) each."""
    roads = np.array([rule.roads.get(str(area), 0) for area in grid.areas], dtype=float)[:, None]
    now = rule.in_force(targets, days.target["is_holiday"])
    lags = [
        rule.in_force(targets - week * WEEK_HOURS * HOUR, days.lagged["is_holiday"][-week])
        for week in range(1, WEEKS + 1)
    ]
    return {"odd_even_roads": roads * now, "lag_odd_even_roads": roads * np.mean(lags, axis=0)}


def _rain_columns(grid: Grid, cutoff: int) -> dict[str, FloatArray]:
    """Rain at the same hour of the last week, and on average of the last four, mm, shape (A, 168) each."""
    if grid.rain is None:
        nothing = np.full((len(grid.areas), WEEK_HOURS), np.nan)
        return {"rain_lag_1_week": nothing, "rain_lags": nothing}
    weeks = last_weeks(grid.rain[: cutoff + 1], WEEKS)
    return {"rain_lag_1_week": weeks[:, -1], "rain_lags": nanmean(weeks, axis=1)}


def _quiet_weeks(history: History, lagged_is_holiday: FloatArray) -> FloatArray:
    """The last eight weeks without their holidays, shape (A, 8, 168)."""
    return np.where(lagged_is_holiday[None] == 0, history.lag_weeks, np.nan)


def _quiet_median(quiet: FloatArray, otherwise: FloatArray) -> FloatArray:
    """Median of weeks without their holidays, shape (A, 168); the other one where nothing is left of them."""
    median = nanmedian(quiet, axis=1)
    return np.where(np.isnan(median), otherwise, median)


def _long_columns(history: History, median: FloatArray) -> dict[str, FloatArray]:
    """What the last eight weeks say, in levels of the area, shape (A, 168) each."""
    scale = history.level[:, None]
    return {
        **{f"lag_{week}_weeks": history.lag_weeks[:, -week] / scale for week in range(1, LAG_WEEKS + 1)},
        "eight_week_median": median / scale,
        "eight_week_spread": nanmean(np.abs(history.lag_weeks - median[:, None]), axis=1) / scale,
    }


def _level_columns(
    history: History, median: FloatArray, base: FloatArray, targets: pd.DatetimeIndex
) -> dict[str, FloatArray]:
    scale = history.level[:, None]
    weeks = history.weeks / scale[:, None]
    scaled_base = base / scale
    sundays = np.flatnonzero(targets.day_of_week == SUNDAY)
    by_hour = sundays[np.argsort(history.hour_of_day[sundays])]
    sunday = scaled_base[:, by_hour][:, history.hour_of_day]
    return {
        "four_week_median": median / scale,
        "base": scaled_base,
        "base_hour_before": np.roll(scaled_base, 1, axis=1),
        "base_hour_after": np.roll(scaled_base, -1, axis=1),
        "four_week_spread": nanmean(np.abs(weeks - scaled_base[:, None]), axis=1),
        "sunday_minus_base": sunday - scaled_base,
    }


def _clock_columns(targets: pd.DatetimeIndex) -> dict[str, FloatArray]:
    hour = targets.hour.to_numpy(dtype=float)
    day = targets.day_of_week.to_numpy(dtype=float)
    return {"hour": hour, "day_of_week": day, "hour_of_week": day * 24 + hour}
