"""Claim: the portal answers 200 requests a second behind 3 years of data, and keeping pages is worth three times.

Belongs here: a mix of pages asked at a steady pace by real HTTP, memory meanwhile, and the same pages made anew each
time. Does not belong here: the city behind it (marts.py).

Everything runs on this machine, the asking too, on a database server of its own in a temporary folder.
"""

import os
import random
import secrets
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from itertools import count, cycle
from threading import Lock
from urllib.parse import urlsplit

import httpx
import numpy as np
import psutil
import psycopg

from assets.clock import city_zone
from benchmarks.judged_city import give_real_numbers
from benchmarks.marts import BASE_DAYS, YEARS_DAYS, City
from benchmarks.own_server import own_server
from benchmarks.verb import JSC, free_port
from database.roles import portal_login

A_SECOND, MINUTES = 200, 10
# After a start each page is made once and most open tables are written: told apart from the minutes behind it.
START_S = 120
# At once, where as much is asked as is answered.
AT_ONCE, WORKERS = 16, 2
FULL_S = 20
SEED = 2019

Tell = Callable[[str], None]
# Of a hundred requests: most people look up a number, or where it jams.
MIX = {
    "/lacak/{number}": 40, "/macet": 20, "/": 12, "/macet/{area}": 10, "/tilang": 6, "/pilar": 4, "/skpd": 4,
    "/api/traffic/now": 3, "/data": 1,
}  # fmt: skip


@dataclass
class Answered:
    """What came of asking: seconds of each answer, by status, and how long all of it took."""

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    took: float = 0.0

    @property
    def a_second(self) -> float:
        """Answers a second."""
        return len(self.seconds) / self.took

    @property
    def p95_ms(self) -> float:
        """95th percentile of the answers, in ms."""
        return float(np.quantile(self.seconds, 0.95)) * 1000

    @property
    def errors(self) -> int:
        """Answers that were not given."""
        return sum(count for status, count in self.statuses.items() if status != 200)


def together(parts: Sequence[Answered]) -> Answered:
    """All answers of parts that were asked one after the other."""
    statuses = sum((part.statuses for part in parts), Counter[int]())
    return Answered([one for part in parts for one in part.seconds], statuses, sum(part.took for part in parts))


def measure(tell: Tell, days: int = YEARS_DAYS, minutes: float = MINUTES) -> list[str]:
    """Measure both claims.

    Args:
        tell: Called with each step as it begins.
        days: Of the city behind the portal.
        minutes: How long it is asked at a steady pace.

    Returns:
        One line per claim, with its bar.
    """
    with own_server() as settings:
        tell(f"{days:,} days: loading them")
        city = City(settings, days)
        tell(f"{days:,} days: building the marts")
        city.build(BASE_DAYS)
        paths = _paths(city.url)
        login = portal_login(city.url, city_zone().key)
        with _served(login, is_kept=True) as (url, portal):
            tell(f"asking {A_SECOND} times a second for {START_S} s from its start, then for {minutes:g} minutes")
            started = _steady(url, paths, START_S)
            first, before = _steady(url, paths, minutes * 30), _memory(portal)
            second, grown = _steady(url, paths, minutes * 30), _memory(portal) / before
            tell("asking as fast as it answers")
            kept = _full(url, paths)
        with _served(login, is_kept=False) as (url, _):
            tell("the same, each page made anew")
            anew = _full(url, paths)
    asked = together([first, second])
    return [
        f"{asked.a_second:.0f} requests a second for {minutes:g} minutes behind {days:,} days:"
        f" p95 {asked.p95_ms:.0f} ms (bar: 100 ms), {started.p95_ms:.0f} ms in the {START_S} s after the start,"
        f" {started.errors + asked.errors} errors (bar: 0), memory {grown:.2f} times in the second half (bar: 1.1)",
        f"as fast as it answers: {kept.a_second:.0f} a second kept, {anew.a_second:.0f} made anew,"
        f" {kept.a_second / anew.a_second:.1f} times (bar: 3 times)",
    ]


