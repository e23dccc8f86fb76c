"""How a build of the marts takes the readers' place, on a real PostgreSQL."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from psycopg import errors

from orchestration.builds import LAYERS, Build, begin, digests, publish, published_alike, stored_sources

AS_OF = datetime(2026, 3, 2, tzinfo=UTC)
BUILD = Build(AS_OF, "rules", {"raw.tickets": "3-17"})


def write(connection: psycopg.Connection, figure: int) -> None:
    """What dbt does: a table, and a view of another layer on it."""
    connection.execute("drop table if exists marts_next.figures cascade")
    connection.execute(f"create table marts_next.figures as select {figure} as figure")
    connection.execute("create or replace view intermediate_next.doubled as select figure * 2 from marts_next.figures")


def build(connection: psycopg.Connection, figure: int, build: Build = BUILD) -> None:
    begun = begin(connection, build, "run")
    write(connection, figure)
    publish(connection, begun.build_id)
    connection.commit()


def seen(connection: psycopg.Connection) -> list[tuple[int, int]]:
    """What a reader sees."""
    return connection.execute("select * from marts.figures, intermediate.doubled").fetchall()


@pytest.fixture
def reader(connection: psycopg.Connection) -> Iterator[str]:
    """A role that a city let into the marts by itself."""
    connection.execute("create role dashboard")
    connection.execute("grant usage on schema marts to dashboard")
    connection.commit()
    yield "dashboard"
    connection.rollback()
    connection.execute("drop owned by dashboard; drop role dashboard")
    connection.commit()


def test_readers_see_one_build_until_the_next_is_published(connection: psycopg.Connection) -> None:
    build(connection, 1)
    build_id = begin(connection, BUILD, "run").build_id
    write(connection, 2)
    assert seen(connection) == [(1, 2)]
    publish(connection, build_id)
    assert seen(connection) == [(2, 4)]


def test_what_was_never_analyzed_is_before_it_is_read(connection: psycopg.Connection, database_url: str) -> None:
    with psycopg.connect(database_url) as other:
        other.execute(
            "insert into raw.area_history select number::text, to_timestamp(number * 3600), 0.5, true, now(), 'x'"
            " from generate_series(1, 2000) as number"
        )
    planned = "select reltuples from pg_class where oid = 'raw.area_history'::regclass"
    assert connection.execute(planned).fetchone() == (-1,)
    begin(connection, BUILD, "run")
    assert connection.execute(planned).fetchone() == (2000,)


def test_a_publication_cut_short_leaves_what_was_there(connection: psycopg.Connection, database_url: str) -> None:
    build(connection, 1)
    build_id = begin(connection, BUILD, "run").build_id
    write(connection, 2)
    connection.commit()
    with psycopg.connect(database_url) as killed:
        publish(killed, build_id)
        killed.execute("select pg_backend_pid()")
        # Its connection is cut before it commits.
        connection.execute("select pg_terminate_backend(%s)", [killed.info.backend_pid])
        with pytest.raises(psycopg.OperationalError):
            killed.execute("select 1")
    assert seen(connection) == [(1, 2)]


@pytest.mark.parametrize("role", ["analyst", "engineer", "jsc_sql", "dashboard"])
def test_whoever_may_read_reads_what_was_published_and_nothing_else(
    connection: psycopg.Connection, reader: str, role: str
) -> None:
    for figure in (1, 2, 3):
        build(connection, figure)
        connection.execute(f"set role {role}")
        assert connection.execute("select figure from marts.figures").fetchall() == [(figure,)]
        with pytest.raises(errors.InsufficientPrivilege):
            connection.execute("select figure from marts_next.figures")
        connection.rollback()
        connection.execute("reset role")


def test_a_place_is_written_on_only_where_a_build_of_the_project_was_finished(connection: psycopg.Connection) -> None:
    changed = Build(AS_OF, "other rules", None)
    for number in range(4):
        begun = begin(connection, BUILD, "run")
        # Once in each of the two places from nothing.
        assert begun.writes_on == (number >= 2)
        assert begun.is_proven == (number > 0)
        publish(connection, begun.build_id)
    # Killed halfway: what it had not come to is of the rules before.
    assert not begin(connection, changed, "run").writes_on
    begun = begin(connection, changed, "run")
    assert (begun.writes_on, begun.is_proven) == (False, False)
    # Taken back: half of the tables are of the other rules.
    assert not begin(connection, BUILD, "run").writes_on


def test_the_same_marts_are_not_built_again(connection: psycopg.Connection) -> None:
    assert not published_alike(connection, BUILD)
    begin(connection, BUILD, "run")
    assert not published_alike(connection, BUILD), "a build that failed was never read"
    build(connection, 1)
    assert published_alike(connection, BUILD)
    for other in (
        Build(AS_OF + timedelta(hours=1), BUILD.project, BUILD.sources),
        Build(AS_OF, "other rules", BUILD.sources),
        Build(AS_OF, BUILD.project, {"raw.tickets": "3-18"}),
        Build(AS_OF, BUILD.project, None),
    ):
        assert not published_alike(connection, other)


def test_a_digest_tells_rows_apart_and_leaves_out_what_does_not_count_yet(connection: psycopg.Connection) -> None:
    connection.execute("create table weeks (week timestamptz, note text)")
    insert = "insert into weeks values (%s, %s)"

    def digest() -> dict[str, str]:
        return digests(connection, {"public.weeks": "week < as_of"}, AS_OF)

    empty = digest()
    connection.execute(insert, [AS_OF, "the coming week"])
    assert digest() == empty
    connection.execute(insert, [AS_OF - timedelta(days=7), "a"])
    one = digest()
    connection.execute(insert, [AS_OF - timedelta(days=14), "b"])
    assert len({str(found) for found in (empty, one, digest())}) == 3
    connection.execute("update weeks set note = 'c' where note = 'b'")
    assert digest() != one


def test_only_sources_of_what_is_stored_make_marts_old() -> None:
    def model(name: str, kind: str) -> tuple[str, dict[str, object]]:
        return name, {"resource_type": "model", "config": {"materialized": kind}}

    source = {"schema": "raw", "meta": {}}
    manifest = {
        "nodes": dict([model("view", "view"), model("lonely", "view"), model("table", "incremental")]),
        "sources": {"a": {**source, "name": "read"}, "b": {**source, "name": "looked_at"}},
        "child_map": {"a": ["view", "a test"], "view": ["table"], "table": [], "b": ["lonely"], "lonely": []},
    }
    assert stored_sources(manifest) == {"raw.read": "true"}


def test_every_layer_takes_part(connection: psycopg.Connection) -> None:
    build_id = begin(connection, BUILD, "run").build_id
    publish(connection, build_id)
    there = "select count(*) from pg_namespace where nspname = any(%s)"
    assert connection.execute(there, [list(LAYERS)]).fetchone() == (len(LAYERS),)
