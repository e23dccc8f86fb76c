from datetime import date

import numpy as np
import pandas as pd
from matplotlib.colors import to_rgb

from assets.reports.charts import AreaGroup, AreaRow, area_strip, heat_map, index_colour, window_day
from assets.reports.overview import Slice
from assets.reports.windows import jam_windows

HOURS = list(range(24))


def one_area(jam_index: list[float], is_jam: list[bool]) -> Slice:
    day = date(2026, 10, 16)
    frame = pd.DataFrame([jam_index], index=["a"], columns=HOURS)
    return Slice(day, day, frame, pd.DataFrame([is_jam], index=["a"], columns=HOURS))


def test_colours_darken_with_the_index_so_that_grey_print_keeps_the_order() -> None:
    colours = np.array([to_rgb(index_colour(number)) for number in range(101)])
    luminance = colours @ [0.2126, 0.7152, 0.0722]
    assert (np.diff(luminance) < 0).all()


def test_each_hour_is_one_cell_in_its_colour_and_jams_carry_a_dot() -> None:
    part = one_area([0.1] * 17 + [0.8, 0.8] + [0.1] * 5, [hour in (17, 18) for hour in HOURS])
    area = AreaRow("a", "Tebet", 2)
    drawn = heat_map([AreaGroup("Jakarta Selatan", [area])], [part])
    assert drawn.count(f'fill="{index_colour(80)}"') == 2
    assert drawn.count(f'fill="{index_colour(10)}"') == 22
    assert drawn.count("<circle") == 2
    assert "<title>Tebet, 16 Oktober 2026, 17.00: 0,80</title>" in drawn
    assert area_strip(area, [part]).count("<circle") == 2


def test_an_hour_without_forecast_is_an_empty_cell_not_free_flow() -> None:
    drawn = heat_map([AreaGroup("K", [AreaRow("a", "A", 0)])], [one_area([float("nan")] * 24, [False] * 24)])
    assert drawn.count('fill="#fff"') == 24
    assert index_colour(0) not in drawn
    assert "17.00: –</title>" in drawn


def test_the_day_of_a_window_stresses_exactly_its_hours(week_hours: pd.DataFrame) -> None:
    window = jam_windows(week_hours, 0.6)[0]
    same_day = week_hours["hour_start"].dt.date == window.day
    drawn = window_day(window, week_hours[same_day & (week_hours["area_code"] == window.area_code)], 0.6)
    assert drawn.count('class="inside"') == window.hours
    assert drawn.count('class="outside"') == 24 - window.hours
