"""The areas of the city by point and by name, and its known roads and landmarks.

Belongs here: which area is near a point, which area a name means, whatever its spelling.
Does not belong here: which of a report's point, fields and words to trust (place.py).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process

from assets.places.boundaries import Boundaries
from assets.places.elsewhere import Elsewhere
from assets.places.spelling import squash, words
from assets.reference import CityReference, Kecamatan, Kelurahan

EARTH_RADIUS_KM = 6371.0088
NEIGHBOURS = 5
LONGEST_NAME_WORDS = 4

KELURAHAN_TITLES = frozenset({"kelurahan", "kel"})
KECAMATAN_TITLES = frozenset({"kecamatan", "kec"})

# Percent of letters in common. At 85 "Kalibatu" still is as near to Kalibaru as to Kalibata: see MIN_LEAD.
MIN_LIKENESS = 85.0
MIN_LEAD = 3.0
# In running text, where any word may stand: one letter more or less in a short name, one wrong in a long one. The
# first letter is the one that people get right, and it keeps the comparison short.
MIN_LIKENESS_IN_TEXT = 88.0
MIN_LETTERS_MISSPELT = 7
MIN_LETTERS_TELLING = 5
_CHUNK = 8192
# So many first letters of a word tell that no name begins with it.
_TELLING_LETTERS = 6

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Named:
    """An area that a name means.

    Attributes:
        code: Of the kelurahan or kecamatan.
        likeness: Share of letters in common, in (0, 1]; 1 for the name itself.
    """

    code: str
    likeness: float


@dataclass(frozen=True)
class Gazetteer:
    """The areas of one city, indexed by point and by name.

    Attributes:
        reference: The city's reference data.
        boundaries: Of its kelurahan; None where the installation has none, and the nearest kelurahan has to do.
    """

    reference: CityReference
    boundaries: Boundaries | None = None

    def nearest(self, latitude: Floats, longitude: Floats) -> tuple[npt.NDArray[np.intp], Floats]:
        """Find the kelurahan nearest to points.

        Args:
            latitude: Degrees, WGS 84, shape (n,).
            longitude: Degrees, WGS 84, shape (n,).

        Returns:
            Positions in `codes` and great-circle distances in km, shape (n, k), nearest first; k is
            `NEIGHBOURS`, or the number of kelurahan where there are fewer.
        """
        count = min(NEIGHBOURS, len(self.codes))
        positions = np.empty((len(latitude), count), dtype=np.intp)
        distances = np.empty((len(latitude), count), dtype=np.float64)
        for start in range(0, len(latitude), _CHUNK):
            rows = slice(start, start + _CHUNK)
            away = distance_km(latitude[rows, None], longitude[rows, None], self._latitude, self._longitude)
            positions[rows] = np.argsort(away, axis=1, kind="stable")[:, :count]
            distances[rows] = np.take_along_axis(away, positions[rows], axis=1)
        return positions, distances

    def kelurahan_named(self, name: str | None, kecamatan_code: str | None = None) -> Named | None:
        """Find the kelurahan that a name means, with or without its title.

        A name that is only like one counts within its kecamatan; where none is known, if they begin alike: it is the
        first letter that people get right.

        Args:
            name: As written.
            kecamatan_code: Where it lies, if known: settles equal and nearly equal names.
        """
        spelling = _spelling(name, KELURAHAN_TITLES)
        exact = self.kelurahan_by_name.get(spelling, ())
        inside = [code for code in exact if code.startswith(f"{kecamatan_code}.")]
        if len(exact) == 1 or len(inside) == 1:
            return Named((inside or list(exact))[0], 1.0)
        if kecamatan_code is not None:
            return _likeliest(spelling, self._kelurahan_inside.get(kecamatan_code, {}))
        named = _likeliest(spelling, self.kelurahan_by_name)
        is_alike = named is not None and squash(self.reference.kelurahan[named.code].name)[0] == spelling[0]
        return named if is_alike else None

    def kecamatan_named(self, name: str | None) -> Named | None:
        """Find the kecamatan that a name means, with or without its title."""
        return _likeliest(_spelling(name, KECAMATAN_TITLES), self.kecamatan_by_name)

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Codes of the kelurahan in the order of `nearest`."""
        return tuple(self.reference.kelurahan)

    @cached_property
    def kelurahan_by_name(self) -> Mapping[str, tuple[str, ...]]:
        """Codes by squashed name."""
        return _by_name(self.reference.kelurahan.values())

    @cached_property
    def kecamatan_by_name(self) -> Mapping[str, tuple[str, ...]]:
        """Codes by squashed name."""
        return _by_name(self.reference.kecamatan.values())

    @cached_property
    def landmarks_by_name(self) -> Mapping[str, tuple[str, ...]]:
        """Area codes by squashed name, of the kelurahan or, where the landmark is larger, of the kecamatan."""
        return self._places_by_name(is_road=False)

    @cached_property
    def roads_by_name(self) -> Mapping[str, tuple[str, ...]]:
        """Codes of the kecamatan that a road runs through, by its squashed name without "Jalan"."""
        return self._places_by_name(is_road=True)

    def begins_name(self, word: str) -> bool:
        """Say whether a word begins the name of one of the city's areas or of its kota."""
        return word.casefold() in self._beginnings

    def has_names_from(self, beginning: str) -> bool:
        """Say whether the squashed name of an area begins with squashed words."""
        names = chain(self.kecamatan_by_name, self.kelurahan_by_name)
        return any(name.startswith(beginning) for name in names)

    def may_begin_name(self, word: str) -> bool:
        """Say whether a word of a text may begin the name of an area, a landmark or a road: most words do not.

        Args:
            word: From `words`; a part of a name's first word counts, and so does a name written as one word.
        """
        return word[:_TELLING_LETTERS] in self._first_letters

    def is_word_of_area(self, word: str) -> bool:
        """Say whether a word, not too short to tell, is one of a kecamatan's name."""
        return len(word) >= MIN_LETTERS_TELLING and word in self._kecamatan_words

    @cached_property
    def _kecamatan_words(self) -> frozenset[str]:
        return frozenset(word for area in self.reference.kecamatan.values() for word in words(area.name))

    @cached_property
    def elsewhere(self) -> Elsewhere:
        """What is not of this city."""
        return Elsewhere(self.reference)

    @cached_property
    def _beginnings(self) -> frozenset[str]:
        kecamatan = self.reference.kecamatan.values()
        names = chain((area.name for area in kecamatan), (area.name for area in self.reference.kelurahan.values()))
        kota = {word for area in kecamatan for word in words(area.kota_name)}
        return frozenset({words(name)[0] for name in names} | kota)

    def corrected(self, spelling: str) -> str | None:
        """Find the name of an area or landmark that a squashed text misspells; None where none is near, or two are.

        >>> from assets.city import city_folder
        >>> from assets.reference import load_reference
        >>> Gazetteer(load_reference(city_folder())).corrected("cenkareng")
        'cengkareng'
        """
        if len(spelling) < MIN_LETTERS_MISSPELT:
            return None
        names = self._names_by_initial.get(spelling[0], ())
        found = process.extract(spelling, names, scorer=fuzz.ratio, score_cutoff=MIN_LIKENESS_IN_TEXT, limit=2)
        if not found or (len(found) > 1 and found[0][1] - found[1][1] < MIN_LEAD):
            return None
        return str(found[0][0])

    @cached_property
    def _first_letters(self) -> frozenset[str]:
        """Up to so many first letters of every name, squashed."""
        names = chain(self.kecamatan_by_name, self.kelurahan_by_name, self.landmarks_by_name, self.roads_by_name)
        return frozenset(name[:length] for name in names for length in range(1, _TELLING_LETTERS + 1))

    def _places_by_name(self, *, is_road: bool) -> Mapping[str, tuple[str, ...]]:
        names: dict[str, tuple[str, ...]] = {}
        for place in self.reference.named_places.values():
            if place.is_road == is_road:
                spelling = squash(place.name)
                names[spelling] = (*names.get(spelling, ()), place.area_code)
        return names

    @cached_property
    def _names_by_initial(self) -> Mapping[str, list[str]]:
        initials: dict[str, list[str]] = {}
        for name in dict.fromkeys(chain(self.kecamatan_by_name, self.kelurahan_by_name, self.landmarks_by_name)):
            initials.setdefault(name[0], []).append(name)
        return initials

    @cached_property
    def _kelurahan_inside(self) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
        inside: dict[str, list[Kelurahan]] = {}
        for area in self.reference.kelurahan.values():
            inside.setdefault(area.kecamatan_code, []).append(area)
        return {code: _by_name(areas) for code, areas in inside.items()}

    @cached_property
    def _latitude(self) -> Floats:
        return np.array([area.latitude for area in self.reference.kelurahan.values()], dtype=np.float64)

    @cached_property
    def _longitude(self) -> Floats:
        return np.array([area.longitude for area in self.reference.kelurahan.values()], dtype=np.float64)


