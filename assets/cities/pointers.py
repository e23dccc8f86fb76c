"""Codes of a city's tables that point to a row that there is not, each code told once however many rows have it.

Belongs here: which columns point where. Does not belong here: whether a code is formed as one (areas.py).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from assets.cities.area_codes import FORMS
from assets.cities.faults import Fault
from assets.cities.rows import Row
from assets.cities.schema import Column, tables
from assets.cities.tables import City
from assets.complaints.channels.registry import CHANNELS
from assets.reference import DISTRIBUTOR, KELURAHAN

# What points to whom that no description says: the tables and columns of either; an agency of the classes' own codes.
FURTHER = {
    ("named_places", "area_code"): (("kecamatan", "kecamatan_code"), ("kelurahan", "kelurahan_code")),
    ("skpd", "receiving_class"): (("skpd", "skpd_code"),),
}
NO_AGENCY = "other"


@dataclass(frozen=True, order=True)
class Place:
    """Where a code stands."""

    file: str
    line: int
    column: str


Targets = tuple[tuple[str, str], ...]


def pointer_faults(city: City, country: City) -> Iterator[Fault]:
    """Codes that point to a row that there is not.

    Args:
        city: The city's tables.
        country: The country's.
    """
    for targets, codes in _missing(city, country).items():
        for code, places in codes.items():
            first, files = min(places), sorted({place.file for place in places})
            expected = " or ".join(f"a {field} of {target}.csv" for target, field in targets)
            found = code if len(places) == 1 else f"{code}, in {len(places)} rows of {', '.join(files)}"
            remedy = f"Mend the code, or add its row to {' or '.join(f'{target}.csv' for target, _ in targets)}"
            yield Fault(first.file, first.line, first.column, expected, found, remedy)


def missing_codes(city: City, table: str) -> set[str]:
    """Codes of a table to which rows of another point, and which it lacks.

    Args:
        city: The city's tables.
        table: Its name.
    """
    return {
        code
        for targets, codes in _missing(city, City({})).items()
        for code in codes
        if any(target == table for target, _ in targets) and (table not in FORMS or FORMS[table].fullmatch(code))
    }


def _missing(city: City, country: City) -> Mapping[Targets, Mapping[str, list[Place]]]:
    missing: dict[Targets, dict[str, list[Place]]] = {}
    for name, column, targets in _pointers(city):
        owners = [country if target in country else city for target, _ in targets]
        known = [owner.codes(*target) for owner, target in zip(owners, targets, strict=True)]
        if not all(known):
            # Of a table that is not read, or empty, which is told by itself.
            continue
        told = set().union(*known)
        for row in city[name]:
            code = row[column]
            if code and code != "null" and code == code.strip() and code not in told:
                missing.setdefault(targets, {}).setdefault(code, []).append(Place(f"{name}.csv", row.line, column))
    agencies = missing.get((("skpd", "skpd_code"),), {})
    for code in (NO_AGENCY, KELURAHAN, DISTRIBUTOR):
        # The two that have a duty are told as that.
        agencies.pop(code, None)
    return _merged(city, missing)


def _pointers(city: City) -> Iterator[tuple[str, str, Targets]]:
    for name in city:
        for column in tables()[name].columns.values():
            if targets := _targets(name, column):
                yield name, column.name, targets


def _targets(name: str, column: Column) -> Targets:
    further = FURTHER.get((name, column.name), ())
    return further or ((column.points_to,) if column.points_to else ())


def _merged(city: City, missing: dict[Targets, dict[str, list[Place]]]) -> Mapping[Targets, Mapping[str, list[Place]]]:
    """One entry for a code that several kinds of column miss, and none where its row is there, its code misspelt."""
    excused = {target: _misspelt(city[target[0]], target, missing) for targets in missing for target in targets}
    merged: dict[Targets, dict[str, list[Place]]] = {}
    # The narrower first: whoever points to a kecamatan alone says which table lacks the row.
    for targets in sorted(missing, key=len):
        for code, places in missing[targets].items():
            if any(code in excused[target] for target in targets):
                continue
            owner = next((one for one in merged if code in merged[one] and set(one) <= set(targets)), targets)
            merged.setdefault(owner, {}).setdefault(code, []).extend(places)
    return merged


def _misspelt(
    rows: Iterable[Row], target: tuple[str, str], missing: Mapping[Targets, Mapping[str, list[Place]]]
) -> set[str]:
    """Codes that a table lacks because a row of it has one that is none, which is told as that: the likest to it."""
    lacking = {code for targets, found in missing.items() if target in targets for code in found}
    found: set[str] = set()
    for row in rows:
        code = row[target[1]]
        if not _is_code(target[0], code):
            found.update(get_close_matches(code, sorted(lacking - found), 1, cutoff=0))
    return found


def _is_code(table: str, code: str) -> bool:
    if table in FORMS:
        return FORMS[table].fullmatch(code) is not None
    return code in CHANNELS if table == "channels" else code not in ("", "null") and code == code.strip()
