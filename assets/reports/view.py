"""What both the page and the PDF show: the report's figures, charts and sentences in one language.

Belongs here: putting them together. Does not belong here: the figures (overview.py), the rows of tables (rows.py), the
drawing (charts.py, maps.py), the words (narrative.py and the *_words.py), layout (templates/).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from assets.reports import charts, narrative, rows
from assets.reports.accuracy_words import accuracy_statement
from assets.reports.ahead_words import calendar_statement, event_words, events_statement, refused_words
from assets.reports.archive import file_name
from assets.reports.charts import AreaGroup, AreaWeek
from assets.reports.language import Language
from assets.reports.maps import CityMap, draw_map, draw_phone_map
from assets.reports.model import Forecast, JamWindow, WeeklyReport
from assets.reports.overview import (
    MAIL_HOURS,
    Change,
    Overview,
    Trust,
    WorstArea,
    changes,
    jam_hours_by_area,
    overview,
    trust,
    windows_by_day,
    worst_areas,
)

TOP_AREAS = 10
MAIL_AREAS = 5

# What the page links to: the week's own files beside it.
LINKED = (".pdf", ".xlsx", "_hours.csv", "_windows.csv")

# Roads that a planner knows an area by; all of them would fill its part.
ROADS, TOP_ROADS = 6, 4


@dataclass(frozen=True)
class TopArea:
    """One row of the worst areas: the area, its worst window's day as a chart, its roads."""

    area: WorstArea
    chart: Markup
    roads: str

    @property
    def window(self) -> JamWindow:
        """The area's worst window."""
        return self.area.window


@dataclass(frozen=True)
class AreaView:
    """One area's part: its week as charts, its windows by day, what changes, what it rests on, what is known ahead."""

    area: AreaWeek
    week: Markup
    grid: Markup
    days: Sequence[Sequence[JamWindow]]
    change: Change | None
    rests_on: str
    roads: str
    events: Sequence[str]


@dataclass(frozen=True)
class ForecastView:
    """The forecast as the templates show it; the mail names only areas with enough jam hours."""

    overview: Overview
    top: Sequence[TopArea]
    for_mail: Sequence[WorstArea]
    heat_map: Markup
    map: Markup
    phone_map: Markup
    is_tiles: bool
    changes: Sequence[Change]
    groups: Sequence[tuple[str, Sequence[AreaView]]]


@dataclass(frozen=True)
class ReportView:
    """The report as the templates show it; what a week lacks is None or empty."""

    report: WeeklyReport
    words: Language
    files: Mapping[str, str]
    forecast: Forecast | None
    week: ForecastView | None
    days: Sequence[date]
    statements: Mapping[str, str]
    methods: Sequence[str]
    no_forecast_reason: str
    refused: Sequence[str]
    area_accuracy: Sequence[Mapping[str, Any]]
    beside: Sequence[Mapping[str, Any]]
    beside_charts: Sequence[Markup]
    coverage: Sequence[Mapping[str, Any]]
    intake: Sequence[Mapping[str, Any]]
    intake_said: Sequence[str]
    cameras: Sequence[Mapping[str, Any]]
    usable_share: float | None
    gates: Sequence[Mapping[str, Any]]
    corridors: Sequence[Mapping[str, Any]]


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
        files={ending: file_name(report.week_start, words.code, ending) for ending in LINKED},
        forecast=forecast,
        week=week,
        days=[report.week_start + timedelta(days=number) for number in range(7)],
        statements=_statements(report, forecast, week, trusted, words),
        methods=[] if forecast is None else narrative.method_paragraphs(report, forecast, words),
        no_forecast_reason=narrative.no_forecast_reason(report.forecast, words),
        refused=[refused_words(row, words) for row in report.ahead.refused],
        area_accuracy=rows.area_accuracy(report.accuracy),
        beside=rows.beside(report.beside, words),
        beside_charts=_beside_charts(report, words),
        coverage=rows.coverage(report.coverage, trusted, words),
        intake=rows.intake(report.intake, words),
        intake_said=narrative.intake_statements(report.intake, words),
        cameras=rows.cameras(report.cameras, words),
        usable_share=rows.usable_share(report.cameras),
        gates=rows.gates(report.gates, words),
        corridors=rows.corridors(report.corridors, _names_of(report)),
    )


def _statements(
    report: WeeklyReport,
    forecast: Forecast | None,
    week: ForecastView | None,
    trusted: dict[str, Trust],
    words: Language,
) -> dict[str, str]:
    return {
        "published": narrative.published_statement(forecast, words) if forecast else "",
        "calendar": calendar_statement(report.ahead, words),
        "events": events_statement(report.ahead, _names_of(report), words),
        "change": narrative.change_statement(week.changes if week else (), report.last_week, words),
        "accuracy": accuracy_statement(report.accuracy, words),
        "trust": narrative.trust_statement(report.coverage, trusted, words),
        "beside": narrative.beside_statement(report.beside, words) if report.beside else "",
    }


