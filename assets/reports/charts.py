"""The report's charts as inline SVG: heat map, strips for phones, the day behind a jam window.

Belongs here: drawing of figures that were worked out elsewhere; every text is escaped here.
Does not belong here: which hours are jammed (windows.py), what is shown (render.py), page layout (templates/).

SVG instead of pixels: it stays sharp on every screen and in print, a reader's software can read it, and
the whole page stays far below a megabyte.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import pandas as pd
from markupsafe import Markup
from matplotlib import colormaps
from matplotlib.colors import to_hex

from assets.reports.indonesian import date_range, day_name, decimal, short_date
from assets.reports.overview import Slice
from assets.reports.windows import JamWindow

CELL_WIDTH, CELL_HEIGHT = 12.5, 15
LABEL_WIDTH, PANEL_GAP, COUNT_WIDTH = 172, 18, 84
HEADER_HEIGHT, GROUP_HEIGHT = 46, 26
PANEL_WIDTH = 24 * CELL_WIDTH
# The darkest tenth of magma is black to the eye; without it the white jam dots keep the same contrast.
DARKEST = 0.9


@dataclass(frozen=True)
class AreaRow:
    """One row of the heat map.

    Attributes:
        code: Kemendagri code, the row's key in each slice.
        name: Name of the area.
        jam_hours: Jammed hours of the week.
    """

    code: str
    name: str
    jam_hours: int


@dataclass(frozen=True)
class AreaGroup:
    """The areas of one kota, in the order in which they are shown."""

    name: str
    areas: Sequence[AreaRow]


@cache
def index_colour(hundredths: int) -> str:
    """Colour of a jam index in hundredths; perceptually uniform, so that grey print keeps the order.

    >>> index_colour(0), index_colour(100)
    ('#fcfdbf', '#140e36')
    """
    return to_hex(colormaps["magma"](1 - DARKEST * hundredths / 100))


def slice_name(part: Slice) -> str:
    """Short name of a slice's days.

    >>> from datetime import date
    >>> empty = pd.DataFrame()
    >>> slice_name(Slice(date(2026, 10, 12), date(2026, 10, 16), empty, empty))
    'Rata-rata Senin–Jumat'
    """
    if part.first == part.last:
        return f"Hari tersibuk: {day_name(part.first)}, {short_date(part.first)}"
    return f"Rata-rata {day_name(part.first)}–{day_name(part.last)}"


def heat_map(groups: Sequence[AreaGroup], parts: Sequence[Slice]) -> Markup:
    """Areas by hours of day, one panel for each slice, for wide screens and print."""
    width = LABEL_WIDTH + len(parts) * (PANEL_WIDTH + PANEL_GAP) + COUNT_WIDTH
    height = HEADER_HEIGHT + sum(GROUP_HEIGHT + CELL_HEIGHT * len(group.areas) for group in groups) + 6
    lefts = [LABEL_WIDTH + number * (PANEL_WIDTH + PANEL_GAP) for number in range(len(parts))]
    count_left = lefts[-1] + PANEL_WIDTH + PANEL_GAP
    pieces = [_panel_header(part, left) for part, left in zip(parts, lefts, strict=True)]
    pieces.append(_text(count_left, 14, "Jam macet", "panel"))
    pieces.append(_text(count_left, 34, "per pekan", "tick"))
    most = max(area.jam_hours for group in groups for area in group.areas)
    top = float(HEADER_HEIGHT)
    for group in groups:
        pieces.append(_text(0, top + 17, group.name, "group"))
        top += GROUP_HEIGHT
        for area in group.areas:
            pieces.append(_text(0, top + 11.5, area.name, "area"))
            pieces += [_cells(part, area, left, top) for part, left in zip(parts, lefts, strict=True)]
            pieces.append(_count_bar(area.jam_hours, most, count_left, top))
            top += CELL_HEIGHT
    return _svg(width, height, "Peta panas indeks kemacetan menurut kecamatan dan jam", pieces)


def area_strip(area: AreaRow, parts: Sequence[Slice]) -> Markup:
    """One area as stacked strips of 24 hours, for phones."""
    label_width, strip_height = 56, 14
    pieces: list[Markup] = []
    for number, part in enumerate(parts):
        top = number * strip_height
        pieces.append(_text(0, top + 10.5, _strip_name(part), "tick"))
        pieces.append(_cells(part, area, label_width, top, height=strip_height - 2, titled=False))
    baseline = len(parts) * strip_height + 10
    pieces += [_hour_tick(label_width + hour * CELL_WIDTH, baseline, hour) for hour in (0, 6, 12, 18, 24)]
    return _svg(label_width + PANEL_WIDTH + 8, baseline + 4, f"Indeks kemacetan {area.name} per jam", pieces)


def window_day(window: JamWindow, hours: pd.DataFrame, jam_threshold: float) -> Markup:
    """The day of a jam window: jam index by hour, its P10-P90 range, the window dark.

    Args:
        window: The window to stress.
        hours: The area's hours of that day, columns ``model.FORECAST_COLUMNS``.
        jam_threshold: Drawn as a dashed line.
    """
    step, height, base = 10.0, 56.0, 60.0
    pieces: list[Markup] = []
    bounds = hours[["jam_index", "jam_index_p10", "jam_index_p90"]].to_numpy(dtype=float)
    for start, (index, low, high) in zip(hours["hour_start"], bounds.tolist(), strict=True):
        left = start.hour * step + 2
        inside = window.start <= start < window.end
        pieces.append(
            Markup('<rect class="{}" x="{:.0f}" y="{:.1f}" width="8" height="{:.1f}"/>').format(
                "inside" if inside else "outside", left, base - index * height, index * height
            )
        )
        pieces.append(
            Markup('<path class="{}" d="M{:.0f} {:.1f}V{:.1f}"/>').format(
                "range on" if inside else "range", left + 4, base - low * height, base - high * height
            )
        )
    level = base - jam_threshold * height
    pieces.append(Markup('<path class="level" d="M0 {0:.1f}H244"/>').format(level))
    pieces.append(Markup('<path class="base" d="M0 {0:.0f}H244"/>').format(base))
    pieces += [_hour_tick(2 + hour * step, base + 11, hour) for hour in (0, 6, 12, 18, 24)]
    label = f"Indeks kemacetan {window.area_name} per jam, {short_date(window.day)}"
    return _svg(252, base + 15, label, pieces)


def legend(jam_threshold: float) -> Markup:
    """Colour scale of the jam index with the threshold, and the mark of a jammed hour."""
    step, left = 3.0, 4.0
    pieces = [
        Markup('<rect x="{:.0f}" y="4" width="{:.1f}" height="13" fill="{}"/>').format(
            left + number * step, step + 0.3, index_colour(number)
        )
        for number in range(100)
    ]
    pieces.append(Markup('<path class="mark" d="M{0:.1f} 1V21"/>').format(left + jam_threshold * 100 * step))
    pieces.append(_text(left, 32, "0 arus bebas", "tick"))
    pieces.append(_text(left + jam_threshold * 300, 32, f"{decimal(jam_threshold)} macet", "tick middle"))
    pieces.append(_text(left + 300, 32, "1 berhenti", "tick end"))
    return _svg(308, 36, "Skala warna indeks kemacetan dari 0 sampai 1", pieces)


def jam_mark() -> Markup:
    """The cell of a jammed hour, for the legend's text."""
    dot = Markup('<circle cx="7" cy="7" r="2.1" fill="#fff"/>')
    square = Markup('<rect width="14" height="14" rx="1" fill="{}"/>').format(index_colour(70))
    return _svg(14, 14, "Sel dengan titik putih", [square, dot])


