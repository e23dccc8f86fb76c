"""Facts about the whole forecast week: how many areas jam, when most of them do, how sure.

Belongs here: figures of the summary and the slices that the heat map shows.
Does not belong here: windows (windows.py), wording (narrative.py), drawing (charts.py).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pandas as pd

from assets.reports.windows import is_jam_hour

HOURS_OF_DAY = range(24)
WORKING_DAYS = 5
HALF = 0.5


@dataclass(frozen=True)
class Overview:
    """The forecast week in six figures.

    Attributes:
        area_count: Areas with a forecast.
        jam_area_count: Areas with at least one jammed hour.
        jam_hours: Jammed area hours.
        mean_probability: Mean jam probability of the jammed hours; None where no hour is jammed.
        busiest_hour: Hour in which most areas jam, the earliest of equals; None where none jams.
        busiest_hour_areas: Areas that jam in that hour.
    """

    area_count: int
    jam_area_count: int
    jam_hours: int
    mean_probability: float | None
    busiest_hour: datetime | None
    busiest_hour_areas: int


@dataclass(frozen=True)
class Slice:
    """One day or the mean of some days, for every area and hour of day.

    Attributes:
        first: First day.
        last: Last day, included.
        jam_index: Mean jam index, shape (areas, 24), NaN without forecast; rows by area_code.
        is_jam: True where at least half of the days are jammed, same shape.
    """

    first: date
    last: date
    jam_index: pd.DataFrame
    is_jam: pd.DataFrame


def overview(hours: pd.DataFrame, jam_threshold: float) -> Overview:
    """Sum up the week; ``hours`` as in ``model.FORECAST_COLUMNS``."""
    jammed = hours[is_jam_hour(hours, jam_threshold)]
    areas_by_hour = jammed.groupby("hour_start").size()
    busiest = 0 if jammed.empty else int(areas_by_hour.argmax())
    return Overview(
        area_count=hours["area_code"].nunique(),
        jam_area_count=jammed["area_code"].nunique(),
        jam_hours=len(jammed),
        mean_probability=None if jammed.empty else float(jammed["jam_probability"].mean()),
        busiest_hour=None if jammed.empty else pd.DatetimeIndex(areas_by_hour.index)[busiest].to_pydatetime(),
        busiest_hour_areas=0 if jammed.empty else int(areas_by_hour.max()),
    )


def jam_hours_by_area(hours: pd.DataFrame, jam_threshold: float) -> dict[str, int]:
    """Jammed hours of the week for every area, also where there are none."""
    counts = is_jam_hour(hours, jam_threshold).groupby(hours["area_code"]).sum()
    return {str(code): int(count) for code, count in counts.items()}


def busiest_day(hours: pd.DataFrame, jam_threshold: float) -> date:
    """Day with most jammed hours; of equals the one with the higher mean index, then the earlier."""
    days = pd.DataFrame(
        {
            "day": hours["hour_start"].dt.date,
            "jam_hours": is_jam_hour(hours, jam_threshold),
            "jam_index": hours["jam_index"],
        }
    )
    totals = days.groupby("day").agg({"jam_hours": "sum", "jam_index": "mean"}).reset_index()
    ranked = totals.sort_values(["jam_hours", "jam_index", "day"], ascending=[False, False, True])
    day: date = ranked["day"].iloc[0]
    return day


def slices(hours: pd.DataFrame, jam_threshold: float, week_start: date) -> tuple[Slice, Slice, Slice]:
    """The busiest day, the mean working day and the mean weekend day."""
    busiest = busiest_day(hours, jam_threshold)
    friday = week_start + timedelta(days=WORKING_DAYS - 1)
    return (
        _slice(hours, jam_threshold, busiest, busiest),
        _slice(hours, jam_threshold, week_start, friday),
        _slice(hours, jam_threshold, friday + timedelta(days=1), week_start + timedelta(days=6)),
    )


def _slice(hours: pd.DataFrame, jam_threshold: float, first: date, last: date) -> Slice:
    day = hours["hour_start"].dt.date
    rows = hours.assign(hour=hours["hour_start"].dt.hour, is_jam=is_jam_hour(hours, jam_threshold).astype(float))
    chosen = rows[(day >= first) & (day <= last)]
    codes = sorted(hours["area_code"].unique())

    def mean_by_hour(column: str) -> pd.DataFrame:
        wide = chosen.pivot_table(index="area_code", columns="hour", values=column, aggfunc="mean")
        return wide.reindex(index=codes, columns=list(HOURS_OF_DAY))

    return Slice(first, last, jam_index=mean_by_hour("jam_index"), is_jam=mean_by_hour("is_jam").ge(HALF))
