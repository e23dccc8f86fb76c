"""The map of one kecamatan with its kelurahan, on which a point can be shown without a script.

Belongs here: that map as a picture of its own, and which point of the earth a place on it is. Does not belong here: the
form (place.py), the map of the city (city_map.py).

A browser sends where it was clicked as pixels of the picture, so it is always shown at one size.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from markupsafe import Markup

from assets.places.boundaries import Boundaries
from assets.reference import CityReference, Kelurahan
from assets.reports.maps import Shape, bounds_of, shape_of
from assets.reports.projection import Bounds, Projection

# Pixels: what a form leaves free on a telephone of 360.
SIDE = 288
MARGIN = 8.0
# About 30 m, a pixel or two.
SIMPLER_DEGREES = 0.0003
# About 1 km around the points of kelurahan whose boundaries are not known.
AROUND_DEGREES = 0.01
METRES_IN_A_DEGREE = 111_320
# Units of a line of text, and of a letter.
LINE, LETTER = 11.0, 5.6


@dataclass(frozen=True)
class Drawn:
    """One kecamatan drawn.

    Attributes:
        projection: Where its points lie on the picture.
        shapes: Its kelurahan by name; a path that is empty is a point whose boundary is not known.
    """

    projection: Projection
    shapes: Mapping[str, Shape]


class KelurahanMaps:
    """The maps of all kecamatan, each made when it is first asked for.

    Args:
        reference: Areas, their names and points.
        boundaries: Of the kelurahan; None draws their points alone.
    """

    def __init__(self, reference: CityReference, boundaries: Boundaries | None) -> None:
        self._reference, self._boundaries = reference, boundaries
        self._drawn: dict[str, Drawn] = {}

    def point(self, kecamatan: str, x: float, y: float) -> tuple[float, float]:
        """Latitude and longitude of a pixel of a kecamatan's picture.

        Raises:
            KeyError: There is no such kecamatan.
        """
        return self._of(kecamatan).projection.point(x, y)

    def draw(self, kecamatan: str, marked: tuple[float, float] | None = None) -> Markup:
        """The picture.

        Args:
            kecamatan: Code.
            marked: Latitude and longitude of a point to mark.

        Raises:
            KeyError: There is no such kecamatan.
        """
        drawn = self._of(kecamatan)
        pieces = [_area(shape) for shape in drawn.shapes.values()]
        pieces += [_name(name, shape) for name, shape in drawn.shapes.items()]
        pieces.append(_measure(drawn.projection))
        if marked is not None:
            x, y = drawn.projection.place(marked[1], marked[0])
            pieces.append(
                Markup('<path d="M{:.1f} {:.1f}l-7-17a8 8 0 1 1 14 0z" fill="#a51c1b" stroke="#fff"/>').format(x, y)
            )
        title = self._reference.kecamatan[kecamatan].name
        return Markup(
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {0}" width="{0}" height="{0}" role="img"'
            ' aria-label="{1}" font-family="sans-serif" font-size="10" text-anchor="middle">'
            '<rect width="{0}" height="{0}" fill="#f2efe9"/>{2}</svg>'
        ).format(SIDE, title, Markup("").join(pieces))

    def _of(self, kecamatan: str) -> Drawn:
        if kecamatan not in self._drawn:
            self._drawn[kecamatan] = self._make(self._members[kecamatan])
        return self._drawn[kecamatan]

    @cached_property
    def _members(self) -> Mapping[str, list[Kelurahan]]:
        members: dict[str, list[Kelurahan]] = {code: [] for code in self._reference.kecamatan}
        for one in self._reference.kelurahan.values():
            members[one.kecamatan_code].append(one)
        return members

    def _make(self, members: list[Kelurahan]) -> Drawn:
        if self._boundaries is None:
            projection = _projection(
                (
                    min(one.longitude for one in members) - AROUND_DEGREES,
                    min(one.latitude for one in members) - AROUND_DEGREES,
                    max(one.longitude for one in members) + AROUND_DEGREES,
                    max(one.latitude for one in members) + AROUND_DEGREES,
                )
            )
            return Drawn(
                projection, {one.name: Shape("", *projection.place(one.longitude, one.latitude)) for one in members}
            )
        areas = dict(zip(self._boundaries.codes, self._boundaries.areas, strict=True))
        own = {one.name: areas[one.code].simplify(SIMPLER_DEGREES) for one in members}
        projection = _projection(bounds_of(own.values()))
        return Drawn(projection, {name: shape_of(area, projection) for name, area in own.items()})


def _projection(bounds: Bounds) -> Projection:
    side = SIDE - 2 * MARGIN
    return Projection.fitting(bounds, (MARGIN, MARGIN, side, side), centred=True)


def _area(shape: Shape) -> Markup:
    if not shape.path:
        return Markup('<circle cx="{:.1f}" cy="{:.1f}" r="3" fill="#6e1e81"/>').format(shape.x, shape.y)
    return Markup('<path d="{}" fill="#fff" stroke="#8b8592"/>').format(shape.path)


def _name(name: str, shape: Shape) -> Markup:
    """The name, on a rim of white: lines lie below it."""
    lines = name.split()
    half = max(len(line) for line in lines) * LETTER / 2
    x = min(max(shape.x, half), SIDE - half)
    top = shape.y - LINE * len(lines) / 2 if shape.path else shape.y + 3
    spans = [
        Markup('<tspan x="{:.1f}" y="{:.1f}">{}</tspan>').format(x, top + LINE * number - 2, line)
        for number, line in enumerate(lines, start=1)
    ]
    return Markup(
        '<text fill="#1d1b22" stroke="#fff" stroke-width="3" stroke-linejoin="round" paint-order="stroke">{}</text>'
    ).format(Markup("").join(spans))


def _measure(projection: Projection) -> Markup:
    """How long 1 km is, or as much of it as has room."""
    metres = 1000 if projection.scale * 1000 / METRES_IN_A_DEGREE < SIDE / 2 else 500
    length, top = projection.scale * metres / METRES_IN_A_DEGREE, SIDE - 8
    return Markup(
        '<path d="M8 {0:g}h{1:.1f}" stroke="#1d1b22" stroke-width="2"/><text x="{2:.1f}" y="{3:g}">{4}</text>'
    ).format(top, length, 8 + max(length / 2, 14), top - 4, "1 km" if metres == 1000 else "500 m")
