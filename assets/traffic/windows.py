"""Jam windows: runs of jammed hours of one area within one day (the city's).

Belongs here: the rule that calls a forecast hour jammed, and the windows. Does not belong here: which matter most
(assets/reports), how sure an hour is (ml/forecast).
"""

import pandas as pd

LIKELY = 0.5
HOUR = pd.Timedelta(hours=1)
WINDOW_COLUMNS = [
    "area_code", "window_start", "window_end", "peak_hour", "peak_jam_index", "peak_jam_index_p10",
    "peak_jam_index_p90", "jam_probability", "expected_jam_hours",
]  # fmt: skip


def is_jam_hour(hours: pd.DataFrame, jam_threshold: float) -> "pd.Series[bool]":
    """True where an hour is forecast jammed: by its index, or more likely than not.

    >>> frame = pd.DataFrame({"jam_index": [0.6, 0.5, 0.5], "jam_probability": [0.4, 0.5, 0.4]})
    >>> is_jam_hour(frame, 0.6).tolist()
    [True, True, False]
    """
    return (hours["jam_index"] >= jam_threshold) | (hours["jam_probability"] >= LIKELY)


def jam_windows(hours: pd.DataFrame, jam_threshold: float) -> pd.DataFrame:
    """Every jam window of a forecast, by area and time.

    A window ends at midnight and before an hour without a forecast, which nothing says is jammed.

    Args:
        hours: One row per area and hour: area_code, hour_start (the city's), jam_index, jam_index_p10, jam_index_p90,
            jam_probability.
        jam_threshold: Jam index from which an hour counts as jammed, in [0, 1].

    Returns:
        Columns WINDOW_COLUMNS; the peak is the hour with the highest index, the earliest of equals; jam_probability
        is the mean of the hours', expected_jam_hours their sum.
    """
    jammed = hours[is_jam_hour(hours, jam_threshold)]
    jammed = jammed.sort_values(["area_code", "hour_start"], ignore_index=True)
    begins = (
        jammed["area_code"].ne(jammed["area_code"].shift())
        | jammed["hour_start"].diff().ne(HOUR)
        | jammed["hour_start"].dt.hour.eq(0)
    )
    runs = jammed.groupby(begins.cumsum())
    peaks = jammed.loc[runs["jam_index"].idxmax()].reset_index(drop=True)
    return pd.DataFrame(
        {
            "area_code": peaks["area_code"],
            "window_start": runs["hour_start"].first().reset_index(drop=True),
            "window_end": runs["hour_start"].last().reset_index(drop=True) + HOUR,
            "peak_hour": peaks["hour_start"],
            "peak_jam_index": peaks["jam_index"],
            "peak_jam_index_p10": peaks["jam_index_p10"],
            "peak_jam_index_p90": peaks["jam_index_p90"],
            "jam_probability": runs["jam_probability"].mean().reset_index(drop=True),
            "expected_jam_hours": runs["jam_probability"].sum().reset_index(drop=True),
        }
    )[WINDOW_COLUMNS]
