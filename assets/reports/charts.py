"""The report's charts as inline SVG: heat map, one area's week, the day behind a jam window, bars by hour of day.

Belongs here: drawing of figures that were worked out elsewhere.
Does not belong here: which hours are jammed (model), what is shown (view.py), the map (maps.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd
from markupsafe import Markup, escape

from assets.reports.language import Language
from assets.reports.model import JamWindow
from assets.reports.svg import hour_tick, line, scale_colour, svg, text

CELL_WIDTH, CELL_HEIGHT = 5.6, 15
LABEL_WIDTH, DAY_GAP, COUNT_WIDTH = 180, 6, 90
HEADER_HEIGHT, GROUP_HEIGHT = 46, 26
DAY_WIDTH = 24 * CELL_WIDTH
WEEK_WIDTH = 7 * DAY_WIDTH + 6 * DAY_GAP

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class AreaWeek:
    """One area's forecast week.

    Attributes:
        code: Kemendagri code.
        name: Name of the area.
        jam_hours: Jammed hours of the week.
        levels: Jam index, P10 and P90, shape (3, 7, 24), NaN without forecast.
        is_jam: True in the hours of the jam windows, shape (7, 24).
    """

    code: str
    name: str
    jam_hours: int
    levels: Floats
    is_jam: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class AreaGroup:
    """The areas of one kota, in the order in which they are shown."""

    name: str
    areas: Sequence[AreaWeek]


def heat_map(groups: Sequence[AreaGroup], week_start: date, words: Language) -> Markup:
    """Areas by the hours of seven days, for wide screens and print."""
    width = LABEL_WIDTH + WEEK_WIDTH + 14 + COUNT_WIDTH
    height = HEADER_HEIGHT + sum(GROUP_HEIGHT + CELL_HEIGHT * len(group.areas) for group in groups) + 6
    count_left = LABEL_WIDTH + WEEK_WIDTH + 14
    pieces = [_day_header(week_start + timedelta(days=day), _day_left(day), words) for day in range(7)]
    pieces.append(text(count_left, 14, words.gettext("Jam macet"), "panel"))
    pieces.append(text(count_left, 34, words.gettext("jam per pekan"), "tick"))
    most = max(area.jam_hours for group in groups for area in group.areas)
    top = float(HEADER_HEIGHT)
    for group in groups:
        pieces.append(text(0, top + 17, group.name, "group"))
        top += GROUP_HEIGHT
        for area in group.areas:
            pieces.append(text(0, top + 11.5, area.name, "area"))
            for day in range(7):
                title = f"{area.name}, {words.day_letters(week_start + timedelta(days=day))}"
                pieces.append(_cells(area, day, (_day_left(day), top, CELL_WIDTH, CELL_HEIGHT), words, title))
            pieces.append(_count_bar(area.jam_hours, most, count_left, top))
            top += CELL_HEIGHT
    return svg(width, height, words.gettext("Peta panas indeks kemacetan menurut kecamatan, hari dan jam"), pieces)


def area_grid(area: AreaWeek, week_start: date, words: Language) -> Markup:
    """One area's seven days by 24 hours, for phones."""
    label_width, row, cell = 38, 15, 13.0
    pieces: list[Markup] = []
    for day in range(7):
        pieces.append(text(0, day * row + 11, words.day_letters(week_start + timedelta(days=day)), "tick"))
        pieces.append(_cells(area, day, (label_width, day * row, cell, row), words))
    pieces += [hour_tick(label_width + hour * cell, 7 * row + 11, hour) for hour in (0, 6, 12, 18, 24)]
    label = words.gettext("Indeks kemacetan %(area)s menurut hari dan jam", area=area.name)
    return svg(label_width + 24 * cell + 8, 7 * row + 16, label, pieces)


