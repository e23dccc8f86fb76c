"""One fault's place: a database of its own, a copy of the small city's files, and the job that runs there.

Belongs here: what faults share. Does not belong here: the faults, what must hold behind them (verdicts.py).
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path

import psycopg

from assets.city import city_folder
from assets.clock import city_zone
from assets.settings import Settings
from benchmarks.faults.verdicts import State
from benchmarks.faults.worker import Work, connections, do
from benchmarks.power import new_database
from database.settings import PROJECT

END = date(2026, 3, 1)
DAYS, CAMERAS, WEEKS = 2, 2, 1
PATIENCE_S = 600


class SkippedError(Exception):
    """A fault that cannot be made here, and why."""


class Compared(StrEnum):
    """What the end is held against."""

    SAME = "as undisturbed"
    CONTAINED = "no record lost"
    ITSELF = "-"


@dataclass
class Trial:
    """Where one fault happens.

    Attributes:
        settings: Of the server.
        url: Of the database.
        folder: Of files that the fault may change.
        work: What the job has to do.
        undisturbed: What the job comes to where nothing happens.
        stack: What lasts until the verdict.
        job: The job once more; a fault with work of its own names it.
    """

    settings: Settings
    url: str
    folder: Path
    work: Work
    undisturbed: State = field(default_factory=dict)
    stack: ExitStack = field(default_factory=ExitStack)
    runs: int = 0
    job: Callable[[], None] = lambda: None

    def __post_init__(self) -> None:
        self.job = self.finish

    def batch_id(self) -> str:
        """A name for the next run."""
        self.runs += 1
        return f"run {self.runs}"

    def finish(self) -> None:
        """Do the job to its end, in this process."""
        do(connections(self.url), self.work, self.batch_id())

    def begin(self) -> "subprocess.Popen[str]":
        """Start the job in a process of its own, and wait until it begins."""
        work = self.work
        arguments = [self.url, str(work.landing), str(work.cameras), work.now.isoformat(), self.batch_id()]
        worker = start_python("-m", "benchmarks.faults.worker", *arguments)
        self.stack.callback(worker.kill)
        if worker.stdout is None or worker.stdout.readline() != "begun\n":
            raise RuntimeError(f"expected the job to begin, found: {worker.communicate()[1]}")
        return worker

    def count(self, query: str) -> int:
        """The one figure that a query gives."""
        with psycopg.connect(self.url) as connection:
            [(figure,)] = connection.execute(query.encode()).fetchall()
        return int(figure)

    def moved(self, by: timedelta) -> Work:
        """The same work by a clock that is so much ahead."""
        return replace(self.work, now=self.work.now + by)


def start_python(*arguments: str) -> "subprocess.Popen[str]":
    """Start a program of this checkout in a process of its own."""
    return subprocess.Popen(  # noqa: S603 - our own modules
        [sys.executable, *arguments],
        env={**os.environ, "PYTHONPATH": str(PROJECT)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def write_small_city(folder: Path) -> None:
    """Two days of the whole city, and two cameras on its last day."""
    from sample_city.city import write_city

    write_city(folder, end=END, seeds=city_folder(), days=DAYS, weeks=WEEKS, cameras=CAMERAS)


def new_trial(settings: Settings, city: Path, name: str, undisturbed: State | None = None) -> Trial:
    """A place with an empty database and files of its own."""
    folder = settings.data / "trials" / name
    shutil.copytree(city, folder)
    now = datetime.combine(END + timedelta(days=1), time(), city_zone())
    work = Work(folder / "landing", folder / "cameras", now)
    return Trial(settings, new_database(settings, name), folder, work, undisturbed or {})


@contextmanager
def variables(**values: str) -> Iterator[None]:
    """The platform's variables, these and no other."""
    before = dict(os.environ)
    for name in [name for name in os.environ if name.startswith("JSC_")]:
        del os.environ[name]
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
