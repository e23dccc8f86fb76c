from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.metrics import f1_score, mean_absolute_error

from ml.forecast.metrics import jam_f1, jam_threshold, mae, mase, wape, weekly_naive_scale

RNG = np.random.default_rng(7)
ACTUAL = RNG.gamma(3.0, 10.0, size=400)
FORECAST = ACTUAL + RNG.normal(0.0, 8.0, size=400)


def test_against_scikit_learn_and_plain_loops() -> None:
    assert mae(ACTUAL, FORECAST) == pytest.approx(mean_absolute_error(ACTUAL, FORECAST))
    assert jam_f1(ACTUAL, FORECAST, 40.0) == pytest.approx(f1_score(ACTUAL > 40.0, FORECAST > 40.0))
    off = sum(abs(a - f) for a, f in zip(ACTUAL, FORECAST, strict=True))
    assert wape(ACTUAL, FORECAST) == pytest.approx(off / sum(ACTUAL))
    steps = [abs(ACTUAL[hour] - ACTUAL[hour - 168]) for hour in range(168, 400)]
    assert weekly_naive_scale(ACTUAL) == pytest.approx(sum(steps) / len(steps))
    assert mase(ACTUAL, FORECAST, 4.0) == pytest.approx(off / 400 / 4.0)


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


def test_a_forecast_without_value_is_an_error_and_not_skipped() -> None:
    assert math.isnan(mae([1.0, 2.0], [1.0, np.nan]))


def test_the_edges() -> None:
    flat = [5.0, 5.0]
    assert mase(flat, flat, 0.0) == 0.0
    assert mase(flat, [5.0, 6.0], 0.0) == math.inf
    assert wape([0.0], [0.0]) == 0.0
    assert jam_f1(flat, flat, 5.0) == 0.0
    assert math.isnan(jam_threshold([np.nan]))
    assert math.isnan(weekly_naive_scale([1.0] * 168))
    assert math.isnan(mae([np.nan], [1.0]))
