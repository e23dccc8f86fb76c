"""Weeks that are forecast from the marts: the coming one, and the last one where it was never forecast.

Belongs here: which weeks, from which data, and how they are kept. Does not belong here: the model (ml/forecast).
"""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib.metadata import version

import pandas as pd
from psycopg import Connection

from assets.cctv.panel import jam_threshold, read_panel
from assets.clock import coming_week, midnight
from assets.storage import copy_rows
from ml.forecast.backtest import backtest, scores
from ml.forecast.features import FEATURE_NAMES
from ml.forecast.frame import PanelError
from ml.forecast.model import MAX_HORIZON, WeekAheadForecaster

HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)

# Less than this and not even the four-week median is one.
LEAST_HISTORY = timedelta(weeks=4)

# Weeks of the backtest that is published with the forecast; each trains the model anew.
BACKTEST_WEEKS = 2

RUN_COLUMNS = [
    "forecast_id",
    "issued_at",
    "cutoff",
    "week_start",
    "is_hindcast",
    "model",
    "training_start",
    "training_end",
    "features",
    "code_version",
    "backtest",
    "is_synthetic",
]
HOUR_COLUMNS = [
    "week_start",
    "area_code",
    "hour_start",
    "jam_index",
    "jam_index_p10",
    "jam_index_p90",
    "jam_probability",
]


@dataclass(frozen=True)
class Candidate:
    """A forecast week before its gate: the row of its run, and its hours."""

    run: tuple[object, ...]
    hours: pd.DataFrame


def _backtest(panel: pd.DataFrame, forecaster: WeekAheadForecaster) -> dict[str, object]:
    """Scores of the last weeks, model beside baselines, or no windows where the panel is too short."""
    try:
        rows = backtest(panel, forecaster, windows=BACKTEST_WEEKS)
    except PanelError:
        return {"windows": 0}
    seen = rows.dropna(subset="actual")
    inside = seen["actual"].between(seen["p10"], seen["p90"])
    return {**scores(rows), "interval": {"coverage": float(inside.mean())}, "windows": BACKTEST_WEEKS}


def _model_name(share: float) -> str:
    """Name of the blend, as the report shows it.

    >>> _model_name(0.75)
    'gradient boosting 75% dan median empat pekan 25%'
    """
    return f"gradient boosting {share:.0%} dan median empat pekan {1 - share:.0%}"


def forecast_week(
    panel: pd.DataFrame, week_start: date, now: datetime, threshold: float, *, is_synthetic: bool
) -> Candidate | None:
    """Forecast one ISO week from a panel.

    Args:
        panel: Columns area_id, hour_start (Asia/Jakarta), value (jam index); its last hour is the cut-off.
        week_start: Monday.
        now: Time of issue.
        threshold: Jam index from which an hour is jammed.
        is_synthetic: Whether any of the panel is.

    Returns:
        The candidate; None where the panel is shorter than four weeks or ends too long before the week.
    """
    if panel.empty:
        return None
    first, last = panel["hour_start"].min(), panel["hour_start"].max()
    start = pd.Timestamp(midnight(week_start))
    horizon = int((start + WEEK - HOUR - last) / HOUR)
    if last - first < LEAST_HISTORY or horizon > MAX_HORIZON:
        return None
    forecaster = WeekAheadForecaster("ID", jam_threshold=threshold, bounds=(0.0, 1.0))
    hours = forecaster.fit(panel).predict(horizon)
    hours = hours[hours["hour_start"] >= start].rename(
        columns={"area_id": "area_code", "value": "jam_index", "p10": "jam_index_p10", "p90": "jam_index_p90"}
    )
    cutoff = (last + HOUR).to_pydatetime()
    run = (
        f"{week_start.isoformat()}@{cutoff.isoformat()}",
        now,
        cutoff,
        week_start,
        now >= midnight(week_start) + WEEK,
        _model_name(forecaster.model_share_),
        first.to_pydatetime(),
        cutoff,
        list(FEATURE_NAMES),
        version("jakarta-smart-city"),
        json.dumps(_backtest(panel, forecaster)),
        is_synthetic,
    )
    return Candidate(run, hours.assign(week_start=week_start)[HOUR_COLUMNS])


def _is_published(connection: Connection, week_start: date) -> bool:
    return connection.execute("select 1 from forecast.runs where week_start = %s", [week_start]).fetchone() is not None


def make_candidates(connection: Connection, now: datetime) -> list[str]:
    """Forecast the coming week, and the last whole week where none was published for it.

    The last week is computed from data before its Monday and marked as hindcast: a planner who sees the platform
    for the first time still sees how right it would have been.

    Args:
        connection: Open connection; the caller owns the transaction.
        now: As-of time.

    Returns:
        Mondays of the weeks that wait for the gate.
    """
    threshold = jam_threshold(connection)
    coming = coming_week(now)
    last_whole = midnight(coming) - (WEEK if midnight(coming) <= now else 2 * WEEK)
    weeks = [(coming, now)]
    if not _is_published(connection, last_whole.date()):
        weeks.insert(0, (last_whole.date(), last_whole))
    connection.execute("truncate forecast.candidate_runs, forecast.candidate_jam_hours")
    written = []
    for week_start, known_until in weeks:
        panel, is_synthetic = read_panel(connection, known_until)
        candidate = forecast_week(panel, week_start, now, threshold, is_synthetic=is_synthetic)
        if candidate is not None:
            copy_rows(connection, "forecast.candidate_runs", RUN_COLUMNS, [candidate.run])
            hours = candidate.hours.itertuples(index=False)
            copy_rows(connection, "forecast.candidate_jam_hours", HOUR_COLUMNS, hours)
            written.append(week_start.isoformat())
    return written


def publish_candidates(connection: Connection) -> int:
    """Replace each week that waits, all of it or none; returns the hours published.

    Args:
        connection: Open connection; the caller owns the transaction.
    """
    connection.execute("delete from forecast.runs where week_start in (select week_start from forecast.candidate_runs)")
    connection.execute("insert into forecast.runs select * from forecast.candidate_runs")
    return connection.execute("insert into forecast.jam_hours select * from forecast.candidate_jam_hours").rowcount
