"""The first page: the number's field, and where to go on.

Belongs here: that page. Does not belong here: what the others show.
"""

from datetime import timedelta

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from assets.clock import city_zone
from portal.asked import AskedFor
from portal.pages import render
from portal.quality import read_checks
from portal.state import CityState

router = APIRouter(default_response_class=HTMLResponse)

NOW = """
    select count(*) filter (where slots.jam_index >= levels.jam_index_from) as jammed, count(*) as areas,
        max(slots.slot_start) as slot_start, bool_or(slots.is_synthetic) as is_synthetic
    from portal.area_slots as slots
    inner join portal.traffic_levels as levels on levels.level_code = 'macet'
    where slots.slot_start = (select max(slot_start) from portal.area_slots where slot_date_wib >= %s)
"""


@router.get("/")
async def home(asked: AskedFor) -> Response:
    """The first page."""

    async def make(state: CityState) -> str:
        [row] = await asked.parts.database.rows(NOW, [(state.as_of.astimezone(city_zone()) - timedelta(days=1)).date()])
        slot = row["slot_start"]
        return render(
            "home.html.j2", asked.reader, state, now_row=row, day=slot and slot.astimezone(city_zone()).date(),
            checks=await read_checks(asked.parts.database, "area_slots"), is_synthetic=bool(row["is_synthetic"]),
        )  # fmt: skip

    return await asked.page(make)
