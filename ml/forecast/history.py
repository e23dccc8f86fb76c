"""What is known of every area at a cut-off: the last weeks as area x week x hour of week, and their level.

Belongs here: cutting at the cut-off (the one place that does), levels, filling what was never observed.
Does not belong here: the calendar, learning.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

from ml.forecast.frame import BoolArray, FloatArray, Grid

WEEK_HOURS = 168
WEEKS = 4
# The model also sees the weeks before those four, one by one.
LAG_WEEKS = 8
# A year of older weeks is looked at only where the last four weeks are silent.
OLDER_WEEKS = 52
# Two weeks show each hour of week twice; below that an area borrows the shape of the others.
SHORT_HISTORY_DAYS = 14
# An area whose level is next to nothing would turn noise into huge scaled values.
LEVEL_FLOOR_SHARE = 0.05


@dataclass(frozen=True)
class History:
    """The panel as it was known at one cut-off; step j of the week ahead has the hour of week of column j.

    Attributes:
        weeks: Last four weeks, oldest first, shape (A, 4, 168), unit of the panel, NaN where not observed.
        lag_weeks: Last eight weeks, in the same way, shape (A, 8, 168).
        older: Hour-of-week median of the last year, shape (A, 168), NaN where never observed, and everywhere in an
            area whose last four weeks show every hour of the week.
        hour_of_day: Local hour of each step, shape (168,), 0..23.
        level: Positive mean magnitude of the last four weeks, shape (A,), unit of the panel.
        is_short: True where fewer than 14 days of the last four weeks have any value, shape (A,).
    """

    weeks: FloatArray
    lag_weeks: FloatArray
    older: FloatArray
    hour_of_day: np.ndarray[tuple[int], np.dtype[np.int64]]
    level: FloatArray
    is_short: np.ndarray[tuple[int], np.dtype[np.bool_]]

    @property
    def is_borrower(self) -> BoolArray:
        """Areas that take the shape of the others, shape (A,): those of a short history where not all have one."""
        return self.is_short & ~self.is_short.all()


def history_at(grid: Grid, cutoff: int) -> History:
    """Cut the panel at a cut-off.

    Args:
        grid: The panel.
        cutoff: Row of `grid` with the last known hour; no later row is read.
    """
    known = grid.matrix[: cutoff + 1]
    lag_weeks = last_weeks(known, LAG_WEEKS)
    weeks = lag_weeks[:, -WEEKS:]
    is_silent = np.any(np.all(np.isnan(weeks), axis=1), axis=1)
    older = np.full((len(weeks), WEEK_HOURS), np.nan)
    older[is_silent] = nanmedian(last_weeks(known[:, is_silent], OLDER_WEEKS), axis=1)
    hour_of_day = (grid.hours[cutoff].hour + 1 + np.arange(WEEK_HOURS)) % 24
    return History(
        weeks=weeks,
        lag_weeks=lag_weeks,
        older=older,
        hour_of_day=hour_of_day,
        level=_level(weeks, older),
        is_short=(~np.isnan(weeks)).reshape(len(weeks), -1, 24).any(axis=2).sum(axis=1) < SHORT_HISTORY_DAYS,
    )


def filled_profile(profile: FloatArray, history: History) -> FloatArray:
    """Fill the holes of an hour-of-week profile so that every step of every area has a value.

    In this order: the other areas' profile at the area's level; the area's own older weeks; its own median at
    that hour of day; its level.

    Args:
        profile: Shape (A, 168), NaN where the area shows nothing.
        history: What is known at the same cut-off.
    """
    scaled = profile / history.level[:, None]
    pooled = nanmedian(scaled, axis=0)[None, :] * history.level[:, None]
    filled = profile
    for candidate in (pooled, history.older, _hour_of_day_median(history)):
        filled = np.where(np.isnan(filled), candidate, filled)
    return np.where(np.isnan(filled), history.level[:, None], filled)


def borrowed_profile(profile: FloatArray, history: History) -> FloatArray:
    """Give areas with a short history the shape of the others, at the level of what they have shown.

    Args:
        profile: Complete, shape (A, 168).
        history: What is known at the same cut-off.

    Returns:
        Shape (A, 168); unchanged where the history is not short, and everywhere if it is short everywhere.
    """
    if not history.is_borrower.any():
        return profile
    lenders = ~history.is_borrower
    shape = np.median(profile[lenders] / history.level[lenders, None], axis=0)
    expected = np.where(np.isnan(history.weeks), 0.0, shape).sum(axis=(1, 2))
    seen = np.where(expected > 0, np.nansum(history.weeks, axis=(1, 2)), history.level)
    level = seen / np.where(expected > 0, expected, 1.0)
    return np.where(history.is_borrower[:, None], shape * level[:, None], profile)


def last_weeks(values: FloatArray, weeks: int) -> FloatArray:
    """The last weeks of a matrix of hours x areas, shape (A, weeks, 168), oldest first, NaN before its first row."""
    tail = values[-weeks * WEEK_HOURS :]
    padded = np.full((weeks * WEEK_HOURS, values.shape[1]), np.nan)
    padded[len(padded) - len(tail) :] = tail
    return padded.T.reshape(values.shape[1], weeks, WEEK_HOURS)


def nanmedian(values: FloatArray, axis: int) -> FloatArray:
    """Median that is NaN, without a warning, where every value is NaN."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.asarray(np.nanmedian(values, axis=axis))


def nanmean(values: FloatArray, axis: int | tuple[int, ...]) -> FloatArray:
    """Mean that is NaN, without a warning, where every value is NaN."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.asarray(np.nanmean(values, axis=axis))


def _level(weeks: FloatArray, older: FloatArray) -> FloatArray:
    """Mean magnitude, averaged per hour of day first: an outage by night must not raise the level."""
    by_hour = np.abs(weeks).reshape(len(weeks), -1, 24)
    level = nanmean(nanmean(by_hour, axis=1), axis=1)
    level = np.where(np.isnan(level), nanmean(np.abs(older), axis=1), level)
    typical = float(nanmedian(level, axis=0))
    typical = typical if typical > 0 else 1.0
    return np.maximum(np.where(np.isnan(level), typical, level), LEVEL_FLOOR_SHARE * typical)


def _hour_of_day_median(history: History) -> FloatArray:
    areas = len(history.weeks)
    by_hour = nanmedian(history.weeks.reshape(areas, -1, 24), axis=1)
    return np.tile(by_hour, (1, WEEK_HOURS // 24))
