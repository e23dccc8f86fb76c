"""An installation of its own for a city whose time runs: its folder, its settings, what lies there before it begins.

Belongs here: what `jsc demo` makes. Does not belong here: the city (sample_city/live.py), its ticks (simulated.py), the
terminal (command/demo.py).
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg

from assets.cctv.store import write_registry
from assets.city import city_folder
from assets.clock import city_zone, midnight
from assets.complaints.reception import hand_in
from assets.settings import RunningClock, Settings
from assets.sources.landing import SYNTHETIC_MARKER
from database.server import start, stop, with_database
from database.settings import PROJECT
from orchestration.run import prepare
from orchestration.watch import BusyError, evaluate, installed
from sample_city.live import LiveCity
from sample_city.live_faults import LiveFault
from sample_city.reference import read_reference
from sample_city.traffic import area_hours, write_area_history

MARKER = "DEMO"
GATEWAY = "gammu"
# Of the streets, so that there is something to forecast from.
HISTORY = timedelta(weeks=6)
# Of its first day: when people get up.
BEGINS_AT = timedelta(hours=5)
# A vendor that is away shall cost seconds, not minutes.
PATIENCE = {"ATTEMPTS": "2", "BACKOFF_S": "0.1", "TIMEOUT_S": "10"}
SEED = 2019


class DemoFolderError(Exception):
    """The folder for the demo holds something else."""


class NoMartsError(Exception):
    """The first marts of the demo could not be built."""


@dataclass(frozen=True)
class Demo:
    """An installation at work.

    Attributes:
        settings: Of it.
        city: Its senders.
        clock: Its time.
    """

    settings: Settings
    city: LiveCity
    clock: RunningClock


class Lookout:
    """What the platform's own watch finds broken; nobody is told but whoever sits before the terminal."""

    def __init__(self, settings: Settings) -> None:
        self._watch = installed(settings)
        self._known: dict[str, str] = {}

    def look(self) -> list[str]:
        """A line for each incident that is new, and for each that is over."""
        try:
            broken = {one.key: one.title for one in evaluate(self._watch).broken}
        except BusyError:
            return []
        new = [f"broken: {title}" for key, title in broken.items() if key not in self._known]
        over = [f"over: {title}" for key, title in self._known.items() if key not in broken]
        self._known = broken
        return new + over


@contextmanager
def demo(home: Path, speed: float, faults: frozenset[LiveFault], first: date | None = None) -> Iterator[Demo]:
    """Make an installation of its own and its city; both end with the block. The process is the demo's from then on.

    Args:
        home: Its folder: absent, empty, or an earlier demo's, which is removed.
        speed: The city's seconds in one.
        faults: What shall go wrong with the senders.
        first: Day on which the city begins; yesterday when None.

    Raises:
        DemoFolderError: The folder holds something else.
        NoMartsError: Its first marts could not be built.
    """
    home = home.expanduser().resolve()
    clear(home)
    for name in [name for name in os.environ if name.startswith("JSC_")]:
        del os.environ[name]
    landing, cameras = home / "landing", home / "cameras.csv"
    os.environ |= {"JSC_HOME": str(home), "JSC_LANDING": str(landing), "JSC_CAMERA_LISTS": json.dumps([str(cameras)])}
    settings = Settings()
    try:
        url = start(settings)
        with psycopg.connect(with_database(url, "postgres"), autocommit=True) as server:
            server.execute(f"create database {GATEWAY}".encode())
            # The gateway and its database stand in the city.
            server.execute(f"alter database {GATEWAY} set timezone = '{city_zone().key}'".encode())
        reference = read_reference(city_folder())
        begins = midnight(first or datetime.now(city_zone()).date() - timedelta(days=1)) + BEGINS_AT
        landing.mkdir()
        for folder in (home, landing):
            (folder / SYNTHETIC_MARKER).write_text("Everything in this folder is synthetic.\n", encoding="utf-8")
        history = area_hours(reference, begins.date() - HISTORY, begins.date() - timedelta(days=1), SEED)
        write_area_history(landing, history)
        city = LiveCity(
            reference,
            landing,
            with_database(url, GATEWAY),
            lambda channel, body, _: _push(url, channel, body),
            faults=faults,
        )
        with city:
            city.cameras.write_list(cameras)
            with psycopg.connect(prepare(settings)) as connection:
                # Else the first night's run would: no camera is asked before it is registered.
                write_registry(connection, [cameras], begins)
            _build_marts(settings, begins)
            clock = RunningClock(shows=begins, since=datetime.now(UTC), speed=speed)
            os.environ |= {**_patient(city.environment), "JSC_CLOCK": clock.model_dump_json()}
            yield Demo(settings, city, clock)
    finally:
        stop(settings)


def _build_marts(settings: Settings, begins: datetime) -> None:
    """Build the marts once: a city that has run for weeks has them, and its first forecast and report read them.

    Raises:
        NoMartsError: They could not be built.
    """
    log = settings.data / "marts.log"
    clock = RunningClock(shows=begins, since=datetime.now(UTC), speed=1)
    program = [sys.executable, "-m", "dagster", "job", "execute", "-m", "orchestration.definitions", "-j", "marts"]
    with log.open("wb") as told:
        done = subprocess.run(  # noqa: S603 - our own job
            program, check=False, cwd=PROJECT, env={**os.environ, "JSC_CLOCK": clock.model_dump_json()},
            stdout=told, stderr=subprocess.STDOUT,
        )  # fmt: skip
    if done.returncode:
        raise NoMartsError(f"Expected the demo's first marts to be built, found that they were not. Read {log}")


def clear(home: Path) -> None:
    """Make the folder, without what an earlier demo left there.

    Raises:
        DemoFolderError: It holds something that no demo left.
    """
    if home.exists() and any(home.iterdir()):
        if not (home / MARKER).is_file():
            raise DemoFolderError(
                f"Expected {home} to be absent, empty or an earlier demo's, found something else. Give another folder"
                " with --home."
            )
        stop(Settings(home=home, database_url=None))
        shutil.rmtree(home)
    home.mkdir(parents=True, exist_ok=True)
    (home / MARKER).write_text("Made by jsc demo, which removes it when it begins anew.\n", encoding="utf-8")


def _patient(environment: dict[str, str]) -> dict[str, str]:
    """The variables of the senders, with little patience for those that are asked over HTTP."""
    asked = [name.removesuffix("_TOKEN") for name in environment if name.endswith("_TOKEN")]
    return {**environment, **{f"{one}_{name}": value for one in asked for name, value in PATIENCE.items()}}


def _push(url: str, channel: str, body: bytes) -> None:
    """Hand in what the city's vendors push."""
    with psycopg.connect(url) as connection:
        hand_in(connection, channel, body)
