"""Claim: building the marts costs the day, not the history, and analysts do not wait.

Belongs here: the daily build behind 30 days and behind 3 years, written and published as a run of Dagster's does it,
building 3 years anew, the analyst's questions on them.
Does not belong here: how a ledger is judged (judged_city.py) and copied into the past (ledger_history.py).

Everything runs on a database server of its own in a temporary folder.
"""

import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
import psycopg

from assets.city import city_folder
from assets.clock import city_zone
from assets.settings import Settings
from benchmarks.documents import questions
from benchmarks.own_server import own_server

A_DAY, BASE_DAYS, YEARS_DAYS = 1_000, 30, 3 * 365
LAST_DAY = date(2026, 3, 2)
# What happens to a case after the base's last day is known where the base is copied into the past.
WHOLE_LIFE = timedelta(days=90)
ROUNDS, ASKED = 3, 20
SEED = 2019

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Built:
    """Seconds of a build, its publishing among them, and those of the publishing."""

    seconds: float
    publishing: float


@dataclass(frozen=True)
class Costs:
    """A build anew, each daily build behind it, and seconds of each question every time it was asked."""

    anew: Built
    daily: Sequence[Built]
    questions: Sequence[Sequence[float]]


def measure(tell: Tell) -> list[str]:
    """Measure all three claims.

    Args:
        tell: Called with each step as it begins.

    Returns:
        One line per claim, with its bar.
    """
    with own_server() as settings:
        short, long = (_of_length(settings, days, tell) for days in (BASE_DAYS, YEARS_DAYS))
    p95 = [float(np.quantile(times, 0.95)) * 1000 for times in long.questions]
    daily = [float(np.median([built.seconds for built in costs.daily])) for costs in (short, long)]
    publishing = max(built.publishing / built.seconds for costs in (short, long) for built in costs.daily)
    return [
        f"daily build behind {YEARS_DAYS:,} days: {daily[1]:.1f} s, behind {BASE_DAYS}: {daily[0]:.1f} s,"
        f" {daily[1] / daily[0]:.2f} times (bar: 1.5 times, median of {ROUNDS})",
        f"publishing: {publishing:.1%} of a daily build at most (bar: 10 %)",
        f"{YEARS_DAYS:,} days built anew: {long.anew.seconds / 60:.1f} min (bar: 15 min)",
        f"the analyst's {len(p95)} questions: {max(p95):.0f} ms at p95 for the slowest (bar: 200 ms, {ASKED} runs):"
        f" {', '.join(f'{one:.0f}' for one in p95)}",
    ]


def _of_length(settings: Settings, days: int, tell: Tell) -> Costs:
    tell(f"{days:,} days: loading them")
    city = City(settings, days)
    tell(f"{days:,} days: building the marts anew")
    anew = city.build(BASE_DAYS)
    tell(f"{days:,} days: building them in the other place, which the next day writes on")
    city.build(BASE_DAYS)
    daily = []
    for number in range(1, ROUNDS + 1):
        tell(f"{days:,} days: daily build {number}/{ROUNDS}")
        city.add_day(BASE_DAYS + number)
        daily.append(city.build(BASE_DAYS + number))
    tell(f"{days:,} days: the questions")
    return Costs(anew, daily, [city.ask(question) for question in questions()])


