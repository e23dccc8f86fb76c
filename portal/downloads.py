"""Open tables as files: written once for each build, given as often as they are asked for.

Belongs here: when a file is written and when it goes. Does not belong here: which tables are open (open_data.py).

A file is written whole before it is sent: who reads slowly holds no connection of the database, and no build waits.
"""

import asyncio
from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory

from psycopg import sql

from portal.database import CityDatabase

# Versions of a file that lie there: the one that is given, and the one before, which somebody may be reading.
KEPT = 2


class Downloads:
    """Files of one worker.

    Args:
        database: Where the tables are.
    """

    def __init__(self, database: CityDatabase) -> None:
        self._database = database
        self._folder = TemporaryDirectory(prefix="jsc-portal-", ignore_cleanup_errors=True)
        self._writing: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def file(self, view: str, published: str) -> Path:
        """A view of schema portal as CSV (RFC 4180, UTF-8) with its header.

        Args:
            view: Its name.
            published: What is published, as `CityState` has it.

        Raises:
            ClosedError: The database does not answer.
            OSError: There is no room for it.
        """
        folder = Path(self._folder.name) / view
        file = folder / f"{published}.csv"
        async with self._writing[view]:
            if not file.exists():
                folder.mkdir(exist_ok=True)
                await self._write(view, file)
                written = sorted(folder.glob("*.csv"), key=lambda one: one.stat().st_mtime)
                for old in written[:-KEPT]:
                    old.unlink()
        return file

    def close(self) -> None:
        """Delete all of them."""
        self._folder.cleanup()

    async def _write(self, view: str, file: Path) -> None:
        draft = file.with_suffix(".part")
        query = sql.SQL("copy (select * from {}) to stdout with (format csv, header)")
        try:
            with draft.open("wb") as opened:
                async for part in self._database.copied(query.format(sql.Identifier("portal", view))):
                    opened.write(part)
            draft.replace(file)
        finally:
            draft.unlink(missing_ok=True)
