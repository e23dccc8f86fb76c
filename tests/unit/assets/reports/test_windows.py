from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.reports.indonesian import WIB
from assets.reports.windows import JamWindow, jam_windows, top_windows

MONDAY = datetime(2026, 10, 12, tzinfo=WIB)
HOUR = timedelta(hours=1)


def hours_of(values: dict[str, dict[int, tuple[float, float]]]) -> pd.DataFrame:
    """Area to hour of the week to (jam index, jam probability)."""
    rows = [
        (area, area.title(), "Kota", MONDAY + hour * HOUR, index, max(index - 0.1, 0), min(index + 0.1, 1), probability)
        for area, hours in values.items()
        for hour, (index, probability) in hours.items()
    ]
    columns = ["area_code", "area_name", "kota_name", "hour_start", "jam_index"]
    columns += ["jam_index_p10", "jam_index_p90", "jam_probability"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(hour_start=pd.to_datetime(frame["hour_start"]).dt.tz_convert("Asia/Jakarta"))


def oracle(values: dict[str, dict[int, tuple[float, float]]], threshold: float) -> set[tuple[str, int, int]]:
    """Windows as (area, first hour, end hour), hour by hour without pandas."""
    found = set()
    for area, hours in values.items():
        jam = {hour for hour, (index, probability) in hours.items() if index >= threshold or probability >= 0.5}
        for hour in jam:
            if hour - 1 in jam and hour % 24:
                continue
            end = hour + 1
            while end in jam and end % 24:
                end += 1
            found.add((area, hour, end))
    return found


share = st.floats(0, 1).map(lambda value: round(value, 2))
weeks = st.dictionaries(
    st.sampled_from(["a", "b", "c"]),
    st.dictionaries(st.integers(0, 60), st.tuples(share, share), min_size=1),
    min_size=1,
)


@settings(max_examples=80, deadline=None)
@given(weeks)
def test_windows_equal_an_hour_by_hour_oracle(values: dict[str, dict[int, tuple[float, float]]]) -> None:
    found = jam_windows(hours_of(values).sample(frac=1, random_state=1), 0.6)
    as_hours = [(w.area_code, (w.start - MONDAY) // HOUR, (w.end - MONDAY) // HOUR) for w in found]
    assert as_hours == sorted(oracle(values, 0.6))


def test_a_window_carries_its_peak_and_probabilities() -> None:
    values = {"tebet": {16: (0.62, 0.55), 17: (0.8, 0.9), 18: (0.8, 0.8), 19: (0.5, 0.2)}}
    (window,) = jam_windows(hours_of(values), 0.6)
    assert (window.start.hour, window.end.hour, window.hours) == (16, 19, 3)
    assert window.day == date(2026, 10, 12)
    assert window.peak_hour.hour == 17
    assert window.peak_jam_index == 0.8
    assert window.peak_jam_index_p10 == pytest.approx(0.7)
    assert window.peak_jam_index_p90 == pytest.approx(0.9)
    assert window.mean_probability == pytest.approx(0.75)
    assert window.expected_jam_hours == pytest.approx(2.25)


def test_a_window_ends_at_midnight_and_at_a_gap() -> None:
    jam = (0.9, 0.9)
    windows = jam_windows(hours_of({"a": dict.fromkeys((22, 23, 24, 25, 27), jam)}), 0.6)
    assert [(w.start.hour, w.hours) for w in windows] == [(22, 2), (0, 2), (3, 1)]


def test_the_threshold_itself_is_a_jam_and_a_probable_hour_too() -> None:
    values = {"a": {1: (0.6, 0.0), 5: (0.1, 0.5), 9: (0.59, 0.49)}}
    assert [w.start.hour for w in jam_windows(hours_of(values), 0.6)] == [1, 5]


def test_repeated_row_labels_do_not_move_the_peak() -> None:
    frame = hours_of({"a": {7: (0.7, 0.9), 8: (0.9, 0.9)}})
    frame.index = pd.Index([0, 0])
    assert jam_windows(frame, 0.6)[0].peak_hour.hour == 8


def test_no_jam_gives_no_window() -> None:
    assert jam_windows(hours_of({"a": {7: (0.1, 0.1)}}), 0.6) == []


def window(area: str, hour: int, **changes: Any) -> JamWindow:
    fields = {
        "area_name": area, "kota_name": "Kota", "peak_hour": MONDAY, "peak_jam_index": 0.7,
        "peak_jam_index_p10": 0.6, "peak_jam_index_p90": 0.8, "mean_probability": 0.6, "expected_jam_hours": 1.0,
    }  # fmt: skip
    start = MONDAY + hour * HOUR
    return JamWindow(**{"area_code": area, "start": start, "end": start + HOUR, **fields, **changes})


def test_top_windows_rank_by_expected_jam_hours_then_peak_once_per_area() -> None:
    sure = window("a", 17, expected_jam_hours=3.0)
    again = window("a", 41, expected_jam_hours=2.9)
    higher = window("b", 17, expected_jam_hours=2.0, peak_jam_index=0.9)
    lower = window("c", 17, expected_jam_hours=2.0)
    assert top_windows([lower, again, higher, sure], 10) == [sure, higher, lower]
    assert top_windows([lower, again, higher, sure], 2) == [sure, higher]


def test_every_jam_hour_of_a_city_week_is_in_exactly_one_window(week_hours: pd.DataFrame) -> None:
    windows = jam_windows(week_hours, 0.6)
    jam = week_hours[(week_hours["jam_index"] >= 0.6) | (week_hours["jam_probability"] >= 0.5)]
    counted: dict[str, int] = defaultdict(int)
    for found in windows:
        counted[found.area_code] += found.hours
    assert counted == jam.groupby("area_code").size().to_dict()
    assert np.isclose(sum(w.expected_jam_hours for w in windows), jam["jam_probability"].sum())
