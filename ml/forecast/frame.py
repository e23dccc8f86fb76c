"""The frame contract of every series that enters the forecast, and its dense form.

Belongs here: what a panel is, the error that says why a frame is none, completing it, the area x hour grid.
Does not belong here: what a value means, features, reading files (ml/forecast/evaluate.py).
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

PANEL_COLUMNS = ("area_id", "hour_start", "value")
# May stand beside them: rain of the hour, mm.
RAIN = "rain_mm"
HOUR = pd.Timedelta(hours=1)


class PanelError(ValueError):
    """A frame is no panel; the message names what was expected, what was found and what to do."""

    def __init__(self, *, expected: str, found: str, remedy: str) -> None:
        super().__init__(f"Expected {expected}; found {found}. {remedy}")
        self.expected = expected
        self.found = found
        self.remedy = remedy


@dataclass(frozen=True)
class CompletedPanel:
    """A complete panel and what completing it took.

    Attributes:
        frame: One row per area and hour from the first to the last hour of all areas.
        duplicate_rows: Rows that were averaged into another row of the same area and hour.
        gap_rows: Rows that were added, with NaN as value.
    """

    frame: pd.DataFrame
    duplicate_rows: int
    gap_rows: int


@dataclass(frozen=True)
class Grid:
    """A complete panel as a matrix.

    Attributes:
        areas: Area ids, sorted, length A.
        hours: Every hour from first to last, length H, local clock.
        matrix: Shape (H, A), in the unit of the panel; NaN where nothing was observed.
        rain: Shape (H, A), mm; NaN where it was not measured; None where the panel has no rain.
    """

    areas: tuple[Hashable, ...]
    hours: pd.DatetimeIndex
    matrix: FloatArray
    rain: FloatArray | None = None


def check_panel(frame: pd.DataFrame) -> None:
    """Refuse a frame that breaks the contract.

    The contract: columns `area_id` (not null), `hour_start` (start of an hour on the local clock, time-zone
    aware or naive), `value` (a number or NaN, never infinite), at most one row per area and hour. Hours may be
    missing. Calendar features read the clock of `hour_start`: convert UTC to the city's zone first. A column `rain_mm`
    (a number or NaN) may stand beside them; at most what was measured up to the cut-off is read of it.

    Raises:
        PanelError: If any part does not hold.
    """
    _check_rows(frame)
    repeated = int(frame.duplicated(["area_id", "hour_start"]).sum())
    if repeated:
        raise PanelError(
            expected="one row per area and hour",
            found=f"{repeated} repeated area-hours",
            remedy="Average and count them with complete_panel().",
        )


def complete_panel(frame: pd.DataFrame) -> CompletedPanel:
    """Make area x hour complete: repeated area-hours are averaged, missing ones become NaN; both are counted.

    Args:
        frame: Obeys the contract of `check_panel`, except that an area-hour may repeat.

    Raises:
        PanelError: If another part of the contract does not hold.

    >>> hours = pd.to_datetime(["2026-10-05 07:00", "2026-10-05 07:00", "2026-10-05 09:00"])
    >>> done = complete_panel(pd.DataFrame({"area_id": "31.71.01", "hour_start": hours, "value": [1.0, 3.0, 4.0]}))
    >>> done.frame["value"].tolist(), done.duplicate_rows, done.gap_rows
    ([2.0, nan, 4.0], 1, 1)
    """
    _check_rows(frame)
    measured = [column for column in ("value", RAIN) if column in frame.columns]
    unique = frame.groupby(["area_id", "hour_start"])[measured].mean().reset_index()
    grid = to_grid(unique)
    columns = {
        "area_id": np.repeat(pd.Index(grid.areas).to_numpy(), len(grid.hours)),
        "hour_start": grid.hours.take(np.tile(np.arange(len(grid.hours)), len(grid.areas))),
        "value": grid.matrix.T.ravel(),
    }
    if grid.rain is not None:
        columns[RAIN] = grid.rain.T.ravel()
    return CompletedPanel(
        frame=pd.DataFrame(columns),
        duplicate_rows=len(frame) - len(unique),
        gap_rows=grid.matrix.size - len(unique),
    )


def to_grid(panel: pd.DataFrame) -> Grid:
    """Lay a panel out as a matrix of hours x areas, by clock and never by row position.

    Args:
        panel: Obeys `check_panel`.
    """
    stamps = pd.DatetimeIndex(panel["hour_start"])
    hours = pd.date_range(stamps.min(), stamps.max(), freq=HOUR)
    areas = pd.Index(panel["area_id"].unique()).sort_values()
    row, column = ((stamps - hours[0]) // HOUR).to_numpy(), areas.get_indexer(panel["area_id"])

    def laid_out(measure: str) -> FloatArray:
        matrix = np.full((len(hours), len(areas)), np.nan)
        matrix[row, column] = panel[measure].to_numpy(dtype=float)
        return matrix

    rain = laid_out(RAIN) if RAIN in panel.columns else None
    return Grid(areas=tuple(areas), hours=hours, matrix=laid_out("value"), rain=rain)


def _check_rows(frame: pd.DataFrame) -> None:
    missing = [column for column in PANEL_COLUMNS if column not in frame.columns]
    if missing:
        raise PanelError(
            expected=f"columns {', '.join(PANEL_COLUMNS)}",
            found=f"no {', '.join(missing)} among {', '.join(map(str, frame.columns)) or 'no columns'}",
            remedy="Rename or add the columns.",
        )
    if frame.empty:
        raise PanelError(expected="at least one row", found="none", remedy="Widen the window that is read.")
    if frame["area_id"].isna().any():
        raise PanelError(
            expected="an area_id in every row",
            found=f"{int(frame['area_id'].isna().sum())} null area_ids",
            remedy="Set rows without an area aside first.",
        )
    _check_hours(frame["hour_start"])
    _check_values("value", frame["value"])
    if RAIN in frame.columns:
        _check_values(RAIN, frame[RAIN])


def _check_hours(stamps: pd.Series) -> None:
    if not pd.api.types.is_datetime64_any_dtype(stamps):
        raise PanelError(
            expected="hour_start as timestamps of one time zone",
            found=f"dtype {stamps.dtype}",
            remedy="Convert with pd.to_datetime and one zone.",
        )
    if stamps.isna().any():
        raise PanelError(
            expected="an hour_start in every row",
            found=f"{int(stamps.isna().sum())} null hour_starts",
            remedy="Set rows without an hour aside first.",
        )
    index = pd.DatetimeIndex(stamps)
    off = (index.minute != 0) | (index.second != 0) | (index.microsecond != 0) | (index.nanosecond != 0)
    if off.any():
        raise PanelError(
            expected="hour_start on the full hour",
            found=f"{int(off.sum())} rows off it, first {index[off][0].isoformat()}",
            remedy="Roll the series up to hours first.",
        )


def _check_values(name: str, values: pd.Series) -> None:
    if not pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
        raise PanelError(
            expected=f"a numeric {name} column",
            found=f"dtype {values.dtype}",
            remedy="Convert with pd.to_numeric; nothing observed is NaN.",
        )
    infinite = int(np.isinf(values.to_numpy(dtype=float, na_value=np.nan)).sum())
    if infinite:
        raise PanelError(
            expected=f"finite values or NaN as {name}",
            found=f"{infinite} infinite values",
            remedy="Set them to NaN: not observed.",
        )
