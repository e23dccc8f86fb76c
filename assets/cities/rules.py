"""What no description of a table says: rules between the rows of a city's folder.

Belongs here: agencies, channels, synonyms, roads, indicators, tables that are never empty. Does not belong here: areas
and points (areas.py), numbers (figures.py), odd-even (odd_even.py), codes that point nowhere (pointers.py).
"""

import csv
from collections.abc import Iterator

from assets.cities.area_codes import FORMS
from assets.cities.faults import Fault
from assets.cities.periods import end_faults
from assets.cities.tables import City
from assets.city import CITIES
from assets.complaints.channels.registry import CHANNELS
from assets.reference import DISTRIBUTOR, KELURAHAN

# Tables without which nothing can be taken in, judged or told; areas and people are counted.
NEVER_EMPTY = ("categories", "channels", "pillar_indicators", "skpd", "sla_rules", "traffic_levels")


def rule_faults(city: City) -> Iterator[Fault]:
    """Every fault of those rules.

    Args:
        city: The city's tables.
    """
    for name in NEVER_EMPTY:
        if name in city and not city.is_filled(name):
            yield Fault(f"{name}.csv", 0, "", "a row at least", "none", "Add the rows of the city")
    if city.is_filled("skpd"):
        yield from _agencies(city)
    yield from _channels(city)
    yield from _synonyms(city)
    yield from _roads(city)
    yield from _indicators(city)
    for name, rows in city.items():
        yield from end_faults(name, rows)


def _agencies(city: City) -> Iterator[Fault]:
    rows = city["skpd"]
    parents = {row["skpd_code"]: row["parent_skpd_code"] for row in rows}
    told: set[str] = set()
    for row in rows:
        above, code = [row["skpd_code"]], row["parent_skpd_code"]
        while code and code not in above:
            above.append(code)
            code = parents.get(code, "")
        # Once for all of a circle, and not for those that roll up into it.
        if code and code == row["skpd_code"] and code not in told:
            told.update(above)
            found = " > ".join([*above, code])
            expected = "an agency that ends at the top"
            yield Fault("skpd.csv", row.line, "parent_skpd_code", expected, found, "Mend the parent")
    codes = city.codes("skpd", "skpd_code")
    # Triage hands complaints to these by their codes, whatever the city calls them.
    for code, duty in ((KELURAHAN, "the kelurahan of the place"), (DISTRIBUTOR, "whoever distributes what is unclear")):
        if code not in codes:
            remedy = f"Add a row with this code for {duty}"
            yield Fault("skpd.csv", 0, "skpd_code", f"the agency {code}", "none", remedy)


def _channels(city: City) -> Iterator[Fault]:
    for row in city["channels"]:
        if row["channel_code"] and row["channel_code"] not in CHANNELS:
            expected = f"a channel that the platform reads ({', '.join(sorted(CHANNELS))})"
            remedy = "Write one of these codes; a new channel is a module of its own"
            yield Fault("channels.csv", row.line, "channel_code", expected, row["channel_code"], remedy)


def _synonyms(city: City) -> Iterator[Fault]:
    """A name means a category, or says why it means none; dbt's category_synonyms_without_a_category_say_why."""
    for row in city["category_synonyms"]:
        if bool(row["category_code"]) == bool(row["reason"]):
            found = "both" if row["reason"] else "neither"
            remedy = "Fill in category_code where the name means one category, else reason"
            expected = "a category, or the reason why there is none"
            yield Fault("category_synonyms.csv", row.line, "category_code, reason", expected, found, remedy)


def _roads(city: City) -> Iterator[Fault]:
    """A road runs through several kelurahan; dbt's named_places_of_roads_are_kecamatan."""
    known = city.codes("kelurahan", "kelurahan_code")
    for row in city["named_places"]:
        code = row["area_code"]
        if row["place_kind"] == "road" and FORMS["kelurahan"].fullmatch(code) and (code in known or not known):
            expected, remedy = "the kecamatan of a road", f"Write {code[:8]}"
            yield Fault("named_places.csv", row.line, "area_code", expected, f"the kelurahan {code}", remedy)


def _indicators(city: City) -> Iterator[Fault]:
    """What the models compute is what the project's own cities have; of another indicator there would be no figure."""
    computed = set()
    for path in CITIES.glob("*/pillar_indicators.csv"):
        with path.open(encoding="utf-8-sig", newline="") as lines:
            computed |= {row.get("indicator_code") for row in csv.DictReader(lines)}
    for row in city["pillar_indicators"]:
        if row["indicator_code"] and row["indicator_code"] not in computed:
            expected = "an indicator that the models compute"
            remedy = "Write one that a folder of cities/ has; docs/developer.md says how one is added"
            yield Fault("pillar_indicators.csv", row.line, "indicator_code", expected, row["indicator_code"], remedy)
