"""Pilar: the six pillars with numerator, denominator, trend and how final a week is.

Belongs here: that page. Does not belong here: the indicators (pillar_indicators.csv).
"""

from collections.abc import Mapping
from datetime import timedelta
from itertools import groupby
from typing import Any

from fastapi import APIRouter, HTTPException
from fastapi.responses import HTMLResponse, Response

from assets.city import city
from portal.asked import AskedFor
from portal.pages import render
from portal.quality import read_checks, rows_behind
from portal.state import CityState
from portal.words import UNITS

router = APIRouter(default_response_class=HTMLResponse)

# The newest week, and the newest one that is final: the one tells where it goes, the other what was.
WEEKS = """
    with weeks as (
        select weeks.*, pillars.place,
            row_number() over (partition by weeks.indicator_code order by weeks.week_start_date_wib desc) as newest,
            row_number() over (
                partition by weeks.indicator_code, weeks.is_mature order by weeks.week_start_date_wib desc
            ) as newest_alike
        from portal.pillar_weeks as weeks
        inner join (
            values ('governance', 1), ('people', 2), ('living', 3), ('mobility', 4), ('economy', 5), ('environment', 6)
        ) as pillars (pillar_code, place) on weeks.pillar_code = pillars.pillar_code
        where weeks.area_code = %s
    )
    select * from weeks
    where newest = 1 or (is_mature and newest_alike = 1)
    order by place, indicator_code, week_start_date_wib desc
"""
AREAS = (
    "select area_code, area_name from portal.areas where area_level in ('city', 'kota') order by area_level, area_name"
)
# A trend is told beside the four weeks before.
TREND = timedelta(weeks=4)


@router.get("/pilar")
async def pillars(asked: AskedFor, wilayah: str | None = None) -> Response:
    """The pillars of the city, or of a kota."""
    whole = city().code
    asked = asked.depending_on(wilayah=wilayah if wilayah != whole else None)
    chosen = wilayah or whole

    async def make(state: CityState) -> str:
        areas = await asked.parts.database.rows(AREAS)
        if chosen not in {area["area_code"] for area in areas}:
            raise HTTPException(404, "no such kota")
        rows = await asked.parts.database.rows(WEEKS, [chosen])
        return render(
            "pillars.html.j2", asked.reader, state, pillars=_by_pillar(rows), areas=areas, chosen=chosen, units=UNITS,
            checks=await read_checks(asked.parts.database, "pillar_weeks"), rows_of=_rows_of,
            is_synthetic=any(row["is_synthetic"] for row in rows),
        )  # fmt: skip

    return await asked.page(make)


def _rows_of(row: Mapping[str, Any]) -> str:
    """The rows behind an indicator's figure of a week: that week's, and those that its trend is told from."""
    week = row["week_start_date_wib"]
    return rows_behind(
        "pilar_mingguan", area_code=row["area_code"], indicator_code=row["indicator_code"], sejak=week - TREND,
        sampai=week,
    )  # fmt: skip


def _by_pillar(rows: list[dict[str, Any]]) -> list[tuple[dict[str, Any], list[list[dict[str, Any]]]]]:
    """Each pillar with its indicators, each with its newest week and its newest final one."""
    found = []
    for _, of_pillar in groupby(rows, key=lambda row: row["place"]):
        told = list(of_pillar)
        found.append((told[0], [list(weeks) for _, weeks in groupby(told, key=lambda row: row["indicator_code"])]))
    return found
