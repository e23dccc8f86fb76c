"""Our forecaster on a real series beside its baselines and its peers, all trained anew for each window.

Belongs here: the measures of every forecast, their table, our figures against the bars. Does not belong here: how a
peer is set up (benchmarks/forecast_rivals), what training costs (benchmarks/forecast.py).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.public_series import read_series
from ml.forecast.backtest import backtest
from ml.forecast.calendar import holiday_names
from ml.forecast.frame import complete_panel
from ml.forecast.history import WEEK_HOURS
from ml.forecast.metrics import brier, coverage, jam_f1, mae, pinball
from ml.forecast.model import WeekAheadForecaster

OURS = "ours"
BASELINES = {"same hour last week": "same_hour_last_week", "four-week median": "four_week_median"}
# Standard normal deviate of the 90th percentile.
NINETIETH = 1.2815515655446004
# Behind the best of the others by at most so much, and within this coverage.
NEAR = 1.01
COVERS = (0.78, 0.82)
COVERS_LEAST = 0.75

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Figures:
    """Measures of one forecast over some windows; NaN where it has none.

    Attributes:
        mae: Unit of the panel.
        quantile_loss: Mean of the pinball losses at 0.1, 0.5 and 0.9, unit of the panel.
        jam_f1: In [0, 1].
        brier: Of jam hours, in [0, 1].
        covered: Share of hours within the 80% interval.
        jams_covered: The same of the hours that jammed.
        holidays_covered: The same of the windows with a holiday.
    """

    mae: float
    quantile_loss: float
    jam_f1: float
    brier: float
    covered: float
    jams_covered: float
    holidays_covered: float


@dataclass(frozen=True)
class Span:
    """What of a series is read and forecast.

    Attributes:
        windows: How many are forecast, the last ones.
        horizon: Hours of each, 1 to 168.
        since: First day that is read; None for all.
        until: Last day that is read; None for all.
    """

    windows: int
    horizon: int = WEEK_HOURS
    since: dt.date | None = None
    until: dt.date | None = None

    def of(self, panel: pd.DataFrame) -> pd.DataFrame:
        """The rows of those days."""
        day = panel["hour_start"].dt.date
        return panel[(day >= (self.since or dt.date.min)) & (day <= (self.until or dt.date.max))]


def accuracy(path: Path, country: str, span: Span, tell: Tell) -> Iterator[str]:
    """Measure one series.

    Args:
        path: CSV as for `jsc evaluate forecast`, or one of `benchmarks.public_series.SOURCES`.
        country: ISO 3166 code whose holidays count.
        span: What of it.
        tell: Called with each step as it begins.

    Returns:
        A table of all windows, one of those with and one of those without a holiday, and our figures against the bars.

    Raises:
        NoRivalError: A peer is not installed.
        ml.forecast.frame.PanelError: The series is no panel, or too short.
    """
    from benchmarks.forecast_rivals.windows import PEERS, need_rivals, peer_rows

    need_rivals()
    panel = complete_panel(span.of(read_series(path))).frame
    tell(f"{span.windows} windows by our forecaster and its baselines")
    rows = backtest(panel, WeekAheadForecaster(country), windows=span.windows, horizon=span.horizon)
    forecasts = own_forecasts(rows)
    asked = rows.drop(columns=["p10", "p90", "jam_probability"])
    for name, peer in PEERS.items():
        tell(f"{span.windows} windows by {name}")
        found = peer_rows(peer, panel, rows, country)
        beside = asked.merge(found, on=["window", "area_id", "hour_start"], validate="1:1")
        forecasts[name] = with_jam_probability(beside)
    yield from report(forecasts, country)


def own_forecasts(rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Ours and the baselines, from `ml.forecast.backtest.backtest`, each with p10, p50, p90 and jam_probability."""
    forecasts = {OURS: rows.rename(columns={"model": "p50"})}
    for name, column in BASELINES.items():
        is_called = (rows[column] > rows["jam_threshold"]).astype(float)
        forecasts[name] = rows.assign(p50=rows[column], p10=np.nan, p90=np.nan, jam_probability=is_called)
    return forecasts


def with_jam_probability(rows: pd.DataFrame) -> pd.DataFrame:
    """How probable a jam is by three quantiles: a normal distribution of one width below and one above the median.

    >>> row = {"p10": [0.0], "p50": [10.0], "p90": [30.0], "jam_threshold": [30.0]}
    >>> round(float(with_jam_probability(pd.DataFrame(row))["jam_probability"].iloc[0]), 3)
    0.1
    """
    from scipy.stats import norm

    above = rows["jam_threshold"] - rows["p50"]
    width = np.where(above > 0, rows["p90"] - rows["p50"], rows["p50"] - rows["p10"]) / NINETIETH
    deviate: pd.Series = above / np.where(width > 0, width, np.finfo(float).tiny)
    return rows.assign(jam_probability=norm.sf(deviate))


