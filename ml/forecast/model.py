"""The week-ahead forecaster: gradient boosting on each area's weekly shape, used as far as past weeks prove it better.

Belongs here: learning, point, interval and jam probability.
Does not belong here: features, the weights of model and median (ml/forecast/blend.py), judging the forecaster
on later weeks (ml/forecast/backtest.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import replace
from typing import Self

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from sklearn.base import BaseEstimator
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.feature_selection import VarianceThreshold
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.utils.validation import check_is_fitted
from threadpoolctl import threadpool_limits

from ml.forecast import intervals
from ml.forecast.blend import BLENDS, PLAIN_MEDIAN, best_blends, blended
from ml.forecast.calendar import SchoolBreaks
from ml.forecast.features import FEATURE_NAMES, Calendar, WeekAhead, calendar_of, week_ahead
from ml.forecast.frame import HOUR, FloatArray, Grid, PanelError, check_panel, to_grid
from ml.forecast.history import WEEK_HOURS, nanmedian
from ml.forecast.metrics import jam_threshold
from ml.forecast.odd_even import OddEven

# Below four area-weeks the model sees each hour of the week no more often than the median does.
MIN_TRAINING_ROWS = 4 * WEEK_HOURS
MAX_VALIDATION_WEEKS = 8
# The model is the mean of so many, each with its own draw of features and, beyond so many rows, of rows: on the metro
# series one alone is off by 2 % more, and four by 0.5 %.
REGRESSORS = 8
MAX_ROWS = 75_000
# They are fitted in processes, which wait so long for the next fit; a step of Dagster does not end before they do.
WORKERS_WAIT_S = 3
# Rows times trees up to which all of them are fitted in this process: that takes about four seconds, and a new process
# needs as long to import scikit-learn.
SMALL_FIT = 500_000
# Rows that all of them draw from: a whole year of 44 areas, and of more areas and years as many.
MOST_ROWS = 600_000
# A planner's ISO week ends at most two weeks after the day on which it is forecast.
MAX_HORIZON = 2 * WEEK_HOURS


class HorizonError(ValueError):
    """A horizon that the week-ahead features cannot serve."""

    def __init__(self, hours: int) -> None:
        super().__init__(
            f"Expected a horizon of 1 to {MAX_HORIZON} hours; found {hours}. "
            "Farther hours would rest on forecasts alone: forecast them a week later."
        )


class WeekAheadForecaster(BaseEstimator):
    """Forecasts the 168 hours after the last hour of a panel, or twice as many, for all areas together.

    The model corrects each area's median of the last four weeks, holidays left out, in units of the area's
    four-week level. The last weeks of the panel are forecast first, by a model that has not seen them: they
    decide of each area how much of the model and how much of the four-week median its forecast takes, and how wide
    the interval is.

    Args:
        country: ISO 3166 alpha-2 code of the holiday calendar.
        jam_threshold: An hour jams above this value, unit of the panel; None takes each area's 85th percentile.
        bounds: Lowest and highest possible value; None where the unit has no limits.
        school_breaks: First and last day of each school holiday.
        odd_even: Ganjil-genap of the city; None where there is none.
        max_iter: Trees.
        learning_rate: Shrinkage of each tree.
        max_features: Share of features tried at each split, in (0, 1].
        random_state: Seed of the feature draw.

    Attributes:
        areas_: Area ids of the panel, sorted.
        training_start_: First hour of the panel that it learned from.
        training_end_: Last hour of it.
        cutoff_: Last hour of the panel; the forecast starts one hour later.
        feature_names_: Columns that the model saw, in order.
        ahead_: Features of the 168 hours after the cut-off.
        grid_: The panel, from which the features of the second week are made.
        blend_: Of each area, the one of BLENDS that its forecast takes, shape (A, 3), columns as Blend's fields.
        regressors_: The boosting models, whose mean is the model; none where the history is too short to train them.
        residuals_: Distribution of the inner backtest's residuals.
        plain_residuals_: The same of the four-week median's.
        jam_thresholds_: Threshold of each area, shape (A,).
    """

    def __init__(
        self,
        country: str = "ID",
        *,
        jam_threshold: float | None = None,
        bounds: tuple[float, float] | None = None,
        school_breaks: SchoolBreaks = (),
        odd_even: OddEven | None = None,
        max_iter: int = 200,
        learning_rate: float = 0.05,
        max_features: float = 0.5,
        random_state: int = 0,
    ) -> None:
        self.country = country
        self.jam_threshold = jam_threshold
        self.bounds = bounds
        self.school_breaks = school_breaks
        self.odd_even = odd_even
        self.max_iter = max_iter
        self.learning_rate = learning_rate
        self.max_features = max_features
        self.random_state = random_state

    def fit(self, panel: pd.DataFrame) -> Self:
        """Learn from a panel; its last hour is the cut-off.

        Args:
            panel: Obeys `ml.forecast.frame.check_panel`. Imputed values must be NaN: they train nothing.

        Raises:
            PanelError: If the panel breaks the contract or holds no value.
        """
        grid = _grid_of(panel)
        calendar = self._calendar(grid)
        cutoffs = training_cutoffs(len(grid.hours))
        held_out = cutoffs[len(cutoffs) - min(MAX_VALIDATION_WEEKS, -(-len(cutoffs) // 3)) :]
        self.areas_ = grid.areas
        self.training_start_, self.training_end_, self.cutoff_ = grid.hours[0], grid.hours[-1], grid.hours[-1]
        self.feature_names_ = FEATURE_NAMES
        self.grid_ = grid
        self.jam_thresholds_ = self._thresholds(grid)
        self.ahead_ = week_ahead(grid, len(grid.hours) - 1, calendar)
        weeks, rows = {}, {}
        for cutoff in cutoffs:
            ahead = week_ahead(grid, cutoff, calendar)
            rows[cutoff] = _training_rows(grid, cutoff, ahead, MOST_ROWS // len(cutoffs), self.random_state)
            if cutoff in held_out:
                weeks[cutoff] = ahead
        earlier = self._train([rows[cutoff] for cutoff in cutoffs if cutoff not in held_out])
        self._validate(grid, weeks, earlier)
        self.regressors_ = self._train(list(rows.values())) if earlier else ()
        return self

    def advance(self, panel: pd.DataFrame) -> Self:
        """Forecast from a later panel with what was learned from an earlier one; this forecaster stays as it is.

        An area that was not learned from takes the mean blend of the others and the width of all together.

        Args:
            panel: As for `fit`; its last hour is the new cut-off.

        Raises:
            PanelError: If the panel breaks the contract or holds no value.
        """
        check_is_fitted(self, "blend_")
        later = copy(self)
        grid = _grid_of(panel)
        place = pd.Index(self.areas_).get_indexer(pd.Index(grid.areas))
        later.areas_, later.grid_, later.cutoff_ = grid.areas, grid, grid.hours[-1]
        later.jam_thresholds_ = self._thresholds(grid)
        later.ahead_ = week_ahead(grid, len(grid.hours) - 1, self._calendar(grid))
        later.blend_ = np.where(place[:, None] >= 0, self.blend_[place], self.blend_.mean(axis=0))
        factor = np.where(place >= 0, self.residuals_.area_factor[place], 1.0)
        later.residuals_ = replace(self.residuals_, area_factor=factor)
        later.plain_residuals_ = replace(
            self.plain_residuals_, area_factor=np.where(place >= 0, self.plain_residuals_.area_factor[place], 1.0)
        )
        return later

    def plain(self) -> Self:
        """The four-week median in the place of the blend, with the interval that the median's own errors give."""
        check_is_fitted(self, "blend_")
        median = copy(self)
        median.blend_ = np.tile(PLAIN_MEDIAN, (len(self.areas_), 1))
        median.residuals_, median.regressors_ = self.plain_residuals_, ()
        return median

    def predict(self, hours: int = WEEK_HOURS) -> pd.DataFrame:
        """Forecast the hours after the cut-off.

        Beyond 168 hours the forecast of the first week stands in for its values, and trains nothing.

        Args:
            hours: Horizon, 1 to 336.

        Returns:
            One row per area and hour, sorted by both: `area_id`, `hour_start`, `value` (median), `p10`, `p90`
            (unit of the panel; p10 <= value <= p90), `jam_probability` in [0, 1], `mean` (unit of the panel) and
            `is_pooled`: whether the shape of the other areas stands in for a history that is too short.

        Raises:
            HorizonError: If `hours` is outside 1..336.
        """
        check_is_fitted(self, "blend_")
        if not 1 <= hours <= MAX_HORIZON:
            raise HorizonError(hours)
        point, outcomes = self._week(self.ahead_)
        if hours > WEEK_HOURS:
            farther = self._week(self._second_week(point))
            point, outcomes = (np.concatenate(weeks, axis=1) for weeks in zip((point, outcomes), farther, strict=True))
        if self.bounds is not None:
            point, outcomes = point.clip(*self.bounds), outcomes.clip(*self.bounds)
        is_jam = outcomes > self.jam_thresholds_[:, None, None]
        columns = {
            "value": point,
            "p10": np.minimum(outcomes[:, :, intervals.LOW], point),
            "p90": np.maximum(outcomes[:, :, intervals.HIGH], point),
            "jam_probability": is_jam.mean(axis=2),
            "mean": outcomes.mean(axis=2),
            "is_pooled": np.repeat(self.ahead_.history.is_short[:, None], hours, axis=1),
        }
        targets = pd.date_range(self.cutoff_ + HOUR, periods=hours, freq=HOUR)
        return pd.DataFrame(
            {
                "area_id": np.repeat(pd.Index(self.areas_).to_numpy(), hours),
                "hour_start": targets.take(np.tile(np.arange(hours), len(self.areas_))),
                **{name: values[:, :hours].ravel() for name, values in columns.items()},
            }
        )

    def _week(self, ahead: WeekAhead) -> tuple[FloatArray, FloatArray]:
        """Point forecast, shape (A, 168), and its possible outcomes, shape (A, 168, quantiles)."""
        point = blended(ahead, _modelled(self.regressors_, ahead), self.blend_)
        return point, intervals.outcomes(point, self.residuals_, ahead.history)

    def _second_week(self, first: FloatArray) -> WeekAhead:
        """Features of the week after the next, with the first week's forecast in the place of its values."""
        hours = self.grid_.hours.union(pd.date_range(self.cutoff_ + HOUR, periods=WEEK_HOURS, freq=HOUR))
        rain = self.grid_.rain
        if rain is not None:
            rain = np.concatenate([rain, np.full(first.T.shape, np.nan)])
        grid = Grid(self.grid_.areas, hours, np.concatenate([self.grid_.matrix, first.T]), rain)
        return week_ahead(grid, len(hours) - 1, self._calendar(grid))

    def _validate(self, grid: Grid, weeks: Mapping[int, WeekAhead], regressors: Sequence[Pipeline]) -> None:
        """Forecast weeks by models that have not seen them; sets blend_, residuals_ and plain_residuals_."""
        blends = [each for each in BLENDS if regressors or each.gradient_boosting == 0]
        modelled = {cutoff: _modelled(regressors, ahead) for cutoff, ahead in weeks.items()}
        everywhere = np.ones((len(grid.areas), 1))
        errors = {each: _errors(grid, weeks, modelled, np.asarray(each) * everywhere) for each in blends}
        self.blend_ = best_blends(errors, len(grid.areas))
        self.residuals_ = self._residuals(_errors(grid, weeks, modelled, self.blend_))
        self.plain_residuals_ = self._residuals(_errors(grid, weeks, {}, np.asarray(PLAIN_MEDIAN) * everywhere))

    def _residuals(self, errors: Sequence[FloatArray]) -> intervals.Residuals:
        known = np.stack(errors) if errors else np.full((1, len(self.areas_), WEEK_HOURS), np.nan)
        if np.isnan(known).all():
            known = intervals.unmodelled_residuals(self.ahead_.history)
        return intervals.residual_distribution(known, self.ahead_.history.hour_of_day)

    def _train(self, rows: Sequence[tuple[FloatArray, FloatArray]]) -> tuple[Pipeline, ...]:
        features = np.concatenate([np.empty((0, len(FEATURE_NAMES))), *(part for part, _ in rows)])
        target = np.concatenate([np.empty(0), *(part for _, part in rows)])
        if len(target) < MIN_TRAINING_ROWS:
            return ()
        # A feature without any value (a holiday that never passed before) or with one value tells nothing, and would
        # take the place of others among those drawn at a split; scikit-learn 1.9 cannot bin the first kind.
        features[:, np.isnan(features).all(axis=0)] = 0.0
        fits = (
            delayed(_fit_one)(self._regressor(seed), *_drawn(features, target, seed))
            for seed in range(self.random_state, self.random_state + REGRESSORS)
        )
        # Processes: on a small panel half of a fit is Python's own work, of which threads do one at a time.
        processes = 1 if min(len(target), MAX_ROWS) * self.max_iter <= SMALL_FIT else -1
        return tuple(Parallel(n_jobs=processes, idle_worker_timeout=WORKERS_WAIT_S)(fits))

    def _regressor(self, seed: int) -> HistGradientBoostingRegressor:
        return HistGradientBoostingRegressor(
            loss="absolute_error",
            max_iter=self.max_iter,
            learning_rate=self.learning_rate,
            max_features=self.max_features,
            min_samples_leaf=40,
            early_stopping=False,
            random_state=seed,
        )

    def _calendar(self, grid: Grid) -> Calendar:
        return calendar_of(grid, self.country, self.school_breaks, self.odd_even)

    def _thresholds(self, grid: Grid) -> FloatArray:
        if self.jam_threshold is not None:
            return np.full(len(grid.areas), self.jam_threshold)
        own = np.array([jam_threshold(column) for column in grid.matrix.T])
        return np.where(np.isnan(own), nanmedian(own, axis=0), own)