def _strip_name(part: Slice) -> str:
    if part.first == part.last:
        return day_name(part.first)
    return f"{day_name(part.first)[:3]}–{day_name(part.last)[:3]}"


def _panel_header(part: Slice, left: float) -> Markup:
    ticks = [_hour_tick(left + hour * CELL_WIDTH, 34, hour) for hour in range(0, 24, 3)]
    return _text(left, 14, slice_name(part), "panel") + Markup("").join(ticks)


def _cells(
    part: Slice,
    area: AreaRow,
    left: float,
    top: float,
    *,
    height: float = CELL_HEIGHT - 1,
    titled: bool = True,
) -> Markup:
    pieces: list[Markup] = []
    days = date_range(part.first, part.last)
    row = part.jam_index.index.get_indexer(pd.Index([area.code]))[0]
    is_jam = part.is_jam.to_numpy()[row]
    for hour, value in enumerate(part.jam_index.to_numpy(dtype=float)[row].tolist()):
        x = left + hour * CELL_WIDTH
        fill = "#fff" if pd.isna(value) else index_colour(round(value * 100))
        title = Markup("<title>{}</title>").format(f"{area.name}, {days}, {hour:02d}.00: {decimal(value)}")
        pieces.append(
            Markup('<rect x="{:g}" y="{:g}" width="{:g}" height="{:g}" fill="{}">{}</rect>').format(
                x, top, CELL_WIDTH - 0.8, height, fill, title if titled else ""
            )
        )
        if is_jam[hour]:
            pieces.append(
                Markup('<circle cx="{:g}" cy="{:g}" r="2.1" fill="#fff"/>').format(
                    x + (CELL_WIDTH - 0.8) / 2, top + height / 2
                )
            )
    return Markup("").join(pieces)


def _count_bar(count: int, most: int, left: float, top: float) -> Markup:
    length = 0 if most == 0 else (COUNT_WIDTH - 34) * count / most
    bar = Markup('<rect class="count" x="{:g}" y="{:g}" width="{:.1f}" height="9"/>').format(left, top + 2.5, length)
    return bar + _text(left + length + 4, top + 11, str(count), "tick number")


def _hour_tick(x: float, y: float, hour: int) -> Markup:
    return _text(x, y, f"{hour:02d}", "tick middle")


def _text(x: float, y: float, content: str, css: str) -> Markup:
    return Markup('<text class="{}" x="{:g}" y="{:g}">{}</text>').format(css, x, y, content)


def _svg(width: float, height: float, label: str, pieces: Sequence[Markup]) -> Markup:
    return Markup('<svg viewBox="0 0 {:g} {:g}" width="{:g}" height="{:g}" role="img" aria-label="{}">{}</svg>').format(
        width, height, width, height, label, Markup("").join(pieces)
    )
