"""How right a forecast was, beside the two plain rules that it has to beat.

Belongs here: the shape of errors, hits and ranges, and which rule did best.
Does not belong here: their query (read_accuracy.py), how they are said (accuracy_words.py).
"""

from dataclasses import dataclass
from datetime import date

import pandas as pd

from assets.reports.contract import require_columns

AREA_ACCURACY_COLUMNS = (
    "area_code",
    "area_name",
    "kota_name",
    "measured_hours",
    "mae_model",
    "mae_same_hour_last_week",
    "mae_four_week_median",
)


@dataclass(frozen=True)
class Compared:
    """One measure of the forecast and of the two rules, on the same hours.

    Attributes:
        model: Of what was forecast.
        same_hour_last_week: Of copying the hour of a week before.
        four_week_median: Of the median of that hour of week over four weeks.
    """

    model: float
    same_hour_last_week: float
    four_week_median: float

    @property
    def rules(self) -> dict[str, float]:
        """The two rules by name."""
        return {"four_week_median": self.four_week_median, "same_hour_last_week": self.same_hour_last_week}


@dataclass(frozen=True)
class Skill:
    """How far forecasts were from measurements, beside two rules on the same hours.

    Hours of jam are those that jammed, or that the forecast or one of the rules called jammed: where people act, and
    the same for all three.

    Attributes:
        error: Mean absolute error of the jam index, in [0, 1], over all measured hours.
        interval_share: Share of measured hours between P10 and P90, in [0, 1].
        jam_hours: Number of hours of jam.
        jam_error: Mean absolute error over the hours of jam; None where there is none.
        jam_interval_share: Share of the hours of jam between P10 and P90; None where there is none.
        jam_f1: F1 of calling an hour jammed, in [0, 1]; None where no hour jammed.
    """

    error: Compared
    interval_share: float
    jam_hours: int = 0
    jam_error: Compared | None = None
    jam_interval_share: float | None = None
    jam_f1: Compared | None = None


@dataclass(frozen=True)
class AccuracySummary:
    """How right the forecast of one past week was.

    Attributes:
        week_start: Monday of the measured week.
        is_hindcast: True where the forecast was computed later, from data before its cut-off.
        skill: Over all areas and measured hours of the week.
        jammed: Area hours of the week that jammed.
        expected: Area hours that were expected to: the sum of the forecast's probabilities over the measured hours.
        areas: One row per area, columns ``AREA_ACCURACY_COLUMNS``; errors in units of the jam index.
    """

    week_start: date
    is_hindcast: bool
    skill: Skill
    jammed: int
    expected: float
    areas: pd.DataFrame

    def __post_init__(self) -> None:
        """Refuse a frame without the columns that the page names."""
        require_columns(self.areas, AREA_ACCURACY_COLUMNS, "accuracy.areas")
