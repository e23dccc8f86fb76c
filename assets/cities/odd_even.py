"""What is wrong with a city's odd-even restriction: its hours, and its roads beside them.

Belongs here: those rules. Does not belong here: kecamatan of the roads (pointers.py), a day by itself (cells.py).
"""

from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

from assets.cities.cells import whole
from assets.cities.faults import Fault
from assets.cities.periods import Period, period
from assets.cities.rows import Row
from assets.cities.tables import City
from assets.city import FACTS

ROADS, HOURS = "ganjil_genap_roads", "ganjil_genap_hours"
# First and last value of a column; the hour at which a span ends is the first after it.
SPANS = {"first_iso_day": (1, 7), "last_iso_day": (1, 7), "start_hour": (0, 23), "end_hour": (1, 24)}


def odd_even_faults(city: City, has_odd_even: bool | None) -> Iterator[Fault]:
    """Every fault of the restriction.

    Args:
        city: The city's tables.
        has_odd_even: Whether the city has it; None where that cannot be read.
    """
    roads, hours = city[ROADS], city[HOURS]
    for row in hours:
        yield from _span(row)
    yield from _overlaps(hours)
    if has_odd_even is False:
        yield from _none_wanted(roads, hours)
    elif has_odd_even and {ROADS, HOURS} <= city.keys():
        if not roads:
            remedy = "Add its roads, or set has_odd_even = false"
            yield Fault(FACTS, 0, "has_odd_even", f"roads in {ROADS}.csv", "none", remedy)
        yield from _without_hours(roads, hours)


def _none_wanted(roads: tuple[Row, ...], hours: tuple[Row, ...]) -> Iterator[Fault]:
    """One sentence: the tables are filled for one reason, and emptied by one word in city.toml."""
    filled = [(name, rows) for name, rows in ((ROADS, roads), (HOURS, hours)) if rows]
    if filled:
        (name, rows), *further = filled
        found = "one" if len(rows) == 1 else str(len(rows))
        found += "".join(f", and {len(others)} in {other}.csv" for other, others in further)
        remedy = f"Delete {'the row' if found == 'one' else 'them'}, or set has_odd_even = true in {FACTS}"
        yield Fault(f"{name}.csv", rows[0].line, "", "no row in a city without odd-even", found, remedy)


def _span(row: Row) -> Iterator[Fault]:
    outside = False
    for column, (least, most) in SPANS.items():
        number = whole(row[column])
        if number is not None and not least <= number <= most:
            outside = True
            yield Fault(f"{HOURS}.csv", row.line, column, f"{least} to {most}", row[column], "Mend it")
    if outside:
        return
    for first, last, lie in (("first_iso_day", "last_iso_day", 0), ("start_hour", "end_hour", 1)):
        begin, end = whole(row[first]), whole(row[last])
        if begin is not None and end is not None and end < begin + lie:
            expected = f"{begin + lie} or more, as {first} is {begin}"
            yield Fault(
                f"{HOURS}.csv", row.line, last, expected, row[last], "Mend it; write a span past it as two rows"
            )


class _Span(NamedTuple):
    """When a row restricts: days of its period, days of the week, hours."""

    row: Row
    days: Period
    first: int
    last: int
    start: int
    end: int

    def meets(self, other: "_Span") -> bool:
        """Whether an hour is under both."""
        return (
            self.days.first < other.days.end
            and other.days.first < self.days.end
            and self.first <= other.last
            and other.first <= self.last
            and self.start < other.end
            and other.start < self.end
        )


def _overlaps(rows: tuple[Row, ...]) -> Iterator[Fault]:
    """An hour under two rows would be counted twice."""
    spans = []
    # A row that stands twice is told as that.
    for row in {row["rule_code"]: row for row in reversed(rows)}.values():
        days, edges = period(row), [whole(row[column]) for column in SPANS]
        if days is not None and None not in edges:
            spans.append(_Span(row, days, *(edge for edge in edges if edge is not None)))
    for one, other in combinations(sorted(spans, key=lambda span: span.row.line), 2):
        if one.meets(other):
            found = f"hours that line {one.row.line} has too"
            remedy = "End one of the two before the other begins"
            yield Fault(f"{HOURS}.csv", other.row.line, "start_hour", "hours of its own", found, remedy)


def _without_hours(roads: tuple[Row, ...], hours: tuple[Row, ...]) -> Iterator[Fault]:
    """Roads restricted from a day on which no hours are in force."""
    held = [days for row in hours if (days := period(row)) is not None]
    if len(held) < len(hours):
        # A period that cannot be read is told as that.
        return
    bare = [
        (days.first, row) for row in roads
        if (days := period(row)) is not None and not any(one.first <= days.first < one.end for one in held)
    ]  # fmt: skip
    if bare:
        first, row = min(bare, key=lambda one: (one[0], one[1].line))
        expected = f"hours in {HOURS}.csv from {first} on"
        found = "none" if len(bare) == 1 else f"none, for {len(bare)} rows"
        yield Fault(f"{ROADS}.csv", row.line, "road_name", expected, found, "Add the hours of the restriction")
