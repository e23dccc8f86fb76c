"""A city's folder, checked before anything is built from it.

Belongs here: which checks there are and in what order. Does not belong here: the checks (tables.py, rules.py) and the
command (command/city).
"""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from assets.cities.areas import area_faults, boundary_faults
from assets.cities.faults import Fault
from assets.cities.rules import rule_faults
from assets.cities.schema import of_country, tables
from assets.cities.tables import Row, pointer_faults, read_table
from assets.city import COUNTRY, FACTS, CityError, CityFacts, city_folder

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

# Files that a folder may hold beside its tables.
BESIDE = frozenset({FACTS, "README.md"})
# A message lists so many faults; `jsc city check` lists all.
MOST_TOLD = 20


def check_folder(folder: Path, boundaries: Path | None = None) -> list[Fault]:
    """Everything that is wrong with a city's folder, in the order of its files.

    Args:
        folder: Of the city.
        boundaries: GeoJSON of the kelurahan; their points are held against it where it is given.
    """
    facts, faults = _facts(folder)
    city: dict[str, tuple[Row, ...]] = {}
    for name, table in tables().items():
        if name in of_country():
            continue
        rows, wrong = read_table(folder, table)
        faults += wrong
        if rows or not wrong:
            city[name] = rows
    country = {name: read_table(COUNTRY, tables()[name])[0] for name in of_country()}
    faults += pointer_faults(city, country)
    faults += rule_faults(city, facts)
    faults += _strangers(folder)
    if facts is not None:
        faults += area_faults(city, facts)
    if boundaries is not None and "kelurahan" in city:
        faults += boundary_faults(boundaries, city["kelurahan"])
    return sorted(set(faults))


def require_sound_city() -> None:
    """Refuse to build anything from a folder with faults.

    Raises:
        CityError: There is a fault; the first twenty are told.
    """
    faults = check_folder(city_folder())
    if faults:
        told = "\n".join(str(fault) for fault in faults[:MOST_TOLD])
        raise CityError(
            f"Expected a sound folder of the city in {city_folder()}, found {len(faults)} faults. Nothing is built"
            f" from it. All of them are told by: jsc city check {city_folder()}\n{told}"
        )


def _facts(folder: Path) -> tuple[CityFacts | None, list[Fault]]:
    try:
        text = (folder / FACTS).read_bytes().decode()
        told = tomllib.loads(text)
    except OSError:
        return None, [Fault(FACTS, 0, "", "the file", "none", "Add it; jsc city new writes one")]
    except ValueError as error:
        return None, [Fault(FACTS, 0, "", "TOML in UTF-8 that says each thing once", str(error), "Mend that line")]
    try:
        return CityFacts.model_validate(told), []
    except ValidationError as error:
        return None, [_fact_fault(text, fault) for fault in error.errors(include_url=False)]


def _fact_fault(text: str, fault: "ErrorDetails") -> Fault:
    field = ".".join(str(part) for part in fault["loc"])
    last = str(fault["loc"][-1])
    lines = [number for number, line in enumerate(text.splitlines(), start=1) if line.split("=")[0].strip() == last]
    expected = fault["msg"].removeprefix("Input should be ")
    expected = expected.replace("String should have", "text of").replace("String should match", "text that matches")
    found = "none" if fault["type"] == "missing" else repr(fault["input"])
    if fault["type"] == "missing":
        expected = "the field"
    elif fault["type"] == "extra_forbidden":
        expected = "no such field"
    remedy = "Fill it in" if found in ("none", "''") else "Mend it; assets/city.py describes each field"
    return Fault(FACTS, lines[0] if lines else 0, field, expected, found, remedy)


def _strangers(folder: Path) -> Iterator[Fault]:
    """Files that nobody reads, and those of the country."""
    for path in sorted(folder.iterdir()):
        if path.name in BESIDE or path.suffix not in (".csv", ".toml", ".yml"):
            continue
        if path.stem in of_country():
            yield Fault(path.name, 0, "", "no table of the country's", "one", "Delete it: cities/indonesia has it")
        elif path.suffix != ".csv" or path.stem not in tables():
            yield Fault(path.name, 0, "", "no file that nobody reads", "one", "Mend its name, or delete it")
