"""The map of the kecamatan: the city's own boundaries where it has them, tiles in their places otherwise.

Belongs here: shapes, their places on the picture, and the map's drawing.
Does not belong here: reading boundaries (places/boundaries.py), where a point lies on a picture (projection.py), what
the colours count (view.py).
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from markupsafe import Markup

from assets.places.boundaries import Boundaries
from assets.places.outlines import dissolved
from assets.reference import CityReference, Kecamatan
from assets.reports.language import Language
from assets.reports.projection import Bounds, Box, Projection
from assets.reports.svg import ink_on, line, scale_colour, svg, text

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

WIDTH, HEIGHT, LEGEND = 640.0, 600.0, 46.0

# About 30 m, less than a pixel of the picture.
SIMPLER_DEGREES = 0.0003

# A telephone is narrower than the picture, and its tiles have to hold names: fewer and larger ones.
PHONE_WIDTH = 348.0

# A district of islands lies 30 km off the shore; drawn where it lies, it would make the city small.
FAR_DEGREES = 0.2
INSET = 118.0


@dataclass(frozen=True)
class Shape:
    """One area on the picture.

    Attributes:
        path: SVG path.
        x: Where its label stands.
        y: Where its label stands.
        lines: Its name in lines; empty where the picture has no room for it.
        room: How wide its label may be; 0 for a tile.
    """

    path: str
    x: float
    y: float
    lines: tuple[str, ...] = ()
    room: float = 0.0


@dataclass(frozen=True)
class Grid:
    """Places of tiles: more of them than areas, so that the shore and the corners stay empty.

    Attributes:
        columns: Places from west to east.
        rows: Places from north to south.
        tile: Width and height of a place.
        gap: Between two tiles.
        left: Where the first column begins.
    """

    columns: int
    rows: int
    tile: float
    gap: float
    left: float


WIDE_GRID = Grid(columns=9, rows=8, tile=66.0, gap=3.0, left=22.0)
PHONE_GRID = Grid(columns=6, rows=8, tile=58.0, gap=2.0, left=1.0)


@dataclass(frozen=True)
class CityMap:
    """The shapes of all areas by code, and what they are.

    Attributes:
        shapes: Shapes by area.
        height: Of the picture without its legend.
        is_tiles: Whether the shapes are tiles instead of boundaries.
        phone: Tiles for a narrow screen, by area.
    """

    shapes: Mapping[str, Shape]
    height: float
    is_tiles: bool
    phone: Mapping[str, Shape]


def city_map(reference: CityReference, boundaries: Boundaries | None) -> CityMap:
    """Shapes of the kecamatan.

    Args:
        reference: Areas and their points.
        boundaries: Of the kelurahan; None draws tiles.
    """
    areas = list(reference.kecamatan.values())
    phone = _tiles(areas, PHONE_GRID)
    if boundaries is None:
        return CityMap(_tiles(areas, WIDE_GRID), WIDE_GRID.rows * WIDE_GRID.tile, is_tiles=True, phone=phone)
    shapes = laid_out(kecamatan_outlines(reference, boundaries), WIDTH, HEIGHT, INSET)
    return CityMap(shapes, HEIGHT, is_tiles=False, phone=phone)


def draw_map(
    shapes: CityMap, hours: Mapping[str, int], names: Mapping[str, str], ranks: Mapping[str, int], words: Language
) -> Markup:
    """Areas coloured by their jammed hours of the week.

    Args:
        shapes: What to draw.
        hours: Jammed hours by area; an area without forecast is not in it and stays white.
        names: Names by area.
        ranks: Rank of the worst areas, written on them where names have no room.
        words: Language of the labels.
    """
    pieces = _coloured(shapes.shapes, hours, names, ranks, words)
    return _picture(pieces, hours, (WIDTH, shapes.height), words)


def draw_phone_map(shapes: CityMap, hours: Mapping[str, int], names: Mapping[str, str], words: Language) -> Markup:
    """The same as tiles that a telephone shows with their names; arguments as those of `draw_map`."""
    pieces = _coloured(shapes.phone, hours, names, {}, words)
    return _picture(pieces, hours, (PHONE_WIDTH, PHONE_GRID.rows * PHONE_GRID.tile), words)


def _picture(pieces: list[Markup], hours: Mapping[str, int], size: tuple[float, float], words: Language) -> Markup:
    width, height = size
    legend = _legend(max(*hours.values(), 1), height + 14, width, words)
    return svg(width, height + LEGEND, words.gettext("Peta kecamatan menurut jam macet sepekan"), pieces + legend)


def _coloured(
    shapes: Mapping[str, Shape],
    hours: Mapping[str, int],
    names: Mapping[str, str],
    ranks: Mapping[str, int],
    words: Language,
) -> list[Markup]:
    most = max(*hours.values(), 1)
    pieces: list[Markup] = []
    labels: list[Markup] = []
    for code, shape in shapes.items():
        count = hours.get(code)
        share = None if count is None else round(100 * count / most)
        title = f"{names[code]}: {_jam_hours_words(count, words)}"
        pieces.append(
            Markup('<path class="shape" fill="{}" d="{}"><title>{}</title></path>').format(
                "#fff" if share is None else scale_colour(share), shape.path, title
            )
        )
        labels += _labels(shape, count, ranks.get(code), "#1d1b22" if share is None else ink_on(share))
    return pieces + labels


def _jam_hours_words(count: int | None, words: Language) -> str:
    if count is None:
        return words.gettext("tanpa ramalan")
    return words.ngettext("%(num)s jam macet sepekan", "%(num)s jam macet sepekan", count)


def _labels(shape: Shape, count: int | None, rank: int | None, ink: str) -> list[Markup]:
    if shape.lines:
        shown = [*shape.lines, "–" if count is None else str(count)]
        top = shape.y - 5.5 * len(shown) + 9
        return [
            Markup('<text class="{}" x="{:g}" y="{:g}" style="fill:{}">{}</text>').format(
                "tile strong" if number == len(shown) - 1 else "tile",
                round(shape.x, 1),
                round(top + 12 * number, 1),
                ink,
                part,
            )
            for number, part in enumerate(shown)
        ]
    if rank is None:
        return []
    return [
        Markup('<circle class="rank" cx="{0:g}" cy="{1:g}" r="9"/>').format(round(shape.x, 1), round(shape.y, 1)),
        text(shape.x, shape.y + 4, str(rank), "ranked"),
    ]


def _legend(most: int, top: float, width: float, words: Language) -> list[Markup]:
    step = 0.004 * width
    pieces = [
        Markup('<rect x="{:.1f}" y="{:g}" width="{:.1f}" height="12" fill="{}"/>').format(
            number * step, top, step + 0.3, scale_colour(number)
        )
        for number in range(100)
    ]
    pieces.append(line(0, top + 12, 100 * step, top + 12, "base"))
    pieces.append(text(0, top + 26, "0", "tick"))
    half = words.decimal(most / 2, 1) if most % 2 else words.integer(most // 2)
    pieces.append(text(50 * step, top + 26, half, "tick middle"))
    pieces.append(text(100 * step, top + 26, words.integer(most), "tick end"))
    pieces.append(text(100 * step + 12, top + 10.5, words.gettext("jam macet sepekan (jam)"), "tick"))
    pieces.append(text(100 * step + 12, top + 26, words.gettext("putih: tanpa ramalan"), "tick"))
    return pieces


def _tiles(areas: Sequence[Kecamatan], grid: Grid) -> dict[str, Shape]:
    """One tile for each area, as near to its point as the others let it be."""
    from scipy.optimize import linear_sum_assignment

    points = np.array([(area.longitude, area.latitude) for area in areas])
    far = _is_far(points)
    near = points[~far]
    low, high = near.min(axis=0), near.max(axis=0)
    columns, rows = np.meshgrid(np.arange(grid.columns), np.arange(grid.rows))
    # The first row's first places are kept for what lies far off.
    places = np.column_stack([columns.ravel(), rows.ravel()])[int(far.sum()) :]
    wanted = (near - low) / (high - low) * [grid.columns - 1, grid.rows - 1]
    wanted[:, 1] = grid.rows - 1 - wanted[:, 1]
    costs = ((wanted[:, None, :] - places[None, :, :]) ** 2).sum(axis=2)
    _, chosen = linear_sum_assignment(costs)
    taken = iter(places[chosen].tolist())
    kept = iter([(number, 0) for number in range(int(far.sum()))])
    placed = {area.code: next(kept) if is_far else next(taken) for area, is_far in zip(areas, far, strict=True)}
    return {area.code: _tile(area.name, placed[area.code], grid) for area in areas}


def _is_far(points: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    return np.max(np.abs(points - np.median(points, axis=0)), axis=1) > FAR_DEGREES


def _tile(name: str, place: tuple[int, int], grid: Grid) -> Shape:
    column, row = place
    x, y = grid.left + column * grid.tile, row * grid.tile
    side = grid.tile - grid.gap
    return Shape(f"M{x:g} {y:g}h{side:g}v{side:g}h-{side:g}z", x + side / 2, y + side / 2, tuple(name.split()))


def kecamatan_outlines(
    reference: CityReference,
    boundaries: Boundaries,
    simpler: float = SIMPLER_DEGREES,
    only: Collection[str] | None = None,
) -> "dict[str, BaseGeometry]":
    """Kecamatan out of their kelurahan, simplified to what a picture can show.

    Args:
        reference: Areas and their points.
        boundaries: Of the kelurahan.
        simpler: By how much a line may be moved, degrees.
        only: Kecamatan that are wanted; None wants all.
    """
    parents = {code: area.kecamatan_code for code, area in reference.kelurahan.items()}
    wanted = {code: above for code, above in parents.items() if only is None or above in only}
    closed = dissolved(boundaries, wanted, simpler)
    return {code: closed[code].simplify(simpler) for code in reference.kecamatan if code in closed}


def laid_out(areas: "Mapping[str, BaseGeometry]", width: float, height: float, inset: float) -> dict[str, Shape]:
    """Shapes of a whole city; what lies far off is drawn into its lower left corner.

    Args:
        areas: Of the city, degrees.
        width: Of the picture.
        height: Of the picture.
        inset: Width and height of that corner.
    """
    far = far_off(areas)
    shapes = shapes_in({code: area for code, area in areas.items() if code not in far}, (0.0, 0.0, width, height))
    islands = {code: area for code, area in areas.items() if code in far}
    if islands:
        shapes |= shapes_in(islands, (0.0, height - inset, inset, inset))
    return {code: shapes[code] for code in areas}


def far_off(areas: "Mapping[str, BaseGeometry]") -> frozenset[str]:
    """Areas that lie so far from the others that they are drawn apart."""
    points = np.array([(area.centroid.x, area.centroid.y) for area in areas.values()])
    return frozenset(code for code, is_far in zip(areas, _is_far(points).tolist(), strict=True) if is_far)


def shapes_in(areas: "Mapping[str, BaseGeometry]", box: Box, *, centred: bool = False) -> dict[str, Shape]:
    """Shapes in a box of the picture, all at one scale."""
    projection = Projection.fitting(bounds_of(areas.values()), box, centred=centred)
    return {code: shape_of(area, projection) for code, area in areas.items()}


def bounds_of(areas: "Iterable[BaseGeometry]") -> Bounds:
    """What all of them lie in."""
    bounds = np.array([area.bounds for area in areas])
    west, south = bounds[:, :2].min(axis=0).tolist()
    east, north = bounds[:, 2:].max(axis=0).tolist()
    return west, south, east, north


def shape_of(area: "BaseGeometry", projection: Projection) -> Shape:
    """One area on the picture; its label stands where it is widest."""
    from shapely import maximum_inscribed_circle

    (x, y), (edge_x, edge_y) = (projection.place(*end) for end in maximum_inscribed_circle(area).coords)
    return Shape(_path(area, projection), x, y, room=2 * math.hypot(edge_x - x, edge_y - y))


def _path(area: "BaseGeometry", projection: Projection) -> str:
    rings = []
    for polygon in getattr(area, "geoms", [area]):
        if polygon.geom_type != "Polygon":
            continue
        for ring in (polygon.exterior, *polygon.interiors):
            points = [projection.place(x, y) for x, y in ring.coords[:-1]]
            rings.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "z")
    return "".join(rings)
