"""Jam windows: runs of jammed hours of one area on one day, and which of them matter most.

Belongs here: the rule that calls a forecast hour jammed, windows and their ranking.
Does not belong here: facts about the whole week (overview.py), wording, charts.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pandas as pd

LIKELY = 0.5
HOUR = timedelta(hours=1)


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
        return (self.end - self.start) // HOUR


def is_jam_hour(hours: pd.DataFrame, jam_threshold: float) -> "pd.Series[bool]":
    """True where an hour is forecast jammed: by its index, or more likely than not.

    >>> frame = pd.DataFrame({"jam_index": [0.6, 0.5, 0.5], "jam_probability": [0.4, 0.5, 0.4]})
    >>> is_jam_hour(frame, 0.6).tolist()
    [True, True, False]
    """
    return (hours["jam_index"] >= jam_threshold) | (hours["jam_probability"] >= LIKELY)


def jam_windows(hours: pd.DataFrame, jam_threshold: float) -> list[JamWindow]:
    """Every jam window of the forecast, by area and time.

    A window ends at midnight and at an hour without a forecast, because neither neighbour vouches for it.

    Args:
        hours: One row per area and hour, columns ``model.FORECAST_COLUMNS``.
        jam_threshold: Jam index from which an hour counts as jammed, in [0, 1].
    """
    jammed = hours[is_jam_hour(hours, jam_threshold)]
    jammed = jammed.sort_values(["area_code", "hour_start"], ignore_index=True)
    begins = (
        jammed["area_code"].ne(jammed["area_code"].shift())
        | jammed["hour_start"].diff().ne(HOUR)
        | jammed["hour_start"].dt.hour.eq(0)
    )
    return [_window(run) for _, run in jammed.groupby(begins.cumsum())]


def top_windows(windows: list[JamWindow], limit: int) -> list[JamWindow]:
    """The areas that jam most, each by its worst window, worst first.

    Windows rank by expected jam hours: long and sure goes before short or doubtful. One area appears once,
    or the same area on five working days would fill the list.
    """
    ranked = sorted(windows, key=lambda w: (-w.expected_jam_hours, -w.peak_jam_index, w.area_code, w.start))
    worst: dict[str, JamWindow] = {}
    for window in ranked:
        worst.setdefault(window.area_code, window)
    return list(worst.values())[:limit]


def _window(run: pd.DataFrame) -> JamWindow:
    peak = run.iloc[int(run["jam_index"].argmax())]
    return JamWindow(
        area_code=str(peak["area_code"]),
        area_name=str(peak["area_name"]),
        kota_name=str(peak["kota_name"]),
        start=run["hour_start"].iloc[0].to_pydatetime(),
        end=(run["hour_start"].iloc[-1] + HOUR).to_pydatetime(),
        peak_hour=peak["hour_start"].to_pydatetime(),
        peak_jam_index=float(peak["jam_index"]),
        peak_jam_index_p10=float(peak["jam_index_p10"]),
        peak_jam_index_p90=float(peak["jam_index_p90"]),
        mean_probability=float(run["jam_probability"].mean()),
        expected_jam_hours=float(run["jam_probability"].sum()),
    )
