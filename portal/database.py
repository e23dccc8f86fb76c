"""The portal's way to the city's database: a few connections as the role portal.

Belongs here: connections, and rows as a page reads them. Does not belong here: which rows (the pages' own modules).
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, LiteralString

from psycopg import AsyncConnection, OperationalError, errors, sql
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool, PoolTimeout

# Seconds: a page that waits longer is worse than one that says to come back.
PATIENCE_S = 3.0
# A page's slowest question takes a tenth of it.
LONGEST_MS = 5000


class ClosedError(Exception):
    """The database does not answer, or nothing has been published yet."""


class CityDatabase:
    """Connections of one worker.

    Args:
        address: How to connect as the role portal.
        connections: How many.
    """

    def __init__(self, address: str, connections: int) -> None:
        self._pool: AsyncConnectionPool[AsyncConnection[DictRow]] = AsyncConnectionPool(
            address,
            min_size=1,
            max_size=connections,
            open=False,
            timeout=PATIENCE_S,
            kwargs={"row_factory": dict_row, "autocommit": True},
            configure=_bounded,
        )

    async def open(self) -> None:
        """Begin to connect; a database that is down is tried again."""
        await self._pool.open()

    async def close(self) -> None:
        """Give the connections back."""
        await self._pool.close()

    async def rows(
        self, query: LiteralString | sql.Composed, values: Sequence[object] | Mapping[str, object] = ()
    ) -> list[DictRow]:
        """Rows of a question, each by column.

        Raises:
            ClosedError: The database does not answer, or what is asked was never built.
        """
        async with self._connection() as connection:
            return await (await connection.execute(query, values)).fetchall()

    async def all_rows(self, query: sql.Composed) -> list[DictRow]:
        """Rows for a file, which may take as long as they take.

        Raises:
            ClosedError: The database does not answer, or what is asked was never built.
        """
        async with self._connection() as connection, connection.transaction():
            await connection.execute("set local statement_timeout = 0")
            return await (await connection.execute(query)).fetchall()

    async def value(self, query: LiteralString, values: Sequence[object] | Mapping[str, object] = ()) -> Any:
        """The one value of a question of one row.

        Raises:
            ClosedError: The database does not answer, or what is asked was never built.
        """
        [row] = await self.rows(query, values)
        [value] = row.values()
        return value

    async def copied(self, statement: sql.Composed, longest_ms: int = 0) -> AsyncIterator[bytes]:
        """What a `copy ... to stdout` gives, part by part.

        Args:
            statement: The copy.
            longest_ms: How long it may take; 0 for as long as it takes, as a whole table does.

        Raises:
            ClosedError: The database does not answer, or what is asked was never built.
        """
        async with self._connection() as connection, connection.transaction():
            await connection.execute("select set_config('statement_timeout', %s, true)", [str(longest_ms)])
            async with connection.cursor().copy(statement) as copy:
                async for part in copy:
                    yield bytes(part)

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[AsyncConnection[DictRow]]:
        try:
            async with self._pool.connection() as connection:
                yield connection
        except (PoolTimeout, OperationalError) as error:
            raise ClosedError("expected an answer of the database, found none") from error
        except (errors.UndefinedTable, errors.UndefinedColumn, errors.InvalidSchemaName) as error:
            raise ClosedError("expected published views, found none: run the job once") from error


async def _bounded(connection: AsyncConnection[DictRow]) -> None:
    await connection.execute(f"set statement_timeout = {LONGEST_MS}")
