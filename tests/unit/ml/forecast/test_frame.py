from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ml.forecast.frame import PanelError, check_panel, complete_panel, to_grid


def small_panel() -> pd.DataFrame:
    hours = pd.date_range("2026-10-05", periods=3, freq="h", tz="Asia/Pontianak")
    return pd.DataFrame({"area_id": "98.71.01", "hour_start": hours, "value": [0.1, np.nan, 0.3]})


def test_a_panel_with_gaps_passes() -> None:
    check_panel(small_panel().drop(index=1))


@pytest.mark.parametrize(
    ("broken", "expected", "found"),
    [
        (small_panel().drop(columns="value"), "columns area_id, hour_start, value", "no value"),
        (small_panel().head(0), "at least one row", "none"),
        (small_panel().assign(area_id=[None, "a", "a"]), "an area_id in every row", "1 null"),
        (small_panel().assign(hour_start="2026-10-05T07:00"), "timestamps of one time zone", "dtype str"),
        (small_panel().assign(hour_start=lambda p: p["hour_start"].where(p.index > 0)), "hour_start", "1 null"),
        (
            small_panel().assign(hour_start=lambda p: p["hour_start"] + pd.Timedelta("5min")),
            "on the full hour",
            "3 rows off it, first 2026-10-05T00:05:00+07:00",
        ),
        (small_panel().assign(value="0.5"), "a numeric value", "dtype str"),
        (small_panel().assign(value=[1.0, np.inf, -np.inf]), "finite values or NaN", "2 infinite"),
        (pd.concat([small_panel(), small_panel().tail(1)]), "one row per area and hour", "1 repeated"),
    ],
)
def test_a_broken_panel_says_what_was_expected_found_and_to_do(broken: pd.DataFrame, expected: str, found: str) -> None:
    with pytest.raises(PanelError) as caught:
        check_panel(broken)
    assert expected in caught.value.expected
    assert found in caught.value.found
    assert caught.value.remedy
    assert caught.value.remedy in str(caught.value)


def test_completing_averages_repeats_fills_gaps_and_counts_both() -> None:
    rows = [("b", 0, 2.0), ("a", 3, 5.0), ("b", 0, 4.0), ("b", 0, np.nan), ("a", 1, 1.0)]
    start = pd.Timestamp("2026-10-05", tz="Asia/Pontianak")
    frame = pd.DataFrame(
        [(area, start + pd.Timedelta(hours=hour), value) for area, hour, value in rows],
        columns=["area_id", "hour_start", "value"],
    )
    done = complete_panel(frame)
    assert done.duplicate_rows == 2
    assert done.gap_rows == 8 - 3
    check_panel(done.frame)
    assert done.frame["area_id"].tolist() == ["a"] * 4 + ["b"] * 4
    nan = np.nan
    np.testing.assert_array_equal(done.frame["value"], [nan, 1.0, nan, 5.0, 3.0, nan, nan, nan])


def test_the_grid_goes_by_clock_and_not_by_row_order() -> None:
    frame = small_panel().drop(index=1)
    shuffled = to_grid(frame.iloc[::-1])
    np.testing.assert_array_equal(shuffled.matrix, [[0.1], [np.nan], [0.3]])
    assert shuffled.hours.tz is not None
