"""The profile of a city that has counted for some days only."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from ml.forecast.backtest import backtest
from ml.forecast.blend import LIKE_DAYS, PLAIN_MEDIAN
from ml.forecast.features import WeekAhead, calendar_of, week_ahead
from ml.forecast.frame import to_grid
from ml.forecast.like_days import DAY_OFF, SATURDAY, WORKING_DAY, kind_spreads, unseen_residuals
from ml.forecast.metrics import coverage, mae
from ml.forecast.model import WeekAheadForecaster

MakePanel = Callable[..., pd.DataFrame]


def ahead_of(values: dict[str, float], first: str, days: int) -> WeekAhead:
    """What is ahead of some days of one area, each of one value all day, by name of the day; NaN was not observed."""
    hours = pd.date_range(first, periods=24 * days, freq="h", tz="Asia/Jakarta")
    series = [values.get(str(hour.date()), values.get(hour.day_name(), float("nan"))) for hour in hours]
    grid = to_grid(pd.DataFrame({"area_id": "98.71.01", "hour_start": hours, "value": series}))
    return week_ahead(grid, len(hours) - 1, calendar_of(grid, "ID"))


def by_day(values: np.ndarray) -> list[float]:
    return [round(float(value), 3) for value in values[0, ::24]]


WORKING_DAYS = {"Monday": 10.0, "Tuesday": 20.0, "Wednesday": 30.0, "Thursday": 40.0, "Friday": 50.0}


def test_each_day_is_drawn_towards_those_of_its_kind() -> None:
    """Monday to Sunday are known once: three times the median of the kind weighs beside the day's own value."""
    ahead = ahead_of({**WORKING_DAYS, "Saturday": 6.0, "Sunday": 2.0}, "2026-10-12", days=7)
    assert ahead.kinds.target[::24].tolist() == [WORKING_DAY] * 5 + [SATURDAY, DAY_OFF]
    assert by_day(ahead.four_week_median) == [10, 20, 30, 40, 50, 6, 2]
    assert by_day(ahead.like_days) == [25, 27.5, 30, 32.5, 35, 6, 2]


def test_a_day_that_was_never_seen_is_told_by_its_kind() -> None:
    """Monday to Wednesday are known, so Thursday and Friday are like them; of a weekend no day says anything."""
    ahead = ahead_of({"Monday": 10.0, "Tuesday": 20.0, "Wednesday": 30.0}, "2026-10-12", days=3)
    assert by_day(ahead.like_days) == [20, 20, *[20] * 2, 17.5, 20, 22.5]
    assert ahead.kinds.target[::24].tolist() == [0, 0, 1, 2, 0, 0, 0]


def test_a_holiday_is_like_sundays_and_teaches_no_working_day() -> None:
    """17 August 2026 is a Monday; the Mondays before were working days, the one of the week after is one again."""
    values = {**WORKING_DAYS, "Saturday": 6.0, "Sunday": 2.0, "2026-08-17": 1.0}
    before = ahead_of(values, "2026-08-03", days=14)
    assert before.kinds.target[0] == DAY_OFF
    assert by_day(before.like_days)[0] == 2
    after = ahead_of(values, "2026-08-10", days=14)
    assert after.kinds.target[0] == WORKING_DAY
    assert by_day(after.like_days)[0] == (10 + 3 * 30) / 4


def test_a_day_is_off_by_what_others_of_its_kind_do_not_tell() -> None:
    """Monday is 10 where the other working days say 35; Saturday and Sunday are alone of their kinds."""
    ahead = ahead_of({**WORKING_DAYS, "Saturday": 6.0, "Sunday": 2.0}, "2026-10-12", days=7)
    off = unseen_residuals(ahead.history, ahead.kinds) * ahead.history.level[0]
    assert off.shape == (4, 1, 168)
    assert np.isnan(off[:3]).all()
    np.testing.assert_allclose(off[3, 0, ::24], [-25, -15, 0, 15, 25, np.nan, np.nan])
    spreads = kind_spreads(off, ahead.kinds)
    np.testing.assert_allclose(spreads, [16, 16, 16])


def test_days_that_are_each_alone_of_their_kind_tell_each_other() -> None:
    """Friday, Saturday and Sunday."""
    ahead = ahead_of({"Friday": 9.0, "Saturday": 6.0, "Sunday": 2.0}, "2026-10-16", days=3)
    off = unseen_residuals(ahead.history, ahead.kinds) * ahead.history.level[0]
    np.testing.assert_allclose(off[3, 0, ::24], [*[np.nan] * 4, 5, 0.5, -5.5])


def test_what_was_never_observed_is_off_by_nothing() -> None:
    ahead = ahead_of({"Monday": 1.0}, "2026-10-12", days=1)
    assert not unseen_residuals(ahead.history, ahead.kinds).any()


@pytest.mark.parametrize(("days", "gain"), [(8, 0.85), (10, 0.85), (13, 0.85), (14, 0.9), (24, 0.95)])
def test_a_young_city_is_forecast_better_than_by_its_last_weeks(make_panel: MakePanel, days: int, gain: float) -> None:
    """A Thursday of eight noisy areas: the other working days say more of it than the Thursdays of one or two weeks."""
    panel = make_panel(weeks=5, areas=8, noise=0.5)
    end = pd.Timestamp("2026-10-30", tz="Asia/Pontianak")
    young = panel[panel["hour_start"].between(end - pd.Timedelta(days=days + 1), end, inclusive="left")]
    rows = backtest(young, WeekAheadForecaster(), windows=1, horizon=24)
    assert mae(rows["actual"], rows["model"]) < gain * mae(rows["actual"], rows["four_week_median"])
    assert 0.7 < coverage(rows["actual"], rows["p10"], rows["p90"]) < 0.92


def test_a_forecaster_of_a_young_city_says_what_it_used(make_panel: MakePanel) -> None:
    young = make_panel(weeks=1, areas=2)
    forecaster = WeekAheadForecaster().fit(young)
    assert forecaster.models_ is None
    assert forecaster.blend_.tolist() == [list(LIKE_DAYS)] * 2
    assert forecaster.plain().blend_.tolist() == [list(PLAIN_MEDIAN)] * 2
    # No area has a shape that another could borrow.
    assert not forecaster.predict()["is_pooled"].any()
