from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from ml.forecast.calendar import NEAR_DAYS, day_features, holiday_names
from ml.forecast.frame import Grid
from ml.forecast.past_holidays import last_share, past_holidays


def test_joint_leave_is_a_holiday_in_indonesia() -> None:
    names = holiday_names("ID", dt.date(2026, 3, 18), dt.date(2026, 3, 24))
    assert set(names) == {dt.date(2026, 3, day) for day in (18, 19, 20, 21, 22, 23, 24)}


def test_days_around_a_holiday_count_up_to_the_cap() -> None:
    days = day_features("US", dt.date(2018, 6, 29), dt.date(2018, 7, 9))
    assert days["is_holiday"].to_numpy().nonzero()[0].tolist() == [5]
    assert days["days_to_holiday"].tolist() == [3, 3, 3, 2, 1, 0, 3, 3, 3, 3, 3]
    assert days["days_since_holiday"].tolist() == [3, 3, 3, 3, 3, 0, 1, 2, 3, 3, 3]
    assert NEAR_DAYS == 3


def test_the_fasting_month_ends_with_the_feast_and_not_with_the_joint_leave() -> None:
    days = day_features("ID", dt.date(2025, 2, 20), dt.date(2025, 4, 10))["is_fasting"]
    fasting = days.index[days == 1]
    assert (fasting.min(), fasting.max()) == (pd.Timestamp("2025-03-01"), pd.Timestamp("2025-03-30"))


def test_a_past_holiday_is_recalled_only_after_its_last_hour() -> None:
    hours = pd.date_range("2018-05-01", "2018-06-10 23:00", freq="h")
    values = np.full((len(hours), 2), 10.0)
    memorial_day = np.flatnonzero(hours.normalize() == pd.Timestamp("2018-05-28"))
    values[memorial_day, 0] = 4.0
    values[memorial_day, 1] = np.nan
    names = holiday_names("US", dt.date(2018, 5, 1), dt.date(2018, 6, 10))
    past = past_holidays(Grid(("a", "b"), hours, values), names)
    assert np.isnan(last_share(past, "Memorial Day", memorial_day[-1] - 1, 2)).all()
    # The second area was not observed: it takes what the others show.
    np.testing.assert_allclose(last_share(past, "Memorial Day (observed)", memorial_day[-1], 2), [0.4, 0.4])
    assert np.isnan(last_share(past, "Labor Day", len(hours), 2)).all()
