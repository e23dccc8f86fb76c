"""The four-week median drawn towards days of its kind: a few days show each hour of the week once or never.

Belongs here: kinds of days, that profile, how far days lie from what it would say of them.
Does not belong here: filling what no day shows (ml/forecast/history.py), when it is used (ml/forecast/blend.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ml.forecast.frame import BoolArray, FloatArray, IntArray
from ml.forecast.history import WEEK_HOURS, History, nanmean, nanmedian

# Working days, Saturdays, Sundays and holidays.
KINDS = WORKING_DAY, SATURDAY, DAY_OFF = range(3)
DAY_HOURS = 24
# The days of its kind weigh as much as so many weeks of the hour's own. Chosen on random weeks of the interstate and of
# the loops in ../shared/real/traffic that `jsc bench forecast --panel` does not judge.
WEIGHT_WEEKS = 3
# The week to come differs by so much more from the days before than these from each other; chosen in the same way.
WIDENING = 1.15


@dataclass(frozen=True)
class DayKinds:
    """One of KINDS for each hour.

    Attributes:
        target: Of the 168 hours after a cut-off, shape (168,).
        lagged: Of the same hours of the last four weeks, oldest first, shape (4, 168).
    """

    target: IntArray
    lagged: IntArray


def day_kind(day_of_week: IntArray, is_holiday: BoolArray) -> IntArray:
    """Kind of each day, from its number in the week (Monday is 0).

    >>> day_kind(np.array([4, 4, 5, 6]), np.array([False, True, False, False])).tolist()
    [0, 2, 1, 2]
    """
    return np.select([is_holiday | (day_of_week == 6), day_of_week == 5], [DAY_OFF, SATURDAY], WORKING_DAY)


def like_days_median(history: History, kinds: DayKinds, median: FloatArray) -> FloatArray:
    """The median of each hour of the week, drawn towards that of the same hour on all days of its kind.

    Args:
        history: What is known at the cut-off.
        kinds: Of the same cut-off.
        median: What stands where no day of the kind was seen, shape (A, 168).

    Returns:
        Shape (A, 168), unit of the panel, NaN only where `median` is.
    """
    drawn = _drawn(history.weeks, kinds)
    return np.where(np.isnan(drawn), median, drawn)


def unseen_residuals(history: History, kinds: DayKinds) -> FloatArray:
    """How far each day of the last four weeks is from what the others of its kind say of it.

    Returns:
        Shape (4, A, 168), in levels of the area; NaN where not observed and where it was alone of its kind. Where every
        day was, all other days say it; all 0 if nothing was observed but one day.
    """
    weeks = history.weeks
    alike, of_any_kind = np.full_like(weeks, np.nan), np.full_like(weeks, np.nan)
    for week in range(weeks.shape[1]):
        for first in range(0, WEEK_HOURS, DAY_HOURS):
            day = slice(first, first + DAY_HOURS)
            others = weeks.copy()
            others[:, week, day] = np.nan
            alike[:, week, day] = _drawn(others, DayKinds(kinds.lagged[week], kinds.lagged))[:, day]
            of_any_kind[:, week, day] = nanmedian(others.reshape(len(weeks), -1, DAY_HOURS), axis=1)
    for said in (alike, of_any_kind):
        residuals = (weeks - said).swapaxes(0, 1) / history.level[:, None]
        if (~np.isnan(residuals)).any():
            return residuals
    return np.zeros_like(residuals)


def kind_spreads(residuals: FloatArray, kinds: DayKinds) -> FloatArray:
    """How far days of each of KINDS usually lie from the others of it, shape (3,), in levels of the area.

    Args:
        residuals: From `unseen_residuals` of the same history.
        kinds: Of the same cut-off.

    Returns:
        That of the most uncertain kind where no residual is of a kind.
    """
    of_area = np.broadcast_to(kinds.lagged[:, None], residuals.shape)
    spreads = np.array([nanmean(np.abs(residuals[of_area == kind]), axis=0) for kind in KINDS])
    return np.where(np.isnan(spreads), np.nanmax(spreads), spreads)


def _drawn(weeks: FloatArray, kinds: DayKinds) -> FloatArray:
    """As `like_days_median`, NaN where no day of the kind was seen."""
    of_its_kind = np.where(kinds.lagged == kinds.target, weeks, np.nan)
    own, count = nanmedian(of_its_kind, axis=1), (~np.isnan(of_its_kind)).sum(axis=1)
    alike = np.full_like(own, np.nan)
    for kind in KINDS:
        by_day = np.where(kinds.lagged == kind, weeks, np.nan).reshape(len(weeks), -1, DAY_HOURS)
        all_week = np.tile(nanmedian(by_day, axis=1), (1, WEEK_HOURS // DAY_HOURS))
        alike = np.where(kinds.target == kind, all_week, alike)
    drawn = (count * np.nan_to_num(own) + WEIGHT_WEEKS * alike) / (count + WEIGHT_WEEKS)
    return np.asarray(drawn)
