"""Expected counts: how many rows each mart has for each week of a synthetic city, so that a drift is a diff one reads.

Belongs here: counting, comparing with the seed, writing it anew. Does not belong here: who asks (dbt.py,
`jsc bench counts`), what makes a city (sample_city).
"""

import csv
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from psycopg import Connection, sql

from assets.city import city_folder
from assets.quality import GateResult

SEED = "expected_counts.csv"
HEADER = ("city", "mart", "week_start_date_wib", "rows")
# What dates a row of a mart, the first of these that it has; dimensions are counted whole.
DATED_BY = (
    "week_start_date_wib", "reported_date_wib", "hour_date_wib", "slot_date_wib", "occurred_date_wib",
    "received_date_wib", "reopened_date_wib", "returned_date_wib",
)  # fmt: skip
# These read what earlier runs forecast: their rows tell how often the city was run.
NOT_COUNTED = ("mart_jam_forecast", "fct_forecast_accuracy")

# Rows by mart and Monday; None for a mart that nothing dates, the whole of it.
Counts = Mapping[tuple[str, date | None], int]


def count(connection: Connection, schema: str) -> Counts:
    """Rows of every mart by week.

    Args:
        connection: Open connection.
        schema: Where the marts are: `marts`, or `marts_next` before they are published.
    """
    columns = connection.execute(
        "select table_name, array_agg(column_name::text) from information_schema.columns"
        " where table_schema = %s group by table_name order by table_name",
        [schema],
    ).fetchall()
    counts = {}
    for mart, names in columns:
        if mart in NOT_COUNTED:
            continue
        dated = None if mart.startswith("dim_") else next((name for name in DATED_BY if name in names), None)
        week = sql.SQL("date_trunc('week', {})::date").format(sql.Identifier(dated)) if dated else sql.SQL("null::date")
        asked = sql.SQL("select {} as week, count(*) from {} group by 1").format(week, sql.Identifier(schema, mart))
        counts.update({(mart, monday): rows for monday, rows in connection.execute(asked).fetchall()})
    return counts


def expected(city: str | None) -> Counts:
    """Rows that the seed says a city has; none for a city that it does not know."""
    with (city_folder() / SEED).open(encoding="utf-8", newline="") as file:
        return {
            (row["mart"], date.fromisoformat(week) if (week := row["week_start_date_wib"]) else None): int(row["rows"])
            for row in csv.DictReader(file)
            if row["city"] == city
        }


def drift(connection: Connection, schema: str, city: str | None) -> list[GateResult]:
    """One finding for each mart and week whose rows are not as many as expected; one for all where none is.

    Args:
        connection: Open connection.
        schema: Where the marts are.
        city: Name of the synthetic city; None where it is a real one.

    Returns:
        Nothing for a city of which nothing is expected. Findings of severity warn: whoever changes the code reads them,
        and readers of the city get it all the same.
    """
    wanted = expected(city)
    if not wanted:
        return []
    found = count(connection, schema)
    keys = sorted({*wanted, *found}, key=lambda key: (key[0], key[1] or date.min))
    different = [key for key in keys if wanted.get(key, 0) != found.get(key, 0)]
    return [_result(_named(key), wanted.get(key, 0), found.get(key, 0)) for key in different] or [
        _result("all marts", sum(wanted.values()), sum(found.values()))
    ]


def accept_counts(counts: Counts, city: str, seed: Path | None = None) -> None:
    """Write what a city has into the seed, in the place of what was expected of it; the diff is what is reviewed."""
    seed = seed or city_folder() / SEED
    with seed.open(encoding="utf-8", newline="") as file:
        kept = [row for row in csv.reader(file) if row[0] not in ("city", city)]
    ours = [
        [city, mart, monday.isoformat() if monday else "", str(rows)] for (mart, monday), rows in counts.items() if rows
    ]
    with seed.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([HEADER, *sorted([*kept, *ours])])


def _named(key: tuple[str, date | None]) -> str:
    mart, monday = key
    return f"{mart} of the week of {monday}" if monday else mart


def _result(subject: str, wanted: int, found: int) -> GateResult:
    return GateResult(
        gate="expected_counts",
        expectation="rows_as_expected",
        subject=subject,
        passed=wanted == found,
        severity="warn",
        expected=f"{wanted} rows",
        observed=f"{found} rows",
    )
