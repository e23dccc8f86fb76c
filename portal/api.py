"""The same figures for machines: JSON, described by OpenAPI at /api/openapi.json.

Belongs here: what is answered in which shape. Does not belong here: how pages look; Open311 (an interface of its own).

Every answer names its moment (`as_of`) and says whether it is a synthetic city's. Times are ISO 8601 with offset.
"""

from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from assets.clock import city_zone
from portal.asked import AskedFor
from portal.jams import read_now, read_week
from portal.lookup import PERIOD_S
from portal.numbers import LONGEST, read_typed
from portal.state import CityState
from portal.story import read_story
from portal.tickets import AREAS as TICKETS
from portal.units import UNITS

router = APIRouter(prefix="/api", tags=["open data"])

AREA = Path(pattern=r"^\d{2}(\.\d{2}){1,2}(\.\d{4})?$", max_length=13, description="Kemendagri code, such as 31.71.01.")
PILLARS = """
    select week_start_date_wib, area_code, pillar_code, indicator_code, indicator_name_id, indicator_name_en, unit,
        direction, numerator, denominator, value, estimate, estimate_low, estimate_high, is_mature, known_on, trend,
        formula, is_synthetic
    from portal.pillar_weeks
    where area_code = %s and week_start_date_wib >= %s
    order by week_start_date_wib desc, indicator_code
"""


class Problem(BaseModel):
    """Why there is no answer."""

    detail: str


class Answer(BaseModel):
    """What every answer says of itself."""

    as_of: datetime
    is_synthetic: bool


class AreaState(BaseModel):
    """One kecamatan now."""

    area_code: str
    area_name: str
    level: str | None = Field(description="lancar, ramai_lancar, padat or macet; null where no camera saw it.")
    jam_index: float | None = Field(description="0 free flow to 1 standstill.")
    cameras_observed: int


class Traffic(Answer):
    """All kecamatan now."""

    slot_start: datetime | None
    areas: list[AreaState]


class Hour(BaseModel):
    """One hour that was forecast."""

    hour_start: datetime
    level: str
    jam_index: float
    jam_index_p10: float
    jam_index_p90: float
    jam_probability: float


class Forecast(Answer):
    """The coming week of one kecamatan."""

    area_code: str
    week_start: date
    issued_at: datetime
    hours: list[Hour]


class AreaTickets(BaseModel):
    """Tickets of one kecamatan."""

    area_code: str
    area_name: str
    tickets: int
    parking_tickets: int
    odd_even_tickets: int
    tickets_in_jam: int
    jam_hours: int


class Tickets(Answer):
    """Tickets of a period by kecamatan; the last day is in it."""

    first_day: date
    last_day: date
    areas: list[AreaTickets]


class Indicator(BaseModel):
    """One indicator of one week."""

    week_start_date_wib: date
    pillar_code: str
    indicator_code: str
    indicator_name_id: str
    indicator_name_en: str
    unit: str
    direction: str
    numerator: float | None
    denominator: float | None
    value: float | None = Field(description="Null until every case of the week could have failed.")
    estimate: float | None
    estimate_low: float | None
    estimate_high: float | None
    is_mature: bool
    known_on: date | None
    trend: float | None
    formula: str


class Pillars(Answer):
    """The indicators of an area by week, newest first."""

    area_code: str
    indicators: list[Indicator]


class Unit(BaseModel):
    """How one unit keeps its limits."""

    unit_code: str
    unit_name: str
    rank: int | None
    rank_low: int | None
    rank_high: int | None
    spans: int
    within_limit: int
    share_within_limit: float | None
    share_within_limit_low: float | None
    share_within_limit_high: float | None
    median_hours: float | None
    p90_hours: float | None
    worked: int
    relapsed: int
    ratings: int | None = Field(description="Cases that reporters rated; null where these are fewer than five.")
    mean_rating: float | None = Field(description="What these were given, 1 to 5, by who chose to.")


class Units(Answer):
    """Units of a kind, best first."""

    unit_kind: str
    units: list[Unit]


class Case(Answer):
    """How the case of a number stands, as far as its visibility lets it be told."""

    tracking_number: str
    visibility: str
    decision: str
    status: str | None
    status_set: str | None
    since: datetime | None
    holder: str | None
    resolve_due_at: datetime | None
    missing: list[str]


MISSING: dict[int | str, dict[str, Any]] = {404: {"model": Problem, "description": "There is none of that name."}}
CLOSED: dict[int | str, dict[str, Any]] = {503: {"model": Problem, "description": "Nothing is published yet."}}
MANY: dict[int | str, dict[str, Any]] = {429: {"model": Problem, "description": "Too many numbers were looked up."}}


async def kept(asked: AskedFor, make: Callable[[CityState], Awaitable[BaseModel]], *of: object) -> Response:
    """An answer as JSON, kept as pages are; `of` is what it depends on of the query."""
    state = await asked.parts.states.read()

    async def written() -> str:
        return (await make(state)).model_dump_json()

    return await asked.parts.pages.answer(asked.request, state.version, written, "application/json", of)


