"""Data: what is open, how it may be used, and where a machine reads it.

Belongs here: that page and its files. Does not belong here: which rows are open (dbt: mart_open_complaints).
"""

from datetime import UTC
from email.utils import format_datetime

from fastapi import APIRouter, HTTPException
from fastapi.responses import FileResponse, HTMLResponse, Response

from portal.asked import AskedFor
from portal.database import ClosedError
from portal.pages import render
from portal.state import CityState

router = APIRouter(default_response_class=HTMLResponse)

# By the name of its file: the view of schema portal that it is, in the order in which they are told.
TABLES = {
    "laporan": "open_complaints", "jumlah_laporan": "open_counts", "jam_kecamatan": "area_hours",
    "ramalan_macet": "jam_forecast", "pilar_mingguan": "pillar_weeks", "unit": "units", "nilai_mingguan": "ratings",
}  # fmt: skip
COLUMNS = """
    select tables.relname as table_name, columns.attname as column_name,
        format_type(columns.atttypid, columns.atttypmod) as data_type,
        col_description(tables.oid, columns.attnum) as description
    from pg_class as tables
    inner join pg_attribute as columns on tables.oid = columns.attrelid
    where tables.relnamespace = 'portal'::regnamespace and columns.attnum > 0
    order by tables.relname, columns.attnum
"""


@router.get("/data")
async def data(asked: AskedFor) -> Response:
    """What is open, with its dictionary."""

    async def make(state: CityState) -> str:
        rows = await asked.parts.database.rows(COLUMNS)
        dictionary = {name: [row for row in rows if row["table_name"] == view] for name, view in TABLES.items()}
        return render("data.html.j2", asked.reader, state, dictionary=dictionary)

    return await asked.page(make)


@router.get("/data/{name}.csv")
async def table(asked: AskedFor, name: str) -> Response:
    """One table whole, as CSV."""
    if name not in TABLES:
        raise HTTPException(404, "no such table")
    state = await asked.parts.states.read()
    try:
        file = await asked.parts.downloads.file(TABLES[name], state.published)
    except OSError as error:
        raise ClosedError("expected room for the file, found none") from error
    headers = {"last-modified": format_datetime(state.published_at.astimezone(UTC), usegmt=True)}
    return FileResponse(file, headers=headers, media_type="text/csv", filename=f"{name}_{state.as_of:%Y%m%d}.csv")
