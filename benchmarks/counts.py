"""Claim: each mart has as many rows for each week of a small synthetic city as somebody reviewed.

Belongs here: the city, running the job on it, accepting what it has. Does not belong here: counting and comparing
(orchestration/expected_counts.py).
"""

import os
import subprocess
from collections.abc import Callable
from datetime import date
from typing import Any

import psycopg

from assets.city import city_folder
from benchmarks.own_server import own_server
from benchmarks.verb import JSC
from database.settings import PROJECT

# The city whose rows are expected: small enough to be run by the tests.
COUNTED: dict[str, Any] = {"end": date(2026, 3, 1), "days": 2, "weeks": 6, "cameras": 1}


def measure(tell: Callable[[str], None], *, accept: bool) -> list[str]:
    """Run the job on the city and compare its marts with the seed.

    Args:
        tell: Called with each step as it begins.
        accept: Whether the seed is written anew with what is found.

    Returns:
        A line for each mart and week that drifted, and one that says how many rows there are.
    """
    from database.server import database_url
    from orchestration.expected_counts import SEED, accept_counts, count, drift
    from sample_city.city import write_city

    with own_server() as settings:
        tell("writing the city")
        city = write_city(settings.home / "city", seeds=city_folder(), **COUNTED)
        tell("running the job on it")
        subprocess.run(  # noqa: S603 - our own jsc
            [*JSC, "run", "--landing", os.fspath(city.landing_folder), "--cameras", os.fspath(city.cameras_folder)],
            env={**os.environ, "JSC_HOME": os.fspath(settings.home), "JSC_DATABASE_URL": database_url(settings)},
            cwd=PROJECT, stdout=subprocess.DEVNULL, check=True,
        )  # fmt: skip
        with psycopg.connect(database_url(settings)) as connection:
            found = count(connection, "marts")
            findings = [one for one in drift(connection, "marts", city.name) if not one.passed]
        if accept:
            accept_counts(found, city.name)
    lines = [f"{one.subject}: expected {one.expected}, found {one.observed}" for one in findings]
    end = f"written to {SEED}: read its diff" if accept else f"{len(lines)} drifted"
    return [*lines, f"{sum(found.values()):,} rows of {len(found)} marts and weeks, {end}"]
