"""What both the page and the PDF show: the report's figures, charts and sentences in one language.

Belongs here: putting them together. Does not belong here: the figures (overview.py), the drawing (charts.py, maps.py),
the words (narrative.py), layout (templates/).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from assets.reports import charts, narrative
from assets.reports.charts import AreaGroup, AreaWeek
from assets.reports.language import Language
from assets.reports.maps import CityMap, draw_map
from assets.reports.model import Forecast, JamWindow, WeeklyReport
from assets.reports.overview import (
    Change,
    Overview,
    Trust,
    changes,
    jam_hours_by_area,
    overview,
    top_windows,
    trust,
    windows_by_day,
)

TOP_WINDOW_COUNT = 10
INTAKE_PARTS = ("accepted", "returned", "rejected", "set_aside", "quarantined")


@dataclass(frozen=True)
class TopWindow:
    """One row of the top windows: the window, its day's chart, and the area's other windows of the week."""

    window: JamWindow
    chart: Markup
    other_windows: int


@dataclass(frozen=True)
class AreaView:
    """One area's part: its week as charts, its windows by day, what changes and what it rests on."""

    area: AreaWeek
    week: Markup
    grid: Markup
    days: Sequence[Sequence[JamWindow]]
    change: Change | None
    rests_on: str


@dataclass(frozen=True)
class ForecastView:
    """The forecast as the templates show it."""

    overview: Overview
    top: Sequence[TopWindow]
    heat_map: Markup
    map: Markup
    is_tiles: bool
    changes: Sequence[Change]
    groups: Sequence[tuple[str, Sequence[AreaView]]]


@dataclass(frozen=True)
class ReportView:
    """The report as the templates show it; what a week lacks is None or empty."""

    report: WeeklyReport
    words: Language
    forecast: Forecast | None
    week: ForecastView | None
    days: Sequence[date]
    statements: Mapping[str, str]
    methods: Sequence[str]
    no_forecast_reason: str
    area_accuracy: Sequence[Mapping[str, Any]]
    beside: Sequence[Mapping[str, Any]]
    beside_charts: Sequence[Markup]
    coverage: Sequence[Mapping[str, Any]]
    intake: Sequence[Mapping[str, Any]]
    cameras: Sequence[Mapping[str, Any]]
    usable_share: float | None
    gates: Sequence[Mapping[str, Any]]


def compose(report: WeeklyReport, shapes: CityMap, words: Language) -> ReportView:
    """Put the report together.

    Args:
        report: What to show; a week without forecast says why.
        shapes: The map.
        words: Language.

    Raises:
        ReportError: A coded value has no name.
    """
    forecast = report.forecast if isinstance(report.forecast, Forecast) else None
    trusted = trust(report.coverage, forecast)
    week = None if forecast is None else _forecast_view(report, forecast, trusted, shapes, words)
    return ReportView(
        report=report,
        words=words,
        forecast=forecast,
        week=week,
        days=[report.week_start + timedelta(days=number) for number in range(7)],
        statements=_statements(report, forecast, week, trusted, words),
        methods=[] if forecast is None else narrative.method_paragraphs(report, forecast, words),
        no_forecast_reason=narrative.no_forecast_reason(report.forecast, words),
        area_accuracy=_area_accuracy(report),
        beside=_beside(report),
        beside_charts=_beside_charts(report, words),
        coverage=_coverage(report, trusted, words),
        intake=_intake_rows(report.intake, words),
        cameras=_camera_rows(report.camera_statuses, words),
        usable_share=_usable_share(report.camera_statuses),
        gates=_records(report.gates.sort_values(["passed", "gate"], kind="stable")),
    )


def _statements(
    report: WeeklyReport,
    forecast: Forecast | None,
    week: ForecastView | None,
    trusted: dict[str, Trust],
    words: Language,
) -> dict[str, str]:
    return {
        "accuracy": narrative.accuracy_statement(report.accuracy, words),
        "change": narrative.change_statement(week.changes if week else (), report.last_week, words),
        "trust": narrative.trust_statement(report.coverage, trusted, words),
        "published": narrative.published_statement(forecast, words) if forecast else "",
        "beside": narrative.beside_statement(report.beside, words) if report.beside else "",
    }


def _names(areas: pd.DataFrame) -> dict[str, str]:
    return dict(zip(areas["area_code"].astype(str), areas["area_name"].astype(str), strict=True))


def _forecast_view(
    report: WeeklyReport, forecast: Forecast, trusted: Mapping[str, Trust], shapes: CityMap, words: Language
) -> ForecastView:
    hours, start, threshold = forecast.hours, report.week_start, report.jam_threshold
    groups = _area_groups(hours, start)
    top = top_windows(forecast.windows, TOP_WINDOW_COUNT)
    changed = changes(hours, report.last_week)
    by_code = {row.area_code: row for row in changed}
    by_day = windows_by_day(forecast.windows, start)

    def view(area: AreaWeek) -> AreaView:
        return AreaView(
            area=area,
            week=charts.area_week(area, threshold, start, words),
            grid=charts.area_grid(area, start, words),
            days=by_day.get(area.code, [[]] * 7),
            change=by_code.get(area.code),
            rests_on=narrative.trust_name(trusted[area.code], words) if area.code in trusted else "",
        )

    return ForecastView(
        overview=overview(hours),
        top=[_top_window(window, forecast, threshold, words) for window in top],
        heat_map=charts.heat_map(groups, start, words),
        map=_map(report, forecast, shapes, [window.area_code for window in top], words),
        is_tiles=shapes.is_tiles,
        changes=changed,
        groups=[(group.name, [view(area) for area in group.areas]) for group in groups],
    )


