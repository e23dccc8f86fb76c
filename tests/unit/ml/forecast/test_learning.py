"""What a past row is told comes from models that have not seen it; what its residual says of the interval to come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from ml.forecast.features import calendar_of, week_ahead
from ml.forecast.frame import to_grid
from ml.forecast.history import history_at
from ml.forecast.intervals import (
    FEWEST_JAM_HOURS,
    HALF_LIFE_WEEKS,
    HIGH,
    LOW,
    Residuals,
    outcomes,
    residual_distribution,
    upper_end,
    with_jams_covered,
)
from ml.forecast.learning import FOLD_WEEKS, Booster, Rows, learn, past_rows
from ml.forecast.model import training_cutoffs

MakePanel = Callable[..., pd.DataFrame]
BOOSTER = Booster(max_iter=10, learning_rate=0.3, max_features=0.5, random_state=0)


def rows_of(panel: pd.DataFrame, most: int = 10_000) -> Rows:
    grid = to_grid(panel)
    calendar = calendar_of(grid, "ID")
    thresholds = np.full(len(grid.areas), np.nanmax(grid.matrix))
    cutoffs = [(cutoff, week_ahead(grid, cutoff, calendar)) for cutoff in training_cutoffs(len(grid.hours))]
    return Rows.joined([past_rows(grid, cutoff, ahead, thresholds, most, 0) for cutoff, ahead in cutoffs])


@pytest.mark.slow
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


def even_residuals(jam_begins: float) -> Residuals:
    """From -2 to 2 around a forecast above which a jam begins in each second hour; in the others none can."""
    off = np.tile(np.linspace(-2.0, 2.0, 4000), 2)
    room = np.repeat([jam_begins, 9.0], 4000)
    same, hour = np.zeros(len(off), int), np.arange(len(off)) % 24
    known = residual_distribution(off, np.ones((len(off), 2)), same, hour, same, 1)
    return with_jams_covered(known, off, np.ones((len(off), 2)), room, same, hour, same)


def test_the_upper_end_holds_most_hours_that_jam() -> None:
    """Of 1.4 to 2 the first 0.84 end at 1.904, which the 98th percentile of -2 to 2 is the first to hold."""
    assert even_residuals(1.4).high_of_jams == HIGH + 8


def test_where_jams_are_covered_or_few_the_upper_end_stays() -> None:
    assert even_residuals(-1.0).high_of_jams == HIGH
    assert even_residuals(2.0 - 4.0 * FEWEST_JAM_HOURS / 4100).high_of_jams == HIGH


def test_the_upper_end_is_raised_in_hours_that_may_jam_alone(make_panel: MakePanel) -> None:
    history = history_at(to_grid(make_panel(weeks=4, areas=1)), 671)
    known = even_residuals(1.4)
    point = np.where(np.arange(168) % 2 == 0, 0.0, -5.0)[None] * history.level[0]
    around = outcomes(point, np.ones((1, 168, 2)), known, history)
    end = upper_end(around, 1.4 * history.level, known) / history.level[0]
    np.testing.assert_allclose(end[0, 0::2], 1.92, rtol=0.02)
    np.testing.assert_allclose(end[0, 1::2], -5.0 + 1.6, rtol=0.02)