def distance_km(latitude: Floats, longitude: Floats, to_latitude: Floats, to_longitude: Floats) -> Floats:
    """Great-circle distance (haversine), km; arguments in degrees, broadcast.

    >>> one_degree = distance_km(np.array(0.0), np.array(106.0), np.array(0.0), np.array(107.0))
    >>> round(float(one_degree), 2)
    111.2
    """
    phi, to_phi = np.radians(latitude), np.radians(to_latitude)
    half = np.sin((to_phi - phi) / 2) ** 2
    half = half + np.cos(phi) * np.cos(to_phi) * np.sin(np.radians(to_longitude - longitude) / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(half, 1.0))))


def _by_name(areas: Iterable[Kelurahan | Kecamatan]) -> Mapping[str, tuple[str, ...]]:
    names: dict[str, tuple[str, ...]] = {}
    for area in areas:
        spelling = squash(area.name)
        names[spelling] = (*names.get(spelling, ()), area.code)
    return names


def _spelling(name: str | None, titles: frozenset[str]) -> str:
    cut = words(name or "")
    return "".join(cut[1:] if cut and cut[0] in titles else cut)


def _likeliest(spelling: str, names: Mapping[str, tuple[str, ...]]) -> Named | None:
    if not spelling:
        return None
    if spelling in names:
        return Named(names[spelling][0], 1.0) if len(names[spelling]) == 1 else None
    found = process.extract(spelling, names.keys(), scorer=fuzz.ratio, score_cutoff=MIN_LIKENESS, limit=2)
    if not found or (len(found) > 1 and found[0][1] - found[1][1] < MIN_LEAD):
        return None
    codes = names[found[0][0]]
    return Named(codes[0], found[0][1] / 100) if len(codes) == 1 else None
