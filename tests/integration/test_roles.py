"""Who may read what: an analyst reads marts and never a name; an engineer reads everything but names."""

import psycopg
import pytest
from psycopg import sql

SCHEMAS = ("raw", "ledger", "private", "forecast", "quality", "marts", "reference")


def tables(connection: psycopg.Connection, schema: str) -> list[str]:
    rows = connection.execute(
        "select table_name from information_schema.tables where table_schema = %s order by 1", [schema]
    )
    return [table for (table,) in rows]


def may_read(connection: psycopg.Connection, role: str, schema: str, table: str) -> bool:
    statement = sql.SQL("select * from {} limit 1").format(sql.Identifier(schema, table))
    try:
        with connection.transaction():
            connection.execute(sql.SQL("set local role {}").format(sql.Identifier(role)))
            connection.execute(statement)
            connection.execute("reset role")
    except psycopg.errors.InsufficientPrivilege:
        return False
    return True


@pytest.fixture
def city(connection: psycopg.Connection) -> psycopg.Connection:
    # As dbt makes them: after the roles, by the owner of the schemas.
    connection.execute("create table marts.fct_complaints (complaint_id uuid)")
    connection.execute("create table reference.kelurahan (kelurahan_code text)")
    return connection


def test_an_analyst_reads_marts_alone(city: psycopg.Connection) -> None:
    readable = {
        schema for schema in SCHEMAS for table in tables(city, schema) if may_read(city, "analyst", schema, table)
    }
    assert readable == {"marts"}


def as_role(connection: psycopg.Connection, role: str, statement: str) -> None:
    with connection.transaction():
        connection.execute(sql.SQL("set local role {}").format(sql.Identifier(role)))
        connection.execute(statement.encode())


def test_an_analyst_cannot_read_a_name(city: psycopg.Connection) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        as_role(city, "analyst", "select reporter_name from private.complaints")
    as_role(city, "analyst", "select complaint_id from marts.fct_complaints")


def test_an_engineer_reads_everything_but_names(city: psycopg.Connection) -> None:
    for schema in SCHEMAS:
        for table in tables(city, schema):
            assert may_read(city, "engineer", schema, table) is (schema != "private"), f"{schema}.{table}"


@pytest.mark.parametrize("role", ["analyst", "engineer"])
def test_neither_role_writes(city: psycopg.Connection, role: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        as_role(city, role, "insert into marts.fct_complaints values (null)")