def training_cutoffs(hours: int) -> range:
    """Rows of the weekly cut-offs that end one week before the panel does, ascending, a week of history each.

    >>> list(training_cutoffs(4 * 168))
    [167, 335, 503]
    """
    return range(WEEK_HOURS - 1 + hours % WEEK_HOURS, hours - WEEK_HOURS, WEEK_HOURS)


def _drawn(features: FloatArray, target: FloatArray, seed: int) -> tuple[FloatArray, FloatArray]:
    if len(target) <= MAX_ROWS:
        return features, target
    drawn = np.sort(np.random.default_rng(seed).choice(len(target), MAX_ROWS, replace=False))
    return features[drawn], target[drawn]


def _fit_one(regressor: HistGradientBoostingRegressor, features: FloatArray, target: FloatArray) -> Pipeline:
    # Two OpenMP threads on two busy cores spin on each other: 28 s instead of 4 s for the same fit.
    with threadpool_limits(limits=1, user_api="openmp"):
        return make_pipeline(VarianceThreshold(), regressor).fit(features, target)


def _training_rows(grid: Grid, cutoff: int, ahead: WeekAhead, most: int, seed: int) -> tuple[FloatArray, FloatArray]:
    """Features, shape (n, F), and what the model shall say, shape (n,), of one week; drawn where there are too many."""
    target = (_actual(grid, cutoff) - ahead.base) / ahead.history.level[:, None]
    usable = np.flatnonzero((~np.isnan(target) & ~ahead.history.is_short[:, None]).ravel())
    if len(usable) > most:
        usable = np.sort(np.random.default_rng([seed, cutoff]).choice(usable, most, replace=False))
    return ahead.features.reshape(-1, ahead.features.shape[2])[usable], target.ravel()[usable]


