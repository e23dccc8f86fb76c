"""A city's folder, checked before anything is built from it.

Belongs here: which checks there are and in what order. Does not belong here: the checks (tables.py, facts.py,
rules.py and the modules beside them) and the command (command/city).
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from assets.cities.areas import area_faults
from assets.cities.facts import read_told
from assets.cities.faults import Fault, gathered, unsaid
from assets.cities.figures import figure_faults
from assets.cities.odd_even import odd_even_faults
from assets.cities.outlines import boundary_faults
from assets.cities.pointers import pointer_faults
from assets.cities.rules import rule_faults
from assets.cities.schema import of_country, tables
from assets.cities.tables import City, read_table
from assets.city import COUNTRY, FACTS, CityError, city_folder

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
    told, faults = read_told(folder)
    city, wrong = _read(folder, tables().keys() - of_country())
    country, _ = _read(COUNTRY, of_country())
    faults += wrong
    # A value that is none says nothing of others: what a later check finds in a cell that was told is a consequence.
    faults += unsaid(pointer_faults(city, country), faults)
    faults += unsaid(rule_faults(city), faults)
    faults += unsaid(figure_faults(city), faults)
    faults += unsaid(odd_even_faults(city, told.has_odd_even), faults)
    faults += _strangers(folder)
    faults += unsaid(area_faults(city, told), faults)
    if boundaries is not None and "kelurahan" in city:
        faults += unsaid(boundary_faults(boundaries, city["kelurahan"]), faults)
    return gathered(faults)


def _read(folder: Path, names: Iterable[str]) -> tuple[City, list[Fault]]:
    """The tables of a folder, and what is wrong with each by itself."""
    read, faults = {}, []
    for name in sorted(names):
        contents, wrong = read_table(folder, tables()[name])
        faults += wrong
        if contents is not None:
            read[name] = contents
    return City(read), faults


def require_sound_city() -> None:
    """Refuse to build anything from a folder with faults.

    Raises:
        CityError: There is a fault; the first twenty are told.
    """
    faults = check_folder(city_folder())
    if faults:
        told = "\n".join(str(fault) for fault in faults[:MOST_TOLD])
        count = f"{len(faults)} {'fault' if len(faults) == 1 else 'faults'}"
        raise CityError(
            f"Expected a sound folder of the city in {city_folder()}, found {count}. Nothing is built from it."
            f" All of them are told by: jsc city check {city_folder()}\n{told}"
        )


def _strangers(folder: Path) -> Iterator[Fault]:
    """Files that nobody reads, and those of the country."""
    for path in sorted(folder.iterdir()):
        if path.name in BESIDE or path.suffix not in (".csv", ".toml", ".yml"):
            continue
        if path.stem in of_country():
            yield Fault(path.name, 0, "", "no table of the country's", "one", "Delete it: cities/indonesia has it")
        elif path.suffix != ".csv" or path.stem not in tables():
            yield Fault(path.name, 0, "", "no file that nobody reads", "one", "Mend its name, or delete it")
