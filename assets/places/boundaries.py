"""The boundaries of the city's kelurahan, from a GeoJSON file of the city's own.

Belongs here: reading and checking the polygons, which of them holds a point.
Does not belong here: what is done with a point that none holds (place.py), names (gazetteer.py).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from assets.places.spelling import squash
from assets.reference import CityReference, SeedError

if TYPE_CHECKING:
    from shapely import STRtree
    from shapely.geometry.base import BaseGeometry

# About 100 m: drawn boundaries leave gaps between them, and a telephone errs by tens of metres at the shore.
MAX_GAP_DEGREES = 0.0009

Floats = npt.NDArray[np.float64]


class BoundaryError(SeedError):
    """A file of boundaries that is not the city's."""

    def __init__(self, file: str, expected: str, found: str) -> None:
        super().__init__(
            f"{file}: expected {expected}, found {found}. Give a GeoJSON FeatureCollection with one polygon per"
            " kelurahan of kelurahan.csv, its code in the property kode or its name in nama."
        )


@dataclass(frozen=True)
class Boundaries:
    """One area per kelurahan.

    Attributes:
        codes: Of the kelurahan, smallest area first.
        areas: Polygons or multipolygons in the same order; degrees, WGS 84, x is the longitude.
    """

    codes: tuple[str, ...]
    areas: "tuple[BaseGeometry, ...]"
    _tree: "STRtree"

    def holding(self, latitude: Floats, longitude: Floats) -> list[str | None]:
        """Find the kelurahan that holds each point.

        Where areas overlap, as drawn boundaries do by some metres, the smallest holds the point.

        Args:
            latitude: Degrees, WGS 84, shape (n,).
            longitude: Degrees, WGS 84, shape (n,).

        Returns:
            Codes, None for a point that no area holds.
        """
        import shapely

        points, areas = self._tree.query(shapely.points(longitude, latitude), predicate="intersects")
        smallest = np.full(len(latitude), len(self.codes))
        np.minimum.at(smallest, points, areas)
        return [self.codes[area] if area < len(self.codes) else None for area in smallest]

    def beside(self, latitude: Floats, longitude: Floats) -> list[str | None]:
        """Find the nearest kelurahan within `MAX_GAP_DEGREES` of each point; arguments and result as of `holding`."""
        import shapely

        nearest: list[str | None] = [None] * len(latitude)
        found = self._tree.query_nearest(
            shapely.points(longitude, latitude), max_distance=MAX_GAP_DEGREES, all_matches=False
        )
        for point, area in found.T:
            nearest[point] = self.codes[area]
        return nearest


def read_boundaries(path: Path, reference: CityReference) -> Boundaries:
    """Read the boundaries of every kelurahan of the city.

    Raises:
        BoundaryError: No such file, no GeoJSON, or not one area for each kelurahan.
    """
    from shapely import STRtree

    areas = _areas(path, reference)
    missing = [area.name for code, area in reference.kelurahan.items() if code not in areas]
    if missing:
        found = f"none for {len(missing)} of them, such as {missing[0]}"
        raise BoundaryError(path.name, f"an area for each of {len(reference.kelurahan)} kelurahan", found)
    codes = sorted(areas, key=lambda code: (areas[code].area, code))
    ordered = tuple(areas[code] for code in codes)
    return Boundaries(tuple(codes), ordered, STRtree(ordered))


def _areas(path: Path, reference: CityReference) -> "dict[str, BaseGeometry]":
    areas: dict[str, BaseGeometry] = {}
    names = names_of(reference)
    for number, feature in enumerate(read_features(path), start=1):
        code = code_of(feature, names)
        if code is None:
            raise BoundaryError(f"{path.name}, feature {number}", "a kelurahan of the city", "another or none")
        if code in areas:
            raise BoundaryError(f"{path.name}, feature {number}", "each kelurahan once", f"{code} again")
        areas[code] = area_of(feature, f"{path.name}, feature {number}")
    return areas


def names_of(reference: CityReference) -> Mapping[str, str]:
    """Names of the kelurahan by code."""
    return {code: area.name for code, area in reference.kelurahan.items()}


def read_features(path: Path) -> Sequence[Mapping[str, Any]]:
    """Read the features of a file.

    Raises:
        BoundaryError: No such file, or no FeatureCollection.
    """
    try:
        document = json.loads(path.read_bytes())
        features = document["features"]
        if not isinstance(features, list) or not all(isinstance(one, dict) for one in features):
            raise TypeError
    except OSError as error:
        raise BoundaryError(path.name, "a file", "none that opens") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BoundaryError(path.name, "a FeatureCollection", "something else") from error
    return features


def code_of(feature: Mapping[str, Any], names: Mapping[str, str]) -> str | None:
    """Code of the kelurahan that a feature is drawn for, by its code or by a name that one kelurahan alone has.

    Args:
        feature: Of a FeatureCollection.
        names: Of the kelurahan by code.
    """
    properties = feature.get("properties")
    if not isinstance(properties, dict):
        return None
    code = properties.get("kode")
    if isinstance(code, str) and code in names:
        return code
    name = squash(str(properties.get("nama") or ""))
    named = [code for code, other in names.items() if name and squash(other) == name]
    return named[0] if len(named) == 1 else None


def area_of(feature: Mapping[str, Any], where: str) -> "BaseGeometry":
    """Area of a feature.

    Args:
        feature: Of a FeatureCollection.
        where: Its place, for the error.

    Raises:
        BoundaryError: It has no geometry that can be read, or one without an area.
    """
    from shapely import make_valid
    from shapely.errors import ShapelyError
    from shapely.geometry import shape

    try:
        area = make_valid(shape(feature.get("geometry") or {}))
    except (ShapelyError, ValueError, TypeError, LookupError, AttributeError) as error:
        raise BoundaryError(where, "a polygon", "no geometry that can be read") from error
    # That of a coordinate that is no number is no number either.
    if not area.area > 0:
        raise BoundaryError(where, "a polygon", area.geom_type)
    return area
