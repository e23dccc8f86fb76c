"""The weekly congestion report as one self-contained HTML page.

Belongs here: putting the report's figures, charts and words into the template.
Does not belong here: the figures (windows.py, overview.py), the drawing (charts.py), database reads (assets.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import jinja2
import pandas as pd
from markupsafe import Markup

from assets.reports import charts, indonesian, narrative
from assets.reports.charts import AreaGroup, AreaRow
from assets.reports.model import Forecast, WeeklyReport
from assets.reports.overview import Overview, Slice, jam_hours_by_area, overview, slices
from assets.reports.windows import JamWindow, jam_windows, top_windows

TEMPLATES = Path(__file__).parent / "templates"
TOP_WINDOW_COUNT = 10
INTAKE_PARTS = ("accepted", "returned", "rejected", "set_aside", "quarantined")


@dataclass(frozen=True)
class TopWindow:
    """One row of the top windows: the window, its day's chart, and the area's other windows of the week."""

    window: JamWindow
    chart: Markup
    other_windows: int


@dataclass(frozen=True)
class Timetable:
    """One area's jam windows by day of the week, Monday first."""

    area: AreaRow
    days: Sequence[Sequence[JamWindow]]


@dataclass(frozen=True)
class ForecastView:
    """The forecast as the template shows it."""

    overview: Overview
    top: Sequence[TopWindow]
    heat_map: Markup
    parts: Sequence[Slice]
    strips: Sequence[tuple[AreaGroup, Sequence[tuple[AreaRow, Markup]]]]
    timetables: Sequence[tuple[str, Sequence[Timetable]]]


def render_weekly_report(report: WeeklyReport) -> str:
    """One HTML page in Indonesian that needs no other file and no network.

    Args:
        report: What to show; a week without forecast gives a page that says why.

    Raises:
        ReportError: A coded value has no name on this page.
    """
    forecast = report.forecast if isinstance(report.forecast, Forecast) else None
    page = _environment().get_template("weekly.html.j2")
    return page.render(
        report=report,
        forecast=forecast,
        view=None if forecast is None else _forecast_view(report, forecast),
        days=[report.week_start + timedelta(days=number) for number in range(7)],
        area_accuracy=_area_accuracy(report),
        intake=_intake_rows(report.intake),
        cameras=_camera_rows(report.camera_statuses),
        usable_share=_usable_share(report.camera_statuses),
        gates=_records(report.gates.sort_values(["passed", "gate"], kind="stable")),
    )


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for formatter in (
        indonesian.decimal,
        indonesian.integer,
        indonesian.percent,
        indonesian.day_name,
        indonesian.short_date,
        indonesian.long_date,
        indonesian.moment,
        indonesian.week_range,
        narrative.certainty,
        narrative.comparison,
        narrative.interval_verdict,
        narrative.f1_words,
        charts.slice_name,
    ):
        environment.filters[formatter.__name__] = formatter
    environment.globals.update(
        hour_range=indonesian.hour_range,
        short_hour_range=indonesian.short_hour_range,
        period_range=indonesian.period_range,
        legend=charts.legend,
        jam_mark=charts.jam_mark,
        no_forecast_reasons=narrative.NO_FORECAST_REASONS,
    )
    return environment


def _forecast_view(report: WeeklyReport, forecast: Forecast) -> ForecastView:
    hours = forecast.hours
    windows = jam_windows(hours, report.jam_threshold)
    groups = _area_groups(hours, report.jam_threshold)
    parts = slices(hours, report.jam_threshold, report.week_start)
    return ForecastView(
        overview=overview(hours, report.jam_threshold),
        top=[
            TopWindow(
                window=window,
                chart=charts.window_day(window, _hours_of_day(hours, window), report.jam_threshold),
                other_windows=sum(other.area_code == window.area_code for other in windows) - 1,
            )
            for window in top_windows(windows, TOP_WINDOW_COUNT)
        ],
        heat_map=charts.heat_map(groups, parts),
        parts=parts,
        strips=[(group, [(area, charts.area_strip(area, parts)) for area in group.areas]) for group in groups],
        timetables=_timetables(groups, windows, report.week_start),
    )


def _area_groups(hours: pd.DataFrame, jam_threshold: float) -> list[AreaGroup]:
    """Areas by kota; most jam hours first, both among kota and within one."""
    counts = jam_hours_by_area(hours, jam_threshold)
    areas = hours.drop_duplicates("area_code")[["area_code", "area_name", "kota_name"]]
    by_kota: dict[str, list[AreaRow]] = {}
    for area in areas.itertuples():
        row = AreaRow(str(area.area_code), str(area.area_name), counts[str(area.area_code)])
        by_kota.setdefault(str(area.kota_name), []).append(row)
    groups = [
        AreaGroup(kota, sorted(rows, key=lambda row: (-row.jam_hours, row.name))) for kota, rows in by_kota.items()
    ]
    return sorted(groups, key=lambda group: (-sum(area.jam_hours for area in group.areas), group.name))


def _timetables(
    groups: Sequence[AreaGroup], windows: Sequence[JamWindow], week_start: date
) -> list[tuple[str, list[Timetable]]]:
    """Areas with at least one window, by kota."""
    by_area: dict[str, list[list[JamWindow]]] = {}
    for window in windows:
        by_area.setdefault(window.area_code, [[] for _ in range(7)])[(window.day - week_start).days].append(window)
    tables = [
        (group.name, [Timetable(area, by_area[area.code]) for area in group.areas if area.code in by_area])
        for group in groups
    ]
    return [(name, rows) for name, rows in tables if rows]


def _hours_of_day(hours: pd.DataFrame, window: JamWindow) -> pd.DataFrame:
    same_day = hours["hour_start"].dt.date == window.day
    return hours[same_day & (hours["area_code"] == window.area_code)]


def _area_accuracy(report: WeeklyReport) -> list[dict[str, Any]]:
    if report.accuracy is None:
        return []
    return _records(report.accuracy.areas.sort_values("mae_model", ascending=False))


def _intake_rows(intake: pd.DataFrame) -> list[dict[str, Any]]:
    """Channels and their total, each with the records that no column accounts for."""
    counts = ["received", *INTAKE_PARTS]
    total = {"channel": "Semua kanal", **{count: int(intake[count].sum()) for count in counts}}
    rows = [*_records(intake), total]
    return [{**row, "unexplained": row["received"] - sum(row[part] for part in INTAKE_PARTS)} for row in rows]


def _camera_rows(statuses: Mapping[str, int]) -> list[dict[str, Any]]:
    """Observations by status in the order of narrative.FRAME_STATUSES, best first."""
    names = {status: narrative.frame_status_name(status) for status in statuses}
    order = list(narrative.FRAME_STATUSES)
    total = sum(statuses.values())
    return [
        {
            "status": status,
            "name": names[status],
            "count": statuses[status],
            "share": statuses[status] / total,
        }
        for status in sorted(statuses, key=order.index)
        if statuses[status]
    ]


def _usable_share(statuses: Mapping[str, int]) -> float | None:
    total = sum(statuses.values())
    usable = sum(count for status, count in statuses.items() if status in narrative.USABLE_STATUSES)
    return usable / total if total else None


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(column): value for column, value in row.items()} for row in frame.to_dict("records")]
