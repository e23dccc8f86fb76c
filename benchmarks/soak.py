"""Claim: the live city's schedules run for a day on their own with faults on, and nothing leaks, is lost or doubled.

Belongs here: a day of `jsc demo` watched from outside, and its summary. Does not belong here: the city's time
(command/demo.py), what must hold behind it (faults/verdicts.py).
"""

import re
import subprocess
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread

import dagster as dg
import psutil
import psycopg
from dagster._core.storage.tags import SCHEDULE_NAME_TAG

from assets.clock import zone_name
from assets.settings import Settings
from benchmarks.faults.verdicts import CHECKS, BrokenError, check
from benchmarks.verb import JSC, free_port
from database.server import dagster_url, database_url, start, stop
from database.settings import PROJECT
from orchestration.instance import write_instance
from orchestration.retention import FREQUENT_KEPT, forgettable
from orchestration.schedules import build_schedules
from sample_city.live_faults import LiveFault

Tell = Callable[[str], None]

# A Friday, the day of the report, whose night is the first of a month, when routing learns: every schedule ticks.
FIRST = date(2026, 7, 31)
LOOKS_EVERY_S = 10
# Of Dagster's services, by what stands in their command lines.
SERVICES = {"webserver": "dagster_webserver", "daemon": "dagster._daemon", "code server": "dagster api grpc"}
# Highest in the last third of the time, over the highest in the middle third: in the first they still load.
MEMORY_BAR = 1.1
MIB = 2**20
TICKS = re.compile(r"^(\w+): (\d+) (asked|skipped)$")


@dataclass(frozen=True)
class Soaked:
    """What a soak came to.

    Attributes:
        lines: Its summary.
        broken: What does not hold.
    """

    lines: Sequence[str]
    broken: Sequence[str]


def measure(hours: float, speed: float, tell: Tell) -> Soaked:
    """Run the live city with all faults, and sum up what became of it.

    Args:
        hours: Of the city.
        speed: The city's seconds in one.
        tell: Called with each line that the demo says.
    """
    with TemporaryDirectory(prefix="jsc-soak-", ignore_cleanup_errors=True) as folder:
        home = Path(folder) / "demo"
        began = time.monotonic()
        ended, said, memory = _watched(home, hours, speed, tell)
        took = time.monotonic() - began
        head = (
            f"The synthetic city from {FIRST} 05:00 {zone_name()} on, {hours:g} hours at {speed:g} times real time,"
            f" with {', '.join(sorted(LiveFault))}: {took / 60:.0f} minutes, {datetime.now(UTC):%Y-%m-%d}"
        )
        if ended:
            return Soaked([head], [f"expected jsc demo to end with 0, found {ended}: {said[-1:]}"])
        with _at_rest(home) as settings:
            parts = [_schedules(said), _invariants(settings), _memory(memory), _storage(settings)]
        return Soaked(
            [head, *(line for part in parts for line in part.lines)], [one for p in parts for one in p.broken]
        )


