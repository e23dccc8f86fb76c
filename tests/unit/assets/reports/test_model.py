from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pandas as pd
import pytest

from assets.clock import city_zone
from assets.reports.contract import ReportError
from assets.reports.model import Forecast, Period, WeeklyReport
from assets.reports.skill import AccuracySummary
from tests.unit.assets.reports.conftest import SKILL


def test_a_forecast_on_another_clock_is_refused(make_report: Callable[..., WeeklyReport]) -> None:
    forecast = make_report().forecast
    assert isinstance(forecast, Forecast)
    utc = forecast.hours.assign(hour_start=forecast.hours["hour_start"].dt.tz_convert("UTC"))
    with pytest.raises(ReportError, match=rf"{city_zone().key}.*tz_convert"):
        replace(forecast, hours=utc)


@pytest.mark.parametrize("value", [float("nan"), 1.01, -0.1])
def test_a_forecast_off_its_scale_is_refused(make_report: Callable[..., WeeklyReport], value: float) -> None:
    forecast = make_report().forecast
    assert isinstance(forecast, Forecast)
    broken = forecast.hours.copy()
    broken.loc[5, "jam_probability"] = value
    with pytest.raises(ReportError, match="jam_probability"):
        replace(forecast, hours=broken)


def test_empty_and_repeated_hours_are_refused(make_report: Callable[..., WeeklyReport]) -> None:
    forecast = make_report().forecast
    assert isinstance(forecast, Forecast)
    with pytest.raises(ReportError, match="NoForecast"):
        replace(forecast, hours=forecast.hours.iloc[:0])
    with pytest.raises(ReportError, match="repeated"):
        replace(forecast, hours=pd.concat([forecast.hours, forecast.hours.iloc[:1]]))


def test_hours_of_another_week_and_a_week_from_sunday_are_refused(make_report: Callable[..., WeeklyReport]) -> None:
    with pytest.raises(ReportError, match="in the week"):
        make_report(week_start=date(2026, 10, 19))
    with pytest.raises(ReportError, match="Monday"):
        make_report(week_start=date(2026, 10, 11))


def test_missing_columns_are_named(make_report: Callable[..., WeeklyReport]) -> None:
    with pytest.raises(ReportError, match=r"intake.channels lacks columns \['set_aside'\]"):
        replace(make_report().intake, channels=make_report().intake.channels.drop(columns="set_aside"))
    with pytest.raises(ReportError, match=r"accuracy.areas lacks columns"):
        AccuracySummary(date(2026, 9, 28), False, SKILL, 0, 0.0, pd.DataFrame())


def test_a_period_is_aware_and_in_order() -> None:
    start = datetime(2026, 10, 1, tzinfo=city_zone())
    with pytest.raises(ReportError, match="aware"):
        Period(start, start - timedelta(days=1))
    with pytest.raises(ReportError, match="aware"):
        Period(start.replace(tzinfo=None), datetime(2026, 10, 2))  # noqa: DTZ001  a naive time is the case
