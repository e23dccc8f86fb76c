"""Macet: where it jams now, in the next hours and in the coming week.

Belongs here: those pages. Does not belong here: what is read (jams.py), how it is drawn (tiles.py).
"""

from datetime import timedelta

from fastapi import APIRouter, HTTPException
from fastapi.responses import HTMLResponse, Response

from portal.asked import Asked, AskedFor
from portal.jams import AreaNow, ForecastHour, TrafficNow, WeekAhead, read_now, read_week
from portal.pages import render
from portal.quality import Checks, read_checks
from portal.state import CityState
from portal.tiles import Tile, draw_tiles

router = APIRouter(default_response_class=HTMLResponse)

DAY = timedelta(days=1)


@router.get("/macet")
async def now(asked: AskedFor) -> Response:
    """All kecamatan now, the next hours, the coming week."""

    async def make(state: CityState) -> str:
        traffic = await read_now(asked.parts.database, state.as_of)
        week = await read_week(asked.parts.database)
        words = asked.reader.words
        title = words.gettext("Keadaan lalu lintas tiap kecamatan")
        picture = draw_tiles({area.code: _tile(area, asked) for area in traffic.areas}, title)
        return render(
            "traffic.html.j2", asked.reader, state, traffic=traffic, week=week, picture=picture,
            ranked=_ranked(traffic, week), **await _checks(asked), is_synthetic=traffic.is_synthetic,
        )  # fmt: skip

    return await asked.page(make)


@router.get("/macet/{area_code}")
async def area(asked: AskedFor, area_code: str) -> Response:
    """One kecamatan: now, and each hour of its coming week."""

    async def make(state: CityState) -> str:
        traffic = await read_now(asked.parts.database, state.as_of)
        found = next((one for one in traffic.areas if one.code == area_code), None)
        if found is None:
            raise HTTPException(404, "no such kecamatan")
        week = await read_week(asked.parts.database, area_code)
        return render(
            "area.html.j2", asked.reader, state, area=found, traffic=traffic, week=week, days=_days(week, area_code),
            **await _checks(asked), is_synthetic=traffic.is_synthetic,
        )  # fmt: skip

    return await asked.page(make)


async def _checks(asked: Asked) -> dict[str, Checks]:
    """What stands behind the figures of now and behind the forecast."""
    database = asked.parts.database
    return {
        "checks": await read_checks(database, "area_slots"),
        "forecast_checks": await read_checks(database, "jam_forecast"),
    }


def _tile(area: AreaNow, asked: Asked) -> Tile:
    words = asked.reader.words
    level = words.gettext("tanpa kamera") if area.level is None else words.gettext(area.level.name)
    return Tile(
        css="unseen" if area.level is None else area.level.code,
        told=f"{area.name}: {level}",
        figure="",
        link=asked.reader.link(f"/macet/{area.code}"),
    )


def _ranked(traffic: TrafficNow, week: WeekAhead | None) -> list[AreaNow]:
    """Kecamatan by the hours in which they are expected to jam, those that never are left out."""
    if week is None:
        return []
    jammed = {area.code: len(week.jammed(area.code)) for area in traffic.areas}
    return sorted(
        (area for area in traffic.areas if jammed[area.code]), key=lambda area: (-jammed[area.code], area.name)
    )


def _days(week: WeekAhead | None, area_code: str) -> list[list[ForecastHour]]:
    """The hours of each day of the week, from Monday on."""
    if week is None:
        return []
    hours = week.hours.get(area_code, ())
    return [[hour for hour in hours if hour.start.date() == week.week_start + number * DAY] for number in range(7)]
