"""How much of the usual traffic was left on a holiday when it last passed: little on Lebaran, most on other days.

Belongs here: measuring holidays that have passed, recalling them at a cut-off.
Does not belong here: which days are holidays (ml/forecast/calendar.py).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ml.forecast.frame import HOUR, FloatArray, Grid
from ml.forecast.history import WEEK_HOURS, WEEKS, nanmedian

DAY_HOURS = 24
# With fewer hours the share would speak of a part of the day.
MIN_HOURS = 12


@dataclass(frozen=True)
class PastHoliday:
    """One holiday that lies wholly in the panel.

    Attributes:
        name: As the calendar names it.
        last_row: Row of the grid with its last hour; nothing later was read.
        share: Sum of the day over the sum of the four-week median at the same hours, shape (A,); NaN where too
            little was observed.
    """

    name: str
    last_row: int
    share: FloatArray


def past_holidays(grid: Grid, names: Mapping[dt.date, str]) -> tuple[PastHoliday, ...]:
    """Measure every holiday of the panel, oldest first."""
    first = grid.hours[[0]].tz_localize(None)[0]
    found = []
    for day, name in sorted(names.items()):
        row = int((np.datetime64(day) - first.to_datetime64()) / HOUR.to_timedelta64())
        if row >= WEEK_HOURS and row + DAY_HOURS <= len(grid.hours):
            found.append(PastHoliday(_plain(name), row + DAY_HOURS - 1, _share(grid.matrix, row)))
    return tuple(found)


def last_share(past: Sequence[PastHoliday], name: str, cutoff: int, areas: int) -> FloatArray:
    """Share at the latest passing of a holiday known at a cut-off, shape (A,); NaN if it never passed.

    An area that was not observed then takes the median of the areas that were.
    """
    for holiday in reversed(past):
        if holiday.last_row <= cutoff and holiday.name == _plain(name):
            return np.where(np.isnan(holiday.share), nanmedian(holiday.share, axis=0), holiday.share)
    return np.full(areas, np.nan)


def _plain(name: str) -> str:
    """Name without the remark in brackets: `(observed)`, `(estimated)`."""
    return name.split(" (")[0]


def _share(values: FloatArray, row: int) -> FloatArray:
    day = values[row : row + DAY_HOURS]
    lags = [row - week * WEEK_HOURS for week in range(1, WEEKS + 1) if row >= week * WEEK_HOURS]
    usual = nanmedian(np.stack([values[lag : lag + DAY_HOURS] for lag in lags]), axis=0)
    both = ~np.isnan(day) & ~np.isnan(usual)
    total = np.where(both, usual, 0.0).sum(axis=0)
    known = (both.sum(axis=0) >= MIN_HOURS) & (total > 0)
    return np.where(known, np.where(both, day, 0.0).sum(axis=0) / np.where(known, total, 1.0), np.nan)
