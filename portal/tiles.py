"""The city as tiles, one for each kecamatan at about its place: what a telephone shows with its names.

Belongs here: that drawing. Does not belong here: what the colours say (traffic.py, tickets.py), where a tile lies
(assets/reports/maps.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from markupsafe import Markup

from assets.reference import load_reference
from assets.reports.maps import PHONE_GRID, PHONE_WIDTH, Shape, city_map
from assets.settings import SEEDS

# More letters than this are written smaller.
LONG = 9
HEIGHT = PHONE_GRID.rows * PHONE_GRID.tile


@dataclass(frozen=True)
class Tile:
    """How one area is shown.

    Attributes:
        css: Class of its colour.
        told: What it says in words, for who hovers or hears it.
        figure: A short text below its name; empty where there is none.
        link: Address of its page.
    """

    css: str
    told: str
    figure: str
    link: str


@cache
def _places() -> Mapping[str, Shape]:
    return city_map(load_reference(SEEDS), None).phone


def draw_tiles(tiles: Mapping[str, Tile], title: str) -> Markup:
    """The picture.

    Args:
        tiles: By area; an area without one stays empty.
        title: What the picture shows.
    """
    pieces = [_drawn(shape, tiles[code]) for code, shape in _places().items() if code in tiles]
    return Markup('<svg class="city" viewBox="0 0 {:g} {:g}" role="group" aria-label="{}">{}</svg>').format(
        PHONE_WIDTH, HEIGHT, title, Markup("").join(pieces)
    )


def _drawn(shape: Shape, tile: Tile) -> Markup:
    lines = [*shape.lines, *([tile.figure] if tile.figure else [])]
    top = shape.y - 6 * len(lines) + 10
    texts = [
        Markup('<text x="{:g}" y="{:g}" class="{}">{}</text>').format(
            round(shape.x, 1), round(top + 12 * number, 1),
            "figure" if tile.figure and number == len(lines) - 1 else "long" if len(part) > LONG else "", part,
        )
        for number, part in enumerate(lines)
    ]  # fmt: skip
    return Markup('<a href="{}" class="tile {}"><title>{}</title><path d="{}"/>{}</a>').format(
        tile.link, tile.css, tile.told, shape.path, Markup("").join(texts)
    )
