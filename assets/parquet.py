"""A table as Parquet, written from its CSV file.

Belongs here: the types, and the writing. Does not belong here: which tables and when
(portal/downloads.py, marts_export.py).

By DuckDB: it reads and writes part by part, so that a table of millions of rows takes no more memory than a small one,
and leaves pandas as it is, which takes pyarrow for its own texts wherever that is installed.
"""

from collections.abc import Mapping
from pathlib import Path

# Of PostgreSQL's types those that open tables have; DuckDB's behind them.
TYPES = {
    "text": "VARCHAR", "boolean": "BOOLEAN", "integer": "INTEGER", "bigint": "BIGINT", "double precision": "DOUBLE",
    "date": "DATE", "timestamp with time zone": "TIMESTAMPTZ", "numeric(3,2)": "DECIMAL(3, 2)", "uuid": "UUID",
}  # fmt: skip
MEMORY = "256MB"
# One is held in memory at a time.
ROWS_OF_A_GROUP = 100_000


class UnknownTypeError(Exception):
    """A column of a type that nobody said how to write."""


def write_parquet(source: Path, columns: Mapping[str, str], target: Path, told: Mapping[str, str]) -> None:
    """Write a CSV file as Parquet.

    Moments are in UTC, texts in dictionaries of their values, what is empty and unquoted is null.

    Args:
        source: CSV as PostgreSQL writes it, with its header.
        columns: PostgreSQL's type by column, in their order.
        target: File to write.
        told: What the file says of itself: licence, moment.

    Raises:
        UnknownTypeError: A column of another type.
        OSError: There is no room for it.
        duckdb.Error: The file holds something else than its columns say.
    """
    import duckdb

    unknown = {name: kind for name, kind in columns.items() if kind not in TYPES}
    if unknown:
        raise UnknownTypeError(f"expected columns of {', '.join(TYPES)}, found {unknown}")
    told_of = "{" + ", ".join(f"{_quoted(name)}: {_quoted(value)}" for name, value in told.items()) + "}"
    types = "{" + ", ".join(f"{_quoted(name)}: {_quoted(TYPES[kind])}" for name, kind in columns.items()) + "}"
    config: dict[str, str | bool | int | float | list[str]] = {
        "threads": "1", "memory_limit": MEMORY, "temp_directory": str(target.parent),
        "autoinstall_known_extensions": "false", "autoload_known_extensions": "false",
    }  # fmt: skip
    # Each name and value is quoted.
    written = (
        f"copy (select * from read_csv({_quoted(str(source))}, columns = {types}, header = true, delim = ',',"  # noqa: S608 - quoted
        " quote = '\"', escape = '\"', nullstr = '', allow_quoted_nulls = false, auto_detect = false,"
        f" parallel = false)) to {_quoted(str(target))} (format parquet, compression zstd,"
        f" row_group_size {ROWS_OF_A_GROUP}, kv_metadata {told_of})"
    )
    with duckdb.connect(":memory:", config=config) as engine:
        engine.execute("set timezone = 'UTC'")
        try:
            engine.execute(written)
        except duckdb.IOException as error:
            raise OSError(str(error)) from error


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