def area_week(area: AreaWeek, jam_threshold: float, week_start: date, words: Language) -> Markup:
    """One area's expected week: jam index by hour with its P10-P90 range, jam hours dark."""
    left, top, height, hour_width = 50.0, 20.0, 54.0, 4.1
    base, right = top + height, left + 168 * hour_width
    pieces = [text(left - 5, 11, words.gettext("indeks"), "tick end")]
    for value in (0.0, jam_threshold, 1.0):
        y = base - value * height
        pieces.append(line(left, y, right, y, "level" if value == jam_threshold else "base"))
        pieces.append(text(left - 5, y + 3.5, words.decimal(value, 1), "tick end"))
    index, low, high = area.levels.reshape(3, -1)
    x: Floats = left + (np.arange(168, dtype=np.float64) + 0.5) * hour_width
    for hour in np.flatnonzero(area.is_jam.reshape(-1)):
        y = base - index[hour] * height
        pieces.append(_rect("inside", x[hour] - hour_width / 2, y, hour_width, base - y))
    pieces.append(_band(x, base - high * height, base - low * height))
    pieces.append(_curve(x, base - index * height))
    for day in range(7):
        edge = left + day * 24 * hour_width
        pieces.append(line(edge, top - 6, edge, base + 4, "edge"))
        when = week_start + timedelta(days=day)
        pieces.append(text(edge + 5, 11, f"{words.day_letters(when)} {when.day}", "day"))
        pieces += [hour_tick(edge + hour * hour_width, base + 13, hour) for hour in (6, 12, 18)]
    label = words.gettext("Indeks kemacetan %(area)s per jam selama sepekan dengan rentang P10–P90", area=area.name)
    return svg(right + 4, base + 18, label, pieces)


def window_day(window: JamWindow, hours: pd.DataFrame, jam_threshold: float, words: Language) -> Markup:
    """The day of a jam window: jam index by hour, its P10-P90 range, the window dark.

    Args:
        window: The window to stress.
        hours: The area's hours of that day, columns ``model.FORECAST_COLUMNS``.
        jam_threshold: Drawn as a dashed line.
        words: Language of the labels.
    """
    margin, step, height, base = 10.0, 10.0, 56.0, 60.0
    pieces: list[Markup] = []
    bounds = hours[["jam_index", "jam_index_p10", "jam_index_p90"]].to_numpy(dtype=float)
    for start, (index, low, high) in zip(hours["hour_start"], bounds.tolist(), strict=True):
        left = margin + start.hour * step + 1
        inside = window.start <= start < window.end
        pieces.append(_rect("inside" if inside else "outside", left, base - index * height, 8, index * height))
        css = "range on" if inside else "range"
        pieces.append(line(left + 4, base - low * height, left + 4, base - high * height, css))
    level, right = base - jam_threshold * height, margin + 24 * step
    pieces.append(line(margin, level, right, level, "level"))
    pieces.append(line(margin, base, right, base, "base"))
    pieces += [text(margin + hour * step, base + 13, f"{hour:02d}", "hour") for hour in (0, 6, 12, 18, 24)]
    label = words.gettext(
        "Indeks kemacetan %(area)s per jam, %(day)s", area=window.area_name, day=words.short_date(window.day)
    )
    return svg(right + margin, base + 17, label, pieces)


def hour_bars(counts: Sequence[int], label: str, words: Language) -> Markup:
    """A count by hour of day, with the highest bar's value.

    Args:
        counts: One for each hour from 0 to 23.
        label: What is counted, with its unit.
        words: Language of the numbers.
    """
    margin, step, top, height = 8.0, 12.0, 34.0, 74.0
    base, most = top + height, max(max(counts), 1)
    pieces = [text(0, 12, label, "panel")]
    for hour, count in enumerate(counts):
        tall = count / most * height
        css = "inside" if count == most else "bar"
        pieces.append(_rect(css, margin + hour * step + 1, base - tall, step - 2.5, tall))
    peak = counts.index(max(counts))
    anchor = "tick" if peak < 3 else "tick end" if peak > 20 else "tick middle"
    pieces.append(text(margin + (peak + 0.5) * step, top - 5, words.integer(counts[peak]), anchor))
    right = margin + 24 * step
    pieces.append(line(margin, base, right, base, "base"))
    pieces += [hour_tick(margin + hour * step, base + 13, hour) for hour in (0, 6, 12, 18, 24)]
    return svg(right + margin, base + 18, label, pieces)


