"""Tilang: in which areas and at which hours tickets are written, beside jams; odd-even in force today.

Belongs here: that page and its questions. Does not belong here: what counts as a ticket (dbt).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from assets.city import city
from assets.clock import city_zone
from portal.asked import AskedFor
from portal.database import CityDatabase
from portal.pages import render
from portal.quality import read_checks
from portal.state import CityState
from portal.tiles import Tile

router = APIRouter(default_response_class=HTMLResponse)

PERIOD = timedelta(days=28)
# Names of so many kecamatan with most tickets stand on the map.
NAMED = 5

AREAS = """
    select area_code, area_name, sum(tickets)::integer as tickets, sum(parking_tickets)::integer as parking_tickets,
        sum(odd_even_tickets)::integer as odd_even_tickets, (count(*) filter (where is_jam))::integer as jam_hours,
        count(is_jam)::integer as known_hours,
        (sum(tickets) filter (where is_jam))::integer as tickets_in_jam, bool_or(is_synthetic) as is_synthetic
    from portal.area_hours
    where hour_date_wib >= %(from)s and hour_date_wib < %(to)s
    group by area_code, area_name
    order by tickets desc, area_name
"""
HOURS = """
    select hour_of_day_wib as hour, sum(tickets)::integer as tickets, (count(*) filter (where is_jam))::integer as jams
    from portal.area_hours
    where hour_date_wib >= %(from)s and hour_date_wib < %(to)s
    group by hour_of_day_wib
    order by hour_of_day_wib
"""
ROADS = """
    select distinct road_name, start_hour, end_hour, first_iso_day, last_iso_day, legal_basis
    from portal.odd_even_roads
    where valid_from <= %(day)s and (valid_to is null or valid_to > %(day)s)
    order by road_name, start_hour
"""
HOLIDAY = "select holiday_name from portal.holidays where holiday_date = %(day)s"


@dataclass(frozen=True)
class OddEven:
    """The odd-even rule of a day.

    Attributes:
        day: The day.
        holiday: Name of the holiday that suspends it; None on others.
        hours: When it holds, as first and last hour; empty on a day on which it does not.
        roads: Where.
        legal_basis: Of the rule; None where none is in force.
    """

    day: date
    holiday: str | None
    hours: Sequence[tuple[int, int]]
    roads: Sequence[str]
    legal_basis: str | None

    @property
    def is_even(self) -> bool:
        """Whether even numbers may pass: the date's own parity."""
        return self.day.day % 2 == 0


async def read_odd_even(database: CityDatabase, now: datetime) -> OddEven | None:
    """The rule of today; None in a city that restricts no cars by their plates."""
    if not city().has_odd_even:
        return None
    day = now.astimezone(city_zone()).date()
    roads = await database.rows(ROADS, {"day": day})
    holidays = await database.rows(HOLIDAY, {"day": day})
    holds = [row for row in roads if row["first_iso_day"] <= day.isoweekday() <= row["last_iso_day"] and not holidays]
    return OddEven(
        day=day,
        holiday=holidays[0]["holiday_name"] if holidays else None,
        hours=sorted({(row["start_hour"], row["end_hour"]) for row in holds}),
        roads=list(dict.fromkeys(row["road_name"] for row in roads)),
        legal_basis=roads[0]["legal_basis"] if roads else None,
    )


@router.get("/tilang")
async def tickets(asked: AskedFor) -> Response:
    """Tickets of the last four whole weeks of days, by kecamatan and by hour."""

    async def make(state: CityState) -> str:
        until = state.as_of.astimezone(city_zone()).date()
        period = {"from": until - PERIOD, "to": until}
        areas = await asked.parts.database.rows(AREAS, period)
        hours = await asked.parts.database.rows(HOURS, period)
        words = asked.reader.words
        most = max((row["tickets"] for row in areas), default=0)
        tiles = {
            row["area_code"]: Tile(
                css=f"of-{_fifth(row['tickets'], most)}",
                told=words.gettext(
                    "%(area)s: %(num)s tilang", area=row["area_name"], num=words.integer(row["tickets"])
                ),
                figure=words.integer(row["tickets"]) if row["tickets"] else "",
                link=asked.reader.link(f"/macet/{row['area_code']}"),
            )
            for row in areas
        }
        checks = await read_checks(asked.parts.database, "area_hours")
        return render(
            "tickets.html.j2", asked.reader, state, checks=checks, areas=areas, hours=_shares(hours),
            picture=asked.parts.places.city_map.draw(
                tiles, words.gettext("Tilang tiap kecamatan"), [row["area_code"] for row in areas[:NAMED]]
            ),
            start=period["from"], end=until - timedelta(days=1),
            odd_even=await read_odd_even(asked.parts.database, asked.parts.clock()),
            is_synthetic=any(row["is_synthetic"] for row in areas),
        )  # fmt: skip

    return await asked.page(make)


def _fifth(count: int, most: int) -> int:
    """Class of a count among five, 0 for none; by its root, so that a few high counts leave the others apart.

    >>> [_fifth(count, 100) for count in (0, 1, 16, 17, 100)]
    [0, 1, 2, 3, 5]
    """
    return math.ceil(5 * math.sqrt(count / most)) if most else 0


def _shares(hours: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The hours with their share of the highest, for bars."""
    tickets = max((row["tickets"] for row in hours), default=0) or 1
    jams = max((row["jams"] for row in hours), default=0) or 1
    return [{**row, "of_tickets": 100 * row["tickets"] / tickets, "of_jams": 100 * row["jams"] / jams} for row in hours]
