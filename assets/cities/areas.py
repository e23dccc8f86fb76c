"""What is wrong with a city's areas: codes, counts, points and boundaries.

Belongs here: those rules. Does not belong here: other tables (rules.py), where a report lies (places/).
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assets.cities.faults import Fault
from assets.cities.tables import Row, Rows
from assets.city import Bounds, CityFacts

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

# Files whose rows have a point.
POINTED = ("kecamatan", "kelurahan", "etle_points")
KILOMETRES_A_DEGREE = 111


def area_faults(city: Rows, facts: CityFacts) -> Iterator[Fault]:
    """Every fault of codes, counts and points.

    Args:
        city: The city's tables by name, those that could be read.
        facts: What city.toml says.
    """
    kecamatan, kelurahan = city.get("kecamatan", ()), city.get("kelurahan", ())
    for name in {"kecamatan", "kelurahan"} & city.keys():
        told = getattr(facts.counts, name)
        if len(city[name]) != told:
            remedy = (
                f"Add the missing {name}, or mend {name} below [counts]" if len(city[name]) < told else "Count again"
            )
            yield Fault(f"{name}.csv", 0, "", f"{told} {name}, as city.toml says", str(len(city[name])), remedy)
    yield from _codes(kecamatan, kelurahan, facts)
    yield from _people(city, facts)
    known = {row["kecamatan_code"] for row in kecamatan} | {row["kelurahan_code"] for row in kelurahan}
    for row in city.get("named_places", ()):
        if known and row["area_code"] not in known:
            expected, remedy = "a code of kecamatan.csv or kelurahan.csv", "Mend the code"
            yield Fault("named_places.csv", row.line, "area_code", expected, row["area_code"], remedy)
    yield from _box(facts.bounds)
    for name in POINTED:
        for row in city.get(name, ()):
            yield from _point(name, row, facts.bounds)


def _codes(kecamatan: tuple[Row, ...], kelurahan: tuple[Row, ...], facts: CityFacts) -> Iterator[Fault]:
    for row in kecamatan:
        if not _is_below(row["kota_code"], facts.code):
            expected = f"the city's own code {facts.code}, or one that begins with it"
            yield Fault("kecamatan.csv", row.line, "kota_code", expected, row["kota_code"], "Mend the code")
        if row["kecamatan_code"][:6] != f"{row['kota_code']}." or len(row["kecamatan_code"]) != 8:
            expected = f"a code such as {row['kota_code']}.01"
            yield Fault("kecamatan.csv", row.line, "kecamatan_code", expected, row["kecamatan_code"], "Mend the code")
    for row in kelurahan:
        if row["kelurahan_code"][:9] != f"{row['kecamatan_code']}." or len(row["kelurahan_code"]) != 13:
            expected = f"a code such as {row['kecamatan_code']}.1001"
            yield Fault("kelurahan.csv", row.line, "kelurahan_code", expected, row["kelurahan_code"], "Mend the code")
    if kelurahan:
        inhabited = {row["kecamatan_code"] for row in kelurahan}
        for row in kecamatan:
            if row["kecamatan_code"] not in inhabited:
                expected = "a kelurahan in it"
                yield Fault("kecamatan.csv", row.line, "kecamatan_code", expected, "none", "Add its kelurahan")


def _people(city: Rows, facts: CityFacts) -> Iterator[Fault]:
    """Each kota has its people, of which the rates of the city are made."""
    if not {"population", "kecamatan"} <= city.keys():
        return
    told, wanted = (
        {row["kota_code"]: row for row in city["population"]},
        {row["kota_code"] for row in city["kecamatan"]},
    )
    for code in sorted(wanted - told.keys()):
        yield Fault("population.csv", 0, "kota_code", f"the people of {code}", "no row", "Add one, with its census")
    for code, row in told.items():
        if wanted and code not in wanted:
            yield Fault("population.csv", row.line, "kota_code", "a kota_code of kecamatan.csv", code, "Mend the code")
        if row["population"].lstrip("-").isdigit() and int(row["population"]) <= 0:
            yield Fault(
                "population.csv", row.line, "population", "people", row["population"], "Write how many live there"
            )


def _box(bounds: Bounds) -> Iterator[Fault]:
    for low, high in (("south", "north"), ("west", "east")):
        least, most = getattr(bounds, low), getattr(bounds, high)
        if least >= most:
            expected = f"a {low} below the {high} ({most})"
            yield Fault(
                "city.toml", 0, f"bounds.{low}", expected, str(least), "Mend the box; west and south are smaller"
            )


def _point(name: str, row: Row, bounds: Bounds) -> Iterator[Fault]:
    point = _read_point(row)
    if point is None:
        if not row["latitude"] or not row["longitude"]:
            yield Fault(f"{name}.csv", row.line, "latitude, longitude", "a point", "none", "Fill in a point inside it")
        return
    latitude, longitude = point
    if _holds(bounds, latitude, longitude):
        return
    swapped = _holds(bounds, longitude, latitude)
    expected = f"a point from {bounds.south} to {bounds.north} north and {bounds.west} to {bounds.east} east"
    remedy = "Swap latitude and longitude" if swapped else "Mend the point, or the box below [bounds] in city.toml"
    yield Fault(f"{name}.csv", row.line, "latitude, longitude", expected, f"{latitude}, {longitude}", remedy)


def boundary_faults(path: Path, kelurahan: tuple[Row, ...]) -> Iterator[Fault]:
    """What is wrong between the boundaries of the kelurahan and their points.

    Args:
        path: A GeoJSON FeatureCollection with one polygon per kelurahan, its code in the property `kode`.
        kelurahan: Rows of kelurahan.csv.
    """
    try:
        features = [_drawn(feature) for feature in json.loads(path.read_bytes())["features"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        yield Fault(path.name, 0, "", "a GeoJSON FeatureCollection", f"none that opens ({error})", "Mend the file")
        return
    rows = {row["kelurahan_code"]: row for row in kelurahan}
    shapes: dict[str, BaseGeometry] = {}
    for number, (code, drawn) in enumerate(features, start=1):
        where = f"{path.name}, feature {number}"
        if code not in rows:
            remedy = "Give it the code of its kelurahan"
            yield Fault(where, 0, "kode", "a code of kelurahan.csv", code or "none", remedy)
        elif code in shapes:
            yield Fault(where, 0, "kode", "each kelurahan once", f"{code} again", "Join the two, or mend one's code")
        elif drawn is None:
            yield Fault(where, 0, "geometry", "a polygon", f"none that can be read for {code}", "Draw it again")
        else:
            shapes[code] = drawn
    for code, row in rows.items():
        if code not in shapes:
            remedy = "Add a feature with its code"
            yield Fault("kelurahan.csv", row.line, "", f"a boundary of {code} in {path.name}", "none", remedy)
            continue
        point = _read_point(row)
        if point is not None and (away := _kilometres_outside(shapes[code], *point)):
            found = f"{row['latitude']}, {row['longitude']}, {away:.1f} km outside"
            remedy = "Take a point inside the area, or mend the boundary's code"
            yield Fault("kelurahan.csv", row.line, "latitude, longitude", f"a point inside {code}", found, remedy)


def _drawn(feature: Any) -> "tuple[str, BaseGeometry | None]":
    """Code and shape of a feature; whatever of them cannot be read is empty."""
    from shapely import make_valid
    from shapely.errors import ShapelyError
    from shapely.geometry import shape

    try:
        code = str(feature["properties"]["kode"] or "")
    except (KeyError, TypeError, IndexError):
        code = ""
    try:
        drawn = make_valid(shape(feature["geometry"]))
    except (ShapelyError, KeyError, TypeError, ValueError, AttributeError, IndexError):
        return code, None
    return code, None if drawn.is_empty or drawn.area == 0 else drawn


def _kilometres_outside(shape: "BaseGeometry", latitude: float, longitude: float) -> float:
    """How far a point lies outside a shape, about; 0 inside."""
    from shapely.geometry import Point

    return float(shape.distance(Point(longitude, latitude))) * KILOMETRES_A_DEGREE


def _read_point(row: Row) -> tuple[float, float] | None:
    """Latitude and longitude of a row; None where it has none that can be read."""
    try:
        return float(row["latitude"]), float(row["longitude"])
    except ValueError:
        return None


def _is_below(code: str, city: str) -> bool:
    """Whether a kota is the city itself, or one of its own."""
    return code == city or (len(city) == 2 and code.startswith(f"{city}.") and len(code) == 5)


def _holds(bounds: Bounds, latitude: float, longitude: float) -> bool:
    return bounds.south <= latitude <= bounds.north and bounds.west <= longitude <= bounds.east
