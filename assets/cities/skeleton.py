"""A new city's folder, for a person to complete.

What its codes and boundaries tell is filled in, what is alike everywhere is taken from a city that is there, and what
only a person knows is left empty for `jsc city check` to name.

Belongs here: making that folder. Does not belong here: what is wrong with it (check.py), the command (command/city).
"""

import csv
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from assets.cities.faults import gathered
from assets.cities.ministry import Codes, read_codes
from assets.cities.outlines import COUNTRY_BOX, Outlines
from assets.cities.schema import of_country, tables
from assets.city import CITIES, FACTS, Bounds, CityError

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

# Tables that a city of one kota can begin with.
MODEL = CITIES / "pangkalpinang"
TAKEN_OVER = (
    "categories", "category_synonyms", "channels", "cohort_rules", "pillar_indicators", "ranking_rules", "skpd",
    "sla_rules", "traffic_levels",
)  # fmt: skip
# Zones by the first two digits of a code: Keppres 41/1987, and the provinces that were cut out of others since.
ZONES: Mapping[str, tuple[int, ...]] = {
    "Asia/Jakarta": (*range(11, 37),),
    "Asia/Pontianak": (61, 62),
    "Asia/Makassar": (51, 52, 53, 63, 64, 65, *range(71, 77)),
    "Asia/Jayapura": (81, 82, *range(91, 98)),
}
# About 2 km round the boundaries, for what stands at the edge.
MARGIN_DEGREES = 0.02
_TITLES = ("Kota Administrasi ", "Kabupaten Administrasi ", "Kota ", "Kabupaten ")

_TOML = """# What the whole platform asks of the city; jsc city check says what is missing.
code = "{code}"
name = "{name}"
long_name = "{long_name}"
government = "Pemerintah {long_name}"
publisher = "Pemerintah {long_name}"
# Of the government's site.
domain = ""
time_zone = "{zone}"
# Two capitals that a tracking number begins with.
number_prefix = ""
language = "id"
has_odd_even = false

[bounds]
south = {south}
west = {west}
north = {north}
east = {east}

[counts]
kecamatan = {kecamatan}
kelurahan = {kelurahan}
"""


def make_skeleton(code: str, codes: Path, folder: Path, boundaries: Path | None = None) -> None:
    """Write the folder of a new city.

    Args:
        code: Of the city by the Ministry of Home Affairs: a province's, or a kota's or kabupaten's.
        codes: CSV with the columns kode, nama and tingkat, such as the ministry's list; other cities are passed over.
        folder: Where to write; absent or empty.
        boundaries: GeoJSON with a polygon for each kelurahan, its code in the property kode; gives points and the box.

    Raises:
        CityError: The list or the boundaries cannot be read whole, do not hold the city, or the folder holds
            something; nothing is written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CityError(f"Expected {folder} to be absent or empty, found something in it. Name another folder")
    known = read_codes(code, codes)
    shapes = _read_shapes(boundaries, known) if boundaries else {}
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        # Written beside it and renamed, so that what fails half way leaves nothing.
        with TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as beside:
            written = Path(beside) / "city"
            written.mkdir()
            _write_all(written, known, shapes)
            written.rename(folder)
    except OSError as error:
        raise CityError(f"Expected to write {folder}, found {error}. Name a folder that can be written") from error


def _write_all(folder: Path, known: Codes, shapes: "Mapping[str, BaseGeometry]") -> None:
    for name in TAKEN_OVER:
        shutil.copy(MODEL / f"{name}.csv", folder)
    for name, rows in _area_tables(known, shapes):
        _write(folder, name, rows)
    for name in tables().keys() - of_country() - {path.stem for path in folder.glob("*.csv")}:
        _write(folder, name, ())
    (folder / FACTS).write_text(_facts(known, _box(shapes)), encoding="utf-8")


def _read_shapes(path: Path, known: Codes) -> "dict[str, BaseGeometry]":
    """Areas of the city's kelurahan; what is plainly of other cities is passed over."""
    names = {code: known.names[code] for code in known.at(13)}
    outlines = Outlines(path, names, of_others=known.code)
    faults = gathered(outlines.faults)
    if faults:
        told = "\n".join(map(str, faults))
        raise CityError(
            f"Expected boundaries that can be read, found {len(faults)} faults. Nothing is written:\n{told}"
        )
    return outlines.areas


def _area_tables(
    known: Codes, shapes: "Mapping[str, BaseGeometry]"
) -> Iterator[tuple[str, Iterable[Sequence[object]]]]:
    from shapely import union_all

    parts: dict[str, list[BaseGeometry]] = {}
    for code, drawn in shapes.items():
        parts.setdefault(code[:8], []).append(drawn)
    whole = {code: union_all(members) for code, members in parts.items()}
    yield "kelurahan", [(code, known.names[code], code[:8], *_point(shapes.get(code))) for code in known.at(13)]
    yield (
        "kecamatan",
        [
            (code, known.names[code], code[:5], known.names.get(code[:5], ""), *_point(whole.get(code)))
            for code in known.at(8)
        ],
    )
    yield "population", [(code, "", "") for code in sorted({code[:5] for code in known.at(8)})]


def _point(shape: "BaseGeometry | None") -> tuple[str, str]:
    """Latitude and longitude of a point inside, to a metre; empty without a shape."""
    if shape is None:
        return "", ""
    point = shape.representative_point()
    return f"{point.y:.5f}", f"{point.x:.5f}"


def _box(shapes: "Mapping[str, BaseGeometry]") -> Bounds:
    drawn = [shape.bounds for shape in shapes.values()]
    south, west, north, east = COUNTRY_BOX
    if drawn:
        south, west = min(box[1] for box in drawn) - MARGIN_DEGREES, min(box[0] for box in drawn) - MARGIN_DEGREES
        north, east = max(box[3] for box in drawn) + MARGIN_DEGREES, max(box[2] for box in drawn) + MARGIN_DEGREES
    return Bounds(south=round(south, 3), west=round(west, 3), north=round(north, 3), east=round(east, 3))


def _facts(known: Codes, box: Bounds) -> str:
    long_name, province = known.names[known.code], int(known.code[:2])
    title = next((title for title in _TITLES if long_name.startswith(title)), "")
    return _TOML.format(
        code=known.code,
        name=long_name.removeprefix(title),
        long_name=long_name,
        zone=next((zone for zone, provinces in ZONES.items() if province in provinces), ""),
        kecamatan=len(known.at(8)),
        kelurahan=len(known.at(13)),
        **box.model_dump(),
    )


def _write(folder: Path, name: str, rows: Iterable[Sequence[object]]) -> None:
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(tables()[name].columns)
        writer.writerows(rows)