def _actual(grid: Grid, cutoff: int) -> FloatArray:
    return grid.matrix[cutoff + 1 : cutoff + 1 + WEEK_HOURS].T


def _modelled(regressors: Sequence[Pipeline], ahead: WeekAhead) -> FloatArray | None:
    """The base as the models correct it on average, shape (A, 168); None without a model."""
    if not regressors:
        return None
    areas, steps, width = ahead.features.shape
    with threadpool_limits(limits=1, user_api="openmp"):
        corrections = [regressor.predict(ahead.features.reshape(-1, width)) for regressor in regressors]
    correction = np.mean(corrections, axis=0).reshape(areas, steps)
    return ahead.base + correction * ahead.history.level[:, None]


def _grid_of(panel: pd.DataFrame) -> Grid:
    check_panel(panel)
    grid = to_grid(panel)
    if np.isnan(grid.matrix).all():
        raise PanelError(expected="at least one value", found="only NaN", remedy="Widen the training window.")
    return grid


def _errors(
    grid: Grid, weeks: Mapping[int, WeekAhead], modelled: Mapping[int, FloatArray | None], weights: FloatArray
) -> list[FloatArray]:
    """Actual minus blend of each week, in levels of the area, shape (A, 168); NaN where nothing was seen."""
    return [
        (_actual(grid, cutoff) - blended(ahead, modelled.get(cutoff), weights)) / ahead.history.level[:, None]
        for cutoff, ahead in weeks.items()
    ]
