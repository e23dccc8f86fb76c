"""Facts worked out of the report's frames: the week in figures, what changes, what a figure rests on.

Belongs here: counts, rankings and comparisons. Does not belong here: wording (narrative.py), drawing (charts.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import pandas as pd

from assets.reports.model import Coverage, Forecast, JamWindow, LastWeek

# An area of which more than a fifth of last week was not seen is not compared.
COMPARABLE_HOURS = 134

# Less than an hour on each working day is no area to send anybody to: the mail does not name it.
MAIL_HOURS = 5

# Below half of the hours a gap is likelier than a value.
SEEN_SHARE = 0.5


class Trust(StrEnum):
    """How far the figures of an area may be trusted, best first."""

    CAMERAS = "cameras"
    HISTORY = "history"
    GAPS = "gaps"
    POOLED = "pooled"
    NOTHING = "nothing"


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
class Change:
    """One area's hours of jam that are expected, beside those measured in the same hours of the last measured week.

    Attributes:
        area_code: Kemendagri code.
        area_name: Name of the area.
        measured_hours: Jammed hours of that week.
        expected_hours: Sum of the coming week's probabilities over the same hours.
        usual_hours: Jammed hours of a usual week of the last four; None where too little was measured.
        expected_then: What that week's own forecast expected of the same hours; None where it had none.
    """

    area_code: str
    area_name: str
    measured_hours: int
    expected_hours: float
    usual_hours: float | None
    expected_then: float | None

    @property
    def difference(self) -> float:
        """More hours than last week, or fewer."""
        return self.expected_hours - self.measured_hours


@dataclass(frozen=True)
class WorstArea:
    """An area by all of its week, with its worst window.

    Attributes:
        jam_hours: Hours of the week that are called jammed.
        expected_jam_hours: Sum of the jam probabilities of all hours of the week.
        window: The window with most expected jam hours.
        other_windows: Number of its other windows of the week.
    """

    jam_hours: int
    expected_jam_hours: float
    window: JamWindow
    other_windows: int


def overview(hours: pd.DataFrame) -> Overview:
    """Sum up the week; ``hours`` as in ``model.FORECAST_COLUMNS``."""
    jammed = hours[hours["is_jam"]]
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


def jam_hours_by_area(hours: pd.DataFrame) -> dict[str, int]:
    """Jammed hours of the week for every area, also where there are none."""
    counts = hours["is_jam"].groupby(hours["area_code"]).sum()
    return {str(code): int(count) for code, count in counts.items()}


def worst_areas(hours: pd.DataFrame, windows: Sequence[JamWindow]) -> list[WorstArea]:
    """Every area that jams, by the hours of its whole week that jam, then by those expected to; each once.

    Ranking single windows would put one long evening before five shorter ones.
    """
    jam_hours = jam_hours_by_area(hours)
    expected = hours["jam_probability"].groupby(hours["area_code"]).sum()
    of_area: dict[str, list[JamWindow]] = {}
    for window in windows:
        of_area.setdefault(window.area_code, []).append(window)
    worst = [
        WorstArea(
            jam_hours[code],
            float(expected[code]),
            min(found, key=lambda w: (-w.expected_jam_hours, -w.peak_jam_index, w.start)),
            len(found) - 1,
        )
        for code, found in of_area.items()
    ]
    return sorted(worst, key=lambda area: (-area.jam_hours, -area.expected_jam_hours, area.window.area_code))


def windows_by_day(windows: Sequence[JamWindow], week_start: date) -> dict[str, list[list[JamWindow]]]:
    """Each area's windows by day of the week, Monday first; areas without any are not in it."""
    by_area: dict[str, list[list[JamWindow]]] = {}
    for window in windows:
        by_area.setdefault(window.area_code, [[] for _ in range(7)])[(window.day - week_start).days].append(window)
    return by_area


def changes(last_week: LastWeek | None) -> list[Change]:
    """Areas that were measured well enough to be compared, the greatest difference first."""
    if last_week is None:
        return []
    compared = last_week.areas[last_week.areas["compared_hours"] >= COMPARABLE_HOURS]
    rows = [
        Change(
            area_code=str(row["area_code"]),
            area_name=str(row["area_name"]),
            measured_hours=int(row["measured_jam_hours"]),
            expected_hours=float(row["expected_jam_hours"]),
            usual_hours=_known(row["usual_jam_hours"]),
            expected_then=_known(row["expected_then"]),
        )
        for row in compared.to_dict("records")
    ]
    return sorted(rows, key=lambda row: (-abs(row.difference), row.area_name))


def _known(hours: float) -> float | None:
    return None if pd.isna(hours) else float(hours)


def trust(coverage: Coverage | None, forecast: Forecast | None) -> dict[str, Trust]:
    """What each area's figures rest on, by area; the doubt that weighs most is the one that is told."""
    if coverage is None:
        return {}
    pooled: set[str] = set()
    if forecast is not None:
        pooled = set(forecast.hours.loc[forecast.hours["basis"] == "pooled", "area_code"])
    return {str(area["area_code"]): _trust(area, pooled) for area in coverage.areas.to_dict("records")}


def _trust(area: Mapping[Any, Any], pooled: set[str]) -> Trust:
    camera, history, empty = (area[f"{basis}_hours"] for basis in ("camera", "history", "empty"))
    if not camera + history:
        return Trust.NOTHING
    if area["area_code"] in pooled:
        return Trust.POOLED
    if camera + history < SEEN_SHARE * (camera + history + empty):
        return Trust.GAPS
    return Trust.CAMERAS if camera >= history and area["healthy_cameras"] else Trust.HISTORY
