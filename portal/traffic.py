"""Macet: where it jams now, in the next hours and in the coming week.

Belongs here: those pages. Does not belong here: what is read (jams.py, jam_hours.py), how it is drawn (city_map.py).
"""

from collections.abc import Sequence
from datetime import date, datetime

from fastapi import APIRouter, HTTPException
from fastapi.responses import HTMLResponse, Response
from markupsafe import Markup

from portal.asked import Asked, AskedFor
from portal.jam_hours import AreaHour, CityHour, read_asked, read_hour
from portal.jams import AreaNow, ForecastHour, Level, TrafficNow, WeekAhead, read_now, read_week
from portal.pages import render
from portal.quality import Checks, read_checks
from portal.state import CityState
from portal.tiles import Tile

router = APIRouter(default_response_class=HTMLResponse)

# Names of so many of the worst areas stand on the map, where they are not free.
NAMED = 7


@router.get("/macet")
async def now(asked: AskedFor, hari: str = "", pukul: str = "") -> Response:
    """All kecamatan now, the next hours, the coming week; with a day and an hour, what is forecast for it."""
    try:
        hour = read_asked(hari, pukul)
    except ValueError:
        raise HTTPException(404, "expected an hour of a day, found another text") from None
    if hour is not None:
        return await _at_hour(asked, hour)

    async def make(state: CityState) -> str:
        traffic = await read_now(asked.parts.database, state.as_of)
        week = await read_week(asked.parts.database)
        title = asked.reader.words.gettext("Keadaan lalu lintas tiap kecamatan")
        return render(
            "traffic.html.j2", asked.reader, state, traffic=traffic, week=week,
            picture=_picture(asked, traffic.areas, title), ranked=_ranked(traffic, week), hour=None,
            is_synthetic=_is_synthetic(traffic, week), **await _checks(asked),
        )  # fmt: skip

    return await asked.page(make)


async def _at_hour(asked: Asked, hour: datetime) -> Response:
    async def make(state: CityState) -> str:
        city = await read_hour(asked.parts.database, hour)
        if city is None:
            raise HTTPException(404, "nothing is forecast for that hour")
        traffic = await read_now(asked.parts.database, state.as_of)
        week = await read_week(asked.parts.database)
        return render(
            "traffic_hour.html.j2", asked.reader, state, city=city, traffic=traffic, week=week, hour=hour,
            picture=_picture(asked, city.areas, _title(asked, city)), is_synthetic=_is_synthetic(city, traffic, week),
            **await _checks(asked),
        )  # fmt: skip

    return await asked.page(make, hour)


@router.get("/macet/{area_code}")
async def area(asked: AskedFor, area_code: str) -> Response:
    """One kecamatan: where it lies, now, and each hour of its coming week."""

    async def make(state: CityState) -> str:
        traffic = await read_now(asked.parts.database, state.as_of)
        known = {one.code: one for one in traffic.areas}
        if area_code not in known:
            raise HTTPException(404, "no such kecamatan")
        week = await read_week(asked.parts.database, area_code)
        words, city_map = asked.reader.words, asked.parts.places.city_map
        title = words.gettext("Kecamatan %(name)s dan sekitarnya", name=known[area_code].name)
        tiles = {one.code: _tile(one, asked) for one in traffic.areas}
        return render(
            "area.html.j2", asked.reader, state, area=known[area_code], traffic=traffic, week=week,
            days=_days(week, area_code), picture=city_map.draw_around(area_code, tiles, title),
            beside=[known[code] for code in city_map.beside(area_code)],
            is_synthetic=_is_synthetic(traffic, week), **await _checks(asked),
        )  # fmt: skip

    return await asked.page(make)


def _is_synthetic(*shown: TrafficNow | WeekAhead | CityHour | None) -> bool:
    """Whether anything that a page shows is a synthetic city's."""
    return any(part is not None and part.is_synthetic for part in shown)


async def _checks(asked: Asked) -> dict[str, Checks]:
    """What stands behind the figures of now and behind the forecast."""
    database = asked.parts.database
    return {
        "checks": await read_checks(database, "area_slots"),
        "forecast_checks": await read_checks(database, "jam_forecast"),
    }


def _picture(asked: Asked, areas: Sequence[AreaNow | AreaHour], title: str) -> Markup:
    """The map; `areas` begins with the worst, whose names are written."""
    tiles = {area.code: _tile(area, asked) for area in areas}
    worst = [area.code for area in areas if area.level is not None and not area.level.is_free]
    return asked.parts.places.city_map.draw(tiles, title, worst[:NAMED])


def _tile(area: AreaNow | AreaHour, asked: Asked) -> Tile:
    words = asked.reader.words
    if area.level is None:
        css = "unseen"
        level = words.gettext("tanpa ramalan") if isinstance(area, AreaHour) else words.gettext("tanpa kamera")
    else:
        css, level = area.level.code, words.gettext(area.level.name)
    return Tile(
        css=css,
        told=f"{area.name}: {level}",
        figure="" if area.level is None else letter_of(area.level, asked),
        link=asked.reader.link(f"/macet/{area.code}"),
    )


def letter_of(level: Level, asked: Asked) -> str:
    """What says a level without colour; free flow needs no letter."""
    return "" if level.is_free else asked.reader.words.gettext(level.name)[0]


def _title(asked: Asked, city: CityHour) -> str:
    words = asked.reader.words
    moment = f"{words.long_day(city.start.date())} {words.clock(city.start.hour)}"
    return words.gettext("Ramalan lalu lintas tiap kecamatan, %(moment)s", moment=moment)


def _ranked(traffic: TrafficNow, week: WeekAhead | None) -> list[AreaNow]:
    """Kecamatan by the hours in which they are expected to jam, those that never are left out."""
    if week is None:
        return []
    jammed = {area.code: len(week.jammed(area.code)) for area in traffic.areas}
    return sorted(
        (area for area in traffic.areas if jammed[area.code]), key=lambda area: (-jammed[area.code], area.name)
    )


def _days(week: WeekAhead | None, area_code: str) -> dict[date, dict[int, ForecastHour]]:
    """The hours of the week by day and hour, from Monday on."""
    days: dict[date, dict[int, ForecastHour]] = {}
    for told in week.hours.get(area_code, ()) if week else ():
        days.setdefault(told.start.date(), {})[told.start.hour] = told
    return days
