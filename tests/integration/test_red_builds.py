"""A build that fails or is cut short leaves every reader's table as it was, to the byte, and says what broke."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from database.server import with_database
from tests.integration.city_of_truth import AS_OF
from tests.integration.test_recipes import Checkout

pytestmark = pytest.mark.system

BUILD = """
import sys
import dagster as dg
from assets.resources import City, Database
from orchestration.dbt import build_dbt_assets, build_dbt_resource

resources = {"dbt": build_dbt_resource(), "database": Database(url=sys.argv[1]), "city": City(as_of=sys.argv[2])}
with dg.DagsterInstance.ephemeral() as instance:
    done = dg.materialize([build_dbt_assets()], resources=resources, instance=instance, raise_on_error=False)
for event in done.get_step_failure_events():
    print(event.step_failure_data.error.message, event.step_failure_data.error.cause)
sys.exit(not done.success)
"""
READ = ("marts", "reference")
IMPOSSIBLE = "select 1 as broken from {{ ref('fct_area_hours') }} limit 3"


class City:
    """A city whose marts were published once, by a copy of the project that a test may break."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.checkout = url, Checkout(folder / "checkout")
        ours = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        self.environment = {**ours, "PYTHONPATH": str(self.checkout.folder), "JSC_HOME": str(folder / "home")}

    def start(self) -> subprocess.Popen[str]:
        """A build in processes of its own."""
        return subprocess.Popen(
            [sys.executable, "-c", BUILD, self.url, AS_OF.isoformat()],
            cwd=self.checkout.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )

    def build(self) -> tuple[int, str]:
        """Build; returns the code it ended with and what it said."""
        with self.start() as process:
            said, _ = process.communicate()
        return process.returncode, said

    def read(self) -> dict[str, str]:
        """Digest of every table and view that readers have."""
        with psycopg.connect(self.url) as connection:
            named = connection.execute(
                "select table_schema || '.' || table_name from information_schema.tables where table_schema = any(%s)",
                [list(READ)],
            ).fetchall()
            return {
                name: connection.execute(
                    f"select count(*) || md5(coalesce(string_agg(t::text, '' order by t::text), '')) from {name} as t"  # noqa: S608
                ).fetchall()[0][0]
                for (name,) in named
            }


@pytest.fixture(scope="module")
def city(server: str, marts: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    folder = tmp_path_factory.mktemp("red")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("create database red_city template city_of_truth")
        city = City(with_database(marts, "red_city"), folder)
        code, said = city.build()
        assert code == 0, said
        yield city
        connection.execute("drop database red_city with (force)")
    shutil.rmtree(folder)


def test_marts_built_once_more_in_the_other_place_are_the_same(city: City) -> None:
    before = city.read()
    with psycopg.connect(city.url) as connection:
        connection.execute("update quality.mart_builds set sources = null")
    assert city.build()[0] == 0
    assert city.read() == before


# A test that fails and a model that cannot be built: what is added, and how it is named. A wrong folder of the city is
# refused before dbt runs (tests/unit/assets/cities).
FAULTS = {
    "tests/impossible.sql": (IMPOSSIBLE, "impossible: expected no row against the test, found Got 3 results"),
    "models/marts/dim_skpd.sql": ("\nunion all select from nowhere", "dim_skpd: expected a model that can be built"),
}


def test_what_fails_is_not_published_and_is_named(city: City) -> None:
    before, project = city.read(), city.checkout.folder / "dbt_project"
    kept = {path: path.read_bytes() for path in (project / file for file in FAULTS) if path.exists()}
    for file, (added, _) in FAULTS.items():
        with (project / file).open("a", encoding="utf-8") as opened:
            opened.write(added)
    code, said = city.build()
    assert code == 1
    for _, named in FAULTS.values():
        assert named in said
    assert "nan" not in said.lower().split()
    assert city.read() == before
    with psycopg.connect(city.url) as connection:
        skipped = connection.execute("select distinct observed from quality.gate_results where passed is null")
        assert skipped.fetchall() == [("not run: what it reads was not built",)]
    for path, content in kept.items():
        path.write_bytes(content)
    (project / "tests" / "impossible.sql").unlink()


@pytest.mark.parametrize("stop", [signal.SIGKILL, signal.SIGINT], ids=["kill -9", "Ctrl-C"])
def test_a_build_cut_short_changes_nothing_that_is_read(city: City, stop: signal.Signals) -> None:
    with psycopg.connect(city.url, autocommit=True) as connection:
        connection.execute("update quality.mart_builds set sources = null")
        before = city.read()
        with city.start() as process:
            while not connection.execute(
                "select 1 from pg_stat_activity where datname = current_database() and query like '%marts_next%'"
                " and pid <> pg_backend_pid()"
            ).fetchone():
                assert process.poll() is None, "the build ended before it was stopped"
                time.sleep(0.05)
            os.killpg(process.pid, stop)
        assert city.read() == before
