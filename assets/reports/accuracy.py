"""How right a published week was, beside two baselines from the same cut-off.

Belongs here: scoring one past week. Does not belong here: scoring a model over many weeks (ml/forecast/backtest).
"""

from datetime import date, datetime

import pandas as pd

from assets.reports.model import AccuracySummary, Skill
from ml.forecast.baselines import four_week_median, same_hour_last_week
from ml.forecast.frame import to_grid
from ml.forecast.history import WEEK_HOURS, history_at

MODELS = {"model": "jam_index", "same_hour_last_week": "last_week", "four_week_median": "median"}


def add_baselines(published: pd.DataFrame, before: pd.DataFrame, cutoff: datetime) -> pd.DataFrame:
    """What the two baselines would have said at the same cut-off, as columns last_week and median.

    Args:
        published: Columns area_code, hour_start.
        before: Panel (area_id, hour_start, value) that ends before the cut-off.
        cutoff: End of what was known.
    """
    grid = to_grid(before)
    history = history_at(grid, len(grid.hours) - 1)
    step = ((published["hour_start"] - pd.Timestamp(grid.hours[-1])) // pd.Timedelta(hours=1)) - 1
    area = pd.Index(grid.areas).get_indexer(pd.Index(published["area_code"]))
    known = published[area >= 0].copy()
    row, column = area[area >= 0], (step[area >= 0] % WEEK_HOURS).to_numpy()
    known["last_week"] = same_hour_last_week(history)[row, column]
    known["median"] = four_week_median(history)[row, column]
    return known


def _f1(predicted: pd.Series, happened: pd.Series) -> float | None:
    """F1 of calling an hour jammed; None where no hour was jammed or called so."""
    hits = int((predicted & happened).sum())
    calls = int(predicted.sum() + happened.sum())
    return 2 * hits / calls if calls else None


def _errors(scored: pd.DataFrame) -> dict[str, float]:
    return {f"mae_{name}": float((scored[column] - scored["value"]).abs().mean()) for name, column in MODELS.items()}


def score_week(
    week_start: date, published: pd.DataFrame, measured: pd.DataFrame, threshold: float, *, is_hindcast: bool
) -> AccuracySummary | None:
    """Score a published week on the hours that were measured.

    Args:
        week_start: Monday of the week.
        published: Columns area_code, area_name, kota_name, hour_start, jam_index, jam_index_p10, jam_index_p90,
            last_week, median.
        measured: Panel of the week (area_id, hour_start, value).
        threshold: Jam index from which an hour is jammed.
        is_hindcast: Whether the forecast was computed after the week.

    Returns:
        The summary; None where no hour of the week was measured.
    """
    scored = published.merge(
        measured.rename(columns={"area_id": "area_code"}), on=["area_code", "hour_start"], how="inner"
    )
    if scored.empty:
        return None
    inside = scored["value"].between(scored["jam_index_p10"], scored["jam_index_p90"])
    areas = [
        {"area_code": code, "area_name": name, "kota_name": kota, "measured_hours": len(rows), **_errors(rows)}
        for (code, name, kota), rows in scored.groupby(["area_code", "area_name", "kota_name"])
    ]
    skill = Skill(
        **_errors(scored),
        jam_f1=_f1(scored["jam_index"] >= threshold, scored["value"] >= threshold),
        interval_share=float(inside.mean()),
    )
    return AccuracySummary(week_start, is_hindcast, skill, pd.DataFrame(areas))
