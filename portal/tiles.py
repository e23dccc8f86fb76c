"""The city as tiles, one for each kecamatan at about its place: where the city gives no boundaries.

Belongs here: what a tile is, and that drawing. Does not belong here: what the colours say (traffic.py, tickets.py),
where a tile lies (assets/reports/maps.py), boundaries (city_map.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from markupsafe import Markup

from assets.city import city_folder
from assets.reference import load_reference
from assets.reports.maps import PHONE_GRID, PHONE_WIDTH, Shape, city_map

# More letters than this are written smaller.
LONG = 9
HEIGHT = PHONE_GRID.rows * PHONE_GRID.tile


@dataclass(frozen=True)
class Tile:
    """How one area is shown.

    Attributes:
        css: Class of its colour.
        told: What it says in words, for who hovers or hears it.
        figure: A letter or number that says the same without colour; empty where there is none.
        link: Address of its page.
    """

    css: str
    told: str
    figure: str
    link: str


@cache
def _places() -> Mapping[str, Shape]:
    return city_map(load_reference(city_folder()), None).phone


def tiles_beside(code: str) -> tuple[str, ...]:
    """The areas whose tiles touch that of an area, by name."""
    places = _places()
    own, step = places[code], 1.5 * PHONE_GRID.tile
    near = [one for one, at in places.items() if max(abs(at.x - own.x), abs(at.y - own.y)) < step and one != code]
    return tuple(sorted(near, key=lambda one: places[one].lines))


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


def draw_tiles_around(code: str, tiles: Mapping[str, Tile], title: str) -> Markup:
    """The tile of an area and those that touch it; arguments as those of `draw_tiles`."""
    places, side = _places(), 3 * PHONE_GRID.tile
    own = places[code]
    pieces = [_drawn(places[one], tiles[one]) for one in tiles_beside(code)]
    pieces.append(_drawn(own, tiles[code], "own"))
    return Markup(
        '<svg class="city around tiled" viewBox="{:g} {:g} {:g} {:g}" role="group" aria-label="{}">{}</svg>'
    ).format(own.x - side / 2, own.y - side / 2, side, side, title, Markup("").join(pieces))


def _drawn(shape: Shape, tile: Tile, css: str = "") -> Markup:
    lines = [*shape.lines, *([tile.figure] if tile.figure else [])]
    top = shape.y - 6 * len(lines) + 10
    texts = [
        Markup('<text x="{:g}" y="{:g}" class="{}">{}</text>').format(
            round(shape.x, 1), round(top + 12 * number, 1),
            "figure" if tile.figure and number == len(lines) - 1 else "long" if len(part) > LONG else "", part,
        )
        for number, part in enumerate(lines)
    ]  # fmt: skip
    return Markup('<a href="{}" class="tile {} {}"><title>{}</title><path d="{}"/>{}</a>').format(
        tile.link, tile.css, css, tile.told, shape.path, Markup("").join(texts)
    )
