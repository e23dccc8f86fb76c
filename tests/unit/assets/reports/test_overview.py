from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from assets.reports.model import CHANGE_COLUMNS, Coverage, Forecast, JamWindow, LastWeek, WeeklyReport
from assets.reports.overview import Trust, changes, jam_hours_by_area, overview, trust, windows_by_day, worst_areas
from tests.unit.assets.reports.conftest import MONDAY, windows_of

CLOCK = pd.date_range("2026-10-12", periods=168, freq="h", tz="Asia/Pontianak")


def quiet_week(jams: dict[str, list[str]]) -> pd.DataFrame:
    """Two areas at index 0.1; the hours given per area ('5 17' = day 5 of the week at 17) are jammed."""
    frame = pd.DataFrame({"hour_start": CLOCK}).merge(pd.DataFrame({"area_code": ["a", "b"]}), how="cross")
    label = frame["hour_start"].dt.day_of_week.astype(str) + " " + frame["hour_start"].dt.hour.astype(str)
    is_jam = [hour in jams.get(area, []) for area, hour in zip(frame["area_code"], label, strict=True)]
    index = pd.Series(is_jam).map({True: 0.9, False: 0.1})
    return frame.assign(jam_index=index, jam_probability=index, is_jam=is_jam)


def test_overview_counts_areas_hours_and_the_shared_peak() -> None:
    week = overview(quiet_week({"a": ["0 7", "4 17"], "b": ["4 17"]}))
    assert (week.area_count, week.jam_area_count, week.jam_hours) == (2, 2, 3)
    assert week.busiest_hour == pd.Timestamp("2026-10-16 17:00", tz="Asia/Pontianak")
    assert week.busiest_hour_areas == 2
    assert week.mean_probability == 0.9


def test_a_quiet_week_has_no_peak_and_no_certainty() -> None:
    week = overview(quiet_week({}))
    assert (week.jam_area_count, week.busiest_hour, week.mean_probability) == (0, None, None)
    assert jam_hours_by_area(quiet_week({})) == {"a": 0, "b": 0}


def window(area: str, hour: int, **changed: Any) -> JamWindow:
    start = CLOCK[hour].to_pydatetime()
    fields = {
        "area_name": area, "kota_name": "Kota", "peak_hour": start, "peak_jam_index": 0.7,
        "peak_jam_index_p10": 0.6, "peak_jam_index_p90": 0.8, "mean_probability": 0.6, "expected_jam_hours": 1.0,
    }  # fmt: skip
    return JamWindow(**{"area_code": area, "start": start, "end": start + timedelta(hours=1), **fields, **changed})


def test_areas_rank_by_the_jam_hours_of_their_whole_week() -> None:
    """One long and sure evening is less than four short ones; equals rank by what is expected."""
    hours = quiet_week({"a": ["4 17", "4 18", "4 19"], "b": ["0 17", "1 17", "2 17", "3 17"]})
    evening = replace(window("a", 4 * 24 + 17, expected_jam_hours=2.7), end=CLOCK[4 * 24 + 20].to_pydatetime())
    short = [window("b", day * 24 + 17, expected_jam_hours=0.6 + day / 100) for day in range(4)]
    first, second = worst_areas(hours, [evening, *short])
    assert (first.window, first.jam_hours, first.other_windows) == (short[-1], 4, 3)
    assert (second.window, second.jam_hours, second.other_windows) == (evening, 3, 0)
    assert first.expected_jam_hours == pytest.approx(4 * 0.9 + 164 * 0.1)
    level = hours.assign(is_jam=hours["is_jam"] & hours["hour_start"].dt.hour.eq(17))
    level.loc[level["area_code"] == "b", "is_jam"] &= level["hour_start"].dt.day_of_week == 0
    level.loc[level["area_code"] == "a", "jam_probability"] += 0.05
    assert [area.window.area_code for area in worst_areas(level, [evening, *short])] == ["a", "b"]


def test_windows_by_day_hold_every_window_on_its_day(week_hours: pd.DataFrame) -> None:
    windows = windows_of(week_hours)
    by_area = windows_by_day(windows, MONDAY)
    held = [found for days in by_area.values() for day in days for found in day]
    assert sorted(held, key=lambda w: (w.area_code, w.start)) == list(windows)
    assert all(
        found.day == MONDAY + timedelta(days=number)
        for days in by_area.values()
        for number, day in enumerate(days)
        for found in day
    )


def test_changes_compare_only_areas_that_were_seen() -> None:
    last = pd.DataFrame(
        [
            ("a", "A", "K", 168, 1, 3.4, 2.0, 1.5),
            ("b", "B", "K", 100, 9, 1.0, 2.0, 1.0),
            ("c", "C", "K", 160, 2, 2.1, np.nan, np.nan),
        ],
        columns=CHANGE_COLUMNS,
    )
    first, second = changes(LastWeek(date(2026, 10, 5), last))
    assert (first.area_code, first.expected_hours, first.measured_hours, first.usual_hours) == ("a", 3.4, 1, 2.0)
    assert first.difference == pytest.approx(2.4)
    assert (second.area_code, second.usual_hours) == ("c", None)
    assert (first.expected_then, second.expected_then) == (1.5, None)
    assert changes(None) == []


def test_trust_tells_the_doubt_that_weighs_most(make_report: Callable[..., WeeklyReport]) -> None:
    report = make_report()
    assert isinstance(report.forecast, Forecast)
    assert report.coverage is not None
    found = trust(report.coverage, report.forecast)
    names = dict(zip(report.coverage.areas["area_name"], report.coverage.areas["area_code"], strict=True))
    assert found[names["Teratai"]] is Trust.NOTHING
    assert found[names["Soka"]] is Trust.POOLED
    assert found[names["Kemuning"]] is Trust.CAMERAS
    areas = report.coverage.areas.copy()
    areas.loc[areas["area_name"] == "Kemuning", ["camera_hours", "history_hours", "empty_hours"]] = [100, 200, 372]
    areas.loc[areas["area_name"] == "Kantil", ["camera_hours", "history_hours"]] = [60, 600]
    changed: Coverage = replace(report.coverage, areas=areas)
    found = trust(changed, report.forecast)
    assert found[names["Kemuning"]] is Trust.GAPS
    assert found[names["Kantil"]] is Trust.HISTORY
    assert trust(None, report.forecast) == {}
