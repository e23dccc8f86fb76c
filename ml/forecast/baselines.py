"""The two forecasts that every model must beat, from the same cut-off and the same data.

Belongs here: forecasts without anything learnt.
Does not belong here: the calendar, the model.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ml.forecast.frame import HOUR, FloatArray, Grid
from ml.forecast.history import WEEK_HOURS, History, filled_profile, history_at, nanmedian


def same_hour_last_week(history: History) -> FloatArray:
    """Value of the same hour of the last week; where missing, of the week before it, and so on back.

    Returns:
        Shape (A, 168), unit of the panel, never NaN.
    """
    latest = history.weeks[:, -1]
    for week in range(history.weeks.shape[1] - 2, -1, -1):
        latest = np.where(np.isnan(latest), history.weeks[:, week], latest)
    return filled_profile(latest, history)


def four_week_median(history: History) -> FloatArray:
    """Median of the same hour of week over the last four weeks, of the weeks that have it.

    Returns:
        Shape (A, 168), unit of the panel, never NaN.
    """
    return filled_profile(nanmedian(history.weeks, axis=1), history)


def baselines_ahead(grid: Grid, horizon: int) -> pd.DataFrame:
    """Both baselines for the hours behind the last row of a panel; a second week repeats the first.

    Args:
        grid: The panel.
        horizon: Hours, at least 1.

    Returns:
        One row per area and hour, sorted by both: `area_id`, `hour_start`, `last_week`, `four_week_median`.
    """
    history = history_at(grid, len(grid.hours) - 1)
    step = np.arange(horizon)
    hours = pd.date_range(grid.hours[-1] + HOUR, periods=horizon, freq=HOUR)
    return pd.DataFrame(
        {
            "area_id": np.repeat(pd.Index(grid.areas).to_numpy(), horizon),
            "hour_start": hours.take(np.tile(step, len(grid.areas))),
            "last_week": same_hour_last_week(history)[:, step % WEEK_HOURS].ravel(),
            "four_week_median": four_week_median(history)[:, step % WEEK_HOURS].ravel(),
        }
    )
