"""Claim: a build that takes up a day of live cameras grows with their number, not with its square.

The cameras are on no list, and the database was analyzed before they came: the planner takes what they saw for one row,
and would walk all of it once for each row of itself.

Belongs here: a first day of observations, and how long the models of cameras and areas take. Does not belong here: the
marts of complaints (marts.py), the sweep (sweep.py).
"""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import psycopg

from assets.cctv.live import Swept
from assets.cctv.rows import ObservationRow
from assets.cctv.store import keep_slot
from assets.city import dbt_environment
from assets.clock import midnight
from assets.settings import Settings
from benchmarks.own_server import own_server
from database.migrate import migrate
from database.server import database_url, with_database
from orchestration.manifest import DBT, DBT_PROJECT

CAMERAS = (300, 1_200)
# The second has four times the cameras of the first, and a build sixteen times as much to do if it walked all pairs.
BAR = 6.0
DAY = date(2026, 3, 2)
SLOT = timedelta(minutes=10)
WITHOUT_TESTS = ("--exclude-resource-type", "test", "unit_test")
MODELS = ("fct_camera_hours", "fct_area_slots", "fct_area_hours")

Tell = Callable[[str], None]


def measure(tell: Tell) -> list[str]:
    """Measure both numbers of cameras.

    Args:
        tell: Called with each step as it begins.

    Returns:
        One line per number, and the ratio with its bar.
    """
    lines, spent = [], []
    with own_server() as settings:
        for cameras in CAMERAS:
            seconds = _first_day(settings, cameras, tell)
            spent.append(sum(seconds.values()))
            told = ", ".join(f"{model} {took:.1f}" for model, took in seconds.items())
            lines.append(f"{cameras:,} cameras: {spent[-1]:.1f} s for their first day ({told})")
    few, many = CAMERAS
    lines.append(f"{many / few:.0f} times the cameras take {spent[1] / spent[0]:.1f} times as long (bar: {BAR})")
    return lines


def _first_day(settings: Settings, cameras: int, tell: Tell) -> dict[str, float]:
    """Seconds of each model in the build that takes up a city's first day of cameras behind marts without any."""
    url, name = database_url(settings), f"cameras_{cameras}"
    with psycopg.connect(with_database(url, "postgres"), autocommit=True) as server:
        server.execute(f"create database {name}".encode())
    own = with_database(url, name)
    migrate(own)
    tell(f"{cameras:,} cameras: marts without any")
    _build(own, DAY - timedelta(days=1), settings.data / name)
    tell(f"{cameras:,} cameras: a day of observations")
    with psycopg.connect(own, autocommit=True) as connection:
        connection.execute("analyze")
    with psycopg.connect(own) as connection:
        for slot in _slots(DAY):
            keep_slot(connection, Swept(_rows(slot, cameras)), slot, slot, is_synthetic=True)
    tell(f"{cameras:,} cameras: the build that takes it up")
    return _build(own, DAY, settings.data / name)


def _slots(day: date) -> Iterator[datetime]:
    slot = midnight(day)
    while slot < midnight(day + timedelta(days=1)):
        yield slot
        slot += SLOT


def _names(cameras: int) -> list[str]:
    return [f"camera-{number:05d}" for number in range(cameras)]


def _rows(slot: datetime, cameras: int) -> list[ObservationRow]:
    return [
        ObservationRow(name, slot, slot, "good", "", None, number % 97 / 97, number % 89 / 89, "header")
        for number, name in enumerate(_names(cameras))
    ]


def _build(url: str, day: date, target: Path) -> dict[str, float]:
    project = os.fspath(DBT_PROJECT)
    where = ["--project-dir", project, "--profiles-dir", project, "--target-path", os.fspath(target)]
    as_of = midnight(day + timedelta(days=1)).isoformat()
    subprocess.run(  # noqa: S603 - our own dbt
        [DBT, "--quiet", "build", *where, *WITHOUT_TESTS, "--select", *(f"+{model}" for model in MODELS)],
        env={**os.environ, **dbt_environment(url), "JSC_AS_OF": as_of},
        check=True,
    )
    results = json.loads((target / "run_results.json").read_bytes())["results"]
    took = {result["unique_id"].rpartition(".")[2]: float(result["execution_time"]) for result in results}
    return {model: took[model] for model in MODELS}
