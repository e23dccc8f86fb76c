"""Traces of a person in the tables: found in every text and JSON column, and taken out.

Belongs here: the columns of a database, what is masked in them, and what is left. Does not belong here: how a person is
written (spellings.py), the landing folder (trace_files.py), records that are the person's own (forget.py).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from psycopg import Connection, Error, sql
from psycopg.types.json import Json, Jsonb

from assets.complaints.spellings import SEPARATORS, Spellings

# What a channel delivered: a handle may be a whole value there.
DELIVERED = "private"

_COLUMNS = """
select pg_namespace.nspname, pg_class.relname, pg_attribute.attname, pg_attribute.atttypid::regtype::text
from pg_attribute
inner join pg_class on pg_class.oid = pg_attribute.attrelid
inner join pg_namespace on pg_namespace.oid = pg_class.relnamespace
where pg_class.relkind in ('r', 'm') and pg_class.relpersistence = 'p'
    and pg_namespace.nspname <> all(array['pg_catalog', 'information_schema']) and pg_namespace.nspname !~ '^pg_'
    and pg_attribute.attnum > 0 and not pg_attribute.attisdropped
    and pg_attribute.atttypid::regtype::text = any(%s)
order by 1, 2, pg_attribute.attnum
"""
_TYPES = ("text", "character varying", "character", "name", "json", "jsonb", "text[]", "character varying[]", "bytea")
_JSON = {"json": Json, "jsonb": Jsonb}
# Nobody writes into these: pictures, and models that are forgotten as a whole.
_NO_TEXTS = frozenset({"picture", "model"})


@dataclass(frozen=True)
class Column:
    """A column that may hold text."""

    schema: str
    table: str
    name: str
    type: str

    def __str__(self) -> str:
        """As SQL names it."""
        return f"{self.schema}.{self.table}.{self.name}"


def text_columns(connection: Connection) -> list[Column]:
    """List every column of a database that may hold text."""
    columns = [Column(*row) for row in connection.execute(_COLUMNS, [list(_TYPES)])]
    return [column for column in columns if not (column.type == "bytea" and column.name in _NO_TEXTS)]


def mask_tables(connection: Connection, spellings: Spellings) -> int:
    """Take a person out of every column and return how many values were changed.

    A value that a key refuses stays: `find_in_tables` tells of it.
    """
    changed = 0
    for column in text_columns(connection):
        for place, masked in list(_theirs(connection, column, spellings)):
            changed += _write(connection, column, place, masked)
    return changed


def find_in_tables(connection: Connection, spellings: Spellings) -> dict[str, int]:
    """Search a person in every column: how many values hold them, by column."""
    counts = {str(one): sum(1 for _ in _theirs(connection, one, spellings)) for one in text_columns(connection)}
    return {column: count for column, count in counts.items() if count}


def may_hold(value: sql.Composable, spellings: Spellings) -> sql.Composed:
    """Condition of SQL that holds wherever a person may stand, and elsewhere too.

    A pattern of all spellings took PostgreSQL most of a millisecond for each value; whole words take a hundredth of it.
    A line break of JSON is a backslash and a letter; a mail is kept as base64 and may be encoded in itself.
    """
    squeezed = sql.SQL(r"translate(replace(lower({}::text), '\n', ''), {}, '') like any({})").format(
        value, SEPARATORS, [_within(needle) for needle in sorted(spellings.needles)]
    )
    encoded = sql.SQL("{}::text like any({})").format(value, [_within(one) for one in sorted(spellings.encoded)])
    mail = sql.SQL("{}::text like '%\"raw_base64\"%'").format(value)
    return sql.SQL("({} or {} or {})").format(squeezed, encoded, mail)


def _within(text: str) -> str:
    escaped = text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    return f"%{escaped}%"


def _theirs(connection: Connection, column: Column, spellings: Spellings) -> Iterator[tuple[str, Any]]:
    """Where a person stands in a column, and the value without them."""
    table, name = sql.Identifier(column.schema, column.table), sql.Identifier(column.name)
    if column.type == "bytea":
        for place, content in connection.execute(sql.SQL("select ctid::text, {} from {}").format(name, table)):
            if content is not None and spellings.are_in(bytes(content)):
                yield place, spellings.mask_file(bytes(content))
        return
    # A column of json keeps the escapes that it was written with: each value is read.
    which = sql.SQL("true") if column.type == "json" else may_hold(name, spellings)
    rows = connection.execute(sql.SQL("select ctid::text, {} from {} where {}").format(name, table, which))
    for place, value in rows:
        masked = spellings.mask(value, is_theirs=column.schema == DELIVERED)
        if masked != value:
            yield place, masked


def _write(connection: Connection, column: Column, place: str, masked: Any) -> int:
    statement = sql.SQL("update {} set {} = %s where ctid = %s::tid").format(
        sql.Identifier(column.schema, column.table), sql.Identifier(column.name)
    )
    try:
        with connection.transaction():
            value = _JSON[column.type](masked) if column.type in _JSON else masked
            return connection.execute(statement, [value, place]).rowcount
    except Error:
        return 0
