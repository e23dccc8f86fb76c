"""The week-ahead forecaster: gradient boosting on each area's weekly shape, used as far as past weeks prove it better.

Belongs here: learning, point, interval and jam probability.
Does not belong here: features, fitting the models (ml/forecast/learning.py), the weights of model and median
(ml/forecast/blend.py), judging the forecaster on later weeks (ml/forecast/backtest.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from typing import Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from ml.forecast import intervals
from ml.forecast.blend import LIKE_DAYS, PLAIN_MEDIAN, best_blends, blended, past_blend
from ml.forecast.calendar import SchoolBreaks
from ml.forecast.features import FEATURE_NAMES, Calendar, WeekAhead, calendar_of, week_ahead
from ml.forecast.frame import HOUR, FloatArray, Grid, PanelError, check_panel, to_grid
from ml.forecast.history import WEEK_HOURS, nanmedian
from ml.forecast.learning import Booster, Rows, learn, past_rows
from ml.forecast.like_days import KINDS, WIDENING, kind_spreads, unseen_residuals
from ml.forecast.metrics import jam_threshold
from ml.forecast.odd_even import OddEven

# Rows that all models draw from, as many of each week.
MOST_ROWS = 200_000
# All models together are off by so much less than the one of each kind that a past week is told by.
TOGETHER = 0.88
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

    All is learned in units of the area's four-week level: half of the models say the value, half how far it departs
    from the median of the last four weeks, holidays left out, and others how far it may lie from what those say. Every
    past week is told by models that have not seen it. These errors, the newest most, decide of each area how much of
    the model and how much of the four-week median its forecast takes, and correct how wide the interval is.

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
        blend_: Of each area, the one of BLENDS that its forecast takes, shape (A, 4), columns as Blend's fields.
        models_: The boosting models; None where the history is too short to train them.
        residuals_: Distribution of the past weeks' residuals.
        plain_residuals_: The same of the four-week median's.
        kind_spreads_: How far days of each of like_days.KINDS lie from others of it, shape (3,), where no past week is
            long enough to be forecast; ones otherwise.
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
        self.areas_ = grid.areas
        self.training_start_, self.training_end_, self.cutoff_ = grid.hours[0], grid.hours[-1], grid.hours[-1]
        self.feature_names_ = FEATURE_NAMES
        self.grid_ = grid
        self.jam_thresholds_ = self._thresholds(grid)
        self.ahead_ = week_ahead(grid, len(grid.hours) - 1, calendar)
        ahead = ((cutoff, week_ahead(grid, cutoff, calendar)) for cutoff in cutoffs)
        most = MOST_ROWS // max(len(cutoffs), 1)
        jams = self.jam_thresholds_
        self._learn([past_rows(grid, cutoff, week, jams, most, self.random_state) for cutoff, week in ahead])
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
        """The four-week median in the place of the blend, with the interval that the median's own errors give.

        Where no past week is long enough to be forecast these are not known: days of a kind differ about as much.
        """
        check_is_fitted(self, "blend_")
        median = copy(self)
        median.blend_ = np.tile(PLAIN_MEDIAN, (len(self.areas_), 1))
        median.residuals_, median.models_ = self.plain_residuals_, None
        return median

    def predict(self, hours: int = WEEK_HOURS) -> pd.DataFrame:
        """Forecast the hours after the cut-off.

        Beyond 168 hours the forecast of the first week stands in for its values, and trains nothing.

        Args:
            hours: Horizon, 1 to 336.

        Returns:
            One row per area and hour, sorted by both: `area_id`, `hour_start`, `value` (median), `p10`, `p90`
            (unit of the panel; p10 <= value <= p90; p90 is a higher percentile where an hour may jam and past ones that
            jammed say so), `jam_probability` in [0, 1], `mean` (unit of the panel) and `is_pooled`: whether the shape
            of the other areas stands in for a history that is too short.

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
            "p90": np.maximum(intervals.upper_end(outcomes, self.jam_thresholds_, self.residuals_), point),
            "jam_probability": is_jam.mean(axis=2),
            "mean": outcomes.mean(axis=2),
            "is_pooled": np.repeat(self.ahead_.history.is_borrower[:, None], hours, axis=1),
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
        modelled = None
        spreads = np.broadcast_to(self.kind_spreads_[ahead.kinds.target][None, :, None], (*ahead.base.shape, 2))
        if self.models_ is not None:
            level = ahead.history.level[:, None]
            features = ahead.features.reshape(-1, ahead.features.shape[2])
            scaled = self.models_.point(features, (ahead.base / level).ravel())
            modelled = scaled.reshape(ahead.base.shape) * level
            spreads = self.models_.spreads(features, scaled).reshape(spreads.shape)
        point = blended(ahead, modelled, self.blend_)
        return point, intervals.outcomes(point, spreads, self.residuals_, ahead.history)

    def _second_week(self, first: FloatArray) -> WeekAhead:
        """Features of the week after the next, with the first week's forecast in the place of its values."""
        hours = self.grid_.hours.union(pd.date_range(self.cutoff_ + HOUR, periods=WEEK_HOURS, freq=HOUR))
        rain = self.grid_.rain
        if rain is not None:
            rain = np.concatenate([rain, np.full(first.T.shape, np.nan)])
        grid = Grid(self.grid_.areas, hours, np.concatenate([self.grid_.matrix, first.T]), rain)
        return week_ahead(grid, len(hours) - 1, self._calendar(grid))

    def _learn(self, weeks: Sequence[Rows]) -> None:
        """Sets models_, blend_, kind_spreads_, residuals_ and plain_residuals_, by forecasts of weeks not seen."""
        rows = Rows.joined(weeks) if weeks else None
        booster = Booster(self.max_iter, self.learning_rate, self.max_features, self.random_state)
        lesson = None if rows is None else learn(rows, booster)
        self.models_ = None if lesson is None else lesson.models
        self.kind_spreads_ = np.ones(len(KINDS))
        if rows is None or not len(rows.actual):
            self.blend_ = np.tile(LIKE_DAYS, (len(self.areas_), 1))
            self._learn_from_days()
            return
        point, spreads = (lesson.point, lesson.spreads) if lesson is not None else (None, None)
        self.blend_ = best_blends(rows, point, len(self.areas_))
        weights = self.blend_[rows.area]
        off = rows.actual - past_blend(rows, point, weights)
        if lesson is not None:
            off = off * (1 - (1 - TOGETHER) * np.where(rows.is_off, 1.0, weights[:, 0]))
        self.residuals_ = self._residuals(rows, off, spreads)
        off_plain = rows.actual - past_blend(rows, None, np.asarray([PLAIN_MEDIAN]))
        self.plain_residuals_ = self._residuals(rows, off_plain, None)

    def _residuals(self, rows: Rows, off: FloatArray, spreads: FloatArray | None) -> intervals.Residuals:
        known = np.ones((len(off), 2)) if spreads is None else spreads
        where = rows.area, rows.hour_of_day, rows.age
        residuals = intervals.residual_distribution(off, known, *where, len(self.areas_))
        room = rows.jam_threshold - (rows.actual - off)
        return intervals.with_jams_covered(residuals, off, known, room, *where)

    def _learn_from_days(self) -> None:
        """Sets residuals_, plain_residuals_ and kind_spreads_ by what days say of each other."""
        history, kinds = self.ahead_.history, self.ahead_.kinds
        residuals = unseen_residuals(history, kinds)
        self.kind_spreads_ = kind_spreads(residuals, kinds)
        week, area, step = np.nonzero(~np.isnan(residuals))
        spreads = np.repeat(self.kind_spreads_[kinds.lagged[week, step]][:, None], 2, axis=1)
        where = area, history.hour_of_day[step], np.zeros(len(week), dtype=np.int64)
        off = WIDENING * residuals[week, area, step]
        self.residuals_ = intervals.residual_distribution(off, spreads, *where, len(self.areas_))
        self.plain_residuals_ = self.residuals_

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


def _grid_of(panel: pd.DataFrame) -> Grid:
    check_panel(panel)
    grid = to_grid(panel)
    if np.isnan(grid.matrix).all():
        raise PanelError(expected="at least one value", found="only NaN", remedy="Widen the training window.")
    return grid
