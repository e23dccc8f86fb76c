from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.metrics import brier_score_loss, f1_score, jaccard_score, mean_absolute_error, mean_pinball_loss

from ml.forecast.metrics import (
    brier,
    coverage,
    jam_f1,
    jam_overlap,
    jam_threshold,
    mae,
    mase,
    pinball,
    wape,
    weekly_naive_scale,
)

RNG = np.random.default_rng(7)
ACTUAL = RNG.gamma(3.0, 10.0, size=400)
FORECAST = ACTUAL + RNG.normal(0.0, 8.0, size=400)
PROBABILITY = RNG.uniform(size=400)
AREA_DAY = np.repeat(np.arange(20), 20)


def test_against_scikit_learn_and_plain_loops() -> None:
    assert mae(ACTUAL, FORECAST) == pytest.approx(mean_absolute_error(ACTUAL, FORECAST))
    assert jam_f1(ACTUAL, FORECAST, 40.0) == pytest.approx(f1_score(ACTUAL > 40.0, FORECAST > 40.0))
    off = sum(abs(a - f) for a, f in zip(ACTUAL, FORECAST, strict=True))
    assert wape(ACTUAL, FORECAST) == pytest.approx(off / sum(ACTUAL))
    steps = [abs(ACTUAL[hour] - ACTUAL[hour - 168]) for hour in range(168, 400)]
    assert weekly_naive_scale(ACTUAL) == pytest.approx(sum(steps) / len(steps))
    assert mase(ACTUAL, FORECAST, 4.0) == pytest.approx(off / 400 / 4.0)
    for probability in (0.1, 0.5, 0.9):
        expected = mean_pinball_loss(ACTUAL, FORECAST, alpha=probability)
        assert pinball(ACTUAL, FORECAST, probability) == pytest.approx(expected)
    assert brier(ACTUAL, PROBABILITY, 40.0) == pytest.approx(brier_score_loss(ACTUAL > 40.0, PROBABILITY))
    inside = [low <= value <= low + 12.0 for value, low in zip(ACTUAL, FORECAST - 8.0, strict=True)]
    assert coverage(ACTUAL, FORECAST - 8.0, FORECAST + 4.0) == pytest.approx(sum(inside) / 400)
    days = [(ACTUAL[day == AREA_DAY] > 40.0, FORECAST[day == AREA_DAY] > 40.0) for day in range(20)]
    shares = [jaccard_score(true, called) for true, called in days if true.any() or called.any()]
    assert len(shares) > 5
    assert jam_overlap(ACTUAL, FORECAST, 40.0, AREA_DAY) == pytest.approx(np.mean(shares))


def test_each_row_is_scaled_by_its_own_area() -> None:
    assert mase([1.0, 10.0], [2.0, 30.0], [1.0, 10.0]) == pytest.approx((1 / 1 + 20 / 10) / 2)


def test_hours_that_were_not_observed_count_nowhere() -> None:
    holes = ACTUAL.copy()
    holes[::3] = np.nan
    seen = ~np.isnan(holes)
    scale = np.linspace(1.0, 2.0, 400)
    assert mae(holes, FORECAST) == mae(ACTUAL[seen], FORECAST[seen])
    assert wape(holes, FORECAST) == wape(ACTUAL[seen], FORECAST[seen])
    assert mase(holes, FORECAST, scale) == mase(ACTUAL[seen], FORECAST[seen], scale[seen])
    assert jam_f1(holes, FORECAST, 40.0) == jam_f1(ACTUAL[seen], FORECAST[seen], 40.0)
    assert pinball(holes, FORECAST, 0.9) == pinball(ACTUAL[seen], FORECAST[seen], 0.9)
    low, high = FORECAST - 5, FORECAST + 5
    assert coverage(holes, low, high) == coverage(ACTUAL[seen], low[seen], high[seen])
    assert brier(holes, PROBABILITY, 40.0) == brier(ACTUAL[seen], PROBABILITY[seen], 40.0)
    seen_only = jam_overlap(ACTUAL[seen], FORECAST[seen], 40.0, AREA_DAY[seen])
    assert jam_overlap(holes, FORECAST, 40.0, AREA_DAY) == seen_only


def test_a_forecast_without_value_is_an_error_and_not_skipped() -> None:
    assert math.isnan(mae([1.0, 2.0], [1.0, np.nan]))
    assert math.isnan(pinball([1.0, 2.0], [1.0, np.nan], 0.9))
    assert math.isnan(brier([1.0, 2.0], [1.0, np.nan], 1.5))
    assert coverage([1.0, 2.0], [0.0, np.nan], [3.0, 3.0]) == 0.5


def test_overlap_counts_each_day_alike_and_days_without_jams_not_at_all() -> None:
    jam, free = 9.0, 1.0
    long_day_found, short_day_missed = [jam] * 8, [jam, free]
    actual = [*long_day_found, *short_day_missed, free, free]
    forecast = [*long_day_found, free, free, free, free]
    days = ["a1"] * 8 + ["a2"] * 2 + ["b1"] * 2
    assert jam_overlap(actual, forecast, 5.0, days) == 0.5
    # A false alarm on the free day makes it count.
    assert jam_overlap(actual, [*forecast[:-1], jam], 5.0, days) == pytest.approx(1 / 3)


def test_the_edges() -> None:
    flat = [5.0, 5.0]
    assert mase(flat, flat, 0.0) == 0.0
    assert mase(flat, [5.0, 6.0], 0.0) == math.inf
    assert wape([0.0], [0.0]) == 0.0
    assert jam_f1(flat, flat, 5.0) == 0.0
    assert math.isnan(jam_threshold([np.nan]))
    assert math.isnan(weekly_naive_scale([1.0] * 168))
    assert math.isnan(mae([np.nan], [1.0]))
    assert math.isnan(pinball([np.nan], [1.0], 0.5))
    assert math.isnan(coverage([np.nan], [0.0], [1.0]))
    assert math.isnan(brier([np.nan], [1.0], 0.5))
    assert math.isnan(jam_overlap(flat, flat, 5.0, [1, 1]))
    assert coverage([1.0, 4.0], [1.0, 1.0], [4.0, 4.0]) == 1.0
