"""One value of a city's table by itself: what it says, and what is wrong with it.

Belongs here: forms of numbers and days, words that may stand. Does not belong here: a file (tables.py), what
one row says of another (rules.py, areas.py).
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from assets.cities.schema import Column

# PostgreSQL's integer holds no larger one.
LARGEST = 2**31 - 1
# A point is missed as one, by the rules of areas.
POINT = ("latitude", "longitude")
_DECIMALS = re.compile(r"numeric\((\d+),\s*(\d+)\)")


class Missed(NamedTuple):
    """What was expected in place of a value, and what to do."""

    expected: str
    remedy: str


def whole(text: str) -> int | None:
    """The whole number that a value says, as PostgreSQL's integer holds it; None where it says none."""
    number = int(text) if re.fullmatch(r"-?[0-9]{1,10}", text) else None
    return number if number is not None and abs(number) <= LARGEST else None


def decimal(text: str) -> float | None:
    """The number that a value says; None where it says none."""
    return float(text) if re.fullmatch(r"-?[0-9]{1,300}(\.[0-9]{1,300})?", text) else None


def day(text: str) -> date | None:
    """The day that a value says; None where it says none."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.isoformat() == text else None


def cell_fault(value: str, column: Column) -> Missed | None:
    """What is wrong with a value of a column; None where it is as it should be."""
    if value == "null":
        return Missed("an empty value where there is none", "Delete the word: dbt reads it as nothing")
    if value != value.strip() or any(sign in value for sign in "\r\n\t\0"):
        return Missed("a value of one line without blanks around it", "Delete the blanks and line breaks")
    if not value:
        missed = column.is_required and column.name not in POINT
        return Missed("a value", "Fill it in") if missed else None
    if column.values and value not in column.values:
        return Missed(f"one of {', '.join(column.values)}", "Write one of these")
    form = next(_forms_missed(value, column.kind), None)
    return Missed(form, "Write it in that form") if form else None


def _forms_missed(value: str, kind: str) -> Iterator[str]:
    """How a value of a type is written, where this one is not; PostgreSQL and Python read these forms alike."""
    match kind.partition("(")[0]:
        case "integer" if whole(value) is None:
            is_number = re.fullmatch(r"-?[0-9]+", value)
            yield f"a whole number of at most {LARGEST}" if is_number else "a whole number"
        case "double precision" | "numeric" if decimal(value) is None:
            yield "a number with a decimal point"
        case "numeric":
            yield from _decimals_missed(value, kind)
        case "date" if day(value) is None:
            yield "a day such as 2026-01-31"
        case "boolean" if value not in ("true", "false"):
            yield "true or false"


def _decimals_missed(value: str, kind: str) -> Iterator[str]:
    """A number that the database would round, or that has more digits than it holds."""
    sized = _DECIMALS.fullmatch(kind)
    if sized:
        digits, decimals = int(sized[1]), int(sized[2])
        if not re.fullmatch(rf"-?[0-9]{{1,{digits - decimals}}}(\.[0-9]{{1,{decimals}}})?", value):
            yield f"a number below {10 ** (digits - decimals)} with at most {decimals} decimals"
