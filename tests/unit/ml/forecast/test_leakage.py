"""Nothing after the cut-off reaches a feature or a forecast, whatever is done to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ml.forecast.backtest import backtest
from ml.forecast.features import FEATURE_NAMES, calendar_of, week_ahead
from ml.forecast.frame import to_grid
from ml.forecast.model import WeekAheadForecaster
from ml.forecast.odd_even import OddEven, RestrictedHours

MakePanel = Callable[..., pd.DataFrame]
FORECASTS = ["model", "p10", "p90", "jam_probability", "same_hour_last_week", "four_week_median"]
RULE = OddEven((RestrictedHours(1, 5, 6, 10, dt.date(2019, 9, 9)),), {"98.71.01": 2})
BREAKS = ((dt.date(2026, 3, 16), dt.date(2026, 3, 27)),)
VALUES = st.one_of(st.just(float("nan")), st.floats(-1e9, 1e9))


@st.composite
def tamperings(draw: st.DrawFn) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """Changes some rows, removes some, and adds weeks behind them."""
    seed, changed, removed = draw(st.integers(0, 2**32 - 1)), draw(st.floats(0, 1)), draw(st.floats(0, 1))
    value, rain, more_weeks = draw(VALUES), draw(VALUES), draw(st.integers(0, 3))

    def tamper(later: pd.DataFrame) -> pd.DataFrame:
        rng = np.random.default_rng(seed)
        is_changed = rng.random(len(later)) < changed
        columns = {"value": later["value"].mask(is_changed, value), "rain_mm": later["rain_mm"].mask(is_changed, rain)}
        kept = later.assign(**columns)[rng.random(len(later)) >= removed]
        span = later["hour_start"].max() - later["hour_start"].min() + pd.Timedelta(hours=1)
        added = [later.assign(hour_start=later["hour_start"] + (n + 1) * span, value=value) for n in range(more_weeks)]
        return pd.concat([kept, *added])

    return tamper


def with_rain(panel: pd.DataFrame) -> pd.DataFrame:
    """Moved to end on 29 March 2026, in the week after Eid, with rain at some hours."""
    moved = panel["hour_start"] - pd.Timedelta(days=217)
    rain = np.where(np.arange(len(panel)) % 7 == 0, 3.0, 0.0)
    return panel.assign(hour_start=moved, rain_mm=rain)


# Shares of the profile's examples: each builds features or runs a backtest.
@settings(
    max_examples=settings.default.max_examples * 2 // 5, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(tamper=tamperings())
def test_no_feature_knows_what_follows_its_cutoff(
    make_panel: MakePanel, tamper: Callable[[pd.DataFrame], pd.DataFrame]
) -> None:
    panel = with_rain(make_panel(weeks=7))
    cutoff = panel["hour_start"].max() - pd.Timedelta(hours=24 * 7 + 9)
    known, later = panel[panel["hour_start"] <= cutoff], panel[panel["hour_start"] > cutoff]
    left, right = (to_grid(frame) for frame in (known, pd.concat([known, tamper(later)])))
    row = len(left.hours) - 1
    alone = week_ahead(left, row, calendar_of(left, "ID", BREAKS, RULE))
    beside = week_ahead(right, row, calendar_of(right, "ID", BREAKS, RULE))
    for position, name in enumerate(FEATURE_NAMES):
        np.testing.assert_array_equal(alone.features[:, :, position], beside.features[:, :, position], err_msg=name)
    for part in ("base", "four_week_median", "levelled"):
        np.testing.assert_array_equal(getattr(alone, part), getattr(beside, part), err_msg=part)


@settings(max_examples=settings.default.max_examples // 20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tamper=tamperings())
@pytest.mark.slow
def test_no_forecast_knows_what_follows_its_window(
    make_panel: MakePanel, tamper: Callable[[pd.DataFrame], pd.DataFrame]
) -> None:
    """Both windows of one backtest: the last hour stays, so that they are the same."""
    panel = with_rain(make_panel(weeks=8))
    last = panel["hour_start"].max()
    is_later = (panel["hour_start"] > last - pd.Timedelta(weeks=2)) & (panel["hour_start"] < last)
    tampered = tamper(panel[is_later])
    other = pd.concat([panel[~is_later], tampered[tampered["hour_start"] < last]])
    quick = WeekAheadForecaster(max_iter=5, learning_rate=0.3, school_breaks=BREAKS, odd_even=RULE)
    left, right = (backtest(frame, quick, windows=2).query("window == 1") for frame in (panel, other))
    pd.testing.assert_frame_equal(left[FORECASTS], right[FORECASTS])


@pytest.mark.parametrize("column", ["value", "rain_mm"])
def test_the_last_hour_before_the_cutoff_is_known(make_panel: MakePanel, column: str) -> None:
    """Or the tests above would hold for a forecast that knows nothing at all."""
    panel = with_rain(make_panel(weeks=7))
    changed = panel.assign(**{column: panel[column].mask(panel["hour_start"] == panel["hour_start"].max(), 99.0)})
    left, right = (to_grid(frame) for frame in (panel, changed))
    row = len(left.hours) - 1
    before, after = (week_ahead(grid, row, calendar_of(grid, "ID", BREAKS, RULE)).features for grid in (left, right))
    assert not np.array_equal(before, after, equal_nan=True)
