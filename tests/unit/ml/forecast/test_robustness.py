"""Every series given is forecast, and about as well as by its own four-week median at least."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ml.forecast.backtest import backtest, scores
from ml.forecast.frame import complete_panel
from ml.forecast.model import WeekAheadForecaster

MakePanel = Callable[..., pd.DataFrame]
DETECTORS = ("occupancy_6005", "occupancy_t4013", "speed_6005", "speed_t4013")


def assert_no_worse_than_the_median(panel: pd.DataFrame, country: str, windows: int, horizon: int = 168) -> None:
    complete = complete_panel(panel).frame
    forecaster = WeekAheadForecaster(country, max_iter=60, learning_rate=0.15)
    rows = backtest(complete, forecaster, windows=windows, horizon=horizon)
    assert np.isfinite(rows[["model", "p10", "p90", "jam_probability"]].to_numpy()).all()
    found = scores(rows)
    assert found["model"]["mae"] <= 1.01 * found["four_week_median"]["mae"] + 1e-9


def persistent(panel: pd.DataFrame, seed: int) -> pd.DataFrame:
    """The panel with errors that last for hours, as those of roads do."""
    rng = np.random.default_rng(seed)
    shocks = rng.normal(0.0, 0.1, len(panel))
    lasting = pd.Series(shocks).ewm(alpha=0.2, adjust=False).mean().to_numpy() * 3
    return panel.assign(value=panel["value"] * np.exp(lasting))


def jumping(panel: pd.DataFrame) -> pd.DataFrame:
    """Twice the level in the last five weeks: the weeks judged lie one to four weeks after the jump."""
    is_late = panel["hour_start"] > panel["hour_start"].max() - pd.Timedelta(weeks=5)
    return panel.assign(value=panel["value"].where(~is_late, 2 * panel["value"]))


def with_newcomer(panel: pd.DataFrame) -> pd.DataFrame:
    """The second area has the last three weeks only: at the first cut-off it has one."""
    is_old = panel["hour_start"] <= panel["hour_start"].max() - pd.Timedelta(weeks=3)
    return panel[~((panel["area_id"] == "98.71.02") & is_old)]


SERIES: dict[str, Callable[[MakePanel], pd.DataFrame]] = {
    "doubles its level over 12 weeks": lambda make: persistent(make(weeks=12, growth=2.0), 1),
    "doubles its level at once": lambda make: jumping(persistent(make(weeks=14), 2)),
    "constant": lambda make: make(weeks=8).assign(value=7.0),
    "always zero": lambda make: make(weeks=8).assign(value=0.0),
    "a third missing": lambda make: persistent(make(weeks=12), 3).sample(frac=2 / 3, random_state=1),
    "three weeks old": lambda make: persistent(make(weeks=3), 4),
    "three weeks old, a third missing": lambda make: persistent(make(weeks=3), 5).sample(frac=2 / 3, random_state=2),
    "an area that is three weeks old beside an old one": lambda make: with_newcomer(persistent(make(weeks=10), 6)),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", SERIES)
def test_every_series_is_forecast_no_worse_than_by_its_median(make_panel: MakePanel, name: str) -> None:
    assert_no_worse_than_the_median(SERIES[name](make_panel), "ID", windows=2)


@pytest.mark.parametrize(("windows", "horizon"), [(1, 168), (7, 24)])
@pytest.mark.parametrize("detector", DETECTORS)
def test_real_detectors_of_two_weeks_are_forecast(real: Path, detector: str, windows: int, horizon: int) -> None:
    """Five-minute values with gaps, rolled up to hours: not one of them has four weeks."""
    raw = pd.read_csv(real / "traffic" / f"{detector}.csv", parse_dates=["timestamp"])
    value = raw.groupby(raw["timestamp"].dt.floor("h"))["value"].mean()
    panel = pd.DataFrame({"area_id": detector, "hour_start": value.index, "value": value.to_numpy(dtype=float)})
    assert 250 < len(panel) < 4 * 168
    assert_no_worse_than_the_median(panel, "US", windows, horizon)
