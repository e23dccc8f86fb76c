"""The forecaster beside its baselines, on the same past cut-offs.

Belongs here: rolling cut-offs, one row per forecast hour, scores of those rows.
Does not belong here: how to measure (ml/forecast/metrics.py), reading files (ml/forecast/evaluate.py).
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import clone

from ml.forecast.baselines import four_week_median, same_hour_last_week
from ml.forecast.frame import HOUR, Grid, PanelError, check_panel, to_grid
from ml.forecast.history import WEEK_HOURS, history_at
from ml.forecast.metrics import (
    brier,
    coverage,
    jam_f1,
    jam_overlap,
    mae,
    mase,
    pinball,
    wape,
    weekly_naive_scale,
)
from ml.forecast.model import HorizonError, WeekAheadForecaster

FORECASTS = ("model", "same_hour_last_week", "four_week_median")
QUANTILES = {"p10": 0.1, "model": 0.5, "p90": 0.9}


def backtest(
    panel: pd.DataFrame,
    forecaster: WeekAheadForecaster,
    *,
    windows: int,
    horizon: int = WEEK_HOURS,
    on_window: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:
    """Forecast the last windows of a panel, each from the data before it alone; the model is fitted anew each time.

    Args:
        panel: Obeys `ml.forecast.frame.check_panel`; hours after the last value are ignored.
        forecaster: Settings to fit; stays unfitted itself.
        windows: Number of windows, at least 1; they end with the last value and do not overlap.
        horizon: Hours of a window, 1 to 168.
        on_window: Called after each window with its number (from 1) and the number of windows.

    Returns:
        One row per window, area and hour: `window`, `area_id`, `hour_start`, `actual`, `model`, `p10`, `p90`,
        `jam_probability`, `same_hour_last_week`, `four_week_median`, `jam_threshold` (the forecaster's: as it is set,
        or the 85th percentile of the area's data before the window) and `naive_scale` (same-hour-last-week error
        of that data). An area appears from the first window on that it has a row before.

    Raises:
        PanelError: If the panel breaks the contract or less than one week lies before the first window.
        HorizonError: If `horizon` is outside 1..168.
    """
    if not 1 <= horizon <= WEEK_HOURS:
        raise HorizonError(horizon)
    check_panel(panel)
    observed = panel.dropna(subset="value")
    _check_length(observed, windows, horizon)
    last = observed["hour_start"].max()
    results = []
    for window in range(1, windows + 1):
        cutoff = last - (windows - window + 1) * horizon * HOUR
        results.append(_one_window(panel, forecaster, cutoff, horizon).assign(window=window))
        if on_window is not None:
            on_window(window, windows)
    return pd.concat(results, ignore_index=True)


def scores(rows: pd.DataFrame) -> dict[str, dict[str, float | None]]:
    """Measures of each forecast over all rows of a backtest that were observed.

    Args:
        rows: From `backtest`.

    Returns:
        For `model`, `same_hour_last_week` and `four_week_median`: `mae` (unit of the panel), `mase`, `wape`
        (dimensionless), `jam_f1`; `quantile_loss` (mean of the pinball losses at 0.1, 0.5 and 0.9, unit of the
        panel), `coverage` (of the 80% interval), `brier` and `jam_overlap`. The baselines have no interval, and
        their probabilities are 0 or 1. What cannot be told, such as the overlap of no jams, is None.
    """
    return {
        name: {measure: _finite_or_none(value) for measure, value in _measures(rows, name).items()}
        for name in FORECASTS
    }


def _measures(rows: pd.DataFrame, name: str) -> dict[str, float]:
    actual = rows["actual"].to_numpy(dtype=float)
    forecast, threshold = rows[name].to_numpy(dtype=float), rows["jam_threshold"].to_numpy(dtype=float)
    is_model = name == "model"
    losses = [pinball(actual, rows[column], probability) for column, probability in QUANTILES.items()]
    return {
        "mae": mae(actual, forecast),
        "mase": mase(actual, forecast, rows["naive_scale"]),
        "wape": wape(actual, forecast),
        "jam_f1": jam_f1(actual, forecast, threshold),
        "quantile_loss": float(np.mean(losses)) if is_model else float("nan"),
        "coverage": coverage(actual, rows["p10"], rows["p90"]) if is_model else float("nan"),
        "brier": brier(actual, rows["jam_probability"] if is_model else forecast > threshold, threshold),
        "jam_overlap": jam_overlap(actual, forecast, threshold, _area_days(rows)),
    }


def _area_days(rows: pd.DataFrame) -> npt.NDArray[np.int64]:
    days = rows["hour_start"].dt.tz_localize(None).dt.normalize()
    return np.asarray(rows.groupby([rows["area_id"], days]).ngroup(), dtype=np.int64)


def _finite_or_none(value: float) -> float | None:
    """None for what JSON, and with it the database, has no number for."""
    return value if math.isfinite(value) else None


def _one_window(
    panel: pd.DataFrame, forecaster: WeekAheadForecaster, cutoff: pd.Timestamp, horizon: int
) -> pd.DataFrame:
    known = panel[panel["hour_start"] <= cutoff]
    fitted = clone(forecaster).fit(known)
    forecast = fitted.predict(horizon).rename(columns={"value": "model"})
    thresholds = np.repeat(fitted.jam_thresholds_, horizon)
    baselines = _baselines(to_grid(known), horizon).assign(jam_threshold=thresholds)
    beside = forecast.merge(baselines, on=["area_id", "hour_start"])
    actual = panel[["area_id", "hour_start", "value"]].rename(columns={"value": "actual"})
    return beside.merge(actual, on=["area_id", "hour_start"], how="left")


def _baselines(grid: Grid, horizon: int) -> pd.DataFrame:
    history = history_at(grid, len(grid.hours) - 1)
    hours = pd.date_range(grid.hours[-1] + HOUR, periods=horizon, freq=HOUR)
    return pd.DataFrame(
        {
            "area_id": np.repeat(pd.Index(grid.areas).to_numpy(), horizon),
            "hour_start": hours.take(np.tile(np.arange(horizon), len(grid.areas))),
            "same_hour_last_week": same_hour_last_week(history)[:, :horizon].ravel(),
            "four_week_median": four_week_median(history)[:, :horizon].ravel(),
            "naive_scale": np.repeat([weekly_naive_scale(column) for column in grid.matrix.T], horizon),
        }
    )


def _check_length(observed: pd.DataFrame, windows: int, horizon: int) -> None:
    if windows < 1:
        raise PanelError(expected="at least 1 window", found=str(windows), remedy="Ask for one or more.")
    needed = windows * horizon + WEEK_HOURS
    stamps = observed["hour_start"]
    found = 0 if observed.empty else int((stamps.max() - stamps.min()) // HOUR) + 1
    if found < needed:
        raise PanelError(
            expected=f"{needed} hours: {windows} windows of {horizon} hours and one week before them",
            found=f"{found} hours with values",
            remedy="Bring a longer panel, or ask for fewer windows.",
        )
