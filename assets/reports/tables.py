"""The report's figures as tables for other programs: columns in the marts' names, values as they are.

Belongs here: which columns a table has, and CSV. Does not belong here: columns in the report's language
(column_words.py), the workbook (workbook.py), reading (read.py).
"""

import csv
import io
from datetime import datetime

import pandas as pd

from assets.reports.model import AREA_COLUMNS, Forecast, JamWindow, WeeklyReport
from assets.reports.overview import trust

WINDOW_FIELDS = (
    "peak_jam_index",
    "peak_jam_index_p10",
    "peak_jam_index_p90",
    "jam_probability",
    "expected_jam_hours",
)
HOUR_FIELDS = (
    "jam_index",
    "jam_index_mean",
    "jam_index_p10",
    "jam_index_p90",
    "jam_probability",
    "is_jam",
    "basis",
    "last_week",
    "four_week_median",
)


def windows_table(report: WeeklyReport) -> pd.DataFrame:
    """One row per jam window; times are the city's."""
    windows = report.forecast.windows if isinstance(report.forecast, Forecast) else ()
    columns = ["week_start", *AREA_COLUMNS, "window_start", "window_end", "peak_hour", *WINDOW_FIELDS, "is_synthetic"]
    return pd.DataFrame([_window_row(report, window) for window in windows], columns=columns)


def _window_row(report: WeeklyReport, window: JamWindow) -> tuple[object, ...]:
    return (
        report.week_start,
        window.area_code,
        window.area_name,
        window.kota_name,
        window.start,
        window.end,
        window.peak_hour,
        window.peak_jam_index,
        window.peak_jam_index_p10,
        window.peak_jam_index_p90,
        window.mean_probability,
        window.expected_jam_hours,
        report.is_synthetic,
    )


def hours_table(report: WeeklyReport) -> pd.DataFrame:
    """One row per area and forecast hour; times are the city's."""
    columns = ["week_start", *AREA_COLUMNS, "hour_start", *HOUR_FIELDS, "is_synthetic"]
    if not isinstance(report.forecast, Forecast):
        return pd.DataFrame(columns=columns)
    return report.forecast.hours.assign(week_start=report.week_start, is_synthetic=report.is_synthetic)[columns]


def accuracy_table(report: WeeklyReport) -> pd.DataFrame:
    """One row per area: errors of the last measured week, in units of the jam index."""
    if report.accuracy is None:
        return pd.DataFrame()
    areas = report.accuracy.areas
    told = areas.assign(week_start=report.accuracy.week_start, is_hindcast=report.accuracy.is_hindcast)
    return told[["week_start", "is_hindcast", *areas.columns]]


def tickets_table(report: WeeklyReport) -> pd.DataFrame:
    """One row per area: tickets and complaints of four weeks beside its jam hours."""
    return pd.DataFrame() if report.beside is None else report.beside.areas


def coverage_table(report: WeeklyReport) -> pd.DataFrame:
    """One row per area: cameras, what its hours rest on, and how far to trust them."""
    if report.coverage is None:
        return pd.DataFrame()
    forecast = report.forecast if isinstance(report.forecast, Forecast) else None
    trusted = trust(report.coverage, forecast)
    areas = report.coverage.areas
    return areas.assign(rests_on=[trusted[str(code)].value for code in areas["area_code"]])


def change_table(report: WeeklyReport) -> pd.DataFrame:
    """One row per area: hours that are expected to jam beside those of the last measured week and of a usual one."""
    if report.last_week is None:
        return pd.DataFrame()
    return report.last_week.areas.assign(compared_week_start=report.last_week.week_start)


def corridors_table(report: WeeklyReport) -> pd.DataFrame:
    """One row per corridor of the city's list, the slowest first."""
    return pd.DataFrame() if report.corridors is None else pd.DataFrame(report.corridors.rows)


# A spreadsheet computes a cell that begins so, in a CSV as in a workbook (OWASP, CSV Injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def is_like_a_formula(text: str) -> bool:
    """Whether a spreadsheet would compute a text instead of showing it.

    >>> is_like_a_formula("=1+1"), is_like_a_formula("Jl. Mawar")
    (True, False)
    """
    return text.lstrip(" ").startswith(_FORMULA)


def csv_text(table: pd.DataFrame) -> str:
    """A table as RFC 4180 has it: commas, CRLF, quotes where needed, times as ISO 8601 with their offset.

    A text that a spreadsheet would compute begins with an apostrophe, which the spreadsheet does not show.

    >>> csv_text(pd.DataFrame({"name": ['Pal "M", Merah'], "value": [None], "is_jam": [True]})).splitlines()
    ['name,value,is_jam', '"Pal ""M"", Merah",,true']
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(table.columns)
    for row in table.itertuples(index=False):
        writer.writerow([_plain(value) for value in row])
    return text.getvalue()


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"'{value}" if is_like_a_formula(value) else value
    return "" if pd.isna(value) else value  # type: ignore[call-overload]  # the stubs know no plain object