def _watched(home: Path, hours: float, speed: float, tell: Tell) -> tuple[int, list[str], dict[str, list[float]]]:
    """The demo to its end: its exit code, its lines, and by service the memory in MiB, look by look."""
    faults = [word for fault in LiveFault for word in ("--fault", fault.value)]
    times = ["--hours", str(hours), "--speed", str(speed), "--begins", FIRST.isoformat()]
    demo = subprocess.Popen(  # noqa: S603 - our own
        [*JSC, "demo", "--home", str(home), "--port", str(free_port()), *faults, *times],
        cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    memory: dict[str, list[float]] = defaultdict(list)
    over = Event()
    looks = Thread(target=_look, args=(demo.pid, memory, over))
    looks.start()
    said = []
    try:
        for line in demo.stdout or ():
            said.append(line.rstrip())
            tell(said[-1])
        demo.wait()
    finally:
        over.set()
        looks.join()
        demo.terminate()
    return demo.returncode, said, memory


def _look(demo: int, memory: dict[str, list[float]], over: Event) -> None:
    """Note the memory of Dagster's services below the demo's process until it is over."""
    while not over.wait(LOOKS_EVERY_S):
        try:
            below = psutil.Process(demo).children(recursive=True)
        except psutil.NoSuchProcess:
            return
        resident: Counter[str] = Counter()
        for process in below:
            try:
                line = " ".join(process.cmdline())
                for service, mark in SERVICES.items():
                    if mark in line:
                        resident[service] += process.memory_info().rss
            except psutil.NoSuchProcess:
                continue
        for service, size in resident.items():
            memory[service].append(size / MIB)


@contextmanager
def _at_rest(home: Path) -> Iterator[Settings]:
    """The demo's installation, its server started again for as long as the block."""
    settings = Settings(home=home, database_url=None)
    start(settings)
    try:
        write_instance(settings)
        yield settings
    finally:
        stop(settings)


def _schedules(said: Sequence[str]) -> Soaked:
    """Each schedule's ticks, and what became of the runs that it asked for."""
    ticks = {(found[1], found[3]): int(found[2]) for line in said if (found := TICKS.match(line))}
    with dg.DagsterInstance.get() as instance:
        runs = Counter((run.tags.get(SCHEDULE_NAME_TAG, ""), run.status) for run in instance.get_runs())
    lines = ["| schedule | ticks that asked | that skipped | runs that succeeded | that failed |", "| --- " * 5 + "|"]
    broken = []
    for schedule in (one.name for one in build_schedules("production")):
        good, red = (runs[schedule, status] for status in (dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE))
        asked, skipped = (ticks.get((schedule, outcome), 0) for outcome in ("asked", "skipped"))
        lines.append(f"| {schedule} | {asked} | {skipped} | {good} | {red} |")
        if not good:
            broken.append(f"{schedule}: expected a run that succeeded, found {asked} asked for, {red} failed")
    return Soaked(lines, broken)


def _invariants(settings: Settings) -> Soaked:
    """What must hold behind every fault."""
    try:
        counted = check(database_url(settings))
    except BrokenError as error:
        return Soaked([], [str(error)])
    return Soaked([f"Holds: {', '.join(f'{name} {count}' for name, count in zip(CHECKS, counted, strict=True))}"], [])


def _memory(memory: Mapping[str, Sequence[float]]) -> Soaked:
    """Whether the services' memory stays flat."""
    lines, broken = [], []
    for service in SERVICES:
        looks = memory.get(service, [])
        third = len(looks) // 3
        if not third:
            broken.append(f"{service}: expected to see its process, found none")
            continue
        middle, last = max(looks[third : 2 * third]), max(looks[2 * third :])
        lines.append(
            f"Memory of the {service}: {middle:.0f} MiB at most in the middle third, {last:.0f} in the last:"
            f" {last / middle:.2f} (bar {MEMORY_BAR})"
        )
        if last > MEMORY_BAR * middle:
            broken.append(f"{service}: its memory grew to {last / middle:.2f}")
    return Soaked(lines, broken)


def _storage(settings: Settings) -> Soaked:
    """What Dagster keeps, now and once its retention is over."""
    with dg.DagsterInstance.get() as instance:
        runs = instance.get_runs_count()
        now = datetime.now(UTC)
        overdue, later = forgettable(instance, now), forgettable(instance, now + FREQUENT_KEPT + timedelta(days=1))
    with psycopg.connect(dagster_url(settings)) as connection:
        [(size,)] = connection.execute("select pg_database_size(current_database())").fetchall()
    line = (
        f"Dagster's storage: {runs} runs, {size / MIB:.0f} MiB; {len(overdue)} runs past their retention;"
        f" {runs - len(later)} are kept after {FREQUENT_KEPT.days} days"
    )
    return Soaked([line], [f"{len(overdue)} runs are kept past their retention"] if overdue else [])
