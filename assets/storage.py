"""The one writer of the Python side: bulk copies into raw, ledger, private, forecast and quality.

Belongs here: how rows reach PostgreSQL. Does not belong here: what the rows mean (the domain packages),
SQL models (dbt_project).
"""

import math
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from psycopg import Connection, sql

from assets.clock import midnight


def table_name(table: str) -> sql.Identifier:
    """Quoted identifier of "schema.table"."""
    return sql.Identifier(*table.split("."))


def _clean(value: Any) -> Any:
    """None for NaN: psycopg would write 'NaN', which passes NOT NULL and poisons every average."""
    return None if isinstance(value, float) and math.isnan(value) else value


def copy_rows(connection: Connection, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Append rows with COPY and return how many.

    Args:
        connection: Open connection; the caller owns the transaction.
        table: "schema.table".
        columns: Column names, in the order of each row's values.
        rows: Values; a float NaN is written as null.
    """
    statement = sql.SQL("copy {} ({}) from stdin").format(
        table_name(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    count = 0
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row([_clean(value) for value in row])
            count += 1
    return count


def merge_rows(
    connection: Connection,
    table: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    key: Sequence[str],
    update: Sequence[str] = (),
) -> int:
    """Insert rows whose key is new and return how many were written.

    Args:
        connection: Open connection; the caller owns the transaction.
        table: "schema.table".
        columns: Column names, in the order of each row's values.
        rows: Values; a key may not occur twice among them when `update` is given.
        key: Columns of the unique constraint that tells new from known.
        update: Columns that a known row takes over; none leaves it untouched.
    """
    staging = _stage(connection, table, columns, rows)
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    action: sql.Composable = sql.SQL("nothing")
    if update:
        changes = sql.SQL(", ").join(sql.SQL("{0} = excluded.{0}").format(sql.Identifier(c)) for c in update)
        action = sql.SQL("update set {}").format(changes)
    written = connection.execute(
        sql.SQL("insert into {} ({}) select {} from {} on conflict ({}) do {}").format(
            table_name(table), names, names, staging, sql.SQL(", ").join(map(sql.Identifier, key)), action
        )
    )
    return written.rowcount


def insert_new(
    connection: Connection,
    table: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    key: Sequence[str],
    returning: Sequence[str],
) -> list[tuple[Any, ...]]:
    """Insert rows whose key is new, in their order, and return the named columns of those that were.

    Args:
        connection: Open connection; the caller owns the transaction.
        table: "schema.table".
        columns: Column names, in the order of each row's values.
        rows: Values.
        key: Columns of the unique constraint that tells new from known.
        returning: Columns to give back.
    """
    staging = _stage(connection, table, columns, rows)
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    wanted = sql.SQL(", ").join(map(sql.Identifier, returning))
    return connection.execute(
        sql.SQL("insert into {} ({}) select {} from {} on conflict ({}) do nothing returning {}").format(
            table_name(table), names, names, staging, sql.SQL(", ").join(map(sql.Identifier, key)), wanted
        )
    ).fetchall()


def _stage(connection: Connection, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> sql.Identifier:
    """Copy rows into a temporary table with these columns of a table; returns its name."""
    staging = sql.Identifier("incoming_" + table.replace(".", "_"))
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    connection.execute(sql.SQL("drop table if exists {}").format(staging))
    connection.execute(
        sql.SQL("create temporary table {} on commit drop as select {} from {} with no data").format(
            staging, names, table_name(table)
        )
    )
    with connection.cursor() as cursor, cursor.copy(sql.SQL("copy {} from stdin").format(staging)) as copy:
        for row in rows:
            copy.write_row([_clean(value) for value in row])
    return staging


def ensure_day_partition(connection: Connection, table: str, day: date) -> None:
    """Create the partition of one day of the city if it is not there yet."""
    partition = sql.Identifier(*f"{table}_{day:%Y%m%d}".split("."))
    bounds = sql.Literal(midnight(day)), sql.Literal(midnight(day + timedelta(days=1)))
    connection.execute(
        sql.SQL("create table if not exists {} partition of {} for values from ({}) to ({})").format(
            partition, table_name(table), *bounds
        )
    )


def replace_day(
    connection: Connection,
    table: str,
    day: date,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    among: tuple[str, Sequence[str]],
) -> int:
    """Replace the rows of one day of the city, for the given owners only, and return how many were written.

    Args:
        connection: Open connection; the caller owns the transaction, so a write that breaks halfway
            leaves the day as it was.
        table: "schema.table", partitioned by day.
        day: The day of the city.
        columns: Column names, in the order of each row's values.
        rows: Values of that day.
        among: Column and its values whose rows are replaced, e.g. ("camera_id", cameras of this sweep).
    """
    ensure_day_partition(connection, table, day)
    column, values = among
    connection.execute(
        sql.SQL("delete from {} where {} = any(%s)").format(
            sql.Identifier(*f"{table}_{day:%Y%m%d}".split(".")), sql.Identifier(column)
        ),
        [list(values)],
    )
    return copy_rows(connection, table, columns, rows)
