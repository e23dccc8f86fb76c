"""Claim: analysts who ask Parquet files get the same answers, and cost the city's database nothing.

Belongs here: the analyst's questions asked of PostgreSQL and of what `jsc export` writes, by one analyst and by several
at once. Does not belong here: how long each question takes (marts.py).

An analyst is a process with one thread that asks all questions once. What the server spends is the processor time of
PostgreSQL's processes meanwhile. Everything is timed by turns in one run, and the least time counts.
"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import psycopg

from assets.clock import city_zone
from assets.settings import Settings
from benchmarks.documents import questions
from benchmarks.marts import BASE_DAYS, City
from benchmarks.own_server import own_server, server_seconds

ANALYSTS, TURNS = (1, 4), 3

Tell = Callable[[str], None]
# Asks questions of a place, and gives the rows of each; None where the engine knows another SQL.
Ask = Callable[[str, Sequence[str]], list[list[str] | None]]


@dataclass(frozen=True)
class Asked:
    """What some analysts took: seconds on the clock until the last was done, and of the server's processors."""

    wall: float
    server: float


def measure(tell: Tell, days: int) -> list[str]:
    """Measure both ways.

    Args:
        tell: Called with each step as it begins.
        days: Of 1,000 complaints a day behind the marts.

    Returns:
        One line per figure.
    """
    from assets.marts_export import export_marts
    from database.roles import analyst_login

    with own_server() as settings:
        tell(f"{days:,} days: loading them and building the marts")
        city = City(settings, days)
        city.build(BASE_DAYS)
        tell("exporting them")
        folder, begin = settings.data / "export", time.perf_counter()
        rows = export_marts(city.url, folder, lambda _: None)
        exporting = time.perf_counter() - begin
        places: dict[Ask, str] = {ask_postgres: analyst_login(city.url, city_zone().key), ask_files: str(folder)}
        asked, told = _alike(places)
        costs = _by_turns(places, asked, settings, tell)
        megabytes = sum(path.stat().st_size for path in folder.iterdir()) / 1e6
        with psycopg.connect(city.url) as connection:
            [(kept,)] = connection.execute(
                "select sum(pg_total_relation_size(oid))::float / 1e6 from pg_class"
                " where relnamespace = 'marts'::regnamespace and relkind in ('r', 'm')"
            ).fetchall()
    lines = [
        f"export of {len(rows)} tables, {sum(rows.values()):,} rows: {exporting:.1f} s, {megabytes:,.1f} MB of Parquet,"
        f" {kept:,.1f} MB in PostgreSQL",
        told,
    ]
    for name, ask in (("PostgreSQL", ask_postgres), ("DuckDB on Parquet", ask_files)):
        for analysts in ANALYSTS:
            cost = costs[ask, analysts]
            lines.append(
                f"{analysts} at once, {name}: {cost.wall:.2f} s until the last has all answers; the city's server spent"
                f" {cost.server:.2f} s of processor"
            )
    return lines


def ask_postgres(place: str, asked: Sequence[str]) -> list[list[str] | None]:
    """Ask the city's database as an analyst."""
    with psycopg.connect(place) as connection:
        return [_rows(connection.execute(question.encode()).fetchall()) for question in asked]


def ask_files(place: str, asked: Sequence[str]) -> list[list[str] | None]:
    """Ask the files of an export by an engine of one's own."""
    import duckdb

    found: list[list[str] | None] = []
    with duckdb.connect(":memory:", config={"threads": "1"}) as engine:
        engine.execute(f"set timezone = '{city_zone().key}'")
        for path in sorted(Path(place).glob("*.parquet")):
            engine.execute(f"create view {path.stem} as select * from read_parquet('{path}')")  # noqa: S608 - our own
        for question in asked:
            try:
                found.append(_rows(engine.execute(question).fetchall()))
            except duckdb.Error:
                found.append(None)
    return found


def _rows(rows: Sequence[Sequence[Any]]) -> list[str]:
    """Rows in one order and in one writing of numbers and moments."""
    return sorted(" | ".join(map(_written, row)) for row in rows)


def _written(value: Any) -> str:
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return f"{float(value):.6g}"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return str(value)


def _alike(places: dict[Ask, str]) -> tuple[list[str], str]:
    """Questions that both answer alike, and a line about the others."""
    asked = questions()
    ours, theirs = (ask(place, asked) for ask, place in places.items())
    same = [question for question, one, other in zip(asked, ours, theirs, strict=True) if one == other]
    other = [str(number) for number, found in enumerate(theirs, start=1) if found is None]
    differ = [
        str(number)
        for number, (one, two) in enumerate(zip(ours, theirs, strict=True), start=1)
        if two is not None and one != two
    ]
    return same, (
        f"{len(same)} of the analyst's {len(asked)} questions are answered alike; DuckDB knows another SQL for:"
        f" {', '.join(other) or 'none'}; other rows: {', '.join(differ) or 'none'}"
    )


def _by_turns(
    places: dict[Ask, str], asked: Sequence[str], settings: Settings, tell: Tell
) -> dict[tuple[Ask, int], Asked]:
    costs: dict[tuple[Ask, int], Asked] = {}
    for turn in range(TURNS):
        for analysts in ANALYSTS:
            for ask, place in places.items():
                tell(f"{analysts} at once by {ask.__name__}, {turn + 1} of {TURNS} times")
                cost = _ask(ask, place, asked, analysts, settings)
                costs[ask, analysts] = min(cost, costs.get((ask, analysts), cost), key=lambda cost: cost.wall)
    return costs


def _ask(ask: Ask, place: str, asked: Sequence[str], analysts: int, settings: Settings) -> Asked:
    with ProcessPoolExecutor(analysts, mp_context=get_context("spawn")) as pool:
        # They have their imports behind them then.
        list(pool.map(ask, [place] * analysts, [asked[:1]] * analysts))
        before, begin = server_seconds(settings), time.perf_counter()
        list(pool.map(ask, [place] * analysts, [asked] * analysts))
        wall = time.perf_counter() - begin
        # A session's time is its server's once that has seen it end.
        time.sleep(0.5)
        return Asked(wall, server_seconds(settings) - before)
