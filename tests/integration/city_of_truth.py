"""A small city whose every case, hour and ticket is known, its history out of order, twice and corrected.

The ledger is the truth's own, so that no error of triage hides one of the marts. The city is built in three steps, the
last of them with everything that came late.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import psycopg
import pytest
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest
from dbt_common.behavior_flags import BehaviorFlagRendered
from psycopg.rows import dict_row

from assets.cases.intake import take_in_events
from assets.city import city_folder, dbt_environment
from assets.clock import city_zone
from assets.reference import load_reference
from assets.sources.landing import Batch
from assets.storage import copy_rows
from benchmarks.judged_city import DELIVERY, TRIAGE, id_of, load
from database.server import database_name
from orchestration.manifest import DBT_PROJECT, target
from orchestration.targets import PARSED
from sample_city.bookings import Booked, book, write_bookings
from sample_city.cases import case_events
from sample_city.complaints import Planner
from sample_city.limits import Limits
from sample_city.model import Complaint, Decision
from sample_city.reference import read_reference
from sample_city.standing import Case

SEED, DAYS, A_DAY = 5, 25, 110
START = date(2026, 2, 9)
# How many days of it are known when the marts are built.
BUILDS = (15, 22, DAYS)
# Weeks of it that were forecast before they began, and one that was forecast afterwards.
FORECAST_WEEKS, HINDCAST_WEEK = (0, 1), 2
# Kecamatan, in the order of their file, that were forecast.
AHEAD = slice(2, 10)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


def end_of(days: int) -> datetime:
    return datetime.combine(START + timedelta(days=days), datetime.min.time(), city_zone())


START_AT, AS_OF = end_of(0), end_of(DAYS)


@dataclass(frozen=True)
class Streets:
    """What was measured, forecast and written on the streets: areas, moments, jam indexes, tickets without a place.

    A forecast hour is its area, its start, the forecast and what the four-week median would have said.
    """

    hours: list[tuple[str, datetime, float]]
    forecasts: list[tuple[str, datetime, float, float]]
    tickets: list[tuple[str | None, datetime]]


def streets_of(kecamatan: Sequence[str]) -> Streets:
    rng = np.random.default_rng(SEED)
    hours = [
        (area, START_AT + number * HOUR, round(float(rng.uniform(0, 1)), 2))
        for area in kecamatan[:8]
        for number in range(DAYS * 24)
        if rng.uniform() < 0.7
    ]
    where = [*kecamatan[4:20], None]
    tickets = [
        (where[rng.integers(len(where))], START_AT + float(rng.uniform(0, DAYS * 24)) * HOUR) for _ in range(900)
    ]
    forecasts = [
        (area, START_AT + number * HOUR, round(float(rng.uniform(0, 1)), 2), round(float(rng.uniform(0, 1)), 2))
        for area in kecamatan[AHEAD]
        for week in (*FORECAST_WEEKS, HINDCAST_WEEK)
        for number in range(week * 168, week * 168 + 168)
    ]
    return Streets(hours, forecasts, tickets)


@dataclass(frozen=True)
class Truth:
    """The city."""

    complaints: list[Complaint]
    cases: dict[Any, Case]
    booked: list[Booked]
    streets: Streets


def tell_truth() -> Truth:
    """Plan the city and what truly happens to every case of it."""
    reference = read_reference(city_folder())
    planner, agencies, end = Planner(reference, SEED), reference.agencies, START + timedelta(days=DAYS - 1)
    complaints = [one for number in range(DAYS) for one in planner.plan_day(START + timedelta(days=number), A_DAY)]
    limits = Limits.read(city_folder(), reference, START)
    cases: dict[Any, Case] = {}
    booked = []
    for one in complaints:
        accepted_at = one.accepted_at
        # Agencies work on one case, whoever else reports it.
        if accepted_at is None or one.duplicate_of or accepted_at + DELIVERY + TRIAGE > AS_OF:
            continue
        booked.append(book(case_events(one, agencies, SEED), agencies, end, SEED))
        asked_back = [(one.reported_at + DELIVERY + TRIAGE, accepted_at + DELIVERY)] if one.missing else []
        cases[id_of(one.name)] = Case(one, booked[-1].known, AS_OF, limits, asked_back=asked_back)
    for one in complaints:
        if one.reported_at + DELIVERY + TRIAGE <= AS_OF and (of := cases.get(id_of(one.relapse_of))):
            of.relapses += 1
        if one.decision is Decision.ACCEPTED and (of := cases.get(id_of(one.duplicate_of))):
            of.duplicates += one.accepted_at is not None and one.accepted_at + DELIVERY + TRIAGE <= AS_OF
    return Truth(complaints, cases, booked, streets_of([area.code for area in reference.kecamatan]))


def build_city(url: str, truth: Truth, landing: Path) -> None:
    """Build the marts three times, each with what had come by then."""
    known_skpd, since = frozenset(load_reference(city_folder()).skpd), end_of(0)
    with psycopg.connect(url) as connection:
        load_forecasts(connection, truth.streets)
    for build in BUILDS:
        until = end_of(build)
        of_build = [
            booking
            for booked in truth.booked
            for booking in booked.bookings
            if since.date() <= booking.delivered_on < until.date()
        ]
        write_bookings(landing, of_build, SEED)
        with psycopg.connect(url) as connection:
            load(connection, truth.complaints, since, until)
            take_in_events(connection, landing, Batch(str(build), "case_events", until, True), known_skpd)
            load_streets(connection, truth.streets, since, until)
            # Else the first build is planned as if there were nothing to read.
            connection.execute("analyze")
        # The seeds are the same each time.
        dbt(url, until, *(["seed"] if build == BUILDS[0] else []), "run")
        since = until


def load_streets(connection: psycopg.Connection, streets: Streets, since: datetime, until: datetime) -> None:
    hours = [(*one, True, until, "streets") for one in streets.hours if since <= one[1] < until]
    copy_rows(connection, "raw.area_history", HOURS, hours)
    tickets = [
        (f"T{number}", "polda", moment, "287_3_parkir", "car", area, "text" if area else "none", until, "streets", True)
        for number, (area, moment) in enumerate(streets.tickets)
        if since <= moment < until
    ]
    copy_rows(connection, "raw.tickets", TICKETS, tickets)


def load_forecasts(connection: psycopg.Connection, streets: Streets) -> None:
    for week in (*FORECAST_WEEKS, HINDCAST_WEEK):
        start = end_of(7 * week)
        run = (
            f"week {week}",
            start,
            start,
            start.date(),
            week == HINDCAST_WEEK,
            "{}",
            START_AT,
            start,
            [],
            "0",
            "{}",
            True,
        )
        copy_rows(connection, "forecast.runs", FORECASTS, [run])
    hours = [
        (hour.date() - timedelta(days=hour.weekday()), area, hour, jam_index, 0.0, 1.0, 0.5, median)
        for area, hour, jam_index, median in streets.forecasts
    ]
    copy_rows(connection, "forecast.jam_hours", FORECAST_HOURS, hours)


HOURS = ("area_code", "hour_start", "jam_index", "is_synthetic", "received_at", "batch_id")
FORECASTS = (
    "forecast_id", "issued_at", "cutoff", "week_start", "is_hindcast", "blend", "training_start", "training_end",
    "features", "code_version", "backtest", "is_synthetic",
)  # fmt: skip
FORECAST_HOURS = (
    "week_start", "area_code", "hour_start", "jam_index", "jam_index_p10", "jam_index_p90", "jam_probability",
    "four_week_median",
)  # fmt: skip
TICKETS = (
    "ticket_number", "source", "occurred_at", "article_code", "vehicle_class", "kecamatan_code", "area_basis",
    "received_at", "batch_id", "is_synthetic",
)  # fmt: skip


def dbt(url: str, as_of: datetime, *commands: str, project: Path = DBT_PROJECT) -> None:
    """Run dbt in this process: to start and parse anew takes longer than the models of a small city."""
    for command in commands:
        _invoke(url, project, *command.split(), as_of=as_of)


def compiled(url: str, query: str) -> str:
    """What dbt makes of a query."""
    [result] = _invoke(url, DBT_PROJECT, "compile", "--inline", query).results
    return result.node.compiled_code


def compiled_models(url: str, as_of: datetime, models: Sequence[str]) -> dict[str, str]:
    """What dbt makes of models that are built at a moment, from nothing."""
    results = _invoke(url, DBT_PROJECT, "compile", "--select", *models, as_of=as_of).results
    return {result.node.name: result.node.compiled_code for result in results if result.node.name in models}


def _invoke(url: str, project: Path, *arguments: str, as_of: datetime | None = None) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        # What a notice says of its origin: dbt looks it up in all modules that are loaded, a second each time here.
        patch.setattr(BehaviorFlagRendered, "_default_source", staticmethod(lambda: "dbt"))
        for name, value in dbt_environment(url).items():
            patch.setenv(name, value)
        parsed = _parsed(project, database_name(url))
        if as_of is not None:
            patch.setenv("JSC_AS_OF", as_of.isoformat())
        return _result(parsed, project, *arguments)


def _parsed(project: Path, database: str) -> Manifest:
    """The project with the name of a database in front of every table; to parse it takes longer than to run it."""
    parsed = _parsed_once(project)
    for node in chain(parsed.nodes.values(), parsed.sources.values()):
        if node.relation_name:
            node.relation_name = node.relation_name.replace(f'"{node.database}".', f'"{database}".', 1)
        node.database = database
    return parsed


@cache
def _parsed_once(project: Path) -> Manifest:
    return _result(None, project, "parse")


def _result(parsed: Manifest | None, project: Path, *arguments: str) -> Any:
    # A folder of its own: what other processes write into the project's is not read here.
    with TemporaryDirectory(prefix="jsc-dbt-") as folder:
        earlier = project / "target" / target().name / PARSED
        if parsed is None and earlier.exists():
            shutil.copy(earlier, folder)
        where = ["--project-dir", project, "--profiles-dir", project, "--target-path", folder]
        done = dbtRunner(manifest=parsed).invoke(
            ["--quiet", "--no-write-json", *arguments, *map(str, where), "--log-path", folder]
        )
    assert done.success, done.exception or [
        (one.node.name, one.message) for one in done.result if one.status in ("error", "fail")
    ]
    return done.result


def rows(url: str, query: str) -> list[dict[str, Any]]:
    with psycopg.connect(url, row_factory=dict_row) as connection:
        return connection.execute(query.encode()).fetchall()
