from datetime import date

import pandas as pd

from assets.reports.overview import busiest_day, jam_hours_by_area, overview, slices

MONDAY = date(2026, 10, 12)
CLOCK = pd.date_range("2026-10-12", periods=168, freq="h", tz="Asia/Jakarta")


def quiet_week(jams: dict[str, list[str]]) -> pd.DataFrame:
    """Two areas at index 0.1; the hours given per area ('5 17' = day 5 of the week at 17) are at 0.9."""
    frame = pd.DataFrame({"hour_start": CLOCK}).merge(pd.DataFrame({"area_code": ["a", "b"]}), how="cross")
    label = frame["hour_start"].dt.day_of_week.astype(str) + " " + frame["hour_start"].dt.hour.astype(str)
    is_jam = [hour in jams.get(area, []) for area, hour in zip(frame["area_code"], label, strict=True)]
    index = pd.Series(is_jam).map({True: 0.9, False: 0.1})
    return frame.assign(jam_index=index, jam_probability=index)


def test_overview_counts_areas_hours_and_the_shared_peak() -> None:
    week = overview(quiet_week({"a": ["0 7", "4 17"], "b": ["4 17"]}), 0.6)
    assert (week.area_count, week.jam_area_count, week.jam_hours) == (2, 2, 3)
    assert week.busiest_hour == pd.Timestamp("2026-10-16 17:00", tz="Asia/Jakarta")
    assert week.busiest_hour_areas == 2
    assert week.mean_probability == 0.9


def test_a_quiet_week_has_no_peak_and_no_certainty() -> None:
    week = overview(quiet_week({}), 0.6)
    assert (week.jam_area_count, week.busiest_hour, week.mean_probability) == (0, None, None)
    assert jam_hours_by_area(quiet_week({}), 0.6) == {"a": 0, "b": 0}


def test_busiest_day_has_most_jam_hours_and_equals_go_to_the_earlier() -> None:
    assert busiest_day(quiet_week({"a": ["2 7", "4 17", "4 18"]}), 0.6) == date(2026, 10, 16)
    assert busiest_day(quiet_week({"a": ["3 7", "1 7"]}), 0.6) == date(2026, 10, 13)


def test_slices_average_days_and_mark_jams_on_half_of_them() -> None:
    busiest, working, weekend = slices(quiet_week({"a": ["0 17", "1 17", "4 17", "5 9", "1 8", "1 9"]}), 0.6, MONDAY)
    assert busiest.first == busiest.last == date(2026, 10, 13)
    assert working.jam_index.loc["a", 17] == (3 * 0.9 + 2 * 0.1) / 5
    assert working.is_jam.loc["a", 17]
    assert not working.is_jam.loc["a", 8]
    assert weekend.is_jam.loc["a", 9]
    assert (weekend.first, weekend.last) == (date(2026, 10, 17), date(2026, 10, 18))


def test_days_without_forecast_stay_empty_in_a_slice() -> None:
    monday = quiet_week({"a": ["0 17"]}).query("hour_start < '2026-10-13T00:00:00+07:00'")
    weekend = slices(monday, 0.6, MONDAY)[2]
    assert weekend.jam_index.shape == (2, 24)
    assert weekend.jam_index.isna().all(axis=None)
    assert not weekend.is_jam.any(axis=None)
