import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
from matplotlib.colors import to_rgb

from assets.reports.charts import AreaGroup, AreaWeek, area_grid, area_week, heat_map, hour_bars, window_day
from assets.reports.language import language
from assets.reports.svg import scale_colour
from tests.unit.assets.reports.conftest import windows_of

MONDAY = date(2026, 10, 12)
ID = language("id")


def one_area(friday: Sequence[float], jammed: Sequence[int] = ()) -> AreaWeek:
    levels = np.full((3, 7, 24), 0.1)
    levels[:, 4] = friday
    is_jam = np.zeros((7, 24), dtype=bool)
    is_jam[4, list(jammed)] = True
    return AreaWeek("a", "Teratai", len(jammed), levels, is_jam)


def test_colours_darken_with_the_index_so_that_grey_print_keeps_the_order() -> None:
    colours = np.array([to_rgb(scale_colour(number)) for number in range(101)])
    luminance = colours @ [0.2126, 0.7152, 0.0722]
    assert (np.diff(luminance) < 0).all()


def test_each_hour_is_one_cell_in_its_colour_and_jams_carry_a_dot() -> None:
    area = one_area([0.1] * 17 + [0.8, 0.8] + [0.1] * 5, (17, 18))
    drawn = heat_map([AreaGroup("Seroja Selatan", [area])], MONDAY, ID)
    assert drawn.count(f'fill="{scale_colour(80)}"') == 2
    assert drawn.count(f'fill="{scale_colour(10)}"') == 166
    assert drawn.count("<circle") == 2
    assert "<title>Teratai, Jum 17.00: 0,80</title>" in drawn
    assert area_grid(area, MONDAY, ID).count("<circle") == 2
    assert area_week(area, 0.6, MONDAY, ID).count('class="inside"') == 2


def test_an_hour_without_forecast_is_an_empty_cell_not_free_flow() -> None:
    area = one_area([float("nan")] * 24)
    drawn = heat_map([AreaGroup("K", [area])], MONDAY, ID)
    assert drawn.count('fill="#fff"') == 24
    assert "17.00: –</title>" in drawn
    curve = re.findall(r'class="curve" d="([^"]*)"', area_week(area, 0.6, MONDAY, ID))
    assert [path.count("M") for path in curve] == [2]
    assert "nan" not in area_week(area, 0.6, MONDAY, ID)


def test_the_day_of_a_window_stresses_exactly_its_hours(week_hours: pd.DataFrame) -> None:
    window = windows_of(week_hours)[0]
    same_day = week_hours["hour_start"].dt.date == window.day
    hours = week_hours[same_day & (week_hours["area_code"] == window.area_code)]
    drawn = window_day(window, hours, 0.6, ID)
    assert drawn.count('class="inside"') == window.hours
    assert drawn.count('class="outside"') == 24 - window.hours


def test_no_label_leaves_the_picture(week_hours: pd.DataFrame) -> None:
    window = replace(windows_of(week_hours)[0])
    hours = week_hours[(week_hours["hour_start"].dt.date == window.day) & (week_hours["area_code"] == window.area_code)]
    for drawn in (window_day(window, hours, 0.6, ID), hour_bars([5] * 23 + [1234], "Tilang", ID)):
        [width] = re.findall(r'viewBox="0 0 ([\d.]+)', drawn)
        for left in re.findall(r'class="(?:tick middle|hour)" x="([\d.]+)"', drawn):
            assert 7 <= float(left) <= float(width) - 7


def test_no_label_before_an_axis_begins_outside_the_picture() -> None:
    drawn = area_week(one_area([0.1] * 24), 0.6, MONDAY, ID)
    labels = re.findall(r'class="tick end" x="([\d.]+)"[^>]*>([^<]*)<', drawn)
    assert {content for _, content in labels} == {"indeks", "0,0", "0,6", "1,0"}
    # A letter of DejaVu Sans is at most seven pixels wide at twelve.
    assert all(float(left) >= 7 * len(content) for left, content in labels)


def test_the_highest_bar_tells_its_count() -> None:
    drawn = hour_bars([0] * 17 + [1234] + [7] * 6, "Tilang (lembar)", ID)
    assert "1.234</text>" in drawn
    assert drawn.count('class="inside"') == 1
    assert "Tilang (lembar)" in drawn