def _forecast_view(
    report: WeeklyReport, forecast: Forecast, trusted: Mapping[str, Trust], shapes: CityMap, words: Language
) -> ForecastView:
    hours, threshold, start = forecast.hours, report.jam_threshold, report.week_start
    groups = _area_groups(hours, start)
    worst = worst_areas(hours, forecast.windows)
    changed = changes(report.last_week)
    by_code = {row.area_code: row for row in changed}
    by_day = windows_by_day(forecast.windows, start)
    events = _events_by_area(report, words)

    def view(area: AreaWeek) -> AreaView:
        return AreaView(
            area=area,
            week=charts.area_week(area, threshold, start, words),
            grid=charts.area_grid(area, start, words),
            days=by_day.get(area.code, [[]] * 7),
            change=by_code.get(area.code),
            rests_on=narrative.trust_name(trusted[area.code], words) if area.code in trusted else "",
            roads=_roads(report, area.code, ROADS),
            events=events.get(area.code, ()),
        )

    names, counts = {code: code for code in shapes.shapes} | _names_of(report), jam_hours_by_area(hours)
    ranks = {area.window.area_code: rank for rank, area in enumerate(worst[:TOP_AREAS], start=1)}
    return ForecastView(
        overview=overview(hours),
        top=[_top_area(area, report, forecast, words) for area in worst[:TOP_AREAS]],
        for_mail=[area for area in worst if area.jam_hours >= MAIL_HOURS][:MAIL_AREAS],
        heat_map=charts.heat_map(groups, start, words),
        map=draw_map(shapes, counts, names, ranks, words),
        phone_map=draw_phone_map(shapes, counts, names, words),
        is_tiles=shapes.is_tiles,
        changes=changed,
        groups=[(group.name, [view(area) for area in group.areas]) for group in groups],
    )


def _names_of(report: WeeklyReport) -> dict[str, str]:
    """Names of the kecamatan by code, as far as the forecast and the cameras name them."""
    frames = [report.forecast.hours] if isinstance(report.forecast, Forecast) else []
    frames += [report.coverage.areas] if report.coverage is not None else []
    return {code: name for frame in frames for code, name in _names(frame).items()}


def _names(frame: pd.DataFrame) -> dict[str, str]:
    once = frame.drop_duplicates("area_code")
    return dict(zip(once["area_code"].astype(str), once["area_name"].astype(str), strict=True))


def _top_area(area: WorstArea, report: WeeklyReport, forecast: Forecast, words: Language) -> TopArea:
    window, hours = area.window, forecast.hours
    of_day = hours[(hours["area_code"] == window.area_code) & (hours["hour_start"].dt.date == window.day)]
    chart = charts.window_day(window, of_day, report.jam_threshold, words)
    return TopArea(area, chart, _roads(report, window.area_code, TOP_ROADS))


def _roads(report: WeeklyReport, code: str, most: int) -> str:
    return ", ".join(report.ahead.roads.get(code, ())[:most])


def _events_by_area(report: WeeklyReport, words: Language) -> dict[str, list[str]]:
    by_area: dict[str, list[str]] = {}
    for event in report.ahead.events:
        if event.area_code is not None:
            by_area.setdefault(event.area_code, []).append(event_words(event, words))
    return by_area


def _area_groups(hours: pd.DataFrame, week_start: date) -> list[AreaGroup]:
    """Areas by kota; most jam hours first, both among kota and within one."""
    by_kota: dict[str, list[AreaWeek]] = {}
    for (kota, code, name), of_area in hours.groupby(["kota_name", "area_code", "area_name"]):
        by_kota.setdefault(str(kota), []).append(_area_week(str(code), str(name), of_area, week_start))
    groups = [
        AreaGroup(kota, sorted(areas, key=lambda area: (-area.jam_hours, area.name))) for kota, areas in by_kota.items()
    ]
    return sorted(groups, key=lambda group: (-sum(area.jam_hours for area in group.areas), group.name))


def _area_week(code: str, name: str, hours: pd.DataFrame, week_start: date) -> AreaWeek:
    levels = np.full((3, 168), np.nan)
    is_jam = np.zeros(168, dtype=bool)
    first = pd.Timestamp(week_start, tz=hours["hour_start"].dt.tz)
    place = ((hours["hour_start"] - first) // pd.Timedelta(hours=1)).to_numpy()
    columns = ["jam_index", "jam_index_p10", "jam_index_p90"]
    levels[:, place] = hours[columns].to_numpy(dtype=float).T
    is_jam[place] = hours["is_jam"].to_numpy(dtype=bool)
    return AreaWeek(code, name, int(is_jam.sum()), levels.reshape(3, 7, 24), is_jam.reshape(7, 24))


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
