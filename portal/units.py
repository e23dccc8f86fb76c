"""SKPD: how units keep their limits, ranked fairly, with the interval in which their rank lies.

Belongs here: that page. Does not belong here: the ranking (dbt: mart_unit_ranking).
"""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from portal.asked import AskedFor
from portal.pages import render
from portal.state import CityState

router = APIRouter(default_response_class=HTMLResponse)

UNITS = """
    select * from portal.units
    where unit_kind = %s
    order by rank nulls last, unit_name
"""
# As the address says it, and as the mart does.
KINDS = {"skpd": "skpd", "kelurahan": "kelurahan"}


@router.get("/skpd")
async def units(asked: AskedFor, jenis: str = "skpd") -> Response:
    """The agencies, or the kelurahan."""
    kind = KINDS.get(jenis, "skpd")

    async def make(state: CityState) -> str:
        rows = await asked.parts.database.rows(UNITS, [kind])
        return render(
            "units.html.j2", asked.reader, state, units=rows, kind=kind,
            is_synthetic=any(row["is_synthetic"] for row in rows),
        )  # fmt: skip

    return await asked.page(make, kind)
