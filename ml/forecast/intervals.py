"""How far a forecast may be off, from the errors of past weeks that were forecast the same way.

Belongs here: residuals to quantiles, quantiles to interval and probability (split conformal).
Does not belong here: making the residuals (ml/forecast/model.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ml.forecast.frame import FloatArray
from ml.forecast.history import History, nanmean

PROBABILITIES = np.arange(1, 100) / 100
LOW, HIGH = 9, 89  # of PROBABILITIES: 0.10 and 0.90
# One week of an area's own residuals weighs as much as those of all areas together.
SHRINKAGE_HOURS = 168
# A borrowed shape is off by more than the residuals of areas with their own shape show.
SHORT_HISTORY_WIDENING = 1.5


@dataclass(frozen=True)
class Residuals:
    """Distribution of scaled residuals.

    Attributes:
        by_hour: Quantiles at PROBABILITIES for each hour of day, shape (24, 99), in levels of the area.
        area_factor: How much wider or narrower than all areas together each area is, shape (A,), positive.
    """

    by_hour: FloatArray
    area_factor: FloatArray


def residual_distribution(residuals: FloatArray, hour_of_day: npt.NDArray[np.int64]) -> Residuals:
    """Pool residuals over areas by hour of day, the neighbouring hours included.

    Args:
        residuals: Actual minus forecast over the area's level, shape (W, A, 168); NaN where not observed; at
            least one is not.
        hour_of_day: Local hour of each step, shape (168,).
    """
    size = np.abs(residuals)
    typical = float(np.nanmean(size))
    count = (~np.isnan(size)).sum(axis=(0, 2))
    own = np.nansum(size, axis=(0, 2))
    factor = (own + SHRINKAGE_HOURS * typical) / (count + SHRINKAGE_HOURS)
    factor = factor / typical if typical > 0 else np.ones_like(factor)
    scaled = residuals / factor[None, :, None]
    everything = scaled[~np.isnan(scaled)]
    by_hour = []
    for hour in range(24):
        near = scaled[:, :, np.isin(hour_of_day, [(hour - 1) % 24, hour, (hour + 1) % 24])]
        near = near[~np.isnan(near)]
        by_hour.append(np.quantile(near if near.size else everything, PROBABILITIES))
    return Residuals(by_hour=np.stack(by_hour), area_factor=factor)


def unmodelled_residuals(history: History) -> FloatArray:
    """Deviations from the hour-of-day mean, where no past week can be forecast: wide on purpose.

    Returns:
        Shape (4, A, 168), in levels of the area; all 0 if nothing was observed in four weeks.
    """
    areas = len(history.weeks)
    by_day = history.weeks.reshape(areas, -1, 24)
    deviation = (by_day - nanmean(by_day, axis=1)[:, None]) / history.level[:, None, None]
    residuals = deviation.reshape(areas, -1, history.weeks.shape[2]).swapaxes(0, 1)
    return residuals if (~np.isnan(residuals)).any() else np.zeros_like(residuals)


def outcomes(point: FloatArray, residuals: Residuals, history: History) -> FloatArray:
    """Equally likely outcomes around a point forecast, ascending.

    Args:
        point: Shape (A, 168), unit of the panel.
        residuals: From `residual_distribution`.
        history: What was known at the cut-off.

    Returns:
        Shape (A, 168, 99), unit of the panel: the quantiles at PROBABILITIES.
    """
    width = residuals.area_factor * history.level * np.where(history.is_short, SHORT_HISTORY_WIDENING, 1.0)
    return point[:, :, None] + width[:, None, None] * residuals.by_hour[history.hour_of_day][None]
