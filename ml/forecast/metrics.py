"""Measures of a forecast against what happened.

Belongs here: pure functions of actual and forecast values.
Does not belong here: choosing cut-offs (ml/forecast/backtest.py).

Everywhere: hours without an actual value are left out; arrays have one common shape (n,).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ml.forecast.frame import FloatArray

# A jam of an area is relative to what that area is used to: the hours above this percentile of its training.
JAM_PERCENTILE = 85.0


def mae(actual: npt.ArrayLike, forecast: npt.ArrayLike) -> float:
    """Mean absolute error, in the unit of the values; NaN if nothing was observed.

    >>> mae([1.0, 2.0, float("nan")], [2.0, 4.0, 9.0])
    1.5
    """
    error = _absolute_error(actual, forecast)
    return float(error.mean()) if error.size else float("nan")


def wape(actual: npt.ArrayLike, forecast: npt.ArrayLike) -> float:
    """Sum of absolute errors over the sum of absolute actual values, dimensionless; 0 if both are 0.

    >>> wape([1.0, 3.0], [2.0, 4.0])
    0.5
    """
    observed = np.asarray(actual, dtype=float)
    return _share(float(_absolute_error(actual, forecast).sum()), float(np.abs(observed[~np.isnan(observed)]).sum()))


def mase(actual: npt.ArrayLike, forecast: npt.ArrayLike, scale: npt.ArrayLike) -> float:
    """Mean absolute scaled error, dimensionless: below 1 beats the in-sample same-hour-last-week forecast.

    Args:
        actual: Shape (n,).
        forecast: Shape (n,).
        scale: In-sample error of same-hour-last-week of the row's area, from `weekly_naive_scale`; one number
            or shape (n,). Rows with a NaN scale are left out. An exact forecast of a series that never changed
            (0 over 0) counts as 0.

    Source: Hyndman and Koehler, Another look at measures of forecast accuracy, 2006.

    >>> mase([1.0, 2.0], [2.0, 4.0], scale=3.0)
    0.5
    """
    observed = ~np.isnan(np.asarray(actual, dtype=float))
    scales = np.broadcast_to(np.asarray(scale, dtype=float), observed.shape)[observed]
    error = _absolute_error(actual, forecast)
    scaled = [_share(e, s) for e, s in zip(error, scales, strict=True) if not np.isnan(s)]
    return float(np.mean(scaled)) if scaled else float("nan")


def jam_f1(actual: npt.ArrayLike, forecast: npt.ArrayLike, threshold: npt.ArrayLike) -> float:
    """F1 of jam hours, in [0, 1]: harmonic mean of precision and recall; 0 if there was no jam to find.

    Args:
        actual: Shape (n,).
        forecast: Shape (n,).
        threshold: A jam is a value above it; one number or shape (n,), from `jam_threshold` of the training.

    >>> round(jam_f1([1.0, 9.0, 9.0, 9.0], [9.0, 9.0, 9.0, 1.0], threshold=5.0), 3)
    0.667
    """
    values = np.asarray(actual, dtype=float)
    observed = ~np.isnan(values)
    is_jam = values > threshold
    is_called = np.asarray(forecast, dtype=float) > threshold
    hits = int((is_jam & is_called & observed).sum())
    wrong = int(((is_jam != is_called) & observed).sum())
    return 2 * hits / (2 * hits + wrong) if hits else 0.0


def pinball(actual: npt.ArrayLike, forecast: npt.ArrayLike, probability: float) -> float:
    """Mean pinball (quantile) loss, in the unit of the values; NaN if nothing was observed.

    Args:
        actual: Shape (n,).
        forecast: The quantile as forecast, shape (n,).
        probability: Which quantile it is, in (0, 1); at 0.5 the loss is half the mean absolute error.

    Source: Koenker and Bassett, Regression quantiles, 1978.

    >>> pinball([10.0, 10.0, float("nan")], [8.0, 12.0, 0.0], probability=0.9)
    1.0
    """
    values = np.asarray(actual, dtype=float)
    above = values - np.asarray(forecast, dtype=float)
    loss = np.maximum(probability * above, (probability - 1) * above)[~np.isnan(values)]
    return float(loss.mean()) if loss.size else float("nan")


def coverage(actual: npt.ArrayLike, low: npt.ArrayLike, high: npt.ArrayLike) -> float:
    """Share of actual values within an interval, its ends included, in [0, 1]; NaN if nothing was observed.

    >>> coverage([1.0, 2.0, 5.0, float("nan")], low=[1.0, 1.0, 1.0, 1.0], high=[4.0, 4.0, 4.0, 4.0])
    0.6666666666666666
    """
    values = np.asarray(actual, dtype=float)
    is_inside = (values >= np.asarray(low, dtype=float)) & (values <= np.asarray(high, dtype=float))
    is_inside = is_inside[~np.isnan(values)]
    return float(is_inside.mean()) if is_inside.size else float("nan")


def brier(actual: npt.ArrayLike, probability: npt.ArrayLike, threshold: npt.ArrayLike) -> float:
    """Brier score of jam hours, in [0, 1], 0 the best: mean squared distance of a jam's probability from 1 or 0.

    Args:
        actual: Shape (n,).
        probability: Of a jam, in [0, 1], shape (n,); a forecast without probabilities says 0 or 1.
        threshold: A jam is a value above it; one number or shape (n,).

    Source: Brier, Verification of forecasts expressed in terms of probability, 1950 (for two outcomes, half of his).

    >>> round(brier([1.0, 9.0, float("nan")], [0.1, 0.8, 1.0], threshold=5.0), 3)
    0.025
    """
    values = np.asarray(actual, dtype=float)
    distance = (values > threshold).astype(float) - np.asarray(probability, dtype=float)
    squared = distance[~np.isnan(values)] ** 2
    return float(squared.mean()) if squared.size else float("nan")


def jam_overlap(
    actual: npt.ArrayLike, forecast: npt.ArrayLike, threshold: npt.ArrayLike, area_days: npt.ArrayLike
) -> float:
    """Overlap of a day's jam windows with those forecast, in [0, 1]: 1 where the same hours jam.

    For each area and day the hours that jammed and were forecast to, over the hours that did either (intersection
    over union); then the mean of these shares, each area and day alike. An area's day without any such hour does
    not count; one with a jam on one side only counts as 0. NaN if no day counts.

    Args:
        actual: Shape (n,).
        forecast: Shape (n,).
        threshold: A jam is a value above it; one number or shape (n,).
        area_days: Which area and local day each row is of, one label for both, shape (n,).

    Source: Jaccard, The distribution of the flora in the alpine zone, 1912.

    >>> monday, tuesday = [8.0, 9.0, 9.0, 1.0], [1.0, 1.0, 1.0, 1.0]
    >>> round(jam_overlap(monday + tuesday, [1.0, 9.0, 9.0, 9.0] + tuesday, 5.0, [1] * 4 + [2] * 4), 3)
    0.5
    """
    values = np.asarray(actual, dtype=float)
    observed = ~np.isnan(values)
    is_jam = ((values > threshold) & observed).astype(float)
    is_called = ((np.asarray(forecast, dtype=float) > threshold) & observed).astype(float)
    _, day = np.unique(np.asarray(area_days), return_inverse=True)
    both = np.bincount(day, weights=is_jam * is_called)
    either = np.bincount(day, weights=np.maximum(is_jam, is_called))
    shares = both[either > 0] / either[either > 0]
    return float(shares.mean()) if shares.size else float("nan")


def jam_threshold(training: npt.ArrayLike) -> float:
    """The 85th percentile of one area's training values; NaN if none was observed.

    >>> jam_threshold([float(value) for value in range(101)])
    85.0
    """
    values = np.asarray(training, dtype=float)
    values = values[~np.isnan(values)]
    return float(np.percentile(values, JAM_PERCENTILE)) if values.size else float("nan")


def weekly_naive_scale(training: npt.ArrayLike) -> float:
    """Mean absolute difference to the same hour of the week before, of one area's complete hourly training.

    NaN if no hour was observed in two successive weeks.

    >>> weekly_naive_scale([0.0] * 168 + [2.0] * 168)
    2.0
    """
    values = np.asarray(training, dtype=float)
    difference = np.abs(values[168:] - values[:-168])
    difference = difference[~np.isnan(difference)]
    return float(difference.mean()) if difference.size else float("nan")


def _absolute_error(actual: npt.ArrayLike, forecast: npt.ArrayLike) -> FloatArray:
    observed = np.asarray(actual, dtype=float)
    error = np.abs(observed - np.asarray(forecast, dtype=float))
    return np.asarray(error[~np.isnan(observed)])


def _share(part: float, whole: float) -> float:
    if whole > 0:
        return part / whole
    return 0.0 if part == 0 else float("inf")
