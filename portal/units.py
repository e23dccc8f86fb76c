"""SKPD: how units keep their limits, ranked fairly, with the interval in which their rank lies.

Belongs here: that page. Does not belong here: the ranking (dbt: mart_unit_ranking).
"""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from portal.asked import AskedFor
from portal.pages import render
from portal.quality import read_checks
from portal.state import CityState

router = APIRouter(default_response_class=HTMLResponse)

UNITS = """
    select * from portal.units
    where unit_kind = %s
    order by rank nulls last, unit_name
"""
SKPD = "skpd"
# As the address says it, and as the mart does.
KINDS = {SKPD: SKPD, "kelurahan": "kelurahan"}


@router.get("/skpd")
async def units(asked: AskedFor, jenis: str = SKPD) -> Response:
    """The agencies, or the kelurahan."""
    kind = KINDS.get(jenis, SKPD)
    asked = asked.depending_on(jenis=kind if kind != SKPD else None)

    async def make(state: CityState) -> str:
        rows = await asked.parts.database.rows(UNITS, [kind])
        return render(
            "units.html.j2", asked.reader, state, units=rows, kind=kind,
            checks=await read_checks(asked.parts.database, "units"),
            is_synthetic=any(row["is_synthetic"] for row in rows),
        )  # fmt: skip

    return await asked.page(make)