def _map(report: WeeklyReport, forecast: Forecast, shapes: CityMap, worst: Sequence[str], words: Language) -> Markup:
    names = _names(forecast.hours)
    if report.coverage is not None:
        names |= _names(report.coverage.areas)
    ranks = {code: rank for rank, code in enumerate(worst, start=1)}
    known = {code: names.get(code, code) for code in shapes.shapes}
    return draw_map(shapes, jam_hours_by_area(forecast.hours), known, ranks, words)


def _top_window(window: JamWindow, forecast: Forecast, threshold: float, words: Language) -> TopWindow:
    hours = forecast.hours
    of_area = hours[hours["area_code"] == window.area_code]
    return TopWindow(
        window=window,
        chart=charts.window_day(window, of_area[of_area["hour_start"].dt.date == window.day], threshold, words),
        other_windows=sum(other.area_code == window.area_code for other in forecast.windows) - 1,
    )


def _area_groups(hours: pd.DataFrame, week_start: date) -> list[AreaGroup]:
    """Areas by kota; most jam hours first, both among kota and within one."""
    by_kota: dict[str, list[AreaWeek]] = {}
    for (kota, code, name), rows in hours.groupby(["kota_name", "area_code", "area_name"]):
        by_kota.setdefault(str(kota), []).append(_area_week(str(code), str(name), rows, week_start))
    groups = [
        AreaGroup(kota, sorted(rows, key=lambda row: (-row.jam_hours, row.name))) for kota, rows in by_kota.items()
    ]
    return sorted(groups, key=lambda group: (-sum(area.jam_hours for area in group.areas), group.name))


def _area_week(code: str, name: str, rows: pd.DataFrame, week_start: date) -> AreaWeek:
    levels = np.full((3, 168), np.nan)
    is_jam = np.zeros(168, dtype=bool)
    first = pd.Timestamp(week_start, tz=rows["hour_start"].dt.tz)
    place = ((rows["hour_start"] - first) // pd.Timedelta(hours=1)).to_numpy()
    columns = ["jam_index", "jam_index_p10", "jam_index_p90"]
    levels[:, place] = rows[columns].to_numpy(dtype=float).T
    is_jam[place] = rows["is_jam"].to_numpy(dtype=bool)
    return AreaWeek(code, name, int(is_jam.sum()), levels.reshape(3, 7, 24), is_jam.reshape(7, 24))


def _area_accuracy(report: WeeklyReport) -> list[dict[str, Any]]:
    if report.accuracy is None:
        return []
    return _records(report.accuracy.areas.sort_values("mae_model", ascending=False))


def _beside(report: WeeklyReport) -> list[dict[str, Any]]:
    if report.beside is None:
        return []
    return _records(report.beside.areas.sort_values(["jam_hours", "area_name"], ascending=[False, True]))


def _beside_charts(report: WeeklyReport, words: Language) -> list[Markup]:
    if report.beside is None:
        return []
    hours = report.beside.hours.set_index("hour_of_day").reindex(range(24), fill_value=0)
    labels = {
        "jam_hours": words.gettext("Jam-kecamatan macet (jam)"),
        "tickets": words.gettext("Tilang (lembar)"),
        "parking_complaints": words.gettext("Laporan parkir liar (laporan)"),
    }
    return [charts.hour_bars([int(count) for count in hours[column]], label, words) for column, label in labels.items()]


def _coverage(report: WeeklyReport, trusted: Mapping[str, Trust], words: Language) -> list[dict[str, Any]]:
    """Areas by what they rest on, the least to be trusted first."""
    if report.coverage is None:
        return []
    order = list(Trust)
    rows = _records(report.coverage.areas)
    named = [{**row, "rests_on": narrative.trust_name(trusted[row["area_code"]], words)} for row in rows]
    return sorted(named, key=lambda row: (-order.index(trusted[row["area_code"]]), row["area_name"]))


def _intake_rows(intake: pd.DataFrame, words: Language) -> list[dict[str, Any]]:
    """Channels and their total, each with the records that no column accounts for."""
    counts = ["received", *INTAKE_PARTS]
    total = {"channel": words.gettext("Semua kanal"), **{count: int(intake[count].sum()) for count in counts}}
    rows = [*_records(intake), total]
    return [{**row, "unexplained": row["received"] - sum(row[part] for part in INTAKE_PARTS)} for row in rows]


def _camera_rows(statuses: Mapping[str, int], words: Language) -> list[dict[str, Any]]:
    """Observations by status in the order of narrative.FRAME_STATUSES, best first."""
    names = {status: narrative.frame_status_name(status, words) for status in statuses}
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
