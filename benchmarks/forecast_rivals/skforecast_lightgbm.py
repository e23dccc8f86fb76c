"""LightGBM by skforecast, recursive: the last day's hours, the weekly lags, rolling means, the calendar.

Belongs here: its features, its settings. Does not belong here: the comparison (benchmarks/forecast_accuracy.py).

Its interval is skforecast's own: conformal, by the residuals of its training in bins of the forecast.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.forecast_rivals.settings import OBJECTIVES, SETTINGS, is_holiday, local_clock, without_gaps

LAGS = (1, 2, 3, 23, 24, 25, 48, 167, 168, 169, 336, 504, 672)
WINDOWS = (24, 168)
# Hours that must be left to learn from behind the longest lag.
LEAST_HOURS = 72


def forecast(known: pd.DataFrame, week: pd.DataFrame, country: str) -> dict[str, np.ndarray]:
    """Quantiles of the hours of `week`, in its order (area, hour), from rows in the same order."""
    from lightgbm import LGBMRegressor
    from skforecast.preprocessing import RollingFeatures
    from skforecast.recursive import ForecasterRecursiveMultiSeries

    hours = known["hour_start"].nunique()
    lags = [lag for lag in LAGS if lag <= hours - LEAST_HOURS]
    windows = [size for size in WINDOWS if size <= hours - LEAST_HOURS]
    peer = ForecasterRecursiveMultiSeries(
        LGBMRegressor(**OBJECTIVES["p50"], **SETTINGS),
        lags=lags,
        window_features=RollingFeatures(stats=["mean"] * len(windows), window_sizes=windows),
        encoding="ordinal",
    )
    series = {name: _filled(rows) for name, rows in known.groupby("area_id")}
    peer.fit(
        series=series,
        exog={name: _calendar(rows, country) for name, rows in known.groupby("area_id")},
        store_in_sample_residuals=True,
        suppress_warnings=True,
    )
    ahead = {name: _calendar(rows, country) for name, rows in week.groupby("area_id")}
    steps = week["hour_start"].nunique()
    found = peer.predict_interval(steps, exog=ahead, method="conformal", interval=[0.1, 0.9], suppress_warnings=True)
    by_area = {name: rows for name, rows in found.groupby("level")}
    columns = {"p10": "lower_bound", "p50": "pred", "p90": "upper_bound"}
    return {
        name: np.concatenate([by_area[area][column].to_numpy() for area in week["area_id"].unique()])
        for name, column in columns.items()
    }


def _filled(rows: pd.DataFrame) -> pd.Series:
    """Values on the local clock, without gaps, of which rolling means take none."""
    return without_gaps(rows.set_index(pd.DatetimeIndex(local_clock(rows)))["value"].asfreq("h"))


def _calendar(rows: pd.DataFrame, country: str) -> pd.DataFrame:
    clock = local_clock(rows)
    return pd.DataFrame(
        {
            "hour": clock.dt.hour.to_numpy(),
            "day_of_week": clock.dt.day_of_week.to_numpy(),
            "is_holiday": is_holiday(clock, country).to_numpy(),
        },
        index=pd.DatetimeIndex(clock, freq="h"),
    )
