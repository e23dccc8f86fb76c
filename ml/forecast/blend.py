"""How much of the model and how much of the four-week median each area's forecast takes.

Belongs here: the blends there are, choosing one by past errors, the point forecast that one gives.
Does not belong here: learning (ml/forecast/model.py), intervals.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ml.forecast.features import WeekAhead
from ml.forecast.frame import FloatArray
from ml.forecast.history import WEEK_HOURS, borrowed_profile
from ml.forecast.learning import Rows

# A blend with more of the model is taken where its error is at most so many times the smallest one.
NEAR = 1.02
# How many hours of all areas together weigh in when the blend of one is chosen.
POOLED_HOURS = 4 * WEEK_HOURS
# So many weeks ago an error counts half as much as one of the last week: a level that jumped is followed soon.
HALF_LIFE_WEEKS = 8


class Blend(NamedTuple):
    """Weights of the parts of an area's forecast, 0 to 1; they sum to 1.

    Attributes:
        gradient_boosting: Of the model.
        four_week_median: Of the baseline.
        four_week_median_at_last_level: Of the baseline at the last week's level, which follows a jump of the level
            before any model can.
        like_days: Of the baseline drawn towards days of its kind, where no model can be trained.
    """

    gradient_boosting: float
    four_week_median: float
    four_week_median_at_last_level: float
    like_days: float


PLAIN_MEDIAN = Blend(0.0, 1.0, 0.0, 0.0)
LIKE_DAYS = Blend(0.0, 0.0, 0.0, 1.0)
# The plain median comes first, so that it wins a tie.
BLENDS = (
    *(Blend(share, 1 - share, 0.0, 0.0) for share in (0.0, 0.25, 0.5, 0.75, 1.0)),
    *(Blend(share, 0.0, 1 - share, 0.0) for share in (0.0, 0.25, 0.5, 0.75)),
)
BLENDS_WITHOUT_MODEL = (
    PLAIN_MEDIAN,
    *(Blend(0.0, 0.0, share, 1 - share) for share in (0.0, 0.25, 0.5, 0.75, 1.0)),
)


def blended(ahead: WeekAhead, modelled: FloatArray | None, weights: FloatArray) -> FloatArray:
    """Point forecast, shape (A, 168), by weights of shape (A, 4) as in blend_; a short history borrows its shape.

    Around a holiday it is the model's, whatever quiet weeks say of the median, which knows no holidays.
    """
    parts = {
        "gradient_boosting": np.zeros_like(ahead.base) if modelled is None else modelled,
        "four_week_median": ahead.four_week_median,
        "four_week_median_at_last_level": ahead.levelled,
        "like_days": ahead.like_days,
    }
    point = np.einsum("ac,cah->ah", weights, np.stack([parts[name] for name in Blend._fields]))
    if modelled is not None:
        point = np.where(ahead.is_off, modelled, point)
    return borrowed_profile(point, ahead.history)


def _weight(weights: FloatArray, part: str) -> FloatArray:
    """The column of one part, shape (A, 1)."""
    return weights[:, [Blend._fields.index(part)]]


def best_blends(rows: Rows, modelled: FloatArray | None, areas: int) -> FloatArray:
    """Blend of each area, shape (A, 4): that with the smallest error, or one with more of the model that is near it.

    Where there is no model the days of its kind take its place. The model that was judged knew fewer weeks than the one
    that will forecast, so that it may be NEAR the best; behind the four-week median it is never taken.

    Args:
        rows: Past hours.
        modelled: What a model that had not seen them said of them, shape (n,); None without a model.
        areas: How many areas there are.
    """
    blends = np.array(BLENDS_WITHOUT_MODEL if modelled is None else BLENDS)
    sizes = np.stack([_error_size(rows, past_blend(rows, modelled, blend[None]), areas) for blend in blends])
    # The first is the plain median itself.
    is_ahead = (sizes < sizes[0]) | (np.arange(len(blends)) == 0)[:, None]
    is_near = is_ahead & (sizes <= NEAR * sizes.min(axis=0))
    rank = np.where(is_near, _weight(blends, "gradient_boosting") + _weight(blends, "like_days"), -np.inf)
    return np.asarray(blends[rank.argmax(axis=0)])


def past_blend(rows: Rows, modelled: FloatArray | None, weights: FloatArray) -> FloatArray:
    """As `blended`, of past rows, shape (n,), in levels; weights of each row or of all, shape (n, 4) or (1, 4)."""
    if modelled is None:
        return (weights[:, 1:] * rows.medians).sum(axis=1)
    point = (weights * np.column_stack([modelled, rows.medians])).sum(axis=1)
    return np.where(rows.is_off, modelled, point)


def _error_size(rows: Rows, forecast: FloatArray, areas: int) -> FloatArray:
    """Mean size of each area's errors, shape (A,); hours of all areas weigh in with its own."""
    weights = 0.5 ** (rows.age / HALF_LIFE_WEEKS)
    own, count = (np.bincount(rows.area, each, areas) for each in (weights * np.abs(rows.actual - forecast), weights))
    together = float(own.sum()) / max(float(count.sum()), 1.0)
    return np.asarray((own + POOLED_HOURS * together) / (count + POOLED_HOURS))
