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

from ml.forecast.baselines import four_week_median
from ml.forecast.calendar import DAY_COLUMNS, SchoolBreaks, day_features, holiday_names
from ml.forecast.frame import HOUR, FloatArray, Grid
from ml.forecast.history import WEEK_HOURS, WEEKS, History, history_at, last_weeks, nanmean, nanmedian
from ml.forecast.odd_even import OddEven
from ml.forecast.past_holidays import PastHoliday, last_share, past_holidays

SUNDAY = 6
FEATURE_NAMES = (
    *(f"lag_{week}_weeks" for week in range(1, WEEKS + 1)),
    "median_4_weeks",
    "base",
    "base_hour_before",
    "base_hour_after",
    "spread_4_weeks",
    "sunday_minus_base",
    "week_ratio",
    "two_week_ratio",
    "three_day_ratio",
    "day_ratio",
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
        profile: The four-week median, shape (A, 168), unit of the panel.
        levelled: The four-week median at the level of the last week, same shape.
        history: What was known.
    """

    features: FloatArray
    base: FloatArray
    profile: FloatArray
    levelled: FloatArray
    history: History


def calendar_of(
    grid: Grid, country: str, school_breaks: SchoolBreaks = (), odd_even: OddEven | None = None
) -> Calendar:
    """Calendar from four weeks before the panel to the end of the week ahead of it."""
    first: dt.date = (grid.hours[0] - WEEKS * WEEK_HOURS * HOUR).date()
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
    table = calendar.days.to_numpy()
    rows = ((targets.normalize() - calendar.days.index[0]) // pd.Timedelta(days=1)).to_numpy()
    lag_days = np.stack([table[rows - 7 * week] for week in range(WEEKS, 0, -1)])
    profile = four_week_median(history)
    base = _quiet_weeks_median(history, profile, lag_days)
    columns = [
        *_level_columns(history, profile, base, targets),
        *_clock_columns(targets),
        *table[rows].T,
        lag_days[-1, :, DAY_COLUMNS.index("is_holiday")],
        lag_days[:, :, DAY_COLUMNS.index("is_holiday")].sum(axis=0),
        lag_days[:, :, DAY_COLUMNS.index("is_fasting")].mean(axis=0),
        lag_days[:, :, DAY_COLUMNS.index("is_school_break")].mean(axis=0),
        _holiday_shares(calendar, targets, cutoff, len(grid.areas)),
        *_odd_even_columns(calendar, grid, targets, table[rows], lag_days),
        *_rain_columns(grid, cutoff),
    ]
    shape = (len(grid.areas), WEEK_HOURS)
    return WeekAhead(
        features=np.stack([np.broadcast_to(column, shape) for column in columns], axis=2),
        base=base,
        profile=profile,
        levelled=_levelled(history, profile),
        history=history,
    )


def _levelled(history: History, profile: FloatArray) -> FloatArray:
    ratio = _ratio(history, profile, WEEK_HOURS)
    return profile * np.where(np.isnan(ratio), 1.0, ratio)


def _holiday_shares(calendar: Calendar, targets: pd.DatetimeIndex, cutoff: int, areas: int) -> FloatArray:
    shares = np.full((areas, WEEK_HOURS), np.nan)
    dates = targets.date
    for day in sorted(set(dates) & calendar.names.keys()):
        share = last_share(calendar.past, calendar.names[day], cutoff, areas)
        shares[:, dates == day] = share[:, None]
    return shares


def _odd_even_columns(
    calendar: Calendar, grid: Grid, targets: pd.DatetimeIndex, days: FloatArray, lag_days: FloatArray
) -> list[FloatArray]:
    """Roads under the rule at the hour, and on average at the lagged hours, shape (A, 168) each."""
    rule, holiday = calendar.odd_even, DAY_COLUMNS.index("is_holiday")
    roads = np.array([rule.roads.get(str(area), 0) for area in grid.areas], dtype=float)[:, None]
    now = rule.in_force(targets, days[:, holiday])
    lags = [
        rule.in_force(targets - week * WEEK_HOURS * HOUR, lag_days[WEEKS - week, :, holiday])
        for week in range(1, WEEKS + 1)
    ]
    return [roads * now, roads * np.mean(lags, axis=0)]


def _rain_columns(grid: Grid, cutoff: int) -> list[FloatArray]:
    """Rain at the same hour of the last week, and on average of the last four, mm, shape (A, 168) each."""
    if grid.rain is None:
        nothing = np.full((len(grid.areas), WEEK_HOURS), np.nan)
        return [nothing, nothing]
    weeks = last_weeks(grid.rain[: cutoff + 1], WEEKS)
    return [weeks[:, -1], nanmean(weeks, axis=1)]


def _quiet_weeks_median(history: History, profile: FloatArray, lag_days: FloatArray) -> FloatArray:
    quiet = lag_days[:, :, DAY_COLUMNS.index("is_holiday")] == 0
    median = nanmedian(np.where(quiet[None], history.weeks, np.nan), axis=1)
    return np.where(np.isnan(median), profile, median)


def _level_columns(
    history: History, profile: FloatArray, base: FloatArray, targets: pd.DatetimeIndex
) -> list[FloatArray]:
    scale = history.level[:, None]
    weeks = history.weeks / scale[:, None]
    scaled_base = base / scale
    sundays = np.flatnonzero(targets.day_of_week == SUNDAY)
    by_hour = sundays[np.argsort(history.hour_of_day[sundays])]
    sunday = scaled_base[:, by_hour][:, history.hour_of_day]
    return [
        *(weeks[:, WEEKS - week] for week in range(1, WEEKS + 1)),
        profile / scale,
        scaled_base,
        np.roll(scaled_base, 1, axis=1),
        np.roll(scaled_base, -1, axis=1),
        nanmean(np.abs(weeks - scaled_base[:, None]), axis=1),
        sunday - scaled_base,
        *(_ratio(history, profile, hours) for hours in (WEEK_HOURS, 2 * WEEK_HOURS, 72, 24)),
    ]


def _ratio(history: History, profile: FloatArray, hours: int) -> FloatArray:
    """Sum of the last hours over the profile's sum at the hours that were observed, shape (A, 1)."""
    areas = len(profile)
    observed = history.weeks.reshape(areas, -1)[:, -hours:]
    expected = np.tile(profile, (1, WEEKS))[:, -hours:]
    expected = np.where(np.isnan(observed), np.nan, expected)
    total = np.nansum(expected, axis=1)
    safe = np.where(total > 0, total, np.nan)
    return np.asarray(np.nansum(observed, axis=1) / safe)[:, None]


def _clock_columns(targets: pd.DatetimeIndex) -> list[FloatArray]:
    hour = targets.hour.to_numpy(dtype=float)
    day = targets.day_of_week.to_numpy(dtype=float)
    return [hour, day, day * 24 + hour]
