"""A city of an earlier version that is upgraded with its rows gets the marts of a city that began with this one."""

from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from psycopg import sql
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from database.migrate import MIGRATIONS, migrate
from database.server import with_database
from tests.integration.city_of_truth import AS_OF, dbt

pytestmark = pytest.mark.system

# What was published first had the migrations up to 0008.
FIRST_RELEASE = "0008"
SCHEMAS = ["raw", "ledger", "private", "forecast"]
# By table and column of an earlier version: from what of today's it is filled.
EARLIER = {
    ("forecast.jam_hours", "median_4_weeks"): "four_week_median",
    # Of a blend that says nothing.
    ("forecast.runs", "model"): "''",
    # Each record came in a file.
    ("raw.inbox", "file_id"): "coalesce(file_id, 1)",
}
# A row names the build that wrote it last, and the known city was built in three; each city draws keys of its own.
OF_THE_BUILD = "select to_jsonb(mart) - 'as_of' - 'report_key' from marts.{} as mart"


def columns(connection: psycopg.Connection) -> dict[str, list[str]]:
    """Columns by table."""
    found: dict[str, list[str]] = {}
    for table, column in connection.execute(
        "select table_schema || '.' || table_name, column_name from information_schema.columns"
        " join information_schema.tables using (table_schema, table_name)"
        " where table_schema = any(%s) and table_type = 'BASE TABLE' order by 1, ordinal_position",
        [SCHEMAS],
    ):
        found.setdefault(table, []).append(column)
    return found


def as_earlier(table: str, names: list[str], today: list[str], *, one_version: bool) -> sql.Composed | None:
    """Today's rows of a table in the columns of an earlier version; None where today has no such table."""
    chosen = [EARLIER.get((table, name), name) for name in names]
    if not all(name in today or (table, name) in EARLIER for name in names) or not today:
        return None
    return sql.SQL("select {} from {}{}").format(
        sql.SQL(", ").join(map(sql.SQL, chosen)),
        sql.SQL(table),
        sql.SQL(" where is_current" if one_version and table == "raw.case_events" else ""),
    )


@pytest.fixture(params=["0001", FIRST_RELEASE])
def earlier(request: pytest.FixtureRequest, server: str, marts: str) -> Iterator[tuple[str, dict[str, sql.Composed]]]:
    """A city of an earlier version with the rows of the known city, and how its tables are read from that city."""
    name = f"earlier_{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"create database {name}".encode())
        url = with_database(server, name)
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1), poolclass=NullPool)
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, request.param)
        queries = {}
        with psycopg.connect(marts) as known, psycopg.connect(url) as city:
            # Tables come in the order of their names, not of their keys.
            city.execute("set session_replication_role = replica")
            today = columns(known)
            for table, names in columns(city).items():
                query = as_earlier(table, names, today.get(table, []), one_version=request.param == "0001")
                if query is None:
                    continue
                queries[table] = query
                named = sql.SQL(", ").join(map(sql.SQL, names))
                into = sql.SQL("copy {} ({}) from stdin").format(sql.SQL(table), named)
                out = sql.SQL("copy ({}) to stdout").format(query)
                with known.cursor().copy(out) as source, city.cursor().copy(into) as sink:
                    for chunk in source:
                        sink.write(chunk)
        yield url, queries
        admin.execute(f"drop database {name} with (force)".encode())


def told(url: str, query: sql.Composed) -> list[tuple[str]]:
    with psycopg.connect(url) as connection:
        return sorted(connection.execute(sql.SQL("select told::text from ({}) as told").format(query)).fetchall())


def test_every_row_of_an_earlier_version_is_there_after_the_upgrade(
    earlier: tuple[str, dict[str, sql.Composed]], marts: str
) -> None:
    url, queries = earlier
    migrate(url)
    filled = 0
    for table, query in queries.items():
        expected = told(marts, query)
        assert told(url, query) == expected, table
        filled += bool(expected)
    assert filled >= 6
    with psycopg.connect(url) as upgraded, psycopg.connect(marts) as known:
        assert columns(upgraded) == columns(known)
        # What the migration says of old complaints is what is decided of new ones.
        shown = "select complaint_id, version, visibility, has_point from ledger.complaints order by 1, 2"
        assert upgraded.execute(shown).fetchall() == known.execute(shown).fetchall()


@pytest.mark.parametrize("earlier", [FIRST_RELEASE], indirect=True)
def test_a_city_of_the_first_release_gets_the_marts_of_one_that_began_today(
    earlier: tuple[str, dict[str, sql.Composed]], marts: str
) -> None:
    url, _ = earlier
    migrate(url)
    dbt(url, AS_OF, "seed", "run")
    with psycopg.connect(url) as connection:
        tables = connection.execute("select tablename from pg_tables where schemaname = 'marts' order by 1").fetchall()
    assert len(tables) > 20
    for (table,) in tables:
        query = sql.SQL(OF_THE_BUILD).format(sql.Identifier(table))
        assert told(url, query) == told(marts, query), table
