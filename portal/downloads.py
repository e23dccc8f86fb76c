"""Open tables as files: written once for each build, given as often as they are asked for.

Belongs here: when a file is written and when it goes. Does not belong here: which tables are open (tables.py), how a
form is written (assets/parquet.py, geojson.py).

A file is written whole before it is sent: who reads slowly holds no connection of the database, and no build waits.
"""

import asyncio
import hashlib
import logging
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

from psycopg import sql

from assets.parquet import write_parquet
from assets.places.boundaries import Boundaries
from portal.database import CityDatabase, ClosedError
from portal.geojson import AREAS, Geometry, collection, known_outlines, middles
from portal.state import CityState
from portal.tables import COLUMNS, LICENCE, TABLES, OpenTable

_log = logging.getLogger(__name__)

# Rest for each second of work on a file that nobody waits for yet: a quarter of the pace leaves the pages theirs.
REST = 3.0
LINES_AT_ONCE = 1_000
# Seconds until they are tried again where they could not all be written.
RETRY_S = 60.0
# Versions of a file that lie there: the one that is given, and the one before, which somebody may be reading.
KEPT = 2


class Form(StrEnum):
    """What a table is written as; its value ends the file's name."""

    CSV = "csv"
    PARQUET = "parquet"
    GEOJSON = "geojson"


MEDIA_TYPES = {
    Form.CSV: "text/csv; charset=utf-8; header=present",
    Form.PARQUET: "application/vnd.apache.parquet",
    Form.GEOJSON: "application/geo+json",
}


@dataclass(frozen=True)
class OpenFile:
    """A file that is written.

    Attributes:
        path: Where it lies.
        tag: Digest of it.
        size: Bytes.
        rows: Rows of the table that are in it.
    """

    path: Path
    tag: str
    size: int
    rows: int


class Downloads:
    """Files of one worker.

    Args:
        database: Where the tables are.
        boundaries: Of the kelurahan; without them an area is drawn as its middle.
    """

    def __init__(self, database: CityDatabase, boundaries: Boundaries | None = None) -> None:
        self._database, self._boundaries = database, boundaries
        self._folder = TemporaryDirectory(prefix="jsc-portal-", ignore_cleanup_errors=True)
        self._writing: defaultdict[tuple[str, Form], asyncio.Lock] = defaultdict(asyncio.Lock)
        self._files: dict[tuple[str, Form], dict[str, OpenFile]] = defaultdict(dict)
        self._places: Mapping[str, Geometry] | None = None
        self._ahead: asyncio.Task[None] | None = None

    async def file(self, table: OpenTable, form: Form, state: CityState, rest: float = 0.0) -> OpenFile:
        """A table as a file.

        Args:
            table: Which.
            form: CSV is RFC 4180 in UTF-8 with a header; GeoJSON has the newest rows alone.
            state: What is published.
            rest: Seconds without work for each second of it.

        Raises:
            ClosedError: The database does not answer.
            OSError: There is no room for it.
        """
        files, folder = self._files[table.name, form], Path(self._folder.name) / table.name
        async with self._writing[table.name, form]:
            if state.published not in files:
                folder.mkdir(exist_ok=True)
                path = folder / f"{state.published}.{form}"
                rows = await self._write(table, form, state, path, rest)
                tag = await asyncio.to_thread(_digest, path)
                files[state.published] = OpenFile(path, f'"{tag}"', path.stat().st_size, rows)
                for old in list(files)[:-KEPT]:
                    files.pop(old).path.unlink()
            return files[state.published]

    def written(self, state: CityState) -> dict[tuple[str, Form], OpenFile]:
        """The files that are there already."""
        return {key: files[state.published] for key, files in self._files.items() if state.published in files}

    def write_ahead(self, state: CityState) -> None:
        """Have all files of a build written, so that their sizes can be told; nobody waits for it."""
        if self._ahead is None or self._ahead.done():
            self._ahead = asyncio.create_task(self._write_all(state))

    async def close(self) -> None:
        """Delete all of them."""
        if self._ahead is not None:
            self._ahead.cancel()
            await asyncio.gather(self._ahead, return_exceptions=True)
        self._folder.cleanup()

    async def _write_all(self, state: CityState) -> None:
        try:
            for table in TABLES.values():
                for form in Form:
                    begin = monotonic()
                    await self.file(table, form, state, REST)
                    # Of a CSV that has been rested already.
                    if form is not Form.CSV:
                        await asyncio.sleep(REST * (monotonic() - begin))
        except (ClosedError, OSError) as error:
            _log.warning("open tables are not all written, and are tried again in %.0f s: %s", RETRY_S, error)
            await asyncio.sleep(RETRY_S)

    async def _write(self, table: OpenTable, form: Form, state: CityState, path: Path, rest: float) -> int:
        """Write a file whole or not at all; returns its rows."""
        draft = path.with_suffix(f".{form}.part")
        try:
            if form is Form.CSV:
                rows = await self._write_csv(table, draft, rest)
            elif form is Form.PARQUET:
                source = await self.file(table, Form.CSV, state, rest)
                rows = source.rows
                columns = {
                    row["column_name"]: row["data_type"]
                    for row in await self._database.rows(COLUMNS)
                    if row["table_name"] == table.view
                }
                told = {"licence": LICENCE, "as_of": state.as_of.isoformat(), "table": table.name}
                await asyncio.to_thread(write_parquet, source.path, columns, draft, told)
            else:
                rows = await self._write_geojson(table, state, draft)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
        return rows

    async def _write_csv(self, table: OpenTable, draft: Path, rest: float) -> int:
        query = sql.SQL("copy ({}) to stdout with (format csv, header)").format(table.statement())
        lines, begin = 0, monotonic()
        with draft.open("wb") as opened:
            # PostgreSQL sends a line at a time.
            async for line in self._database.copied(query):
                opened.write(line)
                lines += 1
                if lines % LINES_AT_ONCE == 0:
                    await asyncio.sleep(rest * (monotonic() - begin))
                    begin = monotonic()
        return lines - 1

    async def _write_geojson(self, table: OpenTable, state: CityState, draft: Path) -> int:
        rows: list[dict[str, Any]] = list(await self._database.all_rows(table.mapped()))
        told = {
            "license": LICENCE, "as_of": state.as_of.isoformat(),
            "is_synthetic": any(row.get("is_synthetic") for row in rows),
        }  # fmt: skip
        count, places = len(rows), await self._known_places()
        text = await asyncio.to_thread(collection, table.name, rows, places, told)
        await asyncio.to_thread(draft.write_text, text, encoding="utf-8")
        return count

    async def _known_places(self) -> Mapping[str, Geometry]:
        """Where each area is drawn; read once."""
        if self._places is None:
            areas, drawn = await self._database.rows(AREAS), {}
            if self._boundaries is not None:
                drawn = await asyncio.to_thread(known_outlines, self._boundaries, areas)
            self._places = {**middles(areas), **drawn}
        return self._places


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:24]