class City:
    """A city whose last 30 days lie before `LAST_DAY`, in a database of its own.

    Args:
        settings: Of the server.
        days: That it is old.
        a_day: Complaints a day.
        busy: Complaints of days behind the base, by the number of the day, where they are others.
    """

    def __init__(
        self, settings: Settings, days: int, a_day: int = A_DAY, busy: Mapping[int, int] | None = None
    ) -> None:
        from assets.reference import load_reference
        from database.migrate import migrate
        from database.server import database_url, with_database
        from sample_city.complaints import Planner
        from sample_city.reference import read_reference

        url = database_url(settings)
        name = f"marts_{days}_{a_day}"
        with psycopg.connect(with_database(url, "postgres"), autocommit=True) as server:
            server.execute(f"create database {name}".encode())
        self.url = with_database(url, name)
        self._folder = settings.data / name
        self._known_skpd = frozenset(load_reference(city_folder()).skpd)
        self._reference = read_reference(city_folder())
        planner = Planner(self._reference, SEED)
        counts = dict.fromkeys(range(1, BASE_DAYS + ROUNDS + 1), a_day) | dict(busy or {})
        planned = (planner.plan_day(self._day(number), count) for number, count in counts.items())
        self._complaints = [one for of_day in planned for one in of_day]
        migrate(self.url)
        self._load(days)

    def _day(self, number: int) -> date:
        """Day of the base by its number, from 1."""
        return LAST_DAY - timedelta(days=BASE_DAYS - number)

    def end(self, number: int) -> datetime:
        """Midnight behind a day of the base."""
        from assets.clock import midnight

        return midnight(self._day(number) + timedelta(days=1))

    def _load(self, days: int) -> None:
        from benchmarks.judged_city import load
        from benchmarks.ledger_history import grow

        with psycopg.connect(self.url) as connection:
            load(connection, self._complaints, self.end(0) - timedelta(days=1), self.end(BASE_DAYS))
        if days > BASE_DAYS:
            whole_life = self._day(BASE_DAYS) + WHOLE_LIFE
            self._take_in_events("whole lives", whole_life, since=date.min, accepted_by=self.end(BASE_DAYS))
            with psycopg.connect(self.url, autocommit=True) as connection:
                base = connection.execute("select count(*) from ledger.complaints").fetchall()[0][0]
                grow(connection, base * days // BASE_DAYS, BASE_DAYS)
                connection.execute("delete from raw.case_events where batch_id <> 'history'")
        self._take_in_events("base", self._day(BASE_DAYS), since=date.min, accepted_by=self.end(BASE_DAYS))
        with psycopg.connect(self.url, autocommit=True) as connection:
            start = self.end(BASE_DAYS) - timedelta(days=days)
            self._add_hours(connection, start, self.end(BASE_DAYS))
            self._add_forecasts(connection, start, self.end(BASE_DAYS))
            connection.execute("vacuum analyze")

    def add_day(self, number: int) -> None:
        """Let one more day come: its complaints, what was booked on it, and its hours."""
        from benchmarks.judged_city import load

        with psycopg.connect(self.url) as connection:
            load(connection, self._complaints, self.end(number - 1), self.end(number))
            self._add_hours(connection, self.end(number - 1), self.end(number))
        self._take_in_events(str(number), self._day(number), since=self._day(number), accepted_by=self.end(number))

    def _take_in_events(self, name: str, end: date, since: date, accepted_by: datetime) -> None:
        """Take in what the agencies delivered from one day to another about complaints that were accepted by then."""
        from assets.cases.intake import take_in_events
        from assets.clock import midnight
        from assets.sources.landing import Batch
        from sample_city.bookings import book, write_bookings
        from sample_city.cases import case_events

        landing, agencies = self._folder / name, self._reference.agencies
        bookings = (
            booking
            for one in self._complaints
            if one.accepted_at is not None and not one.duplicate_of and one.accepted_at <= accepted_by
            for booking in book(case_events(one, agencies, SEED), agencies, end, SEED).bookings
            if booking.delivered_on >= since
        )
        write_bookings(landing, bookings, SEED)
        batch = Batch(name, "case_events", midnight(min(end, self._day(BASE_DAYS + ROUNDS)) + timedelta(days=1)), True)
        with psycopg.connect(self.url) as connection:
            take_in_events(connection, landing, batch, self._known_skpd)

    def _add_hours(self, connection: psycopg.Connection, start: datetime, end: datetime) -> None:
        """Add what the streets' side measured and wrote: jam indexes and tickets, at random."""
        connection.execute(
            """
            insert into raw.area_history
            select area_code, hour_start, random(), true, hour_start + interval '1 hour', 'bench'
            from unnest(%(areas)s::text[]) as area_code
            cross join generate_series(%(start)s::timestamptz, %(end)s - interval '1 hour', '1 hour') as hour_start
            """,
            {"areas": [area.code for area in self._reference.kecamatan], "start": start, "end": end},
        )
        connection.execute(
            """
            insert into raw.tickets
            select 'T' || extract(epoch from hour_start)::bigint || '-' || number, 'dishub',
                hour_start + random() * interval '59 minutes', '287_3_parkir', 'car', null, null, null, null,
                (%(areas)s::text[])[1 + floor(random() * cardinality(%(areas)s::text[]))::integer], 'text',
                hour_start + interval '1 hour', 'bench', true
            from generate_series(%(start)s::timestamptz, %(end)s - interval '1 hour', '1 hour') as hour_start
            cross join generate_series(1, 12) as number
            """,
            {"areas": [area.code for area in self._reference.kecamatan], "start": start, "end": end},
        )

    def _add_forecasts(self, connection: psycopg.Connection, start: datetime, end: datetime) -> None:
        """Add what was forecast of every week that begins between two moments: jam indexes, at random."""
        mondays = "generate_series(%(monday)s::timestamptz, %(end)s, '7 days') as monday"
        given = {
            "areas": [area.code for area in self._reference.kecamatan],
            "monday": start + timedelta(days=-start.weekday() % 7),
            "end": end,
        }
        connection.execute(
            f"""
            insert into forecast.runs (
                forecast_id, issued_at, cutoff, week_start, is_hindcast, blend, training_start, training_end, features,
                code_version, backtest, is_synthetic
            )
            select monday::text, monday, monday, (monday at time zone '{city_zone().key}')::date, false, '{{}}', monday,
                monday, '{{}}', 'bench', '{{}}', true
            from {mondays}
            """,  # noqa: S608 - our own text
            given,
        )
        connection.execute(
            f"""
            insert into forecast.jam_hours (
                week_start, area_code, hour_start, jam_index, jam_index_p10, jam_index_p90, jam_probability, last_week,
                four_week_median
            )
            select (monday at time zone '{city_zone().key}')::date, area_code, monday + make_interval(hours => number),
                random(), 0, 1, random(), random(), random()
            from {mondays}
            cross join unnest(%(areas)s::text[]) as area_code
            cross join generate_series(0, 167) as number
            """,  # noqa: S608 - our own text
            given,
        )

    def build(self, number: int) -> Built:
        """Build the marts as of the end of a day where no reader looks, and publish them."""
        from assets.city import dbt_environment
        from orchestration.builds import TARGET, Build, begin, publish
        from orchestration.manifest import DBT, DBT_PROJECT, project_digest

        project = os.fspath(DBT_PROJECT)
        where = ["--project-dir", project, "--profiles-dir", project, "--target-path", os.fspath(self._folder / "dbt")]
        started = time.perf_counter()
        with psycopg.connect(self.url) as connection:
            begun = begin(connection, Build(self.end(number), project_digest(), None), "bench")
        flags = [] if begun.writes_on else ["--full-refresh"]
        flags += ["--exclude-resource-type", "unit_test"] if begun.is_proven else []
        subprocess.run(  # noqa: S603 - our own dbt
            [DBT, "--quiet", "build", "--target", TARGET, *where, *flags],
            env={**os.environ, **dbt_environment(self.url), "JSC_AS_OF": self.end(number).isoformat()},
            check=True,
        )
        written = time.perf_counter()
        with psycopg.connect(self.url) as connection:
            publish(connection, begun.build_id)
        ended = time.perf_counter()
        return Built(ended - started, ended - written)

    def ask(self, question: str) -> list[float]:
        """Seconds of a question, each time it was asked."""
        from assets.clock import city_zone
        from database.roles import analyst_login

        times = []
        with psycopg.connect(analyst_login(self.url, city_zone().key)) as connection:
            for _ in range(ASKED):
                begin = time.perf_counter()
                connection.execute(question.encode()).fetchall()
                times.append(time.perf_counter() - begin)
        return times
