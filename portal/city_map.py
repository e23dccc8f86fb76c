"""The map of the city: its kecamatan by their boundaries, tiles where the city gives none.

Belongs here: that map as SVG that is part of a page, and the map around one kecamatan. Does not belong here: what the
colours say (traffic.py, tickets.py), how boundaries become shapes (assets/reports/maps.py), kelurahan
(kelurahan_map.py).

Each area is a link with its words as title, and says the same by a letter as by its colour. Names stand where asked
for, as far as they do not cover one another.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from os.path import commonprefix

from markupsafe import Markup

from assets.places.boundaries import Boundaries
from assets.reference import CityReference
from assets.reports.maps import Shape, far_off, kecamatan_outlines, laid_out, shapes_in
from portal.tiles import Tile, draw_tiles, draw_tiles_around, tiles_beside

# As wide as a telephone: a unit is about a pixel of it.
WIDTH, HEIGHT, INSET = 348.0, 336.0, 64.0
AROUND_HEIGHT = 300.0
# About 60 m, less than a pixel.
SIMPLER_DEGREES = 0.0006
# About 150 m: drawn boundaries leave gaps, and a river parts two neighbours.
BESIDE_DEGREES = 0.0015
# Left, top, right, bottom.
Box = tuple[float, float, float, float]
# Units that a letter takes, and a line.
LETTER, LINE = 5.9, 11.0


class CityMap:
    """The city's map, made once a worker.

    Args:
        reference: Areas and their names.
        boundaries: Of the kelurahan; None draws tiles.
    """

    def __init__(self, reference: CityReference, boundaries: Boundaries | None) -> None:
        self._reference, self._boundaries = reference, boundaries
        self._names = {code: area.name for code, area in reference.kecamatan.items()}
        self._areas = None if boundaries is None else kecamatan_outlines(reference, boundaries, SIMPLER_DEGREES)
        self._around: dict[str, Mapping[str, Shape]] = {}

    def beside(self, code: str) -> tuple[str, ...]:
        """The kecamatan beside one, by name."""
        if self._areas is None:
            return tiles_beside(code)
        own = self._areas[code]
        others = {one: area for one, area in self._areas.items() if one != code}
        near = [one for one, area in others.items() if own.dwithin(area, BESIDE_DEGREES)]
        # An island has its nearest.
        near = near or [min(others, key=lambda one: own.distance(others[one]))]
        return tuple(sorted(near, key=self._names.__getitem__))

    def draw(self, tiles: Mapping[str, Tile], title: str, named: Sequence[str] = ()) -> Markup:
        """The whole city.

        Args:
            tiles: By area; an area without one is left out.
            title: What the picture shows.
            named: Areas whose names are written, the first before others.
        """
        if self._areas is None:
            return draw_tiles(tiles, title)
        return self._drawn(self._whole, tiles, title, named, around=False)

    def draw_around(self, code: str, tiles: Mapping[str, Tile], title: str) -> Markup:
        """One kecamatan among those beside it, all with their names; arguments as those of `draw`."""
        if self._areas is None:
            return draw_tiles_around(code, tiles, title)
        if code not in self._around:
            self._around[code] = self._picture_around(code)
        shapes = self._around[code]
        shown = {**tiles, code: replace(tiles[code], css=f"{tiles[code].css} own")}
        return self._drawn(shapes, shown, title, [code, *self.beside(code)], around=True)

    @cached_property
    def _whole(self) -> Mapping[str, Shape]:
        return laid_out(self._areas or {}, WIDTH, HEIGHT, INSET)

    @cached_property
    def _frame(self) -> Markup:
        """A frame around what is drawn apart, with what its names have in common."""
        names = [self._names[code] for code in far_off(self._areas or {})]
        if not names:
            return Markup("")
        return Markup('<path class="frame" d="M0 {:g}h{:g}v{:g}"/><text x="2" y="{:g}" class="apart">{}</text>').format(
            HEIGHT - INSET - 5, INSET + 8, INSET + 5, HEIGHT - INSET - 9, commonprefix(names).strip()
        )

    def _picture_around(self, code: str) -> Mapping[str, Shape]:
        if self._boundaries is None:
            return {}
        # Drawn larger than the city, the lines show more; its own above those of the others.
        shown = (*self.beside(code), code)
        areas = kecamatan_outlines(self._reference, self._boundaries, only=shown)
        return shapes_in({one: areas[one] for one in shown}, (3.0, 3.0, WIDTH - 6, AROUND_HEIGHT - 6), centred=True)

    def _drawn(
        self, shapes: Mapping[str, Shape], tiles: Mapping[str, Tile], title: str, named: Iterable[str], *, around: bool
    ) -> Markup:
        pieces = [_area(shape, tiles[code]) for code, shape in shapes.items() if code in tiles]
        height = AROUND_HEIGHT if around else HEIGHT
        named_shapes = [(self._names[code], shapes[code]) for code in named if code in tiles]
        figures = [_around(shape) for code, shape in shapes.items() if code in tiles and tiles[code].figure]
        written = _names(named_shapes, figures, height)
        return Markup('<svg class="{}" viewBox="0 0 {:g} {:g}" role="group" aria-label="{}">{}{}{}</svg>').format(
            "city around" if around else "city", WIDTH, height, title, "" if around else self._frame,
            Markup("").join(pieces), Markup("").join(written),
        )  # fmt: skip


def _area(shape: Shape, tile: Tile) -> Markup:
    figure = Markup("")
    # One letter is never in the way.
    if tile.figure and LETTER * len(tile.figure) <= max(shape.room, LETTER):
        figure = Markup('<text x="{:.1f}" y="{:.1f}" class="figure">{}</text>').format(
            shape.x, shape.y + 4, tile.figure
        )
    return Markup('<a href="{}" class="tile {}"><title>{}</title><path d="{}"/>{}</a>').format(
        tile.link, tile.css, tile.told, shape.path, figure
    )


def _names(named: Iterable[tuple[str, Shape]], figures: Sequence[Box], height: float) -> list[Markup]:
    """The names below their letters or above them, each that covers none before it, and no letter if it can be."""
    written: list[Markup] = []
    taken: list[Box] = []
    for name, shape in named:
        lines = name.split()
        half = max(len(line) for line in lines) * LETTER / 2
        x = min(max(shape.x, half), WIDTH - half)
        tall = LINE * len(lines)
        boxes = [(x - half, top, x + half, top + tall) for top in (shape.y + 5, shape.y - 9 - tall)]
        free = [box for box in boxes if box[1] >= 0 and box[3] <= height - 3 and not _is_covered(box, taken)]
        free.sort(key=lambda box: _is_covered(box, figures))
        if not free:
            continue
        top = free[0][1]
        taken.append(free[0])
        written += [
            Markup('<text x="{:.1f}" y="{:.1f}" class="name">{}</text>').format(x, top + LINE * number, line)
            for number, line in enumerate(lines, start=1)
        ]
    return written


def _around(shape: Shape) -> Box:
    """Where the letter of a shape stands."""
    return shape.x - LETTER / 2, shape.y - 4, shape.x + LETTER / 2, shape.y + 4


def _is_covered(box: Box, taken: Iterable[Box]) -> bool:
    """Whether a part of a box (left, top, right, bottom) is taken."""
    return any(
        box[0] < right and left < box[2] and box[1] < bottom and top < box[3] for left, top, right, bottom in taken
    )
