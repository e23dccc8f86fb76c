"""What the peers share: LightGBM's settings, the clock, the holidays, gaps as they take them.

Belongs here: what two peers do alike. Does not belong here: a peer's features.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from ml.forecast.calendar import holiday_names

SETTINGS: dict[str, Any] = {
    "n_estimators": 400,
    "learning_rate": 0.03,
    "num_leaves": 63,
    "subsample": 0.8,
    "subsample_freq": 1,
    "colsample_bytree": 0.8,
    "random_state": 0,
    # Two OpenMP threads on two busy cores spin on each other.
    "n_jobs": 1,
    "verbosity": -1,
}
# Objective and its parameter of each quantile.
OBJECTIVES: dict[str, dict[str, Any]] = {
    "p10": {"objective": "quantile", "alpha": 0.1},
    "p50": {"objective": "mae"},
    "p90": {"objective": "quantile", "alpha": 0.9},
}


def local_clock(rows: pd.DataFrame) -> pd.Series:
    """Hours on the local clock, without their offset, of which a file has one."""
    return rows["hour_start"].dt.tz_localize(None)


def is_holiday(clock: pd.Series, country: str) -> pd.Series:
    """1 where the day is a holiday, else 0."""
    days = holiday_names(country, clock.min().date(), clock.max().date())
    return clock.dt.date.isin(list(days)).astype(int)


def without_gaps(values: pd.Series) -> pd.Series:
    """Gaps filled by the same hour of the nearest weeks before, then after, then by their neighbours."""
    filled = values
    for week in (1, 2, 3, 4, -1, -2, -3, -4):
        filled = filled.fillna(values.shift(week * 168))
    return filled.interpolate(limit_direction="both").fillna(0.0)
