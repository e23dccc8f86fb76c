"""Pieces of SVG that every chart of the report is made of.

Belongs here: text, frames and the colour scale; every text is escaped here.
Does not belong here: what is drawn (charts.py, maps.py).

SVG instead of pixels: it stays sharp on every screen and in print, a reader's software can read it, and the page
stays far below a megabyte.
"""

from collections.abc import Sequence
from functools import cache

from markupsafe import Markup
from matplotlib import colormaps
from matplotlib.colors import to_hex

# The darkest tenth of magma is black to the eye; without it the white jam dots keep the same contrast.
DARKEST = 0.9

# From here on dark text on the scale is harder to read than white, in colour and in grey taken together.
WHITE_FROM = 41


@cache
def scale_colour(hundredths: int) -> str:
    """Colour of a share in hundredths; lightness falls evenly, so that grey print keeps the order.

    >>> scale_colour(0), scale_colour(100)
    ('#fcfdbf', '#140e36')
    """
    return to_hex(colormaps["magma"](1 - DARKEST * hundredths / 100))


def ink_on(hundredths: int) -> str:
    """Text colour that can be read on `scale_colour`.

    >>> ink_on(10), ink_on(90)
    ('#1d1b22', '#fff')
    """
    return "#fff" if hundredths >= WHITE_FROM else "#1d1b22"


def text(x: float, y: float, content: str, css: str) -> Markup:
    """Text at a point; `css` is its class in `_charts.css.j2`."""
    return Markup('<text class="{}" x="{:g}" y="{:g}">{}</text>').format(css, round(x, 1), round(y, 1), content)


def hour_tick(x: float, y: float, hour: int) -> Markup:
    """Label of an hour of the day."""
    return text(x, y, f"{hour:02d}", "tick middle")


def line(x1: float, y1: float, x2: float, y2: float, css: str) -> Markup:
    """Straight line."""
    return Markup('<path class="{}" d="M{:g} {:g}L{:g} {:g}"/>').format(
        css, round(x1, 1), round(y1, 1), round(x2, 1), round(y2, 1)
    )


def svg(width: float, height: float, label: str, pieces: Sequence[Markup]) -> Markup:
    """One picture with its description for those who do not see it."""
    return Markup('<svg viewBox="0 0 {:g} {:g}" width="{:g}" height="{:g}" role="img" aria-label="{}">{}</svg>').format(
        width, height, width, height, label, Markup("").join(pieces)
    )
