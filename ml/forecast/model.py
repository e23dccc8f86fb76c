"""The week-ahead forecaster: gradient boosting over the areas' own weekly shape, never trusted unproven.

Belongs here: learning, the choice between model and profile, point, interval and jam probability.
Does not belong here: features, judging the forecaster on later weeks (ml/forecast/backtest.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.utils.validation import check_is_fitted
from threadpoolctl import threadpool_limits

from ml.forecast import intervals
from ml.forecast.features import FEATURE_NAMES, WeekAhead, calendar_of, week_ahead
from ml.forecast.frame import HOUR, FloatArray, Grid, PanelError, check_panel, to_grid
from ml.forecast.history import WEEK_HOURS, borrowed_profile, nanmedian
from ml.forecast.metrics import jam_threshold

# Below four area-weeks boosting has not seen an hour of the week more often than the median has.
MIN_TRAINING_ROWS = 4 * WEEK_HOURS
MAX_VALIDATION_WEEKS = 8
MODEL_SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
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
    decide how much of the model and how much of the plain four-week median the forecast takes, and how wide
    the interval is.

    Args:
        country: ISO 3166 alpha-2 code of the holiday calendar.
        jam_threshold: An hour jams above this value, unit of the panel; None takes each area's 85th percentile.
        bounds: Lowest and highest possible value; None where the unit has no limits.
        max_iter: Trees.
        learning_rate: Shrinkage of each tree.
        max_features: Share of features tried at each split, in (0, 1].
        random_state: Seed of the feature draw.

    Attributes:
        areas_: Area ids of the panel, sorted.
        training_start_: First hour of the panel.
        cutoff_: Last hour of the panel; the forecast starts one hour later.
        feature_names_: Columns that the model saw, in order.
        ahead_: Features of the 168 hours after the cut-off.
        grid_: The panel, from which the features of the second week are made.
        model_share_: Weight of the model against the four-week median, 0 to 1.
        regressor_: The boosting model; None where the history is too short to train one.
        residuals_: Distribution of the inner backtest's residuals.
        jam_thresholds_: Threshold of each area, shape (A,).
    """

    def __init__(
        self,
        country: str = "ID",
        *,
        jam_threshold: float | None = None,
        bounds: tuple[float, float] | None = None,
        max_iter: int = 200,
        learning_rate: float = 0.05,
        max_features: float = 0.5,
        random_state: int = 0,
    ) -> None:
        self.country = country
        self.jam_threshold = jam_threshold
        self.bounds = bounds
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
        check_panel(panel)
        grid = to_grid(panel)
        if np.isnan(grid.matrix).all():
            raise PanelError(expected="at least one value", found="only NaN", remedy="Widen the training window.")
        calendar = calendar_of(grid, self.country)
        weeks = {cutoff: week_ahead(grid, cutoff, calendar) for cutoff in training_cutoffs(len(grid.hours))}
        self.areas_ = grid.areas
        self.training_start_, self.cutoff_ = grid.hours[0], grid.hours[-1]
        self.feature_names_ = FEATURE_NAMES
        self.grid_ = grid
        self.jam_thresholds_ = self._thresholds(grid)
        self.ahead_ = week_ahead(grid, len(grid.hours) - 1, calendar)
        self._validate(grid, weeks)
        self.regressor_ = self._train(grid, weeks) if self.model_share_ > 0 else None
        return self

    def predict(self, hours: int = WEEK_HOURS) -> pd.DataFrame:
        """Forecast the hours after the cut-off.

        Beyond 168 hours the forecast of the first week stands in for its values, and trains nothing.

        Args:
            hours: Horizon, 1 to 336.

        Returns:
            One row per area and hour, sorted by both: `area_id`, `hour_start`, `value` (median), `p10`, `p90`
            (unit of the panel; p10 <= value <= p90), `jam_probability` in [0, 1].

        Raises:
            HorizonError: If `hours` is outside 1..336.
        """
        check_is_fitted(self, "model_share_")
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
        point = _blend(ahead, _modelled(self.regressor_, ahead), self.model_share_)
        return point, intervals.outcomes(point, self.residuals_, ahead.history)

    def _second_week(self, first: FloatArray) -> WeekAhead:
        """Features of the week after the next, with the first week's forecast in the place of its values."""
        hours = self.grid_.hours.union(pd.date_range(self.cutoff_ + HOUR, periods=WEEK_HOURS, freq=HOUR))
        grid = Grid(self.grid_.areas, hours, np.concatenate([self.grid_.matrix, first.T]))
        return week_ahead(grid, len(hours) - 1, calendar_of(grid, self.country))

    def _validate(self, grid: Grid, weeks: Mapping[int, WeekAhead]) -> None:
        """Forecast the last weeks by a model of the earlier ones; sets model_share_ and residuals_."""
        cutoffs = list(weeks)
        held_out = min(MAX_VALIDATION_WEEKS, -(-len(cutoffs) // 3))
        earlier = cutoffs[: len(cutoffs) - held_out]
        later = cutoffs[len(cutoffs) - held_out :]
        regressor = self._train(grid, {cutoff: weeks[cutoff] for cutoff in earlier})
        shares = MODEL_SHARES if regressor is not None else MODEL_SHARES[:1]
        modelled = [_modelled(regressor, weeks[cutoff]) for cutoff in later]
        errors = {
            share: [
                _actual(grid, cutoff) - _blend(weeks[cutoff], model, share)
                for cutoff, model in zip(later, modelled, strict=True)
            ]
            for share in shares
        }
        self.model_share_ = min(shares, key=lambda share: _mean_size(errors[share]))
        scaled = [
            error / weeks[cutoff].history.level[:, None]
            for error, cutoff in zip(errors[self.model_share_], later, strict=True)
        ]
        known = np.stack(scaled) if scaled else np.full((1, len(grid.areas), WEEK_HOURS), np.nan)
        if np.isnan(known).all():
            known = intervals.unmodelled_residuals(self.ahead_.history)
        self.residuals_ = intervals.residual_distribution(known, self.ahead_.history.hour_of_day)

    def _train(self, grid: Grid, weeks: Mapping[int, WeekAhead]) -> HistGradientBoostingRegressor | None:
        rows, targets = [np.empty((0, len(FEATURE_NAMES)))], [np.empty(0)]
        for cutoff, ahead in weeks.items():
            target = (_actual(grid, cutoff) - ahead.base) / ahead.history.level[:, None]
            usable = ~np.isnan(target) & ~ahead.history.is_short[:, None]
            rows.append(ahead.features[usable])
            targets.append(target[usable])
        features, target = np.concatenate(rows), np.concatenate(targets)
        if len(target) < MIN_TRAINING_ROWS:
            return None
        regressor = HistGradientBoostingRegressor(
            loss="absolute_error",
            max_iter=self.max_iter,
            learning_rate=self.learning_rate,
            max_features=self.max_features,
            min_samples_leaf=40,
            early_stopping=False,
            random_state=self.random_state,
        )
        # scikit-learn 1.9 cannot bin a feature without any value (a holiday that never passed before).
        features[:, np.isnan(features).all(axis=0)] = 0.0
        # Two OpenMP threads on two busy cores spin on each other: 28 s instead of 4 s for the same fit.
        with threadpool_limits(limits=1, user_api="openmp"):
            return regressor.fit(features, target)

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


def _actual(grid: Grid, cutoff: int) -> FloatArray:
    return grid.matrix[cutoff + 1 : cutoff + 1 + WEEK_HOURS].T


def _modelled(regressor: HistGradientBoostingRegressor | None, ahead: WeekAhead) -> FloatArray:
    """The base as the model corrects it, shape (A, 168); the base itself without a model."""
    if regressor is None:
        return ahead.base
    areas, steps, width = ahead.features.shape
    with threadpool_limits(limits=1, user_api="openmp"):
        correction = regressor.predict(ahead.features.reshape(-1, width)).reshape(areas, steps)
    return ahead.base + correction * ahead.history.level[:, None]


def _blend(ahead: WeekAhead, modelled: FloatArray, model_share: float) -> FloatArray:
    """Point forecast, shape (A, 168): model and profile in their shares; a short history borrows its shape."""
    point = model_share * modelled + (1 - model_share) * ahead.profile
    return borrowed_profile(point, ahead.history)


def _mean_size(errors: Sequence[FloatArray]) -> float:
    sizes = np.abs(np.stack(errors)) if errors else np.empty(0)
    sizes = sizes[~np.isnan(sizes)]
    return float(sizes.mean()) if sizes.size else 0.0
