"""Weeks that are forecast from the marts: the coming one, and the last one where it was never forecast.

Belongs here: which weeks, in which ways, and what stands beside each hour.
Does not belong here: the model (ml/forecast), which of the ways is published (publish.py).
"""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from importlib.metadata import version

import numpy as np
import pandas as pd
from psycopg import Connection

from assets.clock import coming_week, midnight
from assets.storage import copy_rows
from assets.traffic.forecaster import city_forecaster
from assets.traffic.panel import read_panel
from assets.traffic.stored import HOUR, WEEK, ModelMismatchError, Trained, is_long_enough, load, train
from ml.forecast.baselines import baselines_ahead
from ml.forecast.blend import Blend
from ml.forecast.features import FEATURE_NAMES
from ml.forecast.model import MAX_HORIZON, WeekAheadForecaster

RUN_COLUMNS = [
    "forecast_id",
    "issued_at",
    "cutoff",
    "week_start",
    "is_hindcast",
    "blend",
    "training_start",
    "training_end",
    "features",
    "code_version",
    "backtest",
    "is_synthetic",
    "published_as",
]
HOUR_COLUMNS = [
    "week_start",
    "area_code",
    "hour_start",
    "jam_index",
    "jam_index_p10",
    "jam_index_p90",
    "jam_probability",
    "jam_index_mean",
    "last_week",
    "four_week_median",
    "basis",
    "published_as",
]


def blend_weights(forecaster: WeekAheadForecaster) -> str:
    """Mean weight over the areas of each part of the blend, as JSON: 0 to 1 by the parts of Blend."""
    return json.dumps(dict(zip(Blend._fields, forecaster.blend_.mean(axis=0).tolist(), strict=True)))


def hours_ahead(forecaster: WeekAheadForecaster, horizon: int) -> pd.DataFrame:
    """Forecast the hours behind the last measured one, with the baselines beside each, in the platform's names."""
    hours = forecaster.predict(horizon).merge(baselines_ahead(forecaster.grid_, horizon), on=["area_id", "hour_start"])
    names = {"area_id": "area_code", "value": "jam_index", "p10": "jam_index_p10", "p90": "jam_index_p90"}
    hours = hours.rename(columns={**names, "mean": "jam_index_mean"})
    return hours.assign(basis=np.where(hours["is_pooled"], "pooled", "own"))


def write_candidate(
    connection: Connection, trained: Trained, panel: pd.DataFrame, week_start: date, now: datetime, published_as: str
) -> None:
    """Forecast one ISO week and let it wait for the gate.

    Args:
        connection: Open connection; the caller owns the transaction.
        trained: Forecasts.
        panel: Columns area_id, hour_start (the city's), value (jam index); its last hour is the cut-off.
        week_start: Monday.
        now: Time of issue.
        published_as: One of assets.traffic.gate.WAYS.
    """
    forecaster = trained.forecaster.advance(panel)
    start = pd.Timestamp(midnight(week_start))
    hours = hours_ahead(forecaster, _horizon(panel, week_start))
    hours = hours[hours["hour_start"] >= start].assign(week_start=week_start, published_as=published_as)
    cutoff = (forecaster.cutoff_ + HOUR).to_pydatetime()
    run = (
        f"{week_start.isoformat()}@{cutoff.isoformat()}",
        now,
        cutoff,
        week_start,
        now >= midnight(week_start) + WEEK,
        blend_weights(forecaster),
        trained.training_start,
        trained.training_end,
        list(FEATURE_NAMES),
        version("jakarta-smart-city"),
        json.dumps(trained.backtest),
        trained.is_synthetic,
        published_as,
    )
    copy_rows(connection, "forecast.candidate_runs", RUN_COLUMNS, [run])
    rows = hours[HOUR_COLUMNS].itertuples(index=False)
    copy_rows(connection, "forecast.candidate_jam_hours", HOUR_COLUMNS, rows)


def make_candidates(connection: Connection, now: datetime) -> list[str]:
    """Forecast the coming week, and the last whole week where none was published for it.

    The last week is computed from data before its Monday and marked as hindcast: a planner who sees the platform
    for the first time still sees how right it would have been.

    Args:
        connection: Open connection; the caller owns the transaction.
        now: As-of time.

    Returns:
        Mondays of the weeks that wait for the gate.

    Raises:
        ModelMismatchError: The stored forecaster was made by other code.
    """
    connection.execute("truncate forecast.candidate_runs, forecast.candidate_jam_hours")
    coming = coming_week(now)
    last_whole = midnight(coming) - (WEEK if midnight(coming) <= now else 2 * WEEK)
    weeks = []
    if not _is_published(connection, last_whole.date()):
        panel, is_synthetic = read_panel(connection, last_whole)
        if is_long_enough(panel) and _horizon(panel, last_whole.date()) <= MAX_HORIZON:
            # It is scored by the week itself, and needs no backtest of its own.
            forecaster = city_forecaster(connection)
            hindcast = train(forecaster, panel, last_whole, is_synthetic=is_synthetic, windows=0)
            _write_ways(connection, [("model", hindcast)], panel, last_whole.date(), now)
            weeks.append(last_whole.date().isoformat())
    panel, _ = read_panel(connection, now)
    ways = list(_ways(connection, now))
    if ways and _horizon(panel, coming) <= MAX_HORIZON:
        _write_ways(connection, ways, panel, coming, now)
        weeks.append(coming.isoformat())
    return weeks


def _ways(connection: Connection, now: datetime) -> Iterator[tuple[str, Trained]]:
    """This week's forecaster, and the one before it."""
    newest = load(connection, now)
    if newest is None:
        return
    yield "model", newest
    # Other code may have made the one before; then there is none to fall back on but the median.
    with suppress(ModelMismatchError):
        last = load(connection, newest.trained_at - timedelta(microseconds=1))
        if last is not None:
            yield "last_good", last


def _write_ways(
    connection: Connection, ways: list[tuple[str, Trained]], panel: pd.DataFrame, week_start: date, now: datetime
) -> None:
    """The forecasters in their order, and behind them the four-week median, which needs none."""
    for published_as, trained in ways:
        write_candidate(connection, trained, panel, week_start, now, published_as)
    _, newest = ways[0]
    plain = replace(newest, forecaster=newest.forecaster.plain(), backtest={"windows": 0})
    write_candidate(connection, plain, panel, week_start, now, "four_week_median")


def _horizon(panel: pd.DataFrame, week_start: date) -> int:
    """Hours from the last measured one to the end of a week."""
    return int((pd.Timestamp(midnight(week_start)) + WEEK - HOUR - panel["hour_start"].max()) / HOUR)


def _is_published(connection: Connection, week_start: date) -> bool:
    return connection.execute("select 1 from forecast.runs where week_start = %s", [week_start]).fetchone() is not None
