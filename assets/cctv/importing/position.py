"""Where a camera stands by what a list says, within a box, and what is doubtful about it.

Belongs here: coordinates as people write them. Does not belong here: areas (ground.py).

A coordinate is mended only where a single reading of it lies within the box; each mended or dropped one comes with its
reason. Without one it is taken as it stands.
"""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?")
# A coordinate without its point has more digits than any place needs before one.
_FEWEST_DIGITS = 6
# Two ways of writing one place differ by less.
_SAME_KILOMETRES = 0.2


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in degrees, WGS 84, its edges included."""

    south: float
    west: float
    north: float
    east: float

    def holds(self, latitude: float, longitude: float) -> bool:
        """Whether a point lies within."""
        return self.south <= latitude <= self.north and self.west <= longitude <= self.east


# From Rote to Sabang, from Sabang to Merauke.
INDONESIA = Box(-11.1, 94.9, 6.2, 141.1)


@dataclass(frozen=True, slots=True)
class Position:
    """Degrees, WGS 84, both or none; and what is doubtful, empty where nothing is."""

    latitude: float | None
    longitude: float | None
    doubt: str = ""


def read_position(latitude: object, longitude: object, box: Box) -> Position:
    """Read a position.

    Args:
        latitude: Text or number, as the list has it; None or a blank where it has none.
        longitude: Likewise.
        box: Where the cameras of the list can stand.

    >>> read_position("-6,19", 106.82, INDONESIA)
    Position(latitude=-6.19, longitude=106.82, doubt='')
    >>> read_position(106.82, -6.19, INDONESIA).doubt
    'latitude and longitude were swapped'
    >>> read_position("-586443174", "105.747153", INDONESIA)
    Position(latitude=-5.86443174, longitude=105.747153, doubt='latitude had no decimal point')
    """
    texts = [str("" if one is None else one).strip() for one in (latitude, longitude)]
    if not any(texts):
        return Position(None, None, "no position")
    if not all(texts):
        return Position(None, None, "half a position")
    if not all(_NUMBER.fullmatch(text) for text in texts):
        return Position(None, None, "a position that is no pair of numbers")
    north, east = (float(text.replace(",", ".")) for text in texts)
    if not (math.isfinite(north) and math.isfinite(east)):
        return Position(None, None, "a position that is no pair of numbers")
    if north == east == 0:
        return Position(None, None, "the position 0, 0")
    if box.holds(north, east):
        return Position(north, east)
    return _mended(texts, (north, east), box)


def choose_position(pairs: Sequence[tuple[object, object]], box: Box) -> tuple[Position, str]:
    """The first of several that gives a place, and what is doubtful about it and beside the others.

    Args:
        pairs: Of latitude and longitude, as for `read_position`; the most believed first, at least one.
        box: Where the cameras of the list can stand.
    """
    read = [read_position(*pair, box) for pair in pairs]
    placed = [one for one in read if one.latitude is not None]
    if not placed:
        return read[0], f"{read[0].doubt}, left empty"
    chosen = placed[0]
    apart = max(_kilometres(chosen, one) for one in placed)
    if apart <= _SAME_KILOMETRES:
        return chosen, chosen.doubt
    return chosen, "; ".join(filter(None, [chosen.doubt, f"two in the list, {apart:.1f} km apart; one is taken"]))


def _kilometres(one: Position, other: Position) -> float:
    """Between two positions of one city."""
    if one.latitude is None or one.longitude is None or other.latitude is None or other.longitude is None:
        return 0.0
    east = (one.longitude - other.longitude) * math.cos(math.radians(one.latitude))
    return 111.2 * math.hypot(one.latitude - other.latitude, east)


def _mended(texts: list[str], numbers: tuple[float, float], box: Box) -> Position:
    north, east = numbers
    if box.holds(east, north):
        return Position(east, north, "latitude and longitude were swapped")
    lacks = [abs(number) > 180 and _digits(text) is not None for text, number in zip(texts, numbers, strict=True)]
    if any(lacks):
        readings = [
            (one, other)
            for one in (_pointed(texts[0]) if lacks[0] else [north])
            for other in (_pointed(texts[1]) if lacks[1] else [east])
            if box.holds(one, other)
        ]
        what = " and ".join(name for name, lack in zip(("latitude", "longitude"), lacks, strict=True) if lack)
        if len(readings) == 1:
            return Position(*readings[0], f"{what} had no decimal point")
        return Position(None, None, f"{what} without a decimal point, with {len(readings) or 'no'} possible places")
    return Position(None, None, "a position outside the city")


def _digits(text: str) -> re.Match[str] | None:
    return re.fullmatch(rf"([+-]?)(\d{{{_FEWEST_DIGITS},}})", text)


def _pointed(text: str) -> Iterator[float]:
    """A number with its point behind one, two or three digits."""
    found = _digits(text)
    if found is not None:
        for before in (1, 2, 3):
            yield float(f"{found[1]}{found[2][:before]}.{found[2][before:]}")
