"""The area that a camera stands in: by its position, and by what a list says only where nothing contradicts that.

Belongs here: the city's own ground, and doubts about areas. Does not belong here: coordinates (position.py).
"""

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from assets.cctv.importing.fields import Said
from assets.cctv.importing.position import Box, Position
from assets.places.boundaries import Boundaries
from assets.places.spelling import squash
from assets.reference import CityReference

# About 5 km: without boundaries a city ends there beyond the points of its outermost kelurahan.
_MARGIN_DEGREES = 0.05
_TITLES = ("kelurahan", "kecamatan", "kabupaten", "kota", "desa", "kel", "kec", "kab")


@dataclass(frozen=True, slots=True)
class Area:
    """Code of a kelurahan, None where it is not sure; and what is doubtful."""

    code: str | None
    doubts: tuple[str, ...] = ()


class Ground:
    """The city's areas.

    Args:
        reference: Of the city.
        boundaries: Of its kelurahan; None where there are none.

    Attributes:
        box: Where its cameras can stand.
    """

    def __init__(self, reference: CityReference, boundaries: Boundaries | None) -> None:
        self._reference, self._boundaries = reference, boundaries
        self._codes: defaultdict[str, list[str]] = defaultdict(list)
        for code, one in reference.kelurahan.items():
            self._codes[_bare(one.name)].append(code)
        if boundaries is None:
            points = [(one.longitude, one.latitude) for one in reference.kelurahan.values()]
            (west, south), (east, north) = np.min(points, axis=0), np.max(points, axis=0)
            margin = _MARGIN_DEGREES
        else:
            bounds = np.array([area.bounds for area in boundaries.areas])
            (west, south), (east, north) = bounds[:, :2].min(axis=0), bounds[:, 2:].max(axis=0)
            margin = 0.0
        self.box = Box(south - margin, west - margin, north + margin, east + margin)

    def area(self, said: Said, position: Position) -> Area:
        """The area of a camera.

        Args:
            said: What the list says of it.
            position: Where it stands.
        """
        if self._boundaries is None or position.latitude is None or position.longitude is None:
            return self._by_words(said, has_position=position.latitude is not None)
        point = np.array([position.latitude]), np.array([position.longitude])
        code = self._boundaries.holding(*point)[0] or self._boundaries.beside(*point)[0]
        if code is None:
            return Area(None, ("kelurahan_code: its position lies in no kelurahan of the city",))
        return Area(code, tuple(self._contradictions(said, code)))

    def _contradictions(self, said: Said, code: str) -> list[str]:
        """What a list says against the kelurahan that holds a position."""
        kelurahan = self._reference.kelurahan[code]
        kecamatan = self._reference.kecamatan[kelurahan.kecamatan_code]
        doubts = []
        for meaning, own in (
            ("kelurahan", {kelurahan.name}),
            ("kecamatan", {kecamatan.name, kecamatan.kota_name}),
            ("kelurahan_code", {code, kecamatan.code, kecamatan.kota_code}),
        ):
            known = {_bare(name) for name in own}
            others = [text for text in said.texts[meaning] if _bare(text) not in known]
            if others:
                doubts.append(f"kelurahan_code: {' and '.join(map(repr, others))} in the list, by position {code}")
        return doubts

    def _by_words(self, said: Said, *, has_position: bool) -> Area:
        lacks = "no boundaries are known" if has_position else "it has no position"
        codes = [text for text in said.texts["kelurahan_code"] if text in self._reference.kelurahan]
        names = {_bare(text) for text in said.texts["kelurahan"]}
        if len(codes) != 1:
            named = self._codes.get(next(iter(names)), []) if len(names) == 1 else []
            codes = [code for code in named if self._agrees(said, code)]
        if len(codes) == 1 and not self._contradictions(said, codes[0]):
            return Area(codes[0], (f"kelurahan_code: by what the list says alone, for {lacks}",))
        if said.texts["kelurahan"] or said.texts["kelurahan_code"]:
            texts = ", ".join(repr(text) for text in (*said.texts["kelurahan"], *said.texts["kelurahan_code"]))
            return Area(None, (f"kelurahan_code: {lacks}, and no single kelurahan is what the list says ({texts})",))
        if said.texts["area_id"]:
            return Area(None, (f"kelurahan_code: {lacks}, and the list numbers its areas in a way of its own",))
        return Area(None, (f"kelurahan_code: {lacks}, and the list names none",))

    def _agrees(self, said: Said, code: str) -> bool:
        """Whether the kecamatan that the list names, if any, is that of a kelurahan."""
        kecamatan = self._reference.kecamatan[self._reference.kelurahan[code].kecamatan_code]
        return all(
            _bare(text) in (_bare(kecamatan.name), _bare(kecamatan.kota_name)) for text in said.texts["kecamatan"]
        )


@lru_cache(maxsize=4096)
def _bare(name: str) -> str:
    """A name as it can be compared, without what stands for its kind.

    >>> _bare("Kel. Gunung Sahari-Utara") == _bare("GUNUNG SAHARI UTARA")
    True
    """
    words = name.split()
    if len(words) > 1 and words[0].casefold().rstrip(".") in _TITLES:
        words = words[1:]
    return squash(" ".join(words))
