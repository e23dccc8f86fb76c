"""Claim: intake and triage keep up with ten times the city, and their cost is that of the day, never of the history.

Belongs here: 10,000 and 100,000 payloads from the landing folder to the ledger; a day's batch behind a short and a long
history. Does not belong here: how the history is made (ledger_history.py).

Everything runs on a database server of its own in a temporary folder, each measurement in a process of its own, so
that its peak of memory is its own too.
"""

import resource
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

import psycopg

from assets.city import city_folder
from assets.settings import Settings
from benchmarks.own_server import own_server

DAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 3, tzinfo=UTC)
BATCH = 1_000
MOST_A_DAY = 10_000
# Mean of 2024, as the sample city draws them.
COMPLAINTS_A_DAY = 650
ROUNDS = 5

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Cost:
    """What taking a landing folder in cost one process.

    Attributes:
        seconds: From the first file to the last decision.
        megabytes: Peak resident memory.
        payloads: Records received.
        decided: Complaints and versions of them that the ledger got.
    """

    seconds: float
    megabytes: float
    payloads: int
    decided: int


def take_in_folder(url: str, landing: Path, batch_id: str) -> Cost:
    """Take in everything that a landing folder holds and decide it, as the intake job does."""
    from assets.complaints.channels.registry import CHANNELS
    from assets.complaints.intake import take_in
    from assets.complaints.ledger import decide_all
    from assets.complaints.triage.desk import Desk
    from assets.reference import load_reference
    from assets.sources.landing import open_batch

    @contextmanager
    def transaction() -> Iterator[psycopg.Connection]:
        with psycopg.connect(url) as connection:
            yield connection

    start = time.perf_counter()
    payloads = 0
    for code, channel in CHANNELS.items():
        with transaction() as connection:
            payloads += take_in(connection, channel, landing, open_batch(landing, code, batch_id, NOW)).records
    counts = decide_all(transaction, Desk.of(load_reference(city_folder())), batch_id, NOW)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Cost(seconds, peak, payloads, sum(counts[one] for one in ("accepted", "returned", "rejected")))


def measure(tell: Tell) -> list[str]:
    """Measure all three claims.

    Args:
        tell: Called with each step as it begins.

    Returns:
        One line per claim, with its bar.
    """
    with own_server() as settings:
        small, large = (_of_size(settings, count, tell) for count in (10_000, 100_000))
        short, long = (_behind(settings, size, tell) for size in (10_000, 1_000_000))
    return [
        f"{small.payloads:,} payloads to the ledger: {small.seconds:.1f} s, {small.megabytes:,.0f} MB"
        " (bar: 30 s, 1,000 MB)",
        f"{large.payloads:,} payloads: {large.seconds:.1f} s, {large.megabytes:,.0f} MB,"
        f" {large.seconds / small.seconds:.1f} times (bar: 11 times)",
        f"{BATCH:,} complaints behind 1,000,000: {long:.2f} s, behind 10,000: {short:.2f} s,"
        f" {long / short:.2f} times (bar: 1.3 times, median of {ROUNDS})",
    ]


def _of_size(settings: Settings, count: int, tell: Tell) -> Cost:
    tell(f"{count:,} payloads: writing them")
    landing = settings.data / f"landing_{count}"
    write_landing(landing, count, DAY)
    tell(f"{count:,} payloads: intake and triage")
    return in_a_process(fresh(settings, f"size_{count}"), landing, "1")


def _behind(settings: Settings, size: int, tell: Tell) -> float:
    """Median seconds of a day's batch behind a history of `size` complaints."""
    from benchmarks.ledger_history import grow

    tell(f"a ledger of {size:,}: growing it")
    url = fresh(settings, f"history_{size}")
    in_a_process(url, settings.data / "landing_10000", "base")
    with psycopg.connect(url, autocommit=True) as connection:
        grow(connection, size, days=10_000 // COMPLAINTS_A_DAY)
    seconds = []
    for number in range(1, ROUNDS + 1):
        tell(f"a ledger of {size:,}: batch {number}/{ROUNDS}")
        landing = settings.data / f"batch_{number}"
        if not landing.exists():
            write_landing(landing, BATCH, DAY + timedelta(days=number))
        seconds.append(in_a_process(url, landing, f"batch {number}").seconds)
    return statistics.median(seconds)


def fresh(settings: Settings, name: str) -> str:
    """URL of a migrated database of that name without anything in it."""
    from database.migrate import migrate
    from database.server import database_url, with_database

    url = database_url(settings)
    with psycopg.connect(with_database(url, "postgres"), autocommit=True) as server:
        server.execute(f"create database {name}".encode())
    migrate(with_database(url, name))
    return with_database(url, name)


def write_landing(landing: Path, count: int, last_day: date) -> None:
    """Write the landing files of `count` synthetic complaints, at most 10,000 of them on one day."""
    from sample_city.channels.registry import CHANNELS
    from sample_city.complaints import Planner
    from sample_city.landing import write_day
    from sample_city.model import Extras
    from sample_city.reference import read_reference

    landing.mkdir()
    planner, day, left = Planner(read_reference(city_folder()), 2019), last_day, count
    while left > 0:
        of_day = planner.plan_day(day, min(left, MOST_A_DAY), list(CHANNELS))
        write_day(landing, day, of_day, 2019, Extras())
        left, day = left - len(of_day), day - timedelta(days=1)


def in_a_process(url: str, landing: Path, batch_id: str) -> Cost:
    """Take in a landing folder in a process of its own (take_in_folder)."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(take_in_folder, url, landing, batch_id).result()
