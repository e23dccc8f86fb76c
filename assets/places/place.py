"""Where is it? The area of a report, what it was read from, and how sure that is.

Belongs here: which of a report's point, named areas and words decides its area.
Does not belong here: names and distances (gazetteer.py), names in a text (mentions.py).

A point decides, then whether the report names another city; then the areas that the channel names; then those that the
text names: a kelurahan, else a landmark, else a kecamatan, else the one kecamatan that the roads named have in common.
Confidence is the probability that the area named is the right one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from assets.places.gazetteer import Floats, Gazetteer
from assets.places.mentions import Mentions, mentions
from assets.places.spelling import squash, words

# Measured with the seeded points on the boundaries of the 267 kelurahan, 40 random points in each: 99.9% of
# the points on the mainland lie within 2.5 km of the nearest seeded point, so one beyond 3 km is not in the
# city. Of the islands' 6 kelurahan only 37% lie within 3 km, the rest is sea: there the name given decides.
MAX_KM = 3.0

# A point that no boundary holds and one is near: of the gap between two areas each has half.
_BESIDE = 0.5

# Same points: how often the nearest kelurahan is the point's own (76% overall), by the share of the second
# nearest distance in the sum of both: 0.5 is halfway between two, 1 is on the seeded point.
_SHARES = (0.525, 0.575, 0.625, 0.675, 0.725, 0.775, 0.85, 1.0)
_HIT_RATES = (0.50, 0.66, 0.78, 0.89, 0.94, 0.98, 0.99, 1.0)
# Same points: the point's own kelurahan is among the five nearest in 99.2%.
_NAMED_NEIGHBOUR = 0.99

# Judgements, not measurements: how far to trust a name by how it was given.
_NAME_GIVEN = 1.0
_CONTRADICTED_NAME = 0.7
_TITLED_IN_TEXT = 0.9
_BARE_WITH_KECAMATAN = 0.8
_BARE_IN_TEXT = 0.6
_KECAMATAN_IN_TEXT = 0.6
_LANDMARK_IN_TEXT = 0.7
_ROAD_IN_TEXT = 0.6
# A misspelt name may be another one.
_CORRECTED = 0.7


# A kecamatan of fewer letters is a sign for none.
_MIN_LETTERS = 4
_UNKNOWN = frozenset({"lainnya", "lainlain", "tidakada", "tidakdiketahui", "tidaktahu", "kosong", "none", "null"})


class PlaceBasis(StrEnum):
    """What the area of a complaint was read from."""

    COORDINATES = "coordinates"
    KELURAHAN_NAME = "kelurahan_name"
    KECAMATAN_NAME = "kecamatan_name"
    LANDMARK = "landmark"
    ROAD = "road"
    NONE = "none"


class PlaceMethod(StrEnum):
    """How a place was turned into an area."""

    BOUNDARY = "boundary"
    NEAREST = "nearest"
    NAME = "name"
    NONE = "none"


class Outside(StrEnum):
    """What says that a place is in another city."""

    FIELDS = "fields"
    TEXT = "text"


@dataclass(frozen=True)
class Whereabouts:
    """What says where something is: a point, names given in fields, and words.

    Attributes:
        latitude: Degrees, WGS 84, as delivered.
        longitude: Degrees, WGS 84, as delivered.
        kelurahan_name: As written.
        kecamatan_name: As written.
        address: As written.
        text: Words in which a place may be named.
        city_name: Kota or kabupaten, as written.
        province_name: As written.
    """

    latitude: float | None = None
    longitude: float | None = None
    kelurahan_name: str | None = None
    kecamatan_name: str | None = None
    address: str | None = None
    text: str = ""
    city_name: str | None = None
    province_name: str | None = None


@dataclass(frozen=True)
class Place:
    """The area of a report.

    Attributes:
        latitude: Degrees, WGS 84; None unless the basis is coordinates.
        longitude: Degrees, WGS 84; None unless the basis is coordinates.
        kelurahan_code: None where only the kecamatan is known.
        kecamatan_code: None where the area is unknown.
        basis: What the area was read from.
        confidence: In [0, 1]; 0 without an area.
        method: How the place became an area.
        outside: What says that it is in another city; None where nothing does.
    """

    latitude: float | None
    longitude: float | None
    kelurahan_code: str | None
    kecamatan_code: str | None
    basis: PlaceBasis
    confidence: float
    method: PlaceMethod
    outside: Outside | None = None

    @property
    def point(self) -> tuple[float, float] | None:
        """Latitude and longitude, where there are both."""
        return None if self.latitude is None or self.longitude is None else (self.latitude, self.longitude)


NOWHERE = Place(None, None, None, None, PlaceBasis.NONE, 0.0, PlaceMethod.NONE)


def locate(described: Sequence[Whereabouts], gazetteer: Gazetteer) -> list[Place]:
    """Find the area of each, in their order."""
    points = _by_points(described, gazetteer)
    return [points.get(number) or _by_words(told, gazetteer) for number, told in enumerate(described)]


def _by_words(told: Whereabouts, gazetteer: Gazetteer) -> Place:
    """The place of a report without a point in the city."""
    if gazetteer.elsewhere.is_in_fields(told.city_name, told.province_name):
        return replace(NOWHERE, outside=Outside.FIELDS)
    return _by_fields(told, gazetteer) or _by_texts(told, gazetteer)


def _by_points(described: Sequence[Whereabouts], gazetteer: Gazetteer) -> dict[int, Place]:
    numbers = [
        number for number, told in enumerate(described) if told.latitude is not None and told.longitude is not None
    ]
    latitude = np.array([described[number].latitude for number in numbers], dtype=np.float64)
    longitude = np.array([described[number].longitude for number in numbers], dtype=np.float64)
    if not numbers or not gazetteer.codes:
        return {}
    points = [described[number] for number in numbers]
    places = (_by_boundaries if gazetteer.boundaries else _by_distance)(points, latitude, longitude, gazetteer)
    return {number: place for number, place in zip(numbers, places, strict=True) if place is not None}


def _by_boundaries(
    described: Sequence[Whereabouts], latitude: Floats, longitude: Floats, gazetteer: Gazetteer
) -> list[Place | None]:
    if gazetteer.boundaries is None:
        return [None] * len(described)
    holding = gazetteer.boundaries.holding(latitude, longitude)
    beside = gazetteer.boundaries.beside(latitude, longitude)
    return [
        _at(told, inside, 1.0, PlaceMethod.BOUNDARY, gazetteer)
        if inside
        else _at(told, near, _BESIDE, PlaceMethod.NEAREST, gazetteer)
        if near
        else None
        for told, inside, near in zip(described, holding, beside, strict=True)
    ]


def _by_distance(
    described: Sequence[Whereabouts], latitude: Floats, longitude: Floats, gazetteer: Gazetteer
) -> list[Place | None]:
    positions, distances = gazetteer.nearest(latitude, longitude)
    confidence = _hit_rate(distances)
    return [
        _nearest(told, positions[row], float(confidence[row]), gazetteer) if distances[row, 0] <= MAX_KM else None
        for row, told in enumerate(described)
    ]


def _hit_rate(distances: Floats) -> Floats:
    if distances.shape[1] < 2:
        return np.ones(len(distances))
    nearest, second = distances[:, 0], distances[:, 1]
    share = second / np.maximum(nearest + second, 1e-9)
    return np.asarray(np.interp(share, _SHARES, _HIT_RATES))


def _nearest(told: Whereabouts, positions: npt.NDArray[np.intp], confidence: float, gazetteer: Gazetteer) -> Place:
    near = [gazetteer.codes[position] for position in positions]
    code = near[0]
    # The nearest point errs near a border; the app that set the point also knew the boundary.
    named = gazetteer.kelurahan_named(told.kelurahan_name) if told.kelurahan_name else None
    if named is not None and named.code in near:
        code, confidence = named.code, max(confidence if named.code == code else 0.0, _NAMED_NEIGHBOUR)
    return _at(told, code, confidence, PlaceMethod.NEAREST, gazetteer)


def _at(told: Whereabouts, code: str, confidence: float, method: PlaceMethod, gazetteer: Gazetteer) -> Place:
    kecamatan_code = _parent(code, gazetteer)
    basis = PlaceBasis.COORDINATES
    return Place(told.latitude, told.longitude, code, kecamatan_code, basis, confidence, method)


def _by_fields(told: Whereabouts, gazetteer: Gazetteer) -> Place | None:
    kecamatan = gazetteer.kecamatan_named(told.kecamatan_name) if told.kecamatan_name else None
    inside = kecamatan.code if kecamatan else None
    named = None
    if told.kelurahan_name and not _is_of_another_kecamatan(told, gazetteer):
        named = gazetteer.kelurahan_named(told.kelurahan_name, inside)
    if named is not None:
        is_contradicted = inside is not None and _parent(named.code, gazetteer) != inside
        confidence = _CONTRADICTED_NAME if is_contradicted else _NAME_GIVEN * named.likeness
        return _area(named.code, confidence, PlaceBasis.KELURAHAN_NAME, gazetteer)
    return _kecamatan(kecamatan.code, _NAME_GIVEN * kecamatan.likeness) if kecamatan else None


def _is_of_another_kecamatan(told: Whereabouts, gazetteer: Gazetteer) -> bool:
    """Whether the kecamatan that a report names is none of the city: then no kelurahan of the city is meant.

    A name that shares a word with an area of the city is a misspelt one ("Kebayoran Br"), and one that says where the
    city is stands in the wrong field.
    """
    name = told.kecamatan_name or ""
    if sum(char.isalpha() for char in name) < _MIN_LETTERS or squash(name) in _UNKNOWN:
        return False
    if gazetteer.kecamatan_named(name) or gazetteer.kelurahan_named(name) or gazetteer.elsewhere.names_own(name):
        return False
    return not any(gazetteer.is_word_of_area(word) for word in words(name))


def _by_texts(told: Whereabouts, gazetteer: Gazetteer) -> Place:
    """The first text that names a kelurahan, else the first that names a kecamatan; nowhere if any says elsewhere."""
    fields = " ".join(part for part in (told.kelurahan_name, told.kecamatan_name) if part)
    texts = [text for text in (told.address, fields, told.text) if text]
    found = [mentions(text, gazetteer) for text in texts]
    if any(gazetteer.elsewhere.is_in_text(named.words, named.taken) for named in found):
        return replace(NOWHERE, outside=Outside.TEXT)
    if _is_of_another_kecamatan(told, gazetteer):
        return NOWHERE
    places = [place for named in found if (place := _by_mentions(named, gazetteer)) is not None]
    return next((place for place in places if place.kelurahan_code), places[0] if places else NOWHERE)


def _by_mentions(found: Mentions, gazetteer: Gazetteer) -> Place | None:
    place = _by_names(found, gazetteer)
    if place is None or not found.is_corrected:
        return place
    return replace(place, confidence=place.confidence * _CORRECTED)


def _by_names(found: Mentions, gazetteer: Gazetteer) -> Place | None:
    if found.has_other_kecamatan and not found.kecamatan:
        return None
    for codes, alone, basis in (
        (found.titled, _TITLED_IN_TEXT, PlaceBasis.KELURAHAN_NAME),
        (found.bare, _BARE_IN_TEXT, PlaceBasis.KELURAHAN_NAME),
        (found.landmarks, _LANDMARK_IN_TEXT, PlaceBasis.LANDMARK),
    ):
        confirmed = {code for code in codes if _parent(code, gazetteer) in found.kecamatan}
        if len(confirmed) == 1:
            return _area(confirmed.pop(), max(alone, _BARE_WITH_KECAMATAN), basis, gazetteer)
        if len(codes) == 1:
            return _area(next(iter(codes)), alone, basis, gazetteer)
        parents = {_parent(code, gazetteer) for code in codes}
        if len(parents) == 1:
            return _kecamatan(parents.pop(), alone)
        # Several areas far apart: the text tells a way, not a place.
        if codes:
            return None
    if found.kecamatan:
        return _kecamatan(next(iter(found.kecamatan)), _KECAMATAN_IN_TEXT) if len(found.kecamatan) == 1 else None
    common = frozenset.intersection(*found.roads) if found.roads else frozenset()
    return _area(next(iter(common)), _ROAD_IN_TEXT, PlaceBasis.ROAD, gazetteer) if len(common) == 1 else None


def _parent(code: str, gazetteer: Gazetteer) -> str:
    """The kecamatan of a kelurahan, or of itself."""
    area = gazetteer.reference.kelurahan.get(code)
    return area.kecamatan_code if area else code


def _area(code: str, confidence: float, basis: PlaceBasis, gazetteer: Gazetteer) -> Place:
    """A kelurahan, or a kecamatan, by a name."""
    parent = _parent(code, gazetteer)
    return Place(None, None, None if parent == code else code, parent, basis, confidence, PlaceMethod.NAME)


def _kecamatan(code: str, confidence: float) -> Place:
    return Place(None, None, None, code, PlaceBasis.KECAMATAN_NAME, confidence, PlaceMethod.NAME)
