"""What no description of a table says: rules between the rows of a city's folder.

Belongs here: agencies, channels, limits, odd-even, levels. Does not belong here: areas and points (areas.py), one value
by itself (tables.py).
"""

from collections.abc import Iterator

from assets.cities.faults import Fault
from assets.cities.tables import Row, Rows
from assets.city import CityFacts
from assets.complaints.channels.registry import CHANNELS
from assets.reference import DISTRIBUTOR, KELURAHAN


def rule_faults(city: Rows, facts: CityFacts | None) -> Iterator[Fault]:
    """Every fault of those rules.

    Args:
        city: The city's tables by name, those that could be read.
        facts: What city.toml says; None where it cannot be read.
    """
    yield from _agencies(city.get("skpd", ()))
    yield from _channels(city.get("channels", ()))
    yield from _limits(city.get("sla_rules", ()))
    yield from _levels(city.get("traffic_levels", ()))
    for name, rows in city.items():
        yield from _ends(name, rows)
    if facts is not None and {"ganjil_genap_roads", "ganjil_genap_hours"} <= city.keys():
        yield from _odd_even(city["ganjil_genap_roads"], city["ganjil_genap_hours"], facts)


def _agencies(rows: tuple[Row, ...]) -> Iterator[Fault]:
    if not rows:
        return
    parents = {row["skpd_code"]: row["parent_skpd_code"] for row in rows}
    for row in rows:
        above, code = [row["skpd_code"]], row["parent_skpd_code"]
        while code and code not in above:
            above.append(code)
            code = parents.get(code, "")
        if code:
            found = " > ".join([*above, code])
            yield Fault(
                "skpd.csv", row.line, "parent_skpd_code", "an agency that ends at the top", found, "Mend the parent"
            )
        receiver = row["receiving_class"]
        if receiver not in {"other", *parents}:
            remedy = f"Add a row with the code {receiver}, or write other"
            expected = "a class that is the code of an agency here"
            yield Fault("skpd.csv", row.line, "receiving_class", expected, receiver, remedy)
    # Triage hands complaints to these by their codes, whatever the city calls them.
    for code, duty in ((KELURAHAN, "the kelurahan of the place"), (DISTRIBUTOR, "whoever distributes what is unclear")):
        if code not in parents:
            remedy = f"Add a row with this code for {duty}"
            yield Fault("skpd.csv", 0, "skpd_code", f"the agency {code}", "none", remedy)


def _channels(rows: tuple[Row, ...]) -> Iterator[Fault]:
    for row in rows:
        if row["channel_code"] not in CHANNELS:
            expected = f"a channel that the platform reads ({', '.join(sorted(CHANNELS))})"
            remedy = "Write one of these codes; a new channel is a module of its own"
            yield Fault("channels.csv", row.line, "channel_code", expected, row["channel_code"], remedy)


def _limits(rows: tuple[Row, ...]) -> Iterator[Fault]:
    for row in rows:
        limit = row["limit_hours"]
        if not limit and row["scope"] != "heavy_work":
            remedy = "Fill in the hours; heavy_work alone has none"
            yield Fault("sla_rules.csv", row.line, "limit_hours", "a limit", "nothing", remedy)
        elif limit.lstrip("-").isdigit() and int(limit) <= 0:
            yield Fault("sla_rules.csv", row.line, "limit_hours", "hours above 0", limit, "Write the limit in hours")


def _levels(rows: tuple[Row, ...]) -> Iterator[Fault]:
    at = "0"
    for row in rows:
        if not _is_same(row["jam_index_from"], at):
            expected, remedy = f"{at}, where the level before it ends", "Let the levels meet"
            yield Fault("traffic_levels.csv", row.line, "jam_index_from", expected, row["jam_index_from"], remedy)
        at = row["jam_index_to"]
    if rows and not _is_same(at, "1"):
        yield Fault("traffic_levels.csv", rows[-1].line, "jam_index_to", "1", at, "End the last level at 1")


def _ends(name: str, rows: tuple[Row, ...]) -> Iterator[Fault]:
    for row in rows:
        if row["valid_to"] and row["valid_to"] <= row["valid_from"]:
            expected = f"a day after {row['valid_from']}"
            yield Fault(f"{name}.csv", row.line, "valid_to", expected, row["valid_to"], "Mend the period")


def _odd_even(roads: tuple[Row, ...], hours: tuple[Row, ...], facts: CityFacts) -> Iterator[Fault]:
    if not facts.has_odd_even:
        for name, rows in (("ganjil_genap_roads", roads), ("ganjil_genap_hours", hours)):
            for row in rows:
                remedy = "Delete the row, or set has_odd_even in city.toml"
                yield Fault(f"{name}.csv", row.line, "", "no row in a city without odd-even", "one", remedy)
        return
    if not roads:
        remedy = "Add its roads, or set has_odd_even = false"
        yield Fault("city.toml", 0, "has_odd_even", "roads in ganjil_genap_roads.csv", "none", remedy)
    starts = [row["valid_from"] for row in hours]
    for row in roads:
        if not any(start <= row["valid_from"] for start in starts):
            expected = f"hours in ganjil_genap_hours.csv from {row['valid_from']} on"
            yield Fault(
                "ganjil_genap_roads.csv", row.line, "road_name", expected, "none", "Add the hours of the restriction"
            )


def _is_same(text: str, other: str) -> bool:
    try:
        return float(text) == float(other)
    except ValueError:
        return False
