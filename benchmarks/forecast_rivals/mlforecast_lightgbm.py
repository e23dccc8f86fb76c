"""LightGBM by mlforecast, as somebody who knows both would set it up for an hourly series.

Belongs here: its features. Does not belong here: the comparison (benchmarks/forecast_accuracy.py).

Every lag is at least the horizon, so that no forecast rests on another: recursive and direct are one. Tried on the
metro series and left out, as they made it no better: differences (of a week, of a day and a week: much worse),
holiday flags of the lagged weeks, squared loss, 300 to 1,000 trees, 15 or 31 leaves.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.forecast_rivals.settings import OBJECTIVES, SETTINGS, is_holiday, local_clock, without_gaps

LAGS = (168, 336, 504, 672)
WINDOWS = (24, 168, 672)
# Hours that must be left to learn from behind the longest lag.
LEAST_HOURS = 48


def forecast(known: pd.DataFrame, week: pd.DataFrame, country: str) -> dict[str, np.ndarray]:
    """Quantiles of the hours of `week`, in its order (area, hour), from rows in the same order."""
    from lightgbm import LGBMRegressor
    from mlforecast import MLForecast
    from mlforecast.lag_transforms import RollingMean
    from mlforecast.target_transforms import LocalStandardScaler

    longest = known["hour_start"].nunique() - LEAST_HOURS
    windows = [hours for hours in WINDOWS if LAGS[0] + hours <= longest]
    rival = MLForecast(
        models={name: LGBMRegressor(**objective, **SETTINGS) for name, objective in OBJECTIVES.items()},
        freq="h",
        lags=[lag for lag in LAGS if lag <= longest],
        lag_transforms={LAGS[0]: [RollingMean(hours) for hours in windows]} if windows else None,
        date_features=["hour", "dayofweek"],
        target_transforms=[LocalStandardScaler()],
    )
    table = _named(known, country).assign(y=known.groupby("area_id")["value"].transform(without_gaps).to_numpy())
    features = pd.DataFrame(rival.preprocess(table, static_features=[]))
    # What was filled in stands in lags, where there must be a number, and trains nothing.
    observed = known["value"].notna().to_numpy()[features.index]
    features = features[observed]
    rival.fit_models(features.drop(columns=["unique_id", "ds", "y"]), features["y"].to_numpy())
    ahead = _named(week, country)
    horizon = ahead["ds"].nunique()
    found = ahead.merge(rival.predict(horizon, X_df=ahead), on=["unique_id", "ds"], how="left", validate="1:1")
    return {name: found[name].to_numpy() for name in OBJECTIVES}


def _named(rows: pd.DataFrame, country: str) -> pd.DataFrame:
    """Rows by mlforecast's names, with the holiday flag."""
    clock = local_clock(rows)
    named = pd.DataFrame({"unique_id": rows["area_id"], "ds": clock, "is_holiday": is_holiday(clock, country)})
    return named.reset_index(drop=True)
