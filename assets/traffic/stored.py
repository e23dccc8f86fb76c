"""Trained forecasters: made once a week, kept with what they were made of, refused where that does not match.

Belongs here: training, keeping, loading.
Does not belong here: learning (ml/forecast), what is forecast (candidates.py).
"""

import json
from copy import copy
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pandas as pd
from psycopg import Connection

from assets.clock import coming_week, midnight
from assets.traffic.forecaster import city_forecaster
from assets.traffic.panel import read_panel
from ml.forecast.backtest import backtest, scores
from ml.forecast.features import FEATURE_NAMES
from ml.forecast.frame import PanelError
from ml.forecast.model import WeekAheadForecaster
from ml.forecast.version import code_version, sklearn_version
from ml.packing import pack, unpack

HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)
# Less than this and not even the four-week median is one.
LEAST_HISTORY = timedelta(weeks=4)
# Weeks of the backtest that is kept with the model; each trains it anew.
BACKTEST_WEEKS = 2


class ModelMismatchError(RuntimeError):
    """A stored forecaster that this code did not make."""

    def __init__(self, what: str, expected: str, found: str) -> None:
        super().__init__(
            f"Expected a forecaster made with {what} {expected}; found one of {found}."
            " Train it anew: jsc forecast train"
        )


@dataclass(frozen=True)
class Trained:
    """A forecaster and what is known of it.

    Attributes:
        forecaster: To be advanced to the panel that it shall forecast from.
        trained_at: As-of time of its training.
        training_start: First hour that it learned from.
        training_end: End of the last one.
        backtest: Scores beside the baselines over its last weeks, and the interval's coverage.
        is_synthetic: Whether any of its training was.
    """

    forecaster: WeekAheadForecaster
    trained_at: datetime
    training_start: datetime
    training_end: datetime
    backtest: dict[str, object]
    is_synthetic: bool


def is_long_enough(panel: pd.DataFrame) -> bool:
    """Whether there are four weeks between the first and the last hour."""
    return not panel.empty and panel["hour_start"].max() - panel["hour_start"].min() >= LEAST_HISTORY


def train(
    forecaster: WeekAheadForecaster, panel: pd.DataFrame, now: datetime, *, is_synthetic: bool, windows: int
) -> Trained:
    """Train on a panel, and judge how such a training would have done in its last weeks.

    Args:
        forecaster: Settings.
        panel: Columns area_id, hour_start (the city's), value.
        now: As-of time.
        is_synthetic: Whether any of the panel is.
        windows: Weeks of the backtest, each of which trains anew; 0 for none.
    """
    fitted = forecaster.fit(panel)
    return Trained(
        forecaster=fitted,
        trained_at=now,
        training_start=fitted.training_start_.to_pydatetime(),
        training_end=(fitted.training_end_ + HOUR).to_pydatetime(),
        backtest=_backtest(panel, forecaster, windows),
        is_synthetic=is_synthetic,
    )


def train_weekly(connection: Connection, now: datetime, *, anew: bool = False) -> dict[str, str]:
    """Train and keep this week's forecaster, where there is none yet that this code made.

    Args:
        connection: Open connection; the caller owns the transaction.
        now: As-of time.
        anew: Train also where there is one.

    Returns:
        What was done, for people.
    """
    newest = _newest(connection, now)
    began = midnight(coming_week(now)) - WEEK
    if newest is not None and not anew and newest["trained_at"] >= began and _mismatch(newest) is None:
        return {"trained": f"on {newest['trained_at']:%Y-%m-%d %H:%M}, for this week"}
    panel, is_synthetic = read_panel(connection, now)
    if not is_long_enough(panel):
        return {"trained": f"not at all: expected {LEAST_HISTORY.days} days of area hours, found fewer"}
    trained = train(city_forecaster(connection), panel, now, is_synthetic=is_synthetic, windows=BACKTEST_WEEKS)
    keep(connection, trained)
    return {"trained": "anew", "training_start": str(trained.training_start), "area_hours": f"{len(panel):,}"}


def keep(connection: Connection, trained: Trained) -> None:
    """Book a trained forecaster."""
    learned = copy(trained.forecaster)
    # The panel is in the marts; a forecaster is advanced to it before it forecasts.
    del learned.grid_, learned.ahead_
    connection.execute(
        """
        insert into forecast.models (
            trained_at, training_start, training_end, features, code_version, sklearn_version, backtest, is_synthetic,
            model
        ) values (%s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        [
            trained.trained_at, trained.training_start, trained.training_end, list(FEATURE_NAMES), code_version(),
            sklearn_version(), json.dumps(trained.backtest), trained.is_synthetic, pack(learned),
        ],
    )  # fmt: skip


def load(connection: Connection, until: datetime) -> Trained | None:
    """The newest forecaster that was trained until a moment; None where there is none.

    Args:
        connection: Open connection.
        until: A forecaster of later knows what was not known then.

    Raises:
        ModelMismatchError: It was made by other code or another library.
    """
    row = _newest(connection, until)
    if row is None:
        return None
    mismatch = _mismatch(row)
    if mismatch is not None:
        raise mismatch
    [(model,)] = connection.execute("select model from forecast.models where model_id = %s", [row["model_id"]])
    return Trained(
        forecaster=unpack(model),
        trained_at=row["trained_at"],
        training_start=row["training_start"],
        training_end=row["training_end"],
        backtest=row["backtest"],
        is_synthetic=row["is_synthetic"],
    )


def _newest(connection: Connection, until: datetime) -> dict[str, Any] | None:
    columns = (
        "model_id", "trained_at", "training_start", "training_end", "features", "code_version", "sklearn_version",
        "backtest", "is_synthetic",
    )  # fmt: skip
    row = connection.execute(
        f"select {', '.join(columns)} from forecast.models where trained_at <= %s"  # noqa: S608 - our own names
        " order by model_id desc limit 1",
        [until],
    ).fetchone()
    return None if row is None else dict(zip(columns, row, strict=True))


def _mismatch(row: dict[str, Any]) -> ModelMismatchError | None:
    expected = {
        "the features": ", ".join(FEATURE_NAMES),
        "scikit-learn": sklearn_version(),
        "the code": code_version(),
    }
    found = {
        "the features": ", ".join(row["features"]),
        "scikit-learn": row["sklearn_version"],
        "the code": row["code_version"],
    }
    for what, wanted in expected.items():
        if found[what] != wanted:
            return ModelMismatchError(what, wanted, f"{found[what]}")
    return None


def _backtest(panel: pd.DataFrame, forecaster: WeekAheadForecaster, windows: int) -> dict[str, object]:
    """Scores of the last weeks, model beside baselines, or no windows where the panel is too short."""
    if windows == 0:
        return {"windows": 0}
    try:
        rows = backtest(panel, forecaster, windows=windows)
    except PanelError:
        return {"windows": 0}
    seen = rows.dropna(subset="actual")
    inside = seen["actual"].between(seen["p10"], seen["p90"])
    return {**scores(rows), "interval": {"coverage": float(inside.mean())}, "windows": windows}
