"""What is wrong with the numbers that a city sets: limits, levels, rules of the ranking and of the cohorts.

Each rule is what a model (dbt_project/models) needs of the number: what it divides by is above 0, the level that it
joins on is there.

Belongs here: those rules. Does not belong here: odd-even (odd_even.py), one value by itself (cells.py).
"""

from collections.abc import Iterator, Mapping
from itertools import pairwise

from assets.cities.cells import cell_fault, decimal, whole
from assets.cities.faults import Fault
from assets.cities.periods import period
from assets.cities.rows import Row
from assets.cities.schema import tables
from assets.cities.tables import City
from assets.complaints.triage.again import RELAPSE_WITHIN

# What every case falls under.
STAGES = ("coordinate", "resolve")
ANY = "any"
# The level at and above which an hour is a jam.
JAM = "macet"
EDGES = ("jam_index_from", "jam_index_to")
WEIGHTS = ("speed_weight", "relapse_weight", "rating_weight")
# Numbers of times, days and draws, of which there is one at least.
COUNTS = {
    "ranking_rules": ("least_cases", "window_days", "draws"),
    "cohort_rules": ("relapse_window_days", "settling_days", "pool_days", "relapse_pool_days", "repeat_window_days"),
}
PRIOR = "prior_cases"
# More draws than these no build ends, and so many days are three centuries.
MOST = 100_000
LONGEST_LIMIT = 87_600


def figure_faults(city: City) -> Iterator[Fault]:
    """Every fault of those rules.

    Args:
        city: The city's tables.
    """
    yield from _limits(city["sla_rules"])
    yield from _stages(city["sla_rules"])
    yield from _levels(city["traffic_levels"])
    for name, counts in COUNTS.items():
        yield from _counts(name, city[name], counts)
    yield from _weights(city["ranking_rules"])
    for row in city["cohort_rules"]:
        days, wanted = decimal(row["value"]), RELAPSE_WITHIN.days
        if row["rule_code"] == "relapse_window_days" and days is not None and 1 <= days <= MOST and days != wanted:
            remedy = f"Write {wanted}"
            expected = f"{wanted}, the days within which triage links a relapse"
            yield Fault("cohort_rules.csv", row.line, "value", expected, row["value"], remedy)
    for row in city["categories"]:
        reports = whole(row["crm_reports_2023"])
        if reports is not None and reports < 0:
            remedy = "Write how many the source has, 0 where it has none"
            yield Fault("categories.csv", row.line, "crm_reports_2023", "0 or more", row["crm_reports_2023"], remedy)


def _limits(rows: tuple[Row, ...]) -> Iterator[Fault]:
    for row in rows:
        limit = row["limit_hours"]
        hours = whole(limit)
        if not limit and row["scope"] != "heavy_work":
            remedy = "Fill in the hours; heavy_work alone has none"
            yield Fault("sla_rules.csv", row.line, "limit_hours", "a limit", "nothing", remedy)
        elif hours is not None and not 0 < hours <= LONGEST_LIMIT:
            expected = "hours above 0" if hours <= 0 else f"at most {LONGEST_LIMIT} hours, ten years"
            yield Fault("sla_rules.csv", row.line, "limit_hours", expected, limit, "Write the limit in hours")


def _stages(rows: tuple[Row, ...]) -> Iterator[Fault]:
    """A case is held against a rule of each stage from the first day of the first one on."""
    columns = tables()["sla_rules"].columns
    is_told = any(cell_fault(row[column], columns[column]) for row in rows for column in ("stage", "scope"))
    for stage in STAGES:
        alike = [row for row in rows if (row["stage"], row["scope"]) == (stage, ANY)]
        if rows and not alike and not is_told:
            expected = f"a rule of the stage {stage} with the scope {ANY}"
            yield Fault("sla_rules.csv", 0, "stage", expected, "none", "Add it: cases are judged by it")
        held = sorted((days, row.line) for row in alike if (days := period(row)) is not None)
        for (before, line), (after, later) in pairwise(held):
            # One day is told as an end that was written as the last day.
            if (after.first - before.end).days > 1:
                expected = f"{before.end}, where the rule of line {line} ends"
                found, remedy = str(after.first), "Let the rules meet, or add the one between them"
                yield Fault("sla_rules.csv", later, "valid_from", expected, found, remedy)


