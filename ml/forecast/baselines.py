"""The two forecasts that every model must beat, from the same cut-off and the same data.

Belongs here: forecasts without anything learnt.
Does not belong here: the calendar, the model.
"""

from __future__ import annotations

import numpy as np

from ml.forecast.frame import FloatArray
from ml.forecast.history import History, filled_profile, nanmedian


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
