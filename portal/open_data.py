"""Data: what is open, how it may be used, and where a machine reads it.

Belongs here: that page, its files, and rows that are asked for. Does not belong here: which tables are open
(tables.py), their dictionary (dictionary.py), which rows are open (dbt: mart_open_complaints).
"""

from datetime import UTC, date
from email.utils import format_datetime, parsedate_to_datetime
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import FileResponse, HTMLResponse, PlainTextResponse, Response
from psycopg import sql
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request

from portal.asked import Asked, AskedFor
from portal.database import LONGEST_MS, ClosedError
from portal.dictionary import read_dictionary
from portal.downloads import MEDIA_TYPES, Form, OpenFile
from portal.heads import is_head
from portal.pages import render
from portal.quality import read_checks
from portal.state import CityState
from portal.tables import IS_SYNTHETIC, LICENCE_URL, TABLES, OpenTable

router = APIRouter(default_response_class=HTMLResponse)

# Of one answer to a question; who wants more takes the file.
MOST_ROWS = 50_000

Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.]{1,40}$")]


class RowsAsked(BaseModel):
    """Which rows of a table are asked for: all that are given have to hold."""

    model_config = ConfigDict(extra="forbid")

    area_code: Code | None = None
    area_level: Code | None = None
    basis: Code | None = None
    category_code: Code | None = None
    forecast_kind: Code | None = None
    holder_code: Code | None = None
    indicator_code: Code | None = None
    kecamatan_code: Code | None = None
    kelurahan_code: Code | None = None
    kota_code: Code | None = None
    parent_code: Code | None = None
    period: Code | None = None
    pillar_code: Code | None = None
    status_set: Code | None = None
    unit_code: Code | None = None
    unit_kind: Code | None = None
    skpd_code: Code | None = None
    sejak: date | None = Field(default=None, description="First day.")
    sampai: date | None = Field(default=None, description="Last day.")


@router.get("/data")
async def data(asked: AskedFor) -> Response:
    """What is open, with its dictionary; how large a file is, as soon as it is written."""
    state = await asked.parts.states.read()
    files = asked.parts.downloads.written(state)
    if len(files) < len(TABLES) * len(Form):
        asked.parts.downloads.write_ahead(state)

    async def make(state: CityState) -> str:
        dictionary = await read_dictionary(asked.parts.database)
        checks = {name: await read_checks(asked.parts.database, table.view) for name, table in TABLES.items()}
        return render(
            "data.html.j2", asked.reader, state, tables=TABLES, dictionary=dictionary, files=files, forms=list(Form),
            checks=checks, licence=LICENCE_URL, is_synthetic=await asked.parts.database.value(IS_SYNTHETIC),
        )  # fmt: skip

    return await asked.page(make, len(files))


@router.get("/data/mutu/{name}")
async def quality(asked: AskedFor, name: str) -> Response:
    """Which checks stand behind a table, and what they found in the build that is published."""
    table = _named(name)

    async def make(state: CityState) -> str:
        checks = await read_checks(asked.parts.database, table.view)
        is_synthetic = await asked.parts.database.value(IS_SYNTHETIC)
        return render("checks.html.j2", asked.reader, state, name=name, checks=checks, is_synthetic=is_synthetic)

    return await asked.page(make)


@router.get("/data/{name}.csv")
async def as_csv(asked: AskedFor, name: str, wanted: Annotated[RowsAsked, Query()]) -> Response:
    """One table whole, or the rows of it that are asked for, as CSV."""
    table, given = _named(name), wanted.model_dump(exclude_none=True)
    return await (_rows(asked, table, given) if given else _file(asked, table, Form.CSV))


@router.get("/data/{name}.parquet")
async def as_parquet(asked: AskedFor, name: str) -> Response:
    """One table whole, as Parquet."""
    return await _file(asked, _named(name), Form.PARQUET)


@router.get("/data/{name}.geojson")
async def as_geojson(asked: AskedFor, name: str) -> Response:
    """The newest rows of one table, each with its area, as GeoJSON."""
    return await _file(asked, _named(name), Form.GEOJSON)


def _named(name: str) -> OpenTable:
    if name not in TABLES:
        raise HTTPException(404, "no such table")
    return TABLES[name]


async def _file(asked: Asked, table: OpenTable, form: Form) -> Response:
    state = await asked.parts.states.read()
    try:
        file = await asked.parts.downloads.file(table, form, state)
    except OSError as error:
        raise ClosedError("expected room for the file, found none") from error
    headers = _headers(file.tag, state)
    if _is_known(asked.request, file, state):
        return Response(status_code=304, headers=headers)
    answer = FileResponse(
        file.path, headers=headers, media_type=MEDIA_TYPES[form], filename=_file_name(table, form, state),
        stat_result=file.path.stat(),
    )  # fmt: skip
    if is_head(asked.request):
        return Response(status_code=200, headers=dict(answer.headers))
    return answer


def _headers(tag: str, state: CityState) -> dict[str, str]:
    return {
        "etag": tag,
        "last-modified": format_datetime(state.published_at.astimezone(UTC), usegmt=True),
        "cache-control": "public, max-age=60",
    }


def _file_name(table: OpenTable, form: Form, state: CityState) -> str:
    return f"{table.name}_{state.as_of:%Y%m%d}.{form}"


def _is_known(request: Request, file: OpenFile, state: CityState) -> bool:
    """Whether who asks has this very file: by its tag, else by its time (RFC 9110, 13.2.2)."""
    tags = request.headers.get("if-none-match")
    if tags is not None:
        return tags.strip() == "*" or file.tag in [one.strip().removeprefix("W/") for one in tags.split(",")]
    since = request.headers.get("if-modified-since")
    if since is None:
        return False
    try:
        return state.published_at.replace(microsecond=0) <= parsedate_to_datetime(since)
    except (ValueError, TypeError):
        return False


async def _rows(asked: Asked, table: OpenTable, given: dict[str, Any]) -> Response:
    """Rows that are asked for: those behind one figure of a page are few."""
    days = (given.pop("sejak", None), given.pop("sampai", None))
    foreign = [*sorted(set(given) - set(table.filters)), *(["sejak, sampai"] if any(days) and not table.day else [])]
    if foreign:
        may = ", ".join([*table.filters, *(["sejak", "sampai"] if table.day else [])])
        return PlainTextResponse(f"Expected of {table.name} one of {may}; found {', '.join(foreign)}.", 400)
    state = await asked.parts.states.read()
    chosen = table.chosen(given, (days[0] and days[0].isoformat(), days[1] and days[1].isoformat()))
    query = sql.SQL("copy ({} limit {}) to stdout with (format csv, header)").format(chosen, MOST_ROWS + 1)
    lines = [line async for line in asked.parts.database.copied(query, LONGEST_MS)]
    if len(lines) > MOST_ROWS + 1:
        told = f"Expected at most {MOST_ROWS:,} rows, found more: ask for fewer, or take the whole file."
        return PlainTextResponse(told, 400)
    headers = {
        "content-disposition": f'attachment; filename="{_file_name(table, Form.CSV, state)}"',
        "last-modified": format_datetime(state.published_at.astimezone(UTC), usegmt=True),
        "cache-control": "public, max-age=60",
    }
    return Response(b"".join(lines), headers=headers, media_type=MEDIA_TYPES[Form.CSV])