def legend(jam_threshold: float, words: Language) -> Markup:
    """Colour scale of the jam index with the threshold, and the mark of a jammed hour."""
    step, left = 3.0, 4.0
    pieces = [
        Markup('<rect x="{:.0f}" y="4" width="{:.1f}" height="13" fill="{}"/>').format(
            left + number * step, step + 0.3, scale_colour(number)
        )
        for number in range(100)
    ]
    at = left + jam_threshold * 100 * step
    pieces.append(line(at, 1, at, 21, "mark"))
    pieces.append(text(left, 32, words.gettext("0 arus bebas"), "tick"))
    pieces.append(
        text(at, 32, words.gettext("%(threshold)s macet", threshold=words.decimal(jam_threshold)), "tick middle")
    )
    pieces.append(text(left + 300, 32, words.gettext("1 berhenti"), "tick end"))
    return svg(308, 36, words.gettext("Skala warna indeks kemacetan dari 0 sampai 1"), pieces)


def jam_mark(words: Language) -> Markup:
    """The cell of a jammed hour, for the legend's text."""
    dot = Markup('<circle cx="7" cy="7" r="2.1" fill="#fff"/>')
    square = Markup('<rect width="14" height="14" rx="1" fill="{}"/>').format(scale_colour(70))
    return svg(14, 14, words.gettext("Sel dengan titik putih"), [square, dot])


def _day_left(day: int) -> float:
    return LABEL_WIDTH + day * (DAY_WIDTH + DAY_GAP)


def _day_header(day: date, left: float, words: Language) -> Markup:
    ticks = [hour_tick(left + hour * CELL_WIDTH, 34, hour) for hour in (0, 6, 12, 18)]
    return text(left, 14, f"{words.day_letters(day)}, {words.brief_date(day)}", "panel") + Markup("").join(ticks)


def _cells(
    area: AreaWeek, day: int, frame: tuple[float, float, float, float], words: Language, title: str | None = None
) -> Markup:
    """One day's 24 cells from (left, top) with (width, height) each; with a title every cell tells its value."""
    left, top, width, height = frame
    pieces: list[str] = []
    # Thousands of numbers: put together as they are, and only the one text escaped.
    named = escape(title)
    for hour, value in enumerate(area.levels[0, day].tolist()):
        x = left + hour * width
        fill = "#fff" if np.isnan(value) else scale_colour(round(value * 100))
        tip = "" if title is None else f"<title>{named} {words.clock(hour)}: {words.decimal(value)}</title>"
        pieces.append(
            f'<rect x="{x:g}" y="{top:g}" width="{width:g}" height="{height - 1:g}" fill="{fill}">{tip}</rect>'
        )
        if area.is_jam[day, hour]:
            middle, radius = top + (height - 1) / 2, min(2.1, width / 3.6)
            pieces.append(f'<circle cx="{x + width / 2:g}" cy="{middle:g}" r="{radius:.2g}" fill="#fff"/>')
    return Markup("".join(pieces))  # noqa: S704 - numbers, and a text that was escaped


def _count_bar(count: int, most: int, left: float, top: float) -> Markup:
    length = 0 if most == 0 else (COUNT_WIDTH - 34) * count / most
    return _rect("count", left, top + 2.5, length, 9) + text(left + length + 4, top + 11, str(count), "tick number")


def _rect(css: str, x: float, y: float, width: float, height: float) -> Markup:
    return Markup('<rect class="{}" x="{:g}" y="{:g}" width="{:g}" height="{:g}"/>').format(
        css, round(x, 1), round(y, 1), round(width, 1), round(max(height, 0), 1)
    )


def _curve(x: Floats, y: Floats) -> Markup:
    """A line through the points, with a gap where there is none."""
    drawn, pen = [], "M"
    for left, top in zip(x.tolist(), y.tolist(), strict=True):
        if np.isnan(top):
            pen = "M"
            continue
        drawn.append(f"{pen}{left:.1f} {top:.1f}")
        pen = "L"
    return Markup('<path class="curve" d="{}"/>').format("".join(drawn))


def _band(x: Floats, high: Floats, low: Floats) -> Markup:
    """The area between two lines over the hours that have both."""
    known = np.flatnonzero(~np.isnan(high) & ~np.isnan(low))
    there = [f"{x[hour]:.1f} {high[hour]:.1f}" for hour in known]
    back = [f"{x[hour]:.1f} {low[hour]:.1f}" for hour in known[::-1]]
    return Markup('<path class="band" d="M{}Z"/>').format("L".join(there + back))
