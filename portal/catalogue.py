"""The open tables for machines: what each holds, where its files are, and what its checks found.

Belongs here: that answer. Does not belong here: the page that says the same (open_data.py), which tables there are
(tables.py).
"""

from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel, Field

from portal.api import CLOSED, Answer, kept
from portal.asked import AskedFor
from portal.dictionary import read_dictionary
from portal.downloads import MEDIA_TYPES, Form, OpenFile
from portal.quality import Checks, read_checks
from portal.state import CityState
from portal.tables import IS_SYNTHETIC, LICENCE, LICENCE_URL, TABLES, OpenTable

router = APIRouter(prefix="/api", tags=["open data"])


class ColumnTold(BaseModel):
    """One column."""

    name: str
    data_type: str = Field(description="Of PostgreSQL.")
    unit: str = Field(description="Of its numbers; empty for what is none.")
    description: str


class FileTold(BaseModel):
    """One file."""

    path: str
    media_type: str
    rows: int | None = Field(description="Null until it is written; GeoJSON holds the newest rows alone.")
    bytes: int | None = Field(description="Null until it is written.")


class ChecksTold(BaseModel):
    """What the checks of a table found in the build that is published."""

    passed: int
    warned: int
    red_since: datetime | None = Field(description="Since when something that it rests on is red.")


class TableTold(BaseModel):
    """One table."""

    name: str
    filters: list[str] = Field(description="What its rows may be asked by, behind the path of its CSV file.")
    columns: list[ColumnTold]
    files: list[FileTold]
    checks: ChecksTold


class Tables(Answer):
    """All open tables."""

    published_at: datetime
    licence: str
    licence_url: str
    tables: list[TableTold]


@router.get("/tables", response_model=Tables, responses=CLOSED)
async def tables(asked: AskedFor) -> Response:
    """The open tables with their dictionary, files and checks."""
    state = await asked.parts.states.read()
    files = asked.parts.downloads.written(state)

    async def make(state: CityState) -> Tables:
        database = asked.parts.database
        dictionary = await read_dictionary(database)
        return Tables(
            as_of=state.as_of, is_synthetic=await database.value(IS_SYNTHETIC), published_at=state.published_at,
            licence=LICENCE, licence_url=LICENCE_URL,
            tables=[
                TableTold(
                    name=name,
                    filters=[*table.filters, *(["sejak", "sampai"] if table.day else [])],
                    columns=[ColumnTold(**vars(column)) for column in dictionary[name]],
                    files=[_file(table, form, files.get((name, form))) for form in Form],
                    checks=_checks(await read_checks(database, table.view)),
                )
                for name, table in TABLES.items()
            ],
        )  # fmt: skip

    return await kept(asked, make, len(files))


def _file(table: OpenTable, form: Form, written: OpenFile | None) -> FileTold:
    return FileTold(
        path=f"/data/{table.name}.{form}", media_type=MEDIA_TYPES[form], rows=written and written.rows,
        bytes=written and written.size,
    )  # fmt: skip


def _checks(checks: Checks) -> ChecksTold:
    return ChecksTold(passed=checks.passed, warned=checks.warned, red_since=checks.red_since)
