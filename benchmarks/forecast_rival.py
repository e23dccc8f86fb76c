"""LightGBM by mlforecast, as somebody who knows both would set it up for an hourly series.

Belongs here: its features, its settings, its forecasts of given weeks. Does not belong here: the comparison
(forecast.py).

Every lag is at least the horizon, so that no forecast rests on another: recursive and direct are one. Tried on the
metro series and left out, as they made it no better: differences (of a week, of a day and a week: much worse),
holiday flags of the lagged weeks, squared loss, 300 to 1,000 trees, 15 or 31 leaves.
"""

from importlib.util import find_spec
from typing import Any

import numpy as np
import pandas as pd

LAGS = (168, 336, 504, 672)
WINDOWS = (24, 168, 672)
QUANTILES = {"lightgbm_p10": 0.1, "lightgbm_p90": 0.9}
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


class NoRivalError(Exception):
    """LightGBM or mlforecast is not installed; the message says what to do."""


def need_rival() -> None:
    """Refuse to begin a long measurement that could not end.

    Raises:
        NoRivalError: One of the two is missing.
    """
    missing = [name for name in ("lightgbm", "mlforecast") if find_spec(name) is None]
    if missing:
        raise NoRivalError(f"expected LightGBM and mlforecast, found no {' and no '.join(missing)}: run make benchmark")


def rival_rows(panel: pd.DataFrame, rows: pd.DataFrame, country: str) -> pd.DataFrame:
    """Forecast the windows of a backtest, trained anew on what lies before each.

    Args:
        panel: Complete, one row per area and hour.
        rows: From `ml.forecast.backtest.backtest`: which windows.
        country: ISO 3166 code whose holidays count.

    Returns:
        Columns window, area_id, hour_start, lightgbm, lightgbm_p10, lightgbm_p90; the rows of the backtest.
    """
    found = []
    for window, own in rows.groupby("window"):
        known = panel[(panel["hour_start"] < own["hour_start"].min()) & panel["area_id"].isin(own["area_id"])]
        week = own[["area_id", "hour_start"]]
        found.append(week.assign(window=window, **_forecast(known, week, country)))
    return pd.concat(found, ignore_index=True)


def _forecast(known: pd.DataFrame, week: pd.DataFrame, country: str) -> dict[str, np.ndarray]:
    from lightgbm import LGBMRegressor
    from mlforecast import MLForecast
    from mlforecast.lag_transforms import RollingMean
    from mlforecast.target_transforms import LocalStandardScaler

    models = {"lightgbm": LGBMRegressor(objective="mae", **SETTINGS)}
    models |= {name: LGBMRegressor(objective="quantile", alpha=share, **SETTINGS) for name, share in QUANTILES.items()}
    rival = MLForecast(
        models=models,
        freq="h",
        lags=list(LAGS),
        lag_transforms={LAGS[0]: [RollingMean(hours) for hours in WINDOWS]},
        date_features=["hour", "dayofweek"],
        target_transforms=[LocalStandardScaler()],
    )
    table = _named(known, country).assign(y=known.groupby("area_id")["value"].transform(_without_gaps).to_numpy())
    features = pd.DataFrame(rival.preprocess(table, static_features=[]))
    # What was filled in stands in lags, where there must be a number, and trains nothing.
    observed = known["value"].notna().to_numpy()[features.index]
    features = features[observed]
    rival.fit_models(features.drop(columns=["unique_id", "ds", "y"]), features["y"].to_numpy())
    ahead = _named(week, country)
    horizon = ahead["ds"].nunique()
    forecast = ahead.merge(rival.predict(horizon, X_df=ahead), on=["unique_id", "ds"], how="left", validate="1:1")
    return {name: forecast[name].to_numpy() for name in models}


def _named(rows: pd.DataFrame, country: str) -> pd.DataFrame:
    """Rows by mlforecast's names, on the local clock (a file has one offset), with the holiday flag."""
    from ml.forecast.calendar import holiday_names

    clock = rows["hour_start"].dt.tz_localize(None)
    days = holiday_names(country, clock.min().date(), clock.max().date())
    is_holiday = clock.dt.date.isin(list(days)).astype(int)
    return pd.DataFrame({"unique_id": rows["area_id"], "ds": clock, "is_holiday": is_holiday}).reset_index(drop=True)


def _without_gaps(values: pd.Series) -> pd.Series:
    """Gaps filled by the same hour of the nearest weeks before, then after, then by their neighbours."""
    filled = values
    for week in (1, 2, 3, 4, -1, -2, -3, -4):
        filled = filled.fillna(values.shift(week * 168))
    return filled.interpolate(limit_direction="both").fillna(0.0)
