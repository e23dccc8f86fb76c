"""Every peer on the windows of our own backtest, trained anew on what lies before each.

Belongs here: which peers there are, what they need, running them. Does not belong here: how one is set up (its own
module), measuring (benchmarks/forecast_accuracy.py).
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec

import numpy as np
import pandas as pd

from benchmarks.forecast_rivals import mlforecast_lightgbm, plain_lightgbm, skforecast_lightgbm

# Each takes what is known, the hours to forecast and the country, and gives p10, p50 and p90 of those hours.
Peer = Callable[[pd.DataFrame, pd.DataFrame, str], dict[str, np.ndarray]]
PEERS: dict[str, Peer] = {
    "plain LightGBM": plain_lightgbm.forecast,
    "mlforecast, LightGBM": mlforecast_lightgbm.forecast,
    "skforecast, LightGBM": skforecast_lightgbm.forecast,
}
NEEDS = ("lightgbm", "mlforecast", "skforecast")


class NoRivalError(Exception):
    """A peer is not installed; the message says what to do."""


def need_rivals() -> None:
    """Refuse to begin a long measurement that could not end.

    Raises:
        NoRivalError: One of their packages is missing.
    """
    missing = [name for name in NEEDS if find_spec(name) is None]
    if missing:
        raise NoRivalError(f"expected {', '.join(NEEDS)}, found no {' and no '.join(missing)}: run make benchmark")


def peer_rows(peer: Peer, panel: pd.DataFrame, rows: pd.DataFrame, country: str) -> pd.DataFrame:
    """Forecast the windows of a backtest.

    Args:
        peer: One of PEERS.
        panel: Complete, one row per area and hour.
        rows: From `ml.forecast.backtest.backtest`: which windows.
        country: ISO 3166 code whose holidays count.

    Returns:
        Columns window, area_id, hour_start, p10, p50, p90, ascending in each row; the rows of the backtest.
    """
    found = []
    for window, own in rows.groupby("window"):
        known = panel[(panel["hour_start"] < own["hour_start"].min()) & panel["area_id"].isin(own["area_id"])]
        week = own[["area_id", "hour_start"]].sort_values(["area_id", "hour_start"], ignore_index=True)
        forecast = peer(known.sort_values(["area_id", "hour_start"], ignore_index=True), week, country)
        ascending = np.sort(np.column_stack([forecast["p10"], forecast["p50"], forecast["p90"]]), axis=1)
        # The median stays what it is, as its own error is judged: the ends give way.
        found.append(
            week.assign(
                window=window,
                p10=np.minimum(ascending[:, 0], forecast["p50"]),
                p50=forecast["p50"],
                p90=np.maximum(ascending[:, 2], forecast["p50"]),
            )
        )
    return pd.concat(found, ignore_index=True)
