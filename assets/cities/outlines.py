"""What is wrong between the boundaries of a city's kelurahan and its tables, and whether they can be read at all.

Belongs here: those rules, for a new city's folder too. Does not belong here: reading a feature, as the
platform itself does (places/boundaries.py), the tables (areas.py).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assets.cities.area_codes import FORMS
from assets.cities.areas import read_point
from assets.cities.faults import Fault
from assets.cities.rows import Row
from assets.places.boundaries import BoundaryError, area_of, code_of, read_features

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

KILOMETRES_A_DEGREE = 111
# The whole country, in degrees: south, west, north, east.
COUNTRY_BOX = (-11.1, 94.9, 6.2, 141.1)
# Of the smaller of two areas: drawn boundaries overlap by some metres, and an islet's by more of it.
MOST_SHARED = 0.2


class Outlines:
    """The areas of a file that can be read, by code of their kelurahan; and what is wrong with the others."""

    def __init__(self, path: Path, names: Mapping[str, str], of_others: str | None = None) -> None:
        """Read the file.

        Args:
            path: A GeoJSON FeatureCollection with one polygon per kelurahan.
            names: Of the kelurahan by code.
            of_others: Code of the city whose kelurahan these are, where features with the code of another's are passed
                over; None where each is a fault.
        """
        self.areas: dict[str, BaseGeometry] = {}
        self.named: set[str] = set()
        self._file, self._names = path.name, names
        self.faults: list[Fault] = []
        try:
            features = read_features(path)
        except BoundaryError:
            self.faults.append(
                Fault(path.name, 0, "", "a GeoJSON FeatureCollection", "none that opens", "Mend the file")
            )
            return
        strangers = []
        for number, feature in enumerate(features, start=1):
            code = code_of(feature, names)
            if code is not None:
                self._take(number, code, feature)
            elif of_others is None or not _is_of_another(feature, of_others):
                strangers.append((number, feature))
        self.faults += self._strange(strangers)
        self.faults += self._outside()

    def _take(self, number: int, code: str, feature: Mapping[str, Any]) -> None:
        place = f"feature {number}"
        if code in self.named:
            remedy = "Join the two, or mend one's code"
            self.faults.append(Fault(self._file, 0, f"{place}, kode", "each kelurahan once", f"{code} again", remedy))
            return
        self.named.add(code)
        try:
            self.areas[code] = area_of(feature, place)
        except BoundaryError:
            found, remedy = f"none that can be read for {code}", "Draw it again, or delete the feature"
            self.faults.append(Fault(self._file, 0, f"{place}, geometry", "a polygon", found, remedy))

    def _strange(self, strangers: Sequence[tuple[int, Mapping[str, Any]]]) -> Iterator[Fault]:
        """Features of no kelurahan of the city, one sentence for all."""
        if not strangers:
            return
        number, feature = strangers[0]
        properties = feature.get("properties")
        said = properties.get("kode") if isinstance(properties, dict) else None
        found = "none" if said is None else f"{said!r}"
        if said is None and isinstance(properties, dict) and properties:
            found = f"none among {', '.join(sorted(map(str, properties))[:8])}"
        if len(strangers) > 1:
            found = f"{found}, one of {len(strangers)} features of no kelurahan here"
        expected = "a code of kelurahan.csv, such as " + next(iter(self._names), "72.71.01.1001")
        remedy = "Give each the code of its kelurahan in kode or its name in nama, and delete those of other cities"
        yield Fault(self._file, 0, f"feature {number}, kode", expected, found, remedy)

    def _outside(self) -> Iterator[Fault]:
        """Areas that lie nowhere in the country, one sentence for all; they are left out."""
        strange = [
            code for code, area in self.areas.items()
            if not _is_within(COUNTRY_BOX, area.bounds)
        ]  # fmt: skip
        if strange:
            x, y = self.areas[strange[0]].bounds[:2]
            further = f", and {len(strange) - 1} more" if len(strange) > 1 else ""
            expected = "degrees within Indonesia (WGS 84), longitude first"
            remedy = "Write longitude before latitude, or project the file to EPSG:4326"
            yield Fault(self._file, 0, "geometry", expected, f"{x}, {y} for {strange[0]}{further}", remedy)
        for code in strange:
            del self.areas[code]


def _is_within(box: tuple[float, ...], bounds: tuple[float, ...]) -> bool:
    """Whether bounds (west, south, east, north) lie in a box (south, west, north, east)."""
    south, west, north, east = box
    return west <= bounds[0] <= bounds[2] <= east and south <= bounds[1] <= bounds[3] <= north


def _is_of_another(feature: Mapping[str, Any], city: str) -> bool:
    """Whether a feature has the code of a kelurahan, and not one of this city."""
    properties = feature.get("properties")
    code = properties.get("kode") if isinstance(properties, dict) else None
    is_code = isinstance(code, str) and FORMS["kelurahan"].fullmatch(code) is not None
    return is_code and not str(code).startswith(f"{city}.")


def boundary_faults(path: Path, kelurahan: Iterable[Row]) -> Iterator[Fault]:
    """What is wrong between the boundaries of the kelurahan and their points.

    Args:
        path: A GeoJSON FeatureCollection with one polygon per kelurahan, its code in the property `kode` or its name
            in `nama`.
        kelurahan: Rows of kelurahan.csv.
    """
    rows = {row["kelurahan_code"]: row for row in kelurahan if row["kelurahan_code"]}
    outlines = Outlines(path, {code: row["kelurahan_name"] for code, row in rows.items()})
    yield from outlines.faults
    if not outlines.named:
        # A file of which nothing is the city's is told as that.
        return
    for code, row in rows.items():
        if code not in outlines.named:
            remedy = "Add a feature with its code"
            yield Fault("kelurahan.csv", row.line, "", f"a boundary of {code} in {path.name}", "none", remedy)
        elif code in outlines.areas:
            yield from _point_outside(row, outlines.areas[code])
    yield from _overlaps(path.name, outlines.areas)


def _point_outside(row: Row, area: "BaseGeometry") -> Iterator[Fault]:
    point = read_point(row)
    if point is not None and (away := _kilometres_outside(area, *point)):
        found = f"{row['latitude']}, {row['longitude']}, {away:.1f} km outside"
        remedy = "Take a point inside the area, or mend the boundary's code"
        expected = f"a point inside {row['kelurahan_code']}"
        yield Fault("kelurahan.csv", row.line, "latitude, longitude", expected, found, remedy)


def _overlaps(file: str, areas: "Mapping[str, BaseGeometry]") -> Iterator[Fault]:
    """Areas that lie over others: of two the one that does so to more, else the larger."""
    from shapely import STRtree

    codes = sorted(areas)
    shapes = [areas[code] for code in codes]
    over: dict[str, set[str]] = {}
    pairs = STRtree(shapes).query(shapes, predicate="intersects").T if shapes else ()
    for one, other in pairs:
        if one < other:
            shared = shapes[one].intersection(shapes[other]).area
            if shared > MOST_SHARED * min(shapes[one].area, shapes[other].area):
                over.setdefault(codes[one], set()).add(codes[other])
                over.setdefault(codes[other], set()).add(codes[one])
    while any(over.values()):
        worst = max(over, key=lambda code: (len(over[code]), areas[code].area, code))
        beneath = sorted(over.pop(worst))
        for code in beneath:
            over[code].discard(worst)
        found = f"{worst} over {beneath[0]}{f' and {len(beneath) - 1} more' if len(beneath) > 1 else ''}"
        yield Fault(file, 0, "geometry", "areas beside each other", found, "Draw it again")


def _kilometres_outside(shape: "BaseGeometry", latitude: float, longitude: float) -> float:
    """How far a point lies outside a shape, about; 0 inside."""
    from shapely.geometry import Point

    return float(shape.distance(Point(longitude, latitude))) * KILOMETRES_A_DEGREE
