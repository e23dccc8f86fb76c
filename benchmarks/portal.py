"""Claim: the portal answers 200 requests a second behind 3 years of data, and keeping pages is worth three times.

Belongs here: a mix of pages asked at a steady pace by real HTTP, memory meanwhile, and the same pages made anew each
time. Does not belong here: the city behind it (marts.py).

Everything runs on this machine, the asking too, on a database server of its own in a temporary folder.
"""

import asyncio
import os
import random
import secrets
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle, islice

import httpx
import numpy as np
import psutil
import psycopg

from benchmarks.judged_city import give_real_numbers
from benchmarks.marts import BASE_DAYS, YEARS_DAYS, City
from benchmarks.own_server import own_server
from benchmarks.verb import JSC, free_port
from database.roles import portal_login

A_SECOND, MINUTES = 200, 10
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
        login = portal_login(city.url, "Asia/Jakarta")
        with _served(login, is_kept=True) as (url, portal):
            tell(f"asking {A_SECOND} times a second for {minutes:g} minutes")
            asyncio.run(_steady(url, paths, 5))
            before = _memory(portal)
            steady = asyncio.run(_steady(url, paths, minutes * 60))
            grown = _memory(portal) / before
            tell("asking as fast as it answers")
            kept = asyncio.run(_full(url, paths))
        with _served(login, is_kept=False) as (url, _):
            tell("the same, each page made anew")
            anew = asyncio.run(_full(url, paths))
    p95 = float(np.quantile(steady.seconds, 0.95)) * 1000
    errors = sum(count for status, count in steady.statuses.items() if status != 200)
    return [
        f"{steady.a_second:.0f} requests a second for {minutes:g} minutes behind {days:,} days: p95 {p95:.0f} ms"
        f" (bar: 100 ms), {errors} errors (bar: 0), memory {grown:.2f} times (bar: 1.1)",
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


async def _ask(client: httpx.AsyncClient, path: str, found: Answered) -> None:
    begin = time.perf_counter()
    answer = await client.get(path)
    found.seconds.append(time.perf_counter() - begin)
    found.statuses[answer.status_code] += 1


async def _steady(url: str, paths: Sequence[str], seconds: float) -> Answered:
    """Ask at a steady pace, whatever is still unanswered: as people do who do not know of each other."""
    found, begin = Answered(), time.perf_counter()
    async with _client(url) as client, asyncio.TaskGroup() as asking:
        for number, path in enumerate(islice(cycle(paths), int(seconds * A_SECOND))):
            await asyncio.sleep(max(begin + number / A_SECOND - time.perf_counter(), 0))
            asking.create_task(_ask(client, path, found))
    found.took = time.perf_counter() - begin
    return found


async def _full(url: str, paths: Sequence[str]) -> Answered:
    """Ask as fast as it answers, so many at once."""
    found, begin, rest = Answered(), time.perf_counter(), cycle(paths)

    async def ask_on(client: httpx.AsyncClient) -> None:
        while time.perf_counter() - begin < FULL_S:
            await _ask(client, next(rest), found)

    async with _client(url) as client, asyncio.TaskGroup() as asking:
        for _ in range(AT_ONCE):
            asking.create_task(ask_on(client))
    found.took = time.perf_counter() - begin
    return found


def _client(url: str) -> httpx.AsyncClient:
    # Each connection is kept: opening one costs more than most pages.
    limits = httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE)
    return httpx.AsyncClient(base_url=url, timeout=30, limits=limits, headers={"accept-encoding": "gzip"})
