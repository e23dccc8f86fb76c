from __future__ import annotations

from collections.abc import Callable

import holidays
import numpy as np
import pandas as pd
import pytest

from ml.forecast.baselines import four_week_median, same_hour_last_week
from ml.forecast.features import FEATURE_NAMES, calendar_of, week_ahead
from ml.forecast.frame import to_grid
from ml.forecast.history import borrowed_profile, history_at

MakePanel = Callable[..., pd.DataFrame]


@pytest.fixture
def holed(make_panel: MakePanel) -> pd.DataFrame:
    """Seven weeks across Indonesian holidays, two areas, a tenth missing, cut in mid-morning."""
    panel = make_panel(weeks=7).assign(hour_start=lambda rows: rows["hour_start"] - pd.Timedelta(days=154, hours=14))
    panel.loc[panel.sample(frac=0.1, random_state=3).index, "value"] = np.nan
    return panel


def looked_up(panel: pd.DataFrame) -> dict[tuple[str, pd.Timestamp], float]:
    return dict(zip(zip(panel["area_id"], panel["hour_start"], strict=True), panel["value"], strict=True))


def test_features_against_a_lookup_by_clock(holed: pd.DataFrame) -> None:
    """Written from the definitions, hour by hour, from a dictionary of clock times."""
    grid = to_grid(holed)
    ahead = week_ahead(grid, len(grid.hours) - 1, calendar_of(grid, "ID"))
    value = looked_up(holed)
    cutoff = grid.hours[-1]
    free = holidays.country_holidays("ID", years=[2026], categories=("public", "government"))
    column = {name: position for position, name in enumerate(FEATURE_NAMES)}
    quiet_differs = 0
    for area_row, area in enumerate(grid.areas):
        last = [value[area, cutoff - pd.Timedelta(hours=back)] for back in range(672)]
        by_hour = [np.nanmean(last[start::24]) for start in range(24)]
        level = np.mean(by_hour)
        for step in range(168):
            target = cutoff + pd.Timedelta(hours=step + 1)
            lags = [value[area, target - pd.Timedelta(weeks=week)] for week in (1, 2, 3, 4)]
            is_free = [(target - pd.Timedelta(weeks=week)).date() in free for week in (1, 2, 3, 4)]
            seen = ahead.features[area_row, step]
            np.testing.assert_allclose(seen[:4], np.array(lags) / level)
            if not np.isnan(lags).all():
                assert seen[column["four_week_median"]] == pytest.approx(np.nanmedian(lags) / level)
            quiet = [lag for lag, free_day in zip(lags, is_free, strict=True) if not free_day and lag == lag]
            if quiet:
                assert ahead.base[area_row, step] == pytest.approx(np.median(quiet))
                quiet_differs += ahead.base[area_row, step] != ahead.four_week_median[area_row, step]
            assert seen[column["hour"]] == target.hour
            assert seen[column["day_of_week"]] == target.day_of_week
            assert seen[column["is_holiday"]] == (target.date() in free)
            assert seen[column["lag_1_is_holiday"]] == is_free[0]
            assert seen[column["lag_holidays"]] == sum(is_free)
    assert quiet_differs > 100


def test_baselines_against_a_lookup_by_clock(holed: pd.DataFrame) -> None:
    grid = to_grid(holed)
    history = history_at(grid, len(grid.hours) - 1)
    value = looked_up(holed)
    last_week, median = same_hour_last_week(history), four_week_median(history)
    for row, area in enumerate(grid.areas):
        for step in range(168):
            target = grid.hours[-1] + pd.Timedelta(hours=step + 1)
            lags = [value[area, target - pd.Timedelta(weeks=week)] for week in (1, 2, 3, 4)]
            known = [lag for lag in lags if not np.isnan(lag)]
            if known:
                assert last_week[row, step] == known[0]
                assert median[row, step] == pytest.approx(np.median(known))
    assert np.isfinite(last_week).all()
    assert np.isfinite(median).all()


@pytest.mark.parametrize("tamper", ["change", "blank", "remove", "add"])
def test_nothing_after_the_cutoff_reaches_a_feature(holed: pd.DataFrame, tamper: str) -> None:
    grid = to_grid(holed)
    cutoff = len(grid.hours) - 1 - 24 * 9
    after = holed["hour_start"] > grid.hours[cutoff]
    other = holed.copy()
    if tamper == "change":
        other.loc[after, "value"] = -1e6
    elif tamper == "blank":
        other.loc[after, "value"] = np.nan
    elif tamper == "remove":
        other = other[~after]
    else:
        more = other.assign(hour_start=other["hour_start"] + pd.Timedelta(weeks=7), value=1e6)
        other = pd.concat([other, more])
    changed = to_grid(other)
    left = week_ahead(grid, cutoff, calendar_of(grid, "ID"))
    right = week_ahead(changed, cutoff, calendar_of(changed, "ID"))
    np.testing.assert_array_equal(left.features, right.features)
    np.testing.assert_array_equal(left.base, right.base)
    np.testing.assert_array_equal(left.history.weeks, right.history.weeks)
    np.testing.assert_array_equal(left.history.older, right.history.older)


def test_the_last_value_before_the_cutoff_does_reach_them(holed: pd.DataFrame) -> None:
    grid = to_grid(holed.fillna({"value": 0.2}))
    before = week_ahead(grid, len(grid.hours) - 1, calendar_of(grid, "ID")).features
    grid.matrix[-1] *= 2
    after = week_ahead(grid, len(grid.hours) - 1, calendar_of(grid, "ID")).features
    assert not np.array_equal(before, after, equal_nan=True)


def test_an_outage_by_night_does_not_raise_the_level(make_panel: MakePanel) -> None:
    panel = make_panel(weeks=4, areas=1, noise=0.0)
    night = panel["hour_start"].dt.hour < 5
    holes = panel.assign(value=panel["value"].mask(night & (panel.index > 168)))
    level = history_at(to_grid(panel), 671).level
    np.testing.assert_allclose(history_at(to_grid(holes), 671).level, level)


def test_a_short_history_borrows_the_shape_at_its_own_level(make_panel: MakePanel) -> None:
    panel = make_panel(weeks=4, areas=3, noise=0.0)
    first_days = panel["hour_start"] < panel["hour_start"].max() - pd.Timedelta(hours=30)
    late = panel[~((panel["area_id"] == "98.71.03") & first_days)]
    history = history_at(to_grid(late), 671)
    assert history.is_short.tolist() == [False, False, True]
    full = four_week_median(history_at(to_grid(panel), 671))
    np.testing.assert_allclose(borrowed_profile(four_week_median(history), history), full)
