"""Models that learn in turns: every past week is also forecast by models that have not seen it.

Belongs here: the rows that are learned from, which model leaves out which of them, fitting.
Does not belong here: features, how far the models are followed (ml/forecast/blend.py), intervals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from joblib import Parallel, delayed
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.feature_selection import VarianceThreshold
from sklearn.pipeline import Pipeline, make_pipeline
from threadpoolctl import threadpool_limits

from ml.forecast.features import WeekAhead
from ml.forecast.frame import BoolArray, FloatArray, Grid, IntArray
from ml.forecast.history import WEEK_HOURS

# Below four area-weeks the model sees each hour of the week no more often than the median does.
MIN_TRAINING_ROWS = 4 * WEEK_HOURS
# Every model leaves out each fourth pair of weeks.
FOLDS = 4
FOLD_WEEKS = 2
# Rows of one model.
MAX_ROWS = 60_000
# Fewest hours of a leaf: larger ones blur the point of holidays, whose hours are few; the ends of a distribution need
# more hours than its middle.
POINT_LEAF_HOURS = 20
SPREAD_LEAF_HOURS = 40
# Of the spread, which is coarser than the point.
SPREAD_LEAVES = 15
SPREAD_SHARE_OF_TREES = 0.5
QUANTILES = (0.1, 0.9)
# They are fitted in processes, which wait so long for the next fit; a step of Dagster does not end before they do.
WORKERS_WAIT_S = 3
# Rows times trees up to which all of them are fitted in this process: that takes about four seconds, and a new process
# needs as long to import scikit-learn.
SMALL_FIT = 500_000


@dataclass(frozen=True)
class Rows:
    """Past hours with what was known a week before; n hours, values in levels of their area.

    Attributes:
        features: Shape (n, F).
        actual: Shape (n,).
        base: What departures are from, shape (n,).
        medians: Forecasts that need no model, columns as the last ones of Blend, shape (n, 3).
        is_off: As in WeekAhead, shape (n,).
        jam_threshold: Above it an hour jams, shape (n,).
        area: Number of the area, shape (n,).
        hour_of_day: Local, shape (n,).
        age: How many weeks ago, 0 for the last one of the panel, shape (n,).
    """

    features: FloatArray
    actual: FloatArray
    base: FloatArray
    medians: FloatArray
    is_off: BoolArray
    jam_threshold: FloatArray
    area: IntArray
    hour_of_day: IntArray
    age: IntArray

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """All of them, in their order."""
        return cls(*(np.concatenate([getattr(part, each.name) for part in parts]) for each in fields(cls)))

    @property
    def fold(self) -> IntArray:
        """Which of the models leave a row out, shape (n,)."""
        return np.asarray(self.age // FOLD_WEEKS % FOLDS)


def past_rows(grid: Grid, cutoff: int, ahead: WeekAhead, jam_thresholds: FloatArray, most: int, seed: int) -> Rows:
    """The observed hours of the week behind a cut-off, without areas of a short history; drawn where too many.

    Args:
        grid: The panel.
        cutoff: Row of it, the last known hour.
        ahead: From `ml.forecast.features.week_ahead` for that cut-off.
        jam_thresholds: Of each area, unit of the panel, shape (A,).
        most: How many rows at most.
        seed: Of the draw.
    """
    level = ahead.history.level[:, None]
    actual = grid.matrix[cutoff + 1 : cutoff + 1 + WEEK_HOURS].T / level
    usable = np.flatnonzero((~np.isnan(actual) & ~ahead.history.is_short[:, None]).ravel())
    if len(usable) > most:
        usable = np.sort(np.random.default_rng([seed, cutoff]).choice(usable, most, replace=False))
    area, step = np.divmod(usable, WEEK_HOURS)
    medians = np.stack([ahead.four_week_median, ahead.levelled, ahead.like_days], axis=2) / level[:, :, None]
    return Rows(
        features=ahead.features[area, step],
        actual=actual[area, step],
        base=(ahead.base / level)[area, step],
        medians=medians[area, step],
        is_off=ahead.is_off[step],
        jam_threshold=jam_thresholds[area] / ahead.history.level[area],
        area=area,
        hour_of_day=ahead.history.hour_of_day[step],
        age=np.full(len(usable), (len(grid.hours) - 1 - cutoff) // WEEK_HOURS - 1),
    )


@dataclass(frozen=True)
class Models:
    """What was learned; what they say together is their mean.

    Attributes:
        values: Of the value itself, one for each fold.
        departures: Of the value less the base.
        below: Of the 10th percentile of the value less the point forecast.
        above: Of its 90th percentile.
    """

    values: tuple[Pipeline, ...]
    departures: tuple[Pipeline, ...]
    below: tuple[Pipeline, ...]
    above: tuple[Pipeline, ...]

    def point(self, features: FloatArray, base: FloatArray) -> FloatArray:
        """Forecast in levels of the area, shape (n,), from features, shape (n, F), and the base, shape (n,)."""
        return (_mean(self.values, features) + base + _mean(self.departures, features)) / 2

    def spreads(self, features: FloatArray, point: FloatArray) -> FloatArray:
        """How far below and above the point the value may well lie, in levels of the area, shape (n, 2)."""
        seen = np.column_stack([features, point])
        return _as_spreads(_mean(self.below, seen), _mean(self.above, seen))


@dataclass(frozen=True)
class Lesson:
    """What was learned, and what each row would have been told by models that had not seen it.

    Attributes:
        models: To forecast with.
        point: As of Models.point, shape (n,).
        spreads: As of Models.spreads, shape (n, 2).
    """

    models: Models
    point: FloatArray
    spreads: FloatArray


@dataclass(frozen=True)
class Booster:
    """How one model learns; the arguments are those of the forecaster."""

    max_iter: int
    learning_rate: float
    max_features: float
    random_state: int

    def regressor(self, number: int, quantile: float | None) -> HistGradientBoostingRegressor:
        """An untrained model, of the median or of a quantile of the spread; its number makes it draw its own way."""
        trees = self.max_iter if quantile is None else max(1, round(SPREAD_SHARE_OF_TREES * self.max_iter))
        return HistGradientBoostingRegressor(
            loss="absolute_error" if quantile is None else "quantile",
            quantile=quantile,
            max_iter=trees,
            max_leaf_nodes=31 if quantile is None else SPREAD_LEAVES,
            learning_rate=self.learning_rate,
            max_features=self.max_features,
            min_samples_leaf=POINT_LEAF_HOURS if quantile is None else SPREAD_LEAF_HOURS,
            early_stopping=False,
            random_state=self.random_state + number,
        )


def learn(rows: Rows, booster: Booster) -> Lesson | None:
    """Learn point and spread from past rows; None where there are too few."""
    if min(np.count_nonzero(rows.fold != fold) for fold in range(FOLDS)) < MIN_TRAINING_ROWS:
        return None
    values, departures = _fitted(rows.features, [(rows.actual, None), (rows.actual - rows.base, None)], rows, booster)
    of_departure = rows.base + _unseen(departures, rows.features, rows)
    point = (_unseen(values, rows.features, rows) + of_departure) / 2
    seen = np.column_stack([rows.features, point])
    below, above = _fitted(seen, [(rows.actual - point, quantile) for quantile in QUANTILES], rows, booster)
    spreads = _as_spreads(_unseen(below, seen, rows), _unseen(above, seen, rows))
    return Lesson(Models(values, departures, below, above), point, spreads)


def _fitted(
    features: FloatArray, aims: Sequence[tuple[FloatArray, float | None]], rows: Rows, booster: Booster
) -> list[tuple[Pipeline, ...]]:
    """Of each target and quantile one model for each fold, which has not seen that fold."""
    untrained = [
        (fold, target, booster.regressor(FOLDS * number + fold, quantile))
        for number, (target, quantile) in enumerate(aims)
        for fold in range(FOLDS)
    ]
    fits = (
        delayed(_fit_one)(regressor, *_drawn(features, target, rows.fold != fold, regressor.random_state))
        for fold, target, regressor in untrained
    )
    # Processes: on a small panel half of a fit is Python's own work, of which threads do one at a time.
    processes = 1 if min(len(features), MAX_ROWS) * booster.max_iter <= SMALL_FIT else -1
    fitted = Parallel(n_jobs=processes, idle_worker_timeout=WORKERS_WAIT_S)(fits)
    return [tuple(fitted[FOLDS * number : FOLDS * (number + 1)]) for number in range(len(aims))]


def _drawn(features: FloatArray, target: FloatArray, is_seen: BoolArray, seed: int) -> tuple[FloatArray, FloatArray]:
    """What one model sees."""
    drawn = np.flatnonzero(is_seen)
    if len(drawn) > MAX_ROWS:
        drawn = np.sort(np.random.default_rng(seed).choice(drawn, MAX_ROWS, replace=False))
    features = features[drawn]
    # A feature without any value (a holiday that never passed before) or with one value tells nothing, and would
    # take the place of others among those drawn at a split; scikit-learn 1.9 cannot bin the first kind.
    features[:, np.isnan(features).all(axis=0)] = 0.0
    return features, target[drawn]


def _fit_one(regressor: HistGradientBoostingRegressor, features: FloatArray, target: FloatArray) -> Pipeline:
    # Two OpenMP threads on two busy cores spin on each other: 28 s instead of 4 s for the same fit.
    with threadpool_limits(limits=1, user_api="openmp"):
        return make_pipeline(VarianceThreshold(), regressor).fit(features, target)


def _unseen(models: Sequence[Pipeline], features: FloatArray, rows: Rows) -> FloatArray:
    """What each row is told by the model that has not seen it, shape (n,)."""
    said = np.empty(len(features))
    for fold, model in enumerate(models):
        is_left_out = rows.fold == fold
        if is_left_out.any():
            said[is_left_out] = _mean([model], features[is_left_out])
    return said


def _mean(models: Sequence[Pipeline], features: FloatArray) -> FloatArray:
    with threadpool_limits(limits=1, user_api="openmp"):
        return np.asarray(np.mean([model.predict(features) for model in models], axis=0))


def _as_spreads(below: FloatArray, above: FloatArray) -> FloatArray:
    return np.stack([-below, above], axis=1).clip(min=0.0)