def _paths(url: str) -> list[str]:
    """Ten thousand addresses in the proportions of the mix, of numbers and areas that are there."""
    with psycopg.connect(url) as connection:
        numbers = give_real_numbers(connection)
        areas = [
            row[0] for row in connection.execute("select area_code from portal.areas where area_level = 'kecamatan'")
        ]
    rng = random.Random(SEED)  # noqa: S311 - no secret
    chosen = rng.choices(list(MIX), list(MIX.values()), k=10_000)
    return [path.format(number=rng.choice(numbers), area=rng.choice(areas)) for path in chosen]


@contextmanager
def _served(login: str, *, is_kept: bool) -> Iterator[tuple[str, psutil.Process]]:
    """A portal with a worker for each of two cores, as its users start it."""
    port = free_port()
    given = {
        "JSC_PORTAL_DATABASE_URL": login, "JSC_PORTAL_LOOKUPS": str(10**9), "JSC_PORTAL_CACHE": str(is_kept).lower(),
        "JSC_PORTAL_SECRET": secrets.token_urlsafe(32),
    }  # fmt: skip
    process = subprocess.Popen(  # noqa: S603 - our own portal
        [*JSC, "portal", "--no-clerk", "--workers", str(WORKERS), "--port", str(port)],
        env={**os.environ, **given},
        stdout=subprocess.DEVNULL,
    )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait(url)
        yield url, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait()


def _memory(portal: psutil.Process) -> int:
    """Bytes that the portal and its workers hold."""
    return sum(process.memory_info().rss for process in (portal, *portal.children(recursive=True)))


def _wait(url: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{url}/lacak").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise TimeoutError(f"expected the portal to answer within a minute, found nobody at {url}")


class _Asker:
    """Connections that are kept, a thread for each: the standard library's, which cost less than the pages."""

    def __init__(self, url: str, paths: Sequence[str]) -> None:
        self._address = urlsplit(url).netloc
        self._rest, self._next = cycle(paths), Lock()
        self.found, self._begin = Answered(), 0.0

    def ask(self, until: Callable[[int, float], float | None]) -> Answered:
        """Ask by all threads at once.

        Args:
            until: By the number of a request and the seconds so far: when it is to be asked; None where it is over.
        """
        self._begin = time.perf_counter()
        numbers = count()
        with ThreadPoolExecutor(AT_ONCE) as threads:
            for done in [threads.submit(self._ask_on, numbers, until) for _ in range(AT_ONCE)]:
                done.result()
        self.found.took = time.perf_counter() - self._begin
        return self.found

    def _ask_on(self, numbers: Iterator[int], until: Callable[[int, float], float | None]) -> None:
        connection = HTTPConnection(self._address, timeout=30)
        while True:
            with self._next:
                number, path = next(numbers), next(self._rest)
            due = until(number, time.perf_counter() - self._begin)
            if due is None:
                return
            time.sleep(max(self._begin + due - time.perf_counter(), 0))
            connection.request("GET", path, headers={"accept-encoding": "gzip"})
            answer = connection.getresponse()
            answer.read()
            # From when it was due: who waits for a free connection waits for an answer.
            seconds = time.perf_counter() - self._begin - due
            with self._next:
                self.found.seconds.append(seconds)
                self.found.statuses[answer.status] += 1


def _steady(url: str, paths: Sequence[str], seconds: float) -> Answered:
    """Ask at a steady pace, whatever is still unanswered: as people do who do not know of each other."""
    last = int(seconds * A_SECOND)
    return _Asker(url, paths).ask(lambda number, _: number / A_SECOND if number < last else None)


def _full(url: str, paths: Sequence[str]) -> Answered:
    """Ask as fast as it answers, so many at once."""
    return _Asker(url, paths).ask(lambda _, now: now if now < FULL_S else None)
