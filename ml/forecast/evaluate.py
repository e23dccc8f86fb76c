"""The forecaster judged on anyone's hourly series: a CSV file in, scores out.

Belongs here: reading that file, one backtest of the default forecaster.
Does not belong here: cut-offs (ml/forecast/backtest.py), measures (ml/forecast/metrics.py), showing the scores.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from ml.forecast.backtest import backtest, scores
from ml.forecast.frame import PANEL_COLUMNS, PanelError, complete_panel
from ml.forecast.model import WeekAheadForecaster


def evaluate_panel(
    path: Path,
    *,
    horizon: int,
    windows: int,
    country: str,
    on_window: Callable[[int, int], None] | None = None,
) -> dict[str, dict[str, float | None]]:
    """Backtest the default forecaster and its baselines over the last windows of a file.

    Args:
        path: CSV file with header `area_id,hour_start,value`; hours in local time, naive or all with the same
            offset; an empty value is not observed; repeated area-hours are averaged.
        horizon: Hours of a window, 1 to 168.
        windows: Number of non-overlapping windows, counted from the last value back.
        country: ISO 3166 alpha-2 code of the holiday calendar.
        on_window: Called after each window with its number (from 1) and the number of windows.

    Returns:
        For `model`, `same_hour_last_week` and `four_week_median` the measures of `ml.forecast.backtest.scores`.

    Raises:
        FileNotFoundError: If there is no such file.
        PanelError: If the file breaks the frame contract or is too short for the windows.
        HorizonError: If `horizon` is outside 1..168.
    """
    panel = complete_panel(read_panel(path)).frame
    rows = backtest(panel, WeekAheadForecaster(country), windows=windows, horizon=horizon, on_window=on_window)
    return scores(rows)


def read_panel(path: Path) -> pd.DataFrame:
    """Read a series as `evaluate_panel` takes it; its other parts are for `complete_panel` to check.

    Raises:
        PanelError: If the file is empty or its hours are no timestamps of one offset.
    """
    try:
        frame = pd.read_csv(path, dtype={"area_id": "str", "hour_start": "str"})
    except pd.errors.EmptyDataError as error:
        raise PanelError(
            expected=f"the header {','.join(PANEL_COLUMNS)}", found="an empty file", remedy=f"Check {path.name}."
        ) from error
    if "hour_start" not in frame.columns:
        return frame
    try:
        frame["hour_start"] = pd.to_datetime(frame["hour_start"], format="ISO8601")
    except ValueError as error:
        raise PanelError(
            expected="ISO 8601 hours of one time zone in hour_start",
            found=str(error).splitlines()[0],
            remedy="Write every hour as 2026-10-05T07:00:00, in local time.",
        ) from error
    return frame
