"""The desk's way to the city's database: as the role desk, each transaction for one session.

Belongs here: how a connection serves a session. Does not belong here: what a session may see (schema desk).
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from psycopg import AsyncConnection
from psycopg.rows import DictRow

from portal.database import CityDatabase


class DeskDatabase(CityDatabase):
    """Connections of one worker; outside `acting` they see nothing."""

    @asynccontextmanager
    async def acting(self, token: str) -> AsyncIterator[AsyncConnection[DictRow]]:
        """A transaction of a session, which ends with it.

        Args:
            token: As the browser holds it.

        Raises:
            ClosedError: The database does not answer, or what is asked was never built.
        """
        async with self._connection() as connection, connection.transaction():
            await connection.execute("select set_config('jsc.session', %s, true)", [token])
            yield connection