@router.get("/traffic/now", response_model=Traffic, responses=CLOSED)
async def traffic_now(asked: AskedFor) -> Response:
    """Where it jams now, by kecamatan."""

    async def make(state: CityState) -> Traffic:
        found = await read_now(asked.parts.database, state.as_of)
        areas = [
            AreaState(
                area_code=area.code, area_name=area.name, level=area.level.code if area.level else None,
                jam_index=area.jam_index, cameras_observed=area.cameras,
            )
            for area in found.areas
        ]  # fmt: skip
        return Traffic(as_of=state.as_of, is_synthetic=found.is_synthetic, slot_start=found.slot_start, areas=areas)

    return await kept(asked, make)


@router.get("/traffic/forecast/{area_code}", response_model=Forecast, responses={**MISSING, **CLOSED})
async def traffic_forecast(asked: AskedFor, area_code: Annotated[str, AREA]) -> Response:
    """At which hours of the coming week it jams in a kecamatan."""

    async def make(state: CityState) -> Forecast:
        week = await read_week(asked.parts.database, area_code)
        if week is None:
            raise HTTPException(404, f"expected a kecamatan with a forecast, found {area_code}")
        hours = [
            Hour(
                hour_start=hour.start, level=hour.level.code, jam_index=hour.jam_index, jam_index_p10=hour.low,
                jam_index_p90=hour.high, jam_probability=hour.probability,
            )
            for hour in week.hours[area_code]
        ]  # fmt: skip
        return Forecast(
            as_of=state.as_of, is_synthetic=week.is_synthetic, area_code=area_code, week_start=week.week_start,
            issued_at=week.issued_at, hours=hours,
        )  # fmt: skip

    return await kept(asked, make)


@router.get("/tickets", response_model=Tickets, responses=CLOSED)
async def tickets(asked: AskedFor, days: Annotated[int, Query(ge=1, le=366)] = 28) -> Response:
    """Tickets of the last days by kecamatan, beside its hours of jam."""

    async def make(state: CityState) -> Tickets:
        until = state.as_of.astimezone(city_zone()).date()
        since = until - timedelta(days=days)
        rows = await asked.parts.database.rows(TICKETS, {"from": since, "to": until})
        areas = [AreaTickets(**{**row, "tickets_in_jam": row["tickets_in_jam"] or 0}) for row in rows]
        return Tickets(
            as_of=state.as_of, is_synthetic=any(row["is_synthetic"] for row in rows), first_day=since,
            last_day=until - timedelta(days=1), areas=areas,
        )  # fmt: skip

    return await kept(asked, make, days)


@router.get("/pillars/{area_code}", response_model=Pillars, responses={**MISSING, **CLOSED})
async def pillars(
    asked: AskedFor,
    area_code: Annotated[str, Path(pattern=r"^\d{2}(\.\d{2}){0,2}$", max_length=8)],
    weeks: Annotated[int, Query(ge=1, le=260)] = 8,
) -> Response:
    """The indicators of the six pillars, for the city, a kota or a kecamatan."""

    async def make(state: CityState) -> Pillars:
        since = state.as_of.astimezone(city_zone()).date() - timedelta(weeks=weeks + 1)
        rows = await asked.parts.database.rows(PILLARS, [area_code, since])
        if not rows:
            raise HTTPException(404, f"expected an area with indicators, found {area_code}")
        return Pillars(
            as_of=state.as_of, is_synthetic=any(row["is_synthetic"] for row in rows), area_code=area_code,
            indicators=[Indicator(**row) for row in rows],
        )  # fmt: skip

    return await kept(asked, make, weeks)


@router.get("/units/{unit_kind}", response_model=Units, responses={**MISSING, **CLOSED})
async def units(
    asked: AskedFor, unit_kind: Annotated[str, Path(pattern="^(skpd|kelurahan)$", max_length=9)]
) -> Response:
    """How agencies, or kelurahan, keep their limits: the fair ranking with its interval."""

    async def make(state: CityState) -> Units:
        rows = await asked.parts.database.rows(UNITS, [unit_kind])
        return Units(
            as_of=state.as_of, is_synthetic=any(row["is_synthetic"] for row in rows), unit_kind=unit_kind,
            units=[Unit(**row) for row in rows],
        )  # fmt: skip

    return await kept(asked, make)


@router.get("/cases/{number}", response_model=Case, responses={**MISSING, **CLOSED, **MANY})
async def case(asked: AskedFor, number: Annotated[str, Path(max_length=LONGEST)]) -> Case:
    """How the case of a tracking number stands."""
    typed = read_typed(number)
    if typed is None:
        raise HTTPException(404, "expected a tracking number such as JK2503050007, found another text")
    if not await asked.may("lookup", asked.parts.settings.lookups, PERIOD_S):
        raise HTTPException(429, "expected fewer numbers in ten minutes; ask again later")
    told = await asked.parts.database.value("select front.track(%s)", [typed.number])
    if told is None:
        raise HTTPException(404, f"expected a number that was given, found {typed.number}")
    story = read_story(told)
    current = story.current
    return Case(
        as_of=asked.parts.clock(), is_synthetic=story.is_synthetic, tracking_number=story.number,
        visibility=story.visibility, decision=story.decision, status=current.status_name if current else None,
        status_set=current.status_set if current else None, since=current.occurred_at if current else None,
        holder=story.holdings[-1].holder if story.holdings else None, resolve_due_at=story.due_at,
        missing=list(story.missing),
    )  # fmt: skip
