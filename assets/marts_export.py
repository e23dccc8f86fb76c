"""The marts as Parquet files, for analysts who ask an engine of their own and not the city's database.

Belongs here: which tables, and that all are of one build. Does not belong here: how Parquet is written (parquet.py).
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from psycopg import Connection, IsolationLevel, connect, sql

from assets.clock import city_zone
from assets.parquet import TYPES, write_parquet
from assets.shelf import write_whole
from database.migrate import SHAPE_LOCK
from database.roles import analyst_login

# What Parquet has another word for, or none: how it is read instead.
READ_AS = {"numeric": "double precision", "real": "double precision", "smallint": "integer"}
COLUMNS = """
select relname, attname, format_type(atttypid, atttypmod)
from pg_attribute join pg_class on pg_class.oid = attrelid
where relnamespace = 'marts'::regnamespace and relkind in ('r', 'v', 'm') and attnum > 0 and not attisdropped
    and has_table_privilege(pg_class.oid, 'select')
order by relname, attnum
"""


class NoMartsError(Exception):
    """A city whose marts were never published."""


def export_marts(url: str, folder: Path, tell: Callable[[str], object]) -> dict[str, int]:
    """Write each table that an analyst may read as a Parquet file.

    Args:
        url: Of the city's database, as a user who may alter the analyst's login.
        folder: Of a disk or a store (shelf.py); files of earlier exports are replaced one by one.
        tell: Takes the name of each table.

    Returns:
        Rows by table.

    Raises:
        NoMartsError: There are none.
        ShelfError: The store does not take a file.
    """
    with connect(url, autocommit=True) as owner, connect(analyst_login(url, city_zone().key)) as connection:
        # No build is published meanwhile: a table would be of one, its neighbour of another.
        owner.execute("select pg_advisory_lock_shared(%s)", [SHAPE_LOCK])
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        tables: dict[str, dict[str, str]] = {}
        for table, column, kind in connection.execute(COLUMNS):
            tables.setdefault(table, {})[column] = kind
        if not tables:
            raise NoMartsError("Expected marts that an analyst may read, found none. Run: jsc run")
        [(as_of,)] = connection.execute("select now()").fetchall()
        rows = {}
        for table, columns in tables.items():
            tell(table)
            rows[table] = _export(connection, table, columns, folder, as_of)
    return rows


def _export(connection: Connection, table: str, columns: Mapping[str, str], folder: Path, as_of: datetime) -> int:
    read_as = {name: kind if kind in TYPES else READ_AS.get(kind, "text") for name, kind in columns.items()}
    chosen = sql.SQL(", ").join(
        sql.SQL("{}::{} as {}").format(sql.Identifier(name), sql.SQL(kind), sql.Identifier(name))
        for name, kind in read_as.items()
    )
    statement = sql.SQL("copy (select {} from {}) to stdout (format csv, header)").format(
        chosen, sql.Identifier("marts", table)
    )
    with TemporaryDirectory(prefix="jsc-export-") as beside:
        source, target = Path(beside, "table.csv"), Path(beside, "table.parquet")
        with source.open("wb") as file, connection.cursor() as cursor:
            with cursor.copy(statement) as copy:
                for part in copy:
                    file.write(part)
            rows = cursor.rowcount
        write_parquet(source, read_as, target, {"table": table, "as_of": as_of.isoformat()})
        write_whole(folder / f"{table}.parquet", target.read_bytes())
    return rows
