"""The city's places as pages need them, put together once a worker.

Belongs here: the maps, and in which kecamatan each square kilometre lies. Does not belong here: how a map is drawn
(city_map.py, kelurahan_map.py), how a place is found (assets/places).
"""

import json
import math
from collections import Counter
from functools import cached_property

import numpy as np
from markupsafe import Markup

from assets.places.boundaries import Boundaries
from assets.places.gazetteer import Gazetteer
from assets.places.place import Place, Whereabouts, locate
from assets.reference import CityReference
from portal.city_map import CityMap
from portal.kelurahan_map import KelurahanMaps

# Squares in a degree: each is about 1.1 km wide.
SQUARES = 100
# A square is looked at in so many places each way: one at the shore is mostly sea.
LOOKS = 3
# Stands for a square that lies in no kecamatan; the others have letters.
NOWHERE = "."
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


class Places:
    """The city's places.

    Args:
        reference: Areas, their names and points.
        boundaries: Of the kelurahan, where the city gives them.
    """

    def __init__(self, reference: CityReference, boundaries: Boundaries | None) -> None:
        self.gazetteer = Gazetteer(reference, boundaries)
        self.city_map = CityMap(reference, boundaries)
        self.kelurahan_maps = KelurahanMaps(reference, boundaries)

    def at(self, latitude: float, longitude: float) -> Place:
        """The area of a point."""
        [place] = locate([Whereabouts(latitude=latitude, longitude=longitude)], self.gazetteer)
        return place

    def marked_map(self, point: tuple[float, float] | None) -> Markup | None:
        """The map of the kecamatan of a point (latitude, longitude) with it; None for a point outside the city."""
        kecamatan = self.at(*point).kecamatan_code if point else None
        return None if kecamatan is None else self.kelurahan_maps.draw(kecamatan, point)

    @cached_property
    def squares(self) -> bytes:
        """In which kecamatan each square of a hundredth of a degree lies, as JSON.

        `rows` go from south to north and from west to east, a letter for each square, which counts into `areas`.
        """
        areas = list(self.gazetteer.reference.kecamatan)
        letters = dict(zip(areas, LETTERS, strict=False))
        points = self.gazetteer.reference.kelurahan.values()
        south, north = (
            math.floor(SQUARES * edge(one.latitude for one in points)) + step for edge, step in ((min, -3), (max, 4))
        )
        west, east = (
            math.floor(SQUARES * edge(one.longitude for one in points)) + step for edge, step in ((min, -3), (max, 4))
        )
        rows = [self._row(row, west, east, letters) for row in range(south, north)]
        told = {"squares": SQUARES, "south": south, "west": west, "areas": areas, "letters": LETTERS, "rows": rows}
        return json.dumps(told, separators=(",", ":")).encode()

    def _row(self, row: int, west: int, east: int, letters: dict[str, str]) -> str:
        steps = (np.arange(LOOKS) + 0.5) / LOOKS
        looks = [
            Whereabouts(latitude=(row + up) / SQUARES, longitude=(column + right) / SQUARES)
            for column in range(west, east)
            for up in steps.tolist()
            for right in steps.tolist()
        ]
        found = [place.kecamatan_code for place in locate(looks, self.gazetteer)]
        each = LOOKS * LOOKS
        return "".join(_most(found[number : number + each], letters) for number in range(0, len(found), each))


def _most(found: list[str | None], letters: dict[str, str]) -> str:
    """Letter of the kecamatan that most of the looks met."""
    met = Counter(code for code in found if code)
    return letters[met.most_common(1)[0][0]] if met else NOWHERE
