"""Dagster's storage of a run: one connection for all of it, and another where the server closed that one."""

import dagster as dg
import psycopg
import pytest

from assets.settings import Settings
from database.server import dagster_url, start
from orchestration.instance import hold_connections, write_instance

SESSIONS = "select sessions from pg_stat_database where datname = current_database()"
CLOSE = "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> %s"


@pytest.fixture
def storage(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> str:
    """URL of the database that a new instance keeps its runs in."""
    monkeypatch.setenv("DAGSTER_HOME", "")
    start(settings)
    write_instance(settings)
    return dagster_url(settings)


def run(instance: dg.DagsterInstance, storage: str) -> bool:
    """Two steps, of which the first has the server close every connection of the storage."""

    @dg.op
    def close() -> None:
        with psycopg.connect(storage, autocommit=True) as connection:
            connection.execute(CLOSE, [connection.info.backend_pid])

    @dg.op(ins={"after": dg.In(dg.Nothing)})
    def go_on() -> None:
        """Nothing."""

    @dg.job
    def closed_in_the_middle() -> None:
        go_on(after=close())

    return closed_in_the_middle.execute_in_process(instance=instance, raise_on_error=False).success


def sessions(storage: str) -> int:
    with psycopg.connect(storage) as connection:
        [(count,)] = connection.execute(SESSIONS).fetchall()
        return int(count)


def test_a_run_opens_few_connections_and_outlives_one_that_the_server_closed(storage: str) -> None:
    with dg.DagsterInstance.get() as instance:
        hold_connections(instance)
        assert run(instance, storage)
        before = sessions(storage)
        assert run(instance, storage)
        assert sessions(storage) - before < 10
