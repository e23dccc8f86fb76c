"""Which files a city's folder holds and what may stand in them, as the descriptions of the seeds say it.

dbt tests the same tables by the same descriptions after they are loaded; here they are read before anything is built.

Belongs here: reading the descriptions. Does not belong here: reading the files (tables.py), what no description says
(rules.py).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from assets.city import COUNTRY
from database.settings import PROJECT

DESCRIPTIONS = PROJECT / "dbt_project" / "seeds"
_REFERENCE = re.compile(r"ref\('(\w+)'\)")


@dataclass(frozen=True)
class Column:
    """What may stand in a column.

    Attributes:
        name: Of the column.
        kind: Its type in the database: text, integer, double precision, boolean, date.
        is_required: Whether every row has a value.
        is_unique: Whether no value stands twice.
        values: The values that there are; empty where any may stand.
        points_to: Table and column whose values may stand; None where any may.
    """

    name: str
    kind: str
    is_required: bool
    is_unique: bool
    values: tuple[str, ...]
    points_to: tuple[str, str] | None


@dataclass(frozen=True)
class Table:
    """One table.

    Attributes:
        name: Of the file, without its ending.
        columns: By name, in the order of the file.
        keys: Columns that are unique together.
        periods: Columns whose rows may not be in force at the same time; None where there are no periods.
        rows: How many rows there are; None for any number.
    """

    name: str
    columns: Mapping[str, Column]
    keys: tuple[tuple[str, ...], ...]
    periods: tuple[str, ...] | None
    rows: int | None


@cache
def tables() -> Mapping[str, Table]:
    """Every table of a city or of the country, by name."""
    return MappingProxyType({path.stem: _table(path) for path in sorted(DESCRIPTIONS.glob("*.yml"))})


@cache
def of_country() -> frozenset[str]:
    """Names of the tables that are the country's."""
    return frozenset(path.stem for path in COUNTRY.glob("*.csv"))


def _table(path: Path) -> Table:
    import yaml

    [described] = yaml.safe_load(path.read_text(encoding="utf-8"))["seeds"]
    kinds = described["config"]["column_types"]
    tests = dict(_tests(described))
    unique = tests.get("unique_combination")
    periods = tests.get("periods_do_not_overlap")
    counted = tests.get("row_count_is")
    return Table(
        name=described["name"],
        columns={one["name"]: _column(one, str(kinds[one["name"]])) for one in described["columns"]},
        keys=(tuple(unique["columns"]),) if unique else (),
        periods=tuple(periods["groups"]) if periods else None,
        rows=counted["count"] if counted else None,
    )


def _column(described: Mapping[str, Any], kind: str) -> Column:
    tests = dict(_tests(described))
    pointed = tests.get("relationships")
    target = _REFERENCE.search(pointed["to"]) if pointed else None
    return Column(
        name=described["name"],
        kind=kind,
        is_required="not_null" in tests or "unique" in tests,
        is_unique="unique" in tests,
        values=tuple(str(value) for value in tests.get("accepted_values", {}).get("values", ())),
        points_to=(target[1], pointed["field"]) if target and pointed else None,
    )


def _tests(described: Mapping[str, Any]) -> Sequence[tuple[str, Mapping[str, Any]]]:
    """Name and arguments of each test."""
    found = []
    for test in described.get("data_tests", ()):
        name, body = (test, {}) if isinstance(test, str) else next(iter(test.items()))
        found.append((name, (body or {}).get("arguments", {})))
    return found
