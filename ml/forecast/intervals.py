"""How far a forecast may be off, from the errors of past weeks that were forecast the same way.

Belongs here: residuals to quantiles, quantiles to interval and probability (split conformal).
Does not belong here: making the residuals (ml/forecast/model.py), learning the spread (ml/forecast/learning.py).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ml.forecast.frame import FloatArray, IntArray
from ml.forecast.history import WEEK_HOURS, History

PROBABILITIES = np.arange(1, 100) / 100
LOW, HIGH = 9, 89  # of PROBABILITIES: 0.10 and 0.90
# An hour may jam where this one of PROBABILITIES, 0.95, is above the threshold; there the upper end of the interval may
# be as high as the last of them.
MAY_JAM = 94
# So much of the past hours that jammed the interval is to hold: a forecast is smoother than what happens and falls
# short of them. Those to come are held by some hundredths less, at least three of four.
JAMS_COVERED = 0.84
# Fewer of them tell nothing of the ones to come.
FEWEST_JAM_HOURS = 100
# Four weeks of an area's own residuals weigh as much as those of all areas together.
SHRINKAGE_HOURS = 4 * WEEK_HOURS
# A borrowed shape is off by more than the residuals of areas with their own shape show.
SHORT_HISTORY_WIDENING = 1.6
# No spread is narrower than this share of the usual one: a model that is very sure is sure of too much.
LEAST_SPREAD_SHARE = 0.1
# So many weeks ago a residual counts half as much as one of the last week: how far a forecast is off changes with the
# season.
HALF_LIFE_WEEKS = 8


@dataclass(frozen=True)
class Residuals:
    """Distribution of the residuals in units of the spread that was foreseen for them.

    Attributes:
        by_hour: Quantiles at PROBABILITIES for each hour of day, shape (24, 99).
        area_factor: How much wider or narrower than all areas together each area is, shape (A,), positive.
        least_spread: Narrowest spread, levels of the area.
        high_of_jams: Which of PROBABILITIES is the upper end of the interval in hours that may jam, HIGH or above.
    """

    by_hour: FloatArray
    area_factor: FloatArray
    least_spread: float
    high_of_jams: int = HIGH


def residual_distribution(
    residuals: FloatArray, spreads: FloatArray, area: IntArray, hour_of_day: IntArray, age: IntArray, areas: int
) -> Residuals:
    """Pool residuals over areas by hour of day, the neighbouring hours included.

    Args:
        residuals: Actual minus forecast over the area's level, shape (n,), n at least 1.
        spreads: How far below and above the forecast the value was thought to lie, same unit, shape (n, 2).
        area: Number of the area, shape (n,).
        hour_of_day: Local hour, shape (n,).
        age: Weeks since then, shape (n,).
        areas: How many areas there are.
    """
    least = LEAST_SPREAD_SHARE * float(np.median(spreads))
    scaled = residuals / _side(residuals, np.maximum(spreads, least))
    weights = 0.5 ** (age / HALF_LIFE_WEEKS)
    size = weights * np.abs(scaled)
    typical = float(size.sum() / weights.sum())
    count, own = (np.bincount(area, each, areas) for each in (weights, size))
    factor = (own + SHRINKAGE_HOURS * typical) / (count + SHRINKAGE_HOURS)
    factor = factor / typical if typical > 0 else np.ones_like(factor)
    scaled = scaled / factor[area]
    by_hour = []
    for hour in range(24):
        near = np.isin(hour_of_day, [(hour - 1) % 24, hour, (hour + 1) % 24])
        near = near if near.any() else np.ones_like(near)
        by_hour.append(_quantiles(scaled[near], weights[near]))
    return Residuals(by_hour=np.stack(by_hour), area_factor=factor, least_spread=least)


def with_jams_covered(
    known: Residuals,
    residuals: FloatArray,
    spreads: FloatArray,
    room: FloatArray,
    area: IntArray,
    hour_of_day: IntArray,
    age: IntArray,
) -> Residuals:
    """With the lowest upper end that holds JAMS_COVERED of the past hours that jammed, or the highest there is.

    Args:
        known: From `residual_distribution` of the same hours; the other arguments are as there.
        residuals: Shape (n,).
        spreads: Shape (n, 2).
        room: How far above the forecast a jam begins, unit of the residuals, shape (n,); negative below it.
        area: Shape (n,).
        hour_of_day: Shape (n,).
        age: Shape (n,).
    """
    is_jam = residuals > room
    if np.count_nonzero(is_jam) < FEWEST_JAM_HOURS:
        return known
    residuals, room, age = residuals[is_jam], room[is_jam], age[is_jam]
    steps = known.by_hour[hour_of_day[is_jam]]
    spreads = np.maximum(spreads[is_jam], known.least_spread)[:, None]
    off = known.area_factor[area[is_jam], None] * steps * _side(steps, spreads)
    weights = 0.5 ** (age / HALF_LIFE_WEEKS)
    is_above_low, may_jam = residuals >= np.minimum(off[:, LOW], 0.0), off[:, MAY_JAM] > room
    for high in range(HIGH, len(PROBABILITIES)):
        end = np.where(may_jam, off[:, high], off[:, HIGH])
        if np.average(is_above_low & (residuals <= np.maximum(end, 0.0)), weights=weights) >= JAMS_COVERED:
            break
    return replace(known, high_of_jams=high)


def upper_end(outcomes: FloatArray, thresholds: FloatArray, known: Residuals) -> FloatArray:
    """Upper end of the interval, shape (A, hours), from outcomes, shape (A, hours, 99), and thresholds, shape (A,)."""
    may_jam = outcomes[:, :, MAY_JAM] > thresholds[:, None]
    return np.where(may_jam, outcomes[:, :, known.high_of_jams], outcomes[:, :, HIGH])


def outcomes(point: FloatArray, spreads: FloatArray, residuals: Residuals, history: History) -> FloatArray:
    """Equally likely outcomes around a point forecast, ascending.

    Args:
        point: Shape (A, 168), unit of the panel.
        spreads: As for `residual_distribution`, shape (A, 168, 2), in levels of the area.
        residuals: From `residual_distribution`.
        history: What was known at the cut-off.

    Returns:
        Shape (A, 168, 99), unit of the panel: the quantiles at PROBABILITIES.
    """
    if history.is_borrower.any():
        usual = np.median(spreads[~history.is_borrower], axis=0)
        spreads = np.where(history.is_borrower[:, None, None], usual, spreads)
    width = residuals.area_factor * history.level * np.where(history.is_borrower, SHORT_HISTORY_WIDENING, 1.0)
    steps = residuals.by_hour[history.hour_of_day][None]
    off = steps * _side(steps, np.maximum(spreads, residuals.least_spread)[:, :, None])
    return np.asarray(point[:, :, None] + width[:, None, None] * off)


def _side(residuals: FloatArray, spreads: FloatArray) -> FloatArray:
    """The spread on the side of each residual; 1 where there is none."""
    spread = np.where(residuals < 0, spreads[..., 0], spreads[..., 1])
    return np.where(spread > 0, spread, 1.0)


def _quantiles(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Weighted quantiles at PROBABILITIES, shape (99,)."""
    order = np.argsort(values)
    reached = np.cumsum(weights[order]) - weights[order] / 2
    return np.interp(PROBABILITIES, reached / weights.sum(), values[order])