def _levels(rows: tuple[Row, ...]) -> Iterator[Fault]:
    order, columns = [row["level_code"] for row in rows], tables()["traffic_levels"].columns
    misspelt = any(cell_fault(code, columns["level_code"]) for code in order)
    if rows and JAM not in order and not misspelt:
        remedy = "Name the last level so, or add it"
        yield Fault("traffic_levels.csv", 0, "level_code", f"the level {JAM}, which jams are told by", "none", remedy)
    is_told = misspelt or any(cell_fault(row[edge], columns[edge]) for row in rows for edge in EDGES)
    if JAM not in order or is_told or len(set(order)) < len(rows):
        # What is told of one value or of the whole table says enough.
        return
    levels = [(float(row["jam_index_from"]), float(row["jam_index_to"]), row) for row in rows]
    # From free flow to standstill, as the description lists them.
    levels.sort(key=lambda level: columns["level_code"].values.index(level[2]["level_code"]))
    turned = [level for level in levels if level[0] >= level[1]]
    for low, high, row in turned:
        found, remedy = f"{low:g} to {high:g}", "Mend the level"
        expected = "a level that ends above its begin"
        yield Fault("traffic_levels.csv", row.line, ", ".join(EDGES), expected, found, remedy)
    yield from _gaps(levels if not turned else [])


def _gaps(levels: list[tuple[float, float, Row]]) -> Iterator[Fault]:
    at = 0.0
    for low, high, row in levels:
        if low != at:
            expected = f"{at:g}, where the level before it ends"
            yield Fault(
                "traffic_levels.csv", row.line, "jam_index_from", expected, row["jam_index_from"], "Let the levels meet"
            )
        at = high
    if levels and at != 1:
        last = levels[-1][2]
        yield Fault(
            "traffic_levels.csv", last.line, "jam_index_to", "1", last["jam_index_to"], "End the last level at 1"
        )


def _counts(name: str, rows: tuple[Row, ...], counts: tuple[str, ...]) -> Iterator[Fault]:
    for row in rows:
        code, number = row["rule_code"], decimal(row["value"])
        if number is None:
            continue
        if code in counts and not (1 <= number <= MOST and number.is_integer()):
            expected = f"a whole number from 1 to {MOST} as {code}"
            yield Fault(f"{name}.csv", row.line, "value", expected, row["value"], "Mend it")
        elif code == PRIOR and number <= 0:
            yield Fault(f"{name}.csv", row.line, "value", f"more than 0 as {code}", row["value"], "Mend it")


def _weights(rows: tuple[Row, ...]) -> Iterator[Fault]:
    weights: Mapping[str, tuple[Row, float]] = {
        row["rule_code"]: (row, number)
        for row in rows
        if row["rule_code"] in WEIGHTS and (number := decimal(row["value"])) is not None
    }
    outside = [(row, number) for row, number in weights.values() if not 0 <= number <= 1]
    for row, _ in outside:
        yield Fault("ranking_rules.csv", row.line, "value", f"0 to 1 as {row['rule_code']}", row["value"], "Mend it")
    total = sum(number for _, number in weights.values())
    if not outside and len(weights) == len(WEIGHTS) and abs(total - 1) > 1e-9:
        first = min(row.line for row, _ in weights.values())
        expected = f"1 as the sum of {', '.join(WEIGHTS)}"
        yield Fault("ranking_rules.csv", first, "value", expected, f"{total:g}", "Let the three weights add up to 1")