def report(forecasts: Mapping[str, pd.DataFrame], country: str) -> Iterator[str]:
    """The tables, then our figures against the bars."""
    is_off = holiday_windows(forecasts[OURS], country)
    figures = {name: measure(rows, is_off) for name, rows in forecasts.items()}
    yield from table("all windows", figures)
    for title, kept in (("windows without a holiday", ~is_off), ("windows with a holiday", is_off)):
        if 0 < kept.sum() < len(kept):
            part = {name: measure(rows[kept.to_numpy()], is_off[kept]) for name, rows in forecasts.items()}
            yield from table(title, part)
    yield from bars(figures)


def holiday_windows(rows: pd.DataFrame, country: str) -> pd.Series:
    """Of each row, whether a day of its window is a holiday."""
    clock = rows["hour_start"].dt.tz_localize(None)
    days = holiday_names(country, clock.min().date(), clock.max().date())
    return clock.dt.date.isin(list(days)).groupby(rows["window"]).transform("any")


def measure(rows: pd.DataFrame, is_off: pd.Series) -> Figures:
    """Figures of one forecast.

    Args:
        rows: Columns actual, p10, p50, p90, jam_probability, jam_threshold.
        is_off: From `holiday_windows`, of the same rows.
    """
    actual, threshold = rows["actual"].to_numpy(dtype=float), rows["jam_threshold"].to_numpy(dtype=float)
    low, high = rows["p10"].to_numpy(dtype=float), rows["p90"].to_numpy(dtype=float)
    has_interval = not np.isnan(low).all()
    losses = [pinball(actual, rows[name], share) for name, share in (("p10", 0.1), ("p50", 0.5), ("p90", 0.9))]

    def covered(kept: np.ndarray) -> float:
        return coverage(actual[kept], low[kept], high[kept]) if has_interval else float("nan")

    return Figures(
        mae=mae(actual, rows["p50"]),
        quantile_loss=float(np.mean(losses)) if has_interval else float("nan"),
        jam_f1=jam_f1(actual, rows["p50"], threshold),
        brier=brier(actual, rows["jam_probability"], threshold),
        covered=covered(np.ones(len(actual), dtype=bool)),
        jams_covered=covered(actual > threshold),
        holidays_covered=covered(is_off.to_numpy()),
    )


def table(title: str, figures: Mapping[str, Figures]) -> Iterator[str]:
    """Lines of a table in Markdown, one row per forecast."""
    yield f"| {title} | MAE | quantile loss | jam F1 | Brier | covers | jams | holidays |"
    yield "|---|---|---|---|---|---|---|---|"
    for name, own in figures.items():
        cells = [f"{own.mae:.4g}", _number(own.quantile_loss, ".4g"), f"{own.jam_f1:.3f}", f"{own.brier:.4f}"]
        shares = (own.covered, own.jams_covered, own.holidays_covered)
        yield f"| {name} | {' | '.join(cells + [_number(share, '.1%') for share in shares])} |"
    yield ""


def bars(figures: Mapping[str, Figures]) -> Iterator[str]:
    """Ours beside the best of the others in each measure, and the interval."""
    own = figures[OURS]
    others = {name: each for name, each in figures.items() if name != OURS}
    for measured, label in (("mae", "MAE"), ("quantile_loss", "quantile loss"), ("brier", "Brier")):
        value = {name: getattr(each, measured) for name, each in others.items()}
        value = {name: each for name, each in value.items() if not np.isnan(each)}
        best = min(value, key=lambda name: value[name])
        yield f"{label} {getattr(own, measured) / value[best]:.3f} times that of {best} (bar: {NEAR})"
    best = max(others, key=lambda name: others[name].jam_f1)
    yield f"jam F1 {own.jam_f1:.3f}, {best} {others[best].jam_f1:.3f} (bar: not below it)"
    yield f"80% interval covers {own.covered:.1%} (bar: {COVERS[0]:.0%} to {COVERS[1]:.0%})"
    for label, share in (("jam hours", own.jams_covered), ("windows with a holiday", own.holidays_covered)):
        if not np.isnan(share):
            yield f"of {label} {share:.1%} (bar: {COVERS_LEAST:.0%})"


def _number(value: float, form: str) -> str:
    return "-" if np.isnan(value) else format(value, form)
