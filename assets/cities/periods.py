"""What is wrong with the periods of a table's rows.

A period is half open: `valid_to` is the first day after it, and a row without one still runs.

Belongs here: rows that end before they begin, overlap, or leave a day to none. Does not belong here: a day by itself
(cells.py).
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from assets.cities.cells import day
from assets.cities.faults import Fault
from assets.cities.rows import Row

NEVER = date.max


class Period(NamedTuple):
    """Days from the first to the one before the last."""

    first: date
    end: date


def period(row: Row) -> Period | None:
    """The period of a row; None where its days cannot be read, or it ends before it begins."""
    first, end = day(row["valid_from"]), day(row["valid_to"]) if row["valid_to"] else NEVER
    return Period(first, end) if first is not None and end is not None and first < end else None


def end_faults(name: str, rows: Iterable[Row]) -> Iterator[Fault]:
    """Rows that end before they begin.

    Args:
        name: Of the table.
        rows: Of a table with periods, or of another.
    """
    for row in rows:
        first, end = day(row["valid_from"]), day(row["valid_to"])
        if first is not None and end is not None and end <= first:
            expected = f"a day after {row['valid_from']}"
            yield Fault(f"{name}.csv", row.line, "valid_to", expected, row["valid_to"], "Mend the period")


def period_faults(name: str, rows: Iterable[Row], groups: tuple[str, ...]) -> Iterator[Fault]:
    """Rows of one group that are in force on the same day, or leave the day between them to none.

    Args:
        name: Of the file.
        rows: With the columns valid_from and valid_to.
        groups: Columns of whose equal values one row may be in force.
    """
    by_group: dict[tuple[str, ...], list[tuple[Period, Row]]] = {}
    for row in rows:
        if (held := period(row)) is not None:
            by_group.setdefault(tuple(row[column] for column in groups), []).append((held, row))
    for group, alike in by_group.items():
        alike.sort(key=lambda one: (one[0], one[1].line))
        for (before, earlier), (after, later) in pairwise(alike):
            start, said = later["valid_from"], ", ".join(group)
            remedy = f"End the earlier one: valid_to {start}"
            if after.first < before.end:
                expected = f"one row in force for {said} on any day"
                found = f"one from {start} while that of line {earlier.line} runs"
                yield Fault(name, later.line, "valid_from", expected, found, remedy)
            elif after.first - before.end == timedelta(days=1):
                expected = f"the first day without it, {start}, on which the row of line {later.line} begins"
                yield Fault(name, earlier.line, "valid_to", expected, earlier["valid_to"], f"Write {start}")
