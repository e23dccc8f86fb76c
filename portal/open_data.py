"""Data: what is open, how it may be used, and where a machine reads it.

Belongs here: that page and its files. Does not belong here: which rows are open (dbt: mart_open_complaints).
"""

from collections.abc import AsyncIterator
from datetime import UTC
from email.utils import format_datetime
from typing import LiteralString

from fastapi import APIRouter, HTTPException
from fastapi.responses import HTMLResponse, Response, StreamingResponse

from portal.desk import AskedFor
from portal.pages import render
from portal.state import CityState

router = APIRouter(default_response_class=HTMLResponse)

# By the name of its file: what it holds, in the order in which it is told.
TABLES: dict[str, LiteralString] = {
    "laporan": "select * from portal.open_complaints",
    "jumlah_laporan": "select * from portal.open_counts",
    "jam_kecamatan": "select * from portal.area_hours",
    "ramalan_macet": "select * from portal.jam_forecast",
    "pilar_mingguan": "select * from portal.pillar_weeks",
    "unit": "select * from portal.units",
}
COLUMNS = """
    select tables.relname as table_name, columns.attname as column_name,
        format_type(columns.atttypid, columns.atttypmod) as data_type,
        col_description(tables.oid, columns.attnum) as description
    from pg_class as tables
    inner join pg_attribute as columns on tables.oid = columns.attrelid
    where tables.relnamespace = 'portal'::regnamespace and columns.attnum > 0
    order by tables.relname, columns.attnum
"""
VIEWS = {
    "laporan": "open_complaints", "jumlah_laporan": "open_counts", "jam_kecamatan": "area_hours",
    "ramalan_macet": "jam_forecast", "pilar_mingguan": "pillar_weeks", "unit": "units",
}  # fmt: skip


@router.get("/data")
async def data(asked: AskedFor) -> Response:
    """What is open, with its dictionary."""

    async def make(state: CityState) -> str:
        rows = await asked.parts.database.rows(COLUMNS)
        dictionary = {name: [row for row in rows if row["table_name"] == view] for name, view in VIEWS.items()}
        return render("data.html.j2", asked.reader, state, dictionary=dictionary)

    return await asked.page(make)


@router.get("/data/{name}.csv")
async def table(asked: AskedFor, name: str) -> Response:
    """One table whole, as CSV (RFC 4180, UTF-8), row by row as the database gives it."""
    if name not in TABLES:
        raise HTTPException(404, "no such table")
    state = await asked.parts.states.read()
    query: LiteralString = TABLES[name]

    async def rows() -> AsyncIterator[bytes]:
        async for part in asked.parts.database.copied(f"copy ({query}) to stdout with (format csv, header)"):
            yield part

    headers = {
        "content-disposition": f'attachment; filename="{name}_{state.as_of:%Y%m%d}.csv"',
        "last-modified": format_datetime(state.published_at.astimezone(UTC), usegmt=True),
    }
    return StreamingResponse(rows(), media_type="text/csv; charset=utf-8", headers=headers)
