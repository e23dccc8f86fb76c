"""LightGBM by hand: weekly lags, their medians and spread, the calendar; two targets, whose forecasts are averaged.

Belongs here: its features, its two targets. Does not belong here: the comparison (benchmarks/forecast_accuracy.py).

The panel is laid out in weeks that end with the last known hour, so that every feature of a week is known before it.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from benchmarks.forecast_rivals.settings import OBJECTIVES, SETTINGS, local_clock
from ml.forecast.calendar import holiday_names
from ml.forecast.history import WEEK_HOURS, last_weeks, nanmean, nanmedian

LAGS = 8
FAR_DAYS = 7


def forecast(known: pd.DataFrame, week: pd.DataFrame, country: str) -> dict[str, np.ndarray]:
    """Quantiles of the hours of `week`, in its order (area, hour), from rows in the same order."""
    values = known["value"].to_numpy(dtype=float).reshape(known["area_id"].nunique(), -1).T
    # One network of areas of different size: each in units of its own mean.
    scale = np.nanmean(np.abs(values), axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    weeks = -(-len(values) // WEEK_HOURS)
    blocks = last_weeks(values / scale, weeks).transpose(1, 0, 2)
    ahead = np.concatenate([blocks, np.full_like(blocks[:1], np.nan)])
    begins = local_clock(week).iloc[0]
    features = _features(ahead, begins, country)
    base = features[..., LAGS]
    is_known = ~np.isnan(ahead) & ~np.isnan(base)
    train, target = features[is_known], ahead[is_known]
    steps = week["hour_start"].nunique()
    asked = features[-1, :, :steps].reshape(-1, features.shape[-1])
    median, week_base = base[is_known], base[-1, :, :steps].ravel()
    sizes = np.repeat(scale, steps)
    return {name: sizes * _mean_of_two(train, target, median, asked, week_base, name) for name in OBJECTIVES}


def _mean_of_two(
    train: np.ndarray, target: np.ndarray, median: np.ndarray, asked: np.ndarray, base: np.ndarray, name: str
) -> np.ndarray:
    """Forecast by the values, and by their departures from the median, on average."""
    from lightgbm import LGBMRegressor

    value = LGBMRegressor(**OBJECTIVES[name], **SETTINGS).fit(train, target)
    departure = LGBMRegressor(**OBJECTIVES[name], **SETTINGS).fit(train, target - median)
    base = np.where(np.isnan(base), np.nanmean(target), base)
    return np.asarray((value.predict(asked) + base + departure.predict(asked)) / 2)


def _features(blocks: np.ndarray, begins: pd.Timestamp, country: str) -> np.ndarray:
    """Of every hour, shape (weeks, areas, 168, features); the four-week median stands behind the lags."""
    weeks, areas, _ = blocks.shape
    padded = np.concatenate([np.full((LAGS, *blocks.shape[1:]), np.nan), blocks])
    lags = np.stack([padded[LAGS - lag : LAGS - lag + weeks] for lag in range(1, LAGS + 1)])
    level = nanmean(padded, axis=2)
    levels = np.stack([level[LAGS - lag : LAGS - lag + weeks] for lag in range(1, 5)])
    last_level, four_levels = levels[0][..., None], nanmean(levels, axis=0)[..., None]
    hours = begins + pd.to_timedelta(np.arange((1 - weeks) * WEEK_HOURS, WEEK_HOURS), unit="h")
    columns = [
        *lags,
        nanmedian(lags[:4], axis=0),
        nanmedian(lags, axis=0),
        nanmean(np.abs(lags[:4] - nanmedian(lags[:4], axis=0)), axis=0),
        nanmean(np.abs(lags - nanmedian(lags, axis=0)), axis=0),
        last_level,
        four_levels,
        *_calendar(hours, weeks, country),
    ]
    return np.stack([np.broadcast_to(column, (weeks, areas, WEEK_HOURS)) for column in columns], axis=-1)


def _calendar(hours: pd.DatetimeIndex, weeks: int, country: str) -> list[np.ndarray]:
    """Hour of week, days to the nearest holiday, and whether each lagged hour was one, shape (weeks, 1, 168) each."""
    days = hours.normalize().to_numpy()
    reach = dt.timedelta(weeks=LAGS + 1)
    names = holiday_names(country, hours[0].date() - reach, hours[-1].date() + reach)
    off = np.array(sorted(names), dtype="datetime64[D]")
    far = np.full(len(days), FAR_DAYS)
    apart = (days.astype("datetime64[D]")[:, None] - off[None]).astype(int) if len(off) else far[:, None]
    nearest = np.take_along_axis(apart, np.abs(apart).argmin(axis=1)[:, None], axis=1)[:, 0]
    lagged = [np.isin(days.astype("datetime64[D]") - 7 * lag, off) for lag in range(1, LAGS + 1)]
    hour_of_week = hours.day_of_week.to_numpy() * 24 + hours.hour.to_numpy()
    columns = [hour_of_week, np.clip(nearest, -FAR_DAYS, FAR_DAYS), *lagged]
    return [np.asarray(column, dtype=float).reshape(weeks, 1, WEEK_HOURS) for column in columns]
