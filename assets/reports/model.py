"""What the weekly congestion report shows, and the shape of every frame in it.

Belongs here: the report's data, checked when it is put together.
Does not belong here: queries (read.py, read_beside.py), derived facts (traffic/windows.py, overview.py), wording and
layout.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

import pandas as pd

TIME_ZONE = "Asia/Jakarta"

FORECAST_COLUMNS = (
    "area_code",
    "area_name",
    "kota_name",
    "hour_start",
    "jam_index",
    "jam_index_p10",
    "jam_index_p90",
    "jam_probability",
    "jam_index_mean",
    "last_week",
    "four_week_median",
    "basis",
    "is_jam",
)
AREA_COLUMNS = ("area_code", "area_name", "kota_name")
AREA_ACCURACY_COLUMNS = (
    "area_code",
    "area_name",
    "kota_name",
    "measured_hours",
    "mae_model",
    "mae_same_hour_last_week",
    "mae_four_week_median",
)
CHANGE_COLUMNS = (*AREA_COLUMNS, "measured_hours", "measured_jam_hours")
BESIDE_COLUMNS = (
    *AREA_COLUMNS,
    "measured_hours",
    "jam_hours",
    "tickets",
    "tickets_in_jam_hours",
    "parking_tickets",
    "odd_even_tickets",
    "parking_complaints",
    "traffic_complaints",
    "odd_even_roads",
)
HOUR_OF_DAY_COLUMNS = ("hour_of_day", "jam_hours", "tickets", "parking_complaints")
COVERAGE_COLUMNS = (
    *AREA_COLUMNS,
    "cameras",
    "healthy_cameras",
    "uptime_share",
    "camera_hours",
    "history_hours",
    "empty_hours",
)
INTAKE_COLUMNS = ("channel", "received", "accepted", "returned", "rejected", "set_aside", "quarantined")
GATE_COLUMNS = ("gate", "passed", "expected", "observed", "evaluated_at")


class ReportError(ValueError):
    """The report was given data that it cannot show truthfully."""


class NoForecast(StrEnum):
    """Why a week has no forecast."""

    NO_OBSERVATIONS = "no_observations"
    HISTORY_TOO_SHORT = "history_too_short"
    GATE_FAILED = "gate_failed"


@dataclass(frozen=True)
class Period:
    """Time from ``start`` (included) to ``end`` (excluded), both aware."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        """Refuse naive or reversed times."""
        if self.start.tzinfo is None or self.end.tzinfo is None or self.end <= self.start:
            raise ReportError(f"a period needs two aware times in order, found {self.start} to {self.end}")


@dataclass(frozen=True)
class Skill:
    """How far forecasts were from measurements, beside two baselines on the same hours.

    Attributes:
        mae_model: Mean absolute error of the jam index, in [0, 1].
        mae_same_hour_last_week: The same for copying the hour of a week before.
        mae_four_week_median: The same for the median of that hour of week over four weeks.
        jam_f1: F1 of calling an hour jammed, in [0, 1]; None where no hour was jammed or called so.
        interval_share: Share of measured hours between P10 and P90, in [0, 1].
    """

    mae_model: float
    mae_same_hour_last_week: float
    mae_four_week_median: float
    jam_f1: float | None
    interval_share: float


@dataclass(frozen=True)
class AccuracySummary:
    """How right the forecast of one past week was.

    Attributes:
        week_start: Monday of the measured week.
        is_hindcast: True where the forecast was computed later, from data before its cut-off.
        skill: Over all areas and measured hours of the week.
        areas: One row per area, columns ``AREA_ACCURACY_COLUMNS``; errors in units of the jam index.
    """

    week_start: date
    is_hindcast: bool
    skill: Skill
    areas: pd.DataFrame

    def __post_init__(self) -> None:
        """Refuse a frame without the columns that the page names."""
        _require_columns(self.areas, AREA_ACCURACY_COLUMNS, "accuracy.areas")


@dataclass(frozen=True)
class JamWindow:
    """Consecutive jammed hours of one area within one day (WIB).

    Attributes:
        area_code: Kemendagri code of the area.
        area_name: Name of the area.
        kota_name: Name of its kota.
        start: Start of the first hour.
        end: End of the last hour.
        peak_hour: Start of the hour with the highest jam index; the earliest of equals.
        peak_jam_index: Jam index at the peak, in [0, 1].
        peak_jam_index_p10: Lower bound at the peak.
        peak_jam_index_p90: Upper bound at the peak.
        mean_probability: Mean jam probability over the window, in [0, 1].
        expected_jam_hours: Sum of the jam probabilities, in hours.
    """

    area_code: str
    area_name: str
    kota_name: str
    start: datetime
    end: datetime
    peak_hour: datetime
    peak_jam_index: float
    peak_jam_index_p10: float
    peak_jam_index_p90: float
    mean_probability: float
    expected_jam_hours: float

    @property
    def day(self) -> date:
        """Day of the window (WIB)."""
        return self.start.date()

    @property
    def hours(self) -> int:
        """Length in hours."""
        return (self.end - self.start) // timedelta(hours=1)


@dataclass(frozen=True)
class Forecast:
    """One week's forecast and the run that made it.

    Attributes:
        hours: One row per area and hour, columns ``FORECAST_COLUMNS``; ``hour_start`` in Asia/Jakarta,
            index, bounds and probability in [0, 1]; ``is_jam`` true in the hours of the jam windows.
        windows: Every jam window, by area and time.
        published_as: model, last_good or four_week_median, as in ``forecast.runs``.
        reason: What the gate said where it is not the new model.
        cutoff: No value measured at or after this time was used.
        blend: Mean weight over the areas of each part of the forecast, 0 to 1, as in ``forecast.runs``; empty where
            it was not recorded.
        training: Time that the model learnt from.
        backtest: Skill over past weeks when the model was trained; None where history did not allow one.
        backtest_weeks: Number of weeks behind ``backtest``.
    """

    hours: pd.DataFrame
    windows: tuple[JamWindow, ...]
    cutoff: datetime
    blend: Mapping[str, float]
    training: Period
    backtest: Skill | None = None
    backtest_weeks: int = 0
    published_as: str = "model"
    reason: str = ""

    def __post_init__(self) -> None:
        """Refuse empty frames, other clocks, and a value outside its scale."""
        _require_columns(self.hours, FORECAST_COLUMNS, "forecast.hours")
        if self.hours.empty:
            raise ReportError("forecast.hours is empty: give a NoForecast reason instead of a Forecast")
        dtype = self.hours["hour_start"].dtype
        if not isinstance(dtype, pd.DatetimeTZDtype) or str(dtype.tz) != TIME_ZONE:
            raise ReportError(f"forecast.hour_start must be in {TIME_ZONE}, found {dtype}: use dt.tz_convert")
        if self.hours.duplicated(["area_code", "hour_start"]).any():
            raise ReportError("forecast.hours must have one row per area and hour, found repeated rows")
        for column in ("jam_index", "jam_index_p10", "jam_index_p90", "jam_probability"):
            if not self.hours[column].between(0, 1).all():
                raise ReportError(f"forecast.{column} must lie in [0, 1] without gaps, found other values")


@dataclass(frozen=True)
class LastWeek:
    """The last whole week that was measured, for what changes.

    Attributes:
        week_start: Its Monday.
        areas: One row per area, columns ``CHANGE_COLUMNS``; counts of hours.
    """

    week_start: date
    areas: pd.DataFrame

    def __post_init__(self) -> None:
        """Refuse a frame without the columns that the page names."""
        _require_columns(self.areas, CHANGE_COLUMNS, "last_week.areas")


@dataclass(frozen=True)
class Beside:
    """What stands beside the jams: tickets, complaints, the odd-even restriction.

    Attributes:
        period: Time that is counted.
        areas: One row per area, columns ``BESIDE_COLUMNS``; counts.
        hours: One row per hour of day, columns ``HOUR_OF_DAY_COLUMNS``; counts over the whole city.
    """

    period: Period
    areas: pd.DataFrame
    hours: pd.DataFrame

    def __post_init__(self) -> None:
        """Refuse frames without the columns that the page names."""
        _require_columns(self.areas, BESIDE_COLUMNS, "beside.areas")
        _require_columns(self.hours, HOUR_OF_DAY_COLUMNS, "beside.hours")


@dataclass(frozen=True)
class Coverage:
    """What the figures of each area rest on.

    Attributes:
        period: Time that the hours are counted over.
        health_period: Time that the cameras' health is counted over.
        areas: One row per area, columns ``COVERAGE_COLUMNS``; ``uptime_share`` in [0, 1], NaN without a camera.
    """

    period: Period
    health_period: Period
    areas: pd.DataFrame

    def __post_init__(self) -> None:
        """Refuse a frame without the columns that the page names."""
        _require_columns(self.areas, COVERAGE_COLUMNS, "coverage.areas")


@dataclass(frozen=True)
class WeeklyReport:
    """Everything that one weekly congestion report shows.

    Attributes:
        week_start: Monday of the week that is forecast.
        as_of: When the report was put together.
        forecast: The forecast, or why there is none.
        areas_without_forecast: Names of the city's areas that ``forecast`` does not cover.
        accuracy: The last measured week; None where none was measured yet.
        last_week: What was measured in it; None where no whole week was.
        beside: Tickets and complaints beside the jams; None where no hour was measured.
        coverage: What each area rests on; None where no hour was measured.
        counted: Period of the intake.
        intake: One row per channel, columns ``INTAKE_COLUMNS``, counts of records; ``received`` includes
            every other column.
        camera_count: Registered cameras.
        camera_statuses: Frame status (as in ``raw.camera_observations``) to number of observations.
        gates: One row per gate result, columns ``GATE_COLUMNS``.
        is_synthetic: True where any input is synthetic.
        code_version: Version of the code that made the report.
        jam_threshold: Jam index from which an hour counts as jammed.
    """

    week_start: date
    as_of: datetime
    forecast: Forecast | NoForecast
    areas_without_forecast: tuple[str, ...]
    accuracy: AccuracySummary | None
    last_week: LastWeek | None
    beside: Beside | None
    coverage: Coverage | None
    counted: Period
    intake: pd.DataFrame
    camera_count: int
    camera_statuses: Mapping[str, int]
    gates: pd.DataFrame
    is_synthetic: bool
    code_version: str
    jam_threshold: float

    def __post_init__(self) -> None:
        """Refuse missing columns, a week that starts late, and hours outside the week."""
        _require_columns(self.intake, INTAKE_COLUMNS, "intake")
        _require_columns(self.gates, GATE_COLUMNS, "gates")
        if self.week_start.weekday() != 0:
            raise ReportError(f"week_start must be a Monday, found {self.week_start:%A %Y-%m-%d}")
        if isinstance(self.forecast, Forecast):
            first = pd.Timestamp(self.week_start, tz=TIME_ZONE)
            hours = self.forecast.hours["hour_start"]
            if hours.min() < first or hours.max() >= first + timedelta(days=7):
                raise ReportError(
                    f"forecast hours must lie in the week from {self.week_start}, found {hours.min()} to {hours.max()}"
                )


def _require_columns(frame: pd.DataFrame, columns: tuple[str, ...], name: str) -> None:
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise ReportError(f"{name} lacks columns {missing}, found {list(frame.columns)}")
