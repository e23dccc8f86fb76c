"""The places of the sample city: street, RT and RW, landmark and point, so many in every kelurahan.

Belongs here: which places a kelurahan has, and at which of them something is wrong on a day.
Does not belong here: how somebody names a place (wording.py).

Two reports are of one case only where the sample says so. So a category comes to another place of a kelurahan with
every report, and back to the first one only after all of them: that is after weeks, and never on the same day.
"""

import math
from dataclasses import dataclass
from datetime import date

import numpy as np

from sample_city.reference import Category, Kelurahan, Reference, distances_m, shifted_all
from sample_city.vocabulary import LANDMARKS, STREETS

_REACH_M, _APART_M = 600.0, 80.0
_RT, _RW = 16, 12

# The golden section keeps the second and third report of a day far from the places of the days around it.
_SECTION = 0.618


@dataclass(frozen=True)
class Spot:
    """One place.

    Attributes:
        street: Its name without "Jalan".
        rt: Three digits.
        rw: Three digits.
        landmark: What is near it; many places are near such a one.
        latitude: Degrees.
        longitude: Degrees.
    """

    street: str
    rt: str
    rw: str
    landmark: str
    latitude: float
    longitude: float


class Spots:
    """The places of every kelurahan, made when they are asked for.

    Args:
        reference: The city.
        seed: One seed, one city.
    """

    def __init__(self, reference: Reference, seed: int) -> None:
        self.categories = reference.categories
        self._seed = seed
        self._numbers = {category.code: number for number, category in enumerate(reference.categories)}
        self._codes = [kelurahan.code for kelurahan in reference.kelurahan]
        self._points = np.array([(kelurahan.latitude, kelurahan.longitude) for kelurahan in reference.kelurahan])
        self._of: dict[str, tuple[Spot, ...]] = {}

    def where(self, kelurahan: Kelurahan, category: Category, day: date, turn: int) -> Spot:
        """The place of a day's report.

        Args:
            kelurahan: Where.
            category: About what.
            day: When.
            turn: How many reports of that day have come before it with this kelurahan and category.
        """
        spots = self._spots(kelurahan)
        step = max(round(len(spots) * _SECTION), 1)
        while math.gcd(step, len(spots)) > 1:
            step += 1
        return spots[(day.toordinal() + 7 * self._numbers[category.code] + turn * step) % len(spots)]

    def elsewhere(self, kelurahan: Kelurahan, spot: Spot) -> Spot:
        """Another place of the same kelurahan."""
        spots = self._spots(kelurahan)
        return spots[(spots.index(spot) + len(spots) // 2) % len(spots)]

    def _spots(self, kelurahan: Kelurahan) -> tuple[Spot, ...]:
        if kelurahan.code not in self._of:
            self._of[kelurahan.code] = self._make(kelurahan)
        return self._of[kelurahan.code]

    def _make(self, kelurahan: Kelurahan) -> tuple[Spot, ...]:
        """Points of a grid that are nearer to this kelurahan than to any other, in no order."""
        rng = np.random.default_rng([self._seed, 7, int(kelurahan.code.replace(".", ""))])
        axis = np.arange(-_REACH_M, _REACH_M + 1, _APART_M)
        north, east = np.meshgrid(axis, axis, indexing="ij")
        is_near = np.hypot(north, east) <= _REACH_M
        points = shifted_all(kelurahan.latitude, kelurahan.longitude, north[is_near], east[is_near])
        here = self._codes.index(kelurahan.code)
        # Farther than twice the reach no other is nearer to any of the points.
        around = np.flatnonzero(distances_m(self._points[[here]], self._points)[0] <= 2.2 * _REACH_M)
        own = points[around[distances_m(points, self._points[around]).argmin(axis=1)] == here]
        count = min(len(own), len(STREETS))
        names, doors = rng.permutation(len(STREETS)).tolist(), rng.permutation(_RT * _RW).tolist()
        places = own[rng.permutation(len(own))[:count]].tolist()
        landmarks = rng.integers(len(LANDMARKS), size=count).tolist()
        return tuple(
            Spot(STREETS[name], f"{1 + door % _RT:03d}", f"{1 + door // _RT:03d}", LANDMARKS[landmark], *place)
            for name, door, landmark, place in zip(names, doors, landmarks, places, strict=False)
        )
