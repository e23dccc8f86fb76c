"""Rows of the open data: what the city of truth lacks for them, and how a test reads files and pages of them.

Belongs here: what two modules need. Does not belong here: what is true of rows, files and pages (the tests).
"""

import csv
import html
import io
import json
import re
from datetime import datetime

import psycopg

from assets.clock import city_zone
from assets.quality import GateResult, store
from orchestration.checks_behind import checks_behind, note_checks
from orchestration.manifest import manifest
from tests.integration.city_of_truth import AS_OF
from tests.served import AREAS

# The city of truth has no camera: what three kecamatan were seen like in the last two hours.
SLOTS = """
    insert into marts.fct_area_slots (
        area_code, slot_start, slot_date_wib, hour_start, jam_index, cameras_observed, is_macet, is_jam, is_synthetic,
        as_of
    )
    select area, slot, (slot at time zone %(zone)s)::date, date_trunc('hour', slot), jam_index, 4,
        jam_index >= 0.6, jam_index >= 0.6, true, %(until)s
    from unnest(%(areas)s::text[], array[0.1, 0.45, 0.8]) as seen (area, jam_index)
    cross join generate_series(%(until)s - interval '2 hours', %(until)s - interval '10 minutes', interval '10 minutes')
        as slot
"""


def add_slots_and_checks(url: str) -> None:
    """Add what cameras saw, and what the tests of the city's build found: all passed, one warned."""
    found = checks_behind(json.loads(manifest().read_bytes()))
    tests = sorted({test for one in found for test in one.tests})
    results = [
        GateResult("dbt", test, test, number > 0, "fail" if number else "warn", "no row", "0 rows")
        for number, test in enumerate(tests)
    ]
    gate = GateResult("triage", "expect_x", "tracking numbers", True, "fail", "one each", "one each")
    with psycopg.connect(url) as connection:
        connection.execute(SLOTS, {"zone": city_zone().key, "until": AS_OF, "areas": [area.code for area in AREAS[:3]]})
        note_checks(connection, "project", found)
        store(connection, [*results, gate], "run", AS_OF)


def table_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def words_of(cell: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", cell)).split())


def link_in(cell: str) -> str:
    found = re.search(r'href="([^"]*\.csv\?[^"]*)"', cell)
    assert found, cell
    return html.unescape(found[1])


def as_written(value: object) -> str:
    """A value as PostgreSQL writes it in CSV, as far as `as_read` tells two apart."""
    match value:
        case None:
            return ""
        case bool():
            return "t" if value else "f"
        case datetime():
            return as_read(value.isoformat(sep=" "))
        case float():
            return as_read(repr(value))
    return as_read(str(value))


def as_read(text: str) -> str:
    try:
        return f"{float(text):.9g}"
    except ValueError:
        pass
    try:
        return datetime.fromisoformat(text).isoformat() if " " in text else text
    except ValueError:
        return text
