"""What the weekly congestion report shows, and the shape of every frame in it.

Belongs here: the report's data, checked when it is put together.
Does not belong here: how right forecasts were (skill.py), the calendar and the city's lists (ahead.py), queries
(read*.py), derived facts (traffic/windows.py, overview.py), wording and layout.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

import pandas as pd

from assets.clock import city_zone
from assets.reports.ahead import Corridors, WeekAhead
from assets.reports.contract import ReportError, require_columns
from assets.reports.skill import AccuracySummary, Compared

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
CHANGE_COLUMNS = (
    *AREA_COLUMNS,
    "compared_hours",
    "measured_jam_hours",
    "expected_jam_hours",
    "usual_jam_hours",
    "expected_then",
)
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
    "slots_expected",
    "slots_usable",
    "camera_hours",
    "history_hours",
    "empty_hours",
)
INTAKE_COLUMNS = (
    "channel",
    "received",
    "accepted",
    "returned",
    "rejected",
    "set_aside",
    "quarantined",
    "pending",
    "received_ever",
    "accepted_ever",
)
GATE_COLUMNS = ("gate", "expectation", "subject", "passed", "expected", "observed", "evaluated_at")
UNPLACED_COLUMNS = ("tickets", "parking_tickets", "odd_even_tickets", "parking_complaints", "traffic_complaints")


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
class JamWindow:
    """Consecutive jammed hours of one area within one day (the city's).

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
        """Day of the window (the city's)."""
        return self.start.date()

    @property
    def hours(self) -> int:
        """Length in hours."""
        return (self.end - self.start) // timedelta(hours=1)


@dataclass(frozen=True)
class Forecast:
    """One week's forecast and the run that made it.

    Attributes:
        hours: One row per area and hour, columns ``FORECAST_COLUMNS``; ``hour_start`` in the city's zone,
            index, bounds and probability in [0, 1]; ``is_jam`` true in the hours of the jam windows.
        windows: Every jam window, by area and time.
        published_as: model, last_good or four_week_median, as in ``forecast.runs``.
        reason: What the gate said where it is not the new model.
        cutoff: No value measured at or after this time was used.
        blend: Mean weight over the areas of each part of the forecast, 0 to 1, as in ``forecast.runs``; empty where
            it was not recorded.
        training: Time that the model learnt from.
        backtest: Errors over past weeks when the model was trained; None where history did not allow one.
        backtest_weeks: Number of weeks behind ``backtest``.
    """

    hours: pd.DataFrame
    windows: tuple[JamWindow, ...]
    cutoff: datetime
    blend: Mapping[str, float]
    training: Period
    backtest: Compared | None = None
    backtest_weeks: int = 0
    published_as: str = "model"
    reason: str = ""

    def __post_init__(self) -> None:
        """Refuse empty frames, other clocks, and a value outside its scale."""
        require_columns(self.hours, FORECAST_COLUMNS, "forecast.hours")
        if self.hours.empty:
            raise ReportError("forecast.hours is empty: give a NoForecast reason instead of a Forecast")
        dtype = self.hours["hour_start"].dtype
        if not isinstance(dtype, pd.DatetimeTZDtype) or str(dtype.tz) != city_zone().key:
            raise ReportError(f"forecast.hour_start must be in {city_zone().key}, found {dtype}: use dt.tz_convert")
        if self.hours.duplicated(["area_code", "hour_start"]).any():
            raise ReportError("forecast.hours must have one row per area and hour, found repeated rows")
        for column in ("jam_index", "jam_index_p10", "jam_index_p90", "jam_probability"):
            if not self.hours[column].between(0, 1).all():
                raise ReportError(f"forecast.{column} must lie in [0, 1] without gaps, found other values")


@dataclass(frozen=True)
class LastWeek:
    """The last whole week that was measured, beside the same hours of the week that is forecast.

    A forecast is smoother than what happens, so its jammed hours are no count to hold against measured ones. The sum of
    its probabilities is: how many of the same hours are expected to jam.

    Attributes:
        week_start: Its Monday.
        areas: One row per area, columns ``CHANGE_COLUMNS``, in hours: those of the week that were measured and are
            forecast, how many of them jammed, how many are expected to, how many jam in a usual week of the last four
            (NaN where too little of them was measured), and how many that week's own forecast expected (NaN without).
    """

    week_start: date
    areas: pd.DataFrame

    def __post_init__(self) -> None:
        """Refuse a frame without the columns that the page names."""
        require_columns(self.areas, CHANGE_COLUMNS, "last_week.areas")


@dataclass(frozen=True)
class Beside:
    """What stands beside the jams: tickets, complaints, the odd-even restriction.

    Attributes:
        period: Time that is counted.
        areas: One row per area, columns ``BESIDE_COLUMNS``; counts.
        unplaced: Counts by ``UNPLACED_COLUMNS`` of what names no known kecamatan; part of no row of ``areas``.
        hours: One row per hour of day, columns ``HOUR_OF_DAY_COLUMNS``; counts over the whole city.
    """

    period: Period
    areas: pd.DataFrame
    unplaced: Mapping[str, int]
    hours: pd.DataFrame

    def __post_init__(self) -> None:
        """Refuse frames without the columns that the page names."""
        require_columns(self.areas, BESIDE_COLUMNS, "beside.areas")
        require_columns(self.hours, HOUR_OF_DAY_COLUMNS, "beside.hours")


@dataclass(frozen=True)
class Coverage:
    """What the figures of each area rest on.

    Attributes:
        period: Time that the hours are counted over.
        health_period: Time that the cameras' health is counted over.
        areas: One row per area, columns ``COVERAGE_COLUMNS``; slots are those in which its cameras were in service,
            whether a sweep asked for them or not.
    """

    period: Period
    health_period: Period
    areas: pd.DataFrame

    def __post_init__(self) -> None:
        """Refuse a frame without the columns that the page names."""
        require_columns(self.areas, COVERAGE_COLUMNS, "coverage.areas")


@dataclass(frozen=True)
class Intake:
    """What came in by each channel.

    Attributes:
        period: Time of receipt that is counted; the columns ending in ``_ever`` count from ``since``.
        since: When the first message of any channel was received.
        channels: One row per channel, columns ``INTAKE_COLUMNS``, counts of messages; ``received`` includes every
            column from ``accepted`` to ``pending``.
    """

    period: Period
    since: datetime
    channels: pd.DataFrame

    def __post_init__(self) -> None:
        """Refuse a frame without the columns that the page names."""
        require_columns(self.channels, INTAKE_COLUMNS, "intake.channels")


@dataclass(frozen=True)
class Cameras:
    """How the cameras fared.

    Attributes:
        period: Time that is counted.
        count: Registered cameras.
        slots_expected: Slots of ten minutes in which they were in service, whether a sweep asked for them or not.
        statuses: Frame status (as in ``raw.camera_observations``, with ``missing`` for a swept slot without a picture)
            to number of slots.
    """

    period: Period
    count: int
    slots_expected: int
    statuses: Mapping[str, int]

    @property
    def slots_unswept(self) -> int:
        """Slots in which no sweep asked the cameras."""
        return max(self.slots_expected - sum(self.statuses.values()), 0)


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
        ahead: The calendar and the city's own list of events for the week.
        intake: What came in, by channel.
        cameras: How the cameras fared in seven days.
        corridors: Speeds of the city's corridors; None where it supplies none.
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
    ahead: WeekAhead
    intake: Intake
    cameras: Cameras
    corridors: Corridors | None
    gates: pd.DataFrame
    is_synthetic: bool
    code_version: str
    jam_threshold: float

    def __post_init__(self) -> None:
        """Refuse missing columns, a week that starts late, and hours outside the week."""
        require_columns(self.gates, GATE_COLUMNS, "gates")
        if self.week_start.weekday() != 0:
            raise ReportError(f"week_start must be a Monday, found {self.week_start:%A %Y-%m-%d}")
        if isinstance(self.forecast, Forecast):
            first = pd.Timestamp(self.week_start, tz=city_zone().key)
            hours = self.forecast.hours["hour_start"]
            if hours.min() < first or hours.max() >= first + timedelta(days=7):
                raise ReportError(
                    f"forecast hours must lie in the week from {self.week_start}, found {hours.min()} to {hours.max()}"
                )
