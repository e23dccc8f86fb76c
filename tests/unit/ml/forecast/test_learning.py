"""What a past row is told comes from models that have not seen it; residuals count on their side, the newest most."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from ml.forecast.features import calendar_of, week_ahead
from ml.forecast.frame import to_grid
from ml.forecast.history import history_at
from ml.forecast.intervals import HALF_LIFE_WEEKS, HIGH, LOW, outcomes, residual_distribution
from ml.forecast.learning import FOLD_WEEKS, Booster, Rows, learn, past_rows
from ml.forecast.model import training_cutoffs

MakePanel = Callable[..., pd.DataFrame]
BOOSTER = Booster(max_iter=10, learning_rate=0.3, max_features=0.5, random_state=0)


def rows_of(panel: pd.DataFrame, most: int = 10_000) -> Rows:
    grid = to_grid(panel)
    calendar = calendar_of(grid, "ID")
    cutoffs = training_cutoffs(len(grid.hours))
    return Rows.joined([past_rows(grid, cutoff, week_ahead(grid, cutoff, calendar), most, 0) for cutoff in cutoffs])


def test_no_row_is_forecast_by_a_model_that_has_seen_it(make_panel: MakePanel) -> None:
    rows = rows_of(make_panel(weeks=10))
    lesson = learn(rows, BOOSTER)
    assert lesson is not None
    is_first = rows.fold == 0
    other = learn(replace(rows, actual=np.where(is_first, rows.actual + 50.0, rows.actual)), BOOSTER)
    assert other is not None
    np.testing.assert_array_equal(other.point[is_first], lesson.point[is_first])
    assert np.abs(other.point - lesson.point)[~is_first].mean() > 1
    assert np.abs(rows.actual - lesson.point).mean() < 0.2


def test_weeks_are_left_out_in_pairs_and_counted_back_from_the_last(make_panel: MakePanel) -> None:
    rows = rows_of(make_panel(weeks=10), most=5)
    # The first week has a week of history, which is short, and the last one is the last that is known.
    assert rows.age.tolist() == [age for age in range(7, -1, -1) for _ in range(5)]
    assert rows.features.shape[0] == rows.medians.shape[0] == 40
    assert set(rows.fold[rows.age < FOLD_WEEKS]) == {0}


def test_too_few_rows_teach_nothing(make_panel: MakePanel) -> None:
    assert learn(rows_of(make_panel(weeks=4, areas=1)), BOOSTER) is None


def test_each_side_of_a_forecast_has_its_own_spread(make_panel: MakePanel) -> None:
    """Residuals that reach just as far as was foreseen give outcomes that do the same."""
    history = history_at(to_grid(make_panel(weeks=4, areas=1)), 671)
    foreseen = np.tile([1.0, 3.0], (2000, 1))
    side = np.tile([-1.0, 1.0], 1000)
    residuals = np.repeat(np.linspace(0.001, 1.25, 1000), 2) * np.where(side < 0, -1.0, 3.0)
    hour = np.arange(2000) // 2 % 24
    known = residual_distribution(residuals, foreseen, np.zeros(2000, int), hour, np.zeros(2000, int), 1)
    found = outcomes(np.zeros((1, 168)), np.tile([2.0, 5.0], (1, 168, 1)), known, history) / history.level[0]
    np.testing.assert_allclose(found[:, :, LOW], -2.0, rtol=0.03)
    np.testing.assert_allclose(found[:, :, HIGH], 5.0, rtol=0.03)


def test_a_residual_counts_half_as_much_after_the_half_life() -> None:
    """A third of the weight lies on the older half: below its end is the lowest third."""
    residuals = np.repeat([-1.0, 1.0], 240)
    age = np.repeat([HALF_LIFE_WEEKS, 0], 240)
    hour = np.arange(480) % 24
    known = residual_distribution(residuals, np.ones((480, 2)), np.zeros(480, int), hour, age, 1)
    assert known.by_hour[0, 31] == pytest.approx(-1)
    assert known.by_hour[0, 35] == pytest.approx(1)
