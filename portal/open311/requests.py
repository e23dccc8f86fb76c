"""Reports: the list of what is public, and one by its number or by its name in the list.

Belongs here: those answers and who may ask for them. Does not belong here: rows (listed.py), numbers (tracked.py).
"""

import asyncio
import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response

from portal.asked import Asked, AskedFor
from portal.lookup import PERIOD_S
from portal.numbers import LONGEST, TypedNumber, read_typed
from portal.open311.answers import ServiceRequest, ServiceRequests
from portal.open311.asking import ListAsked, OneAsked
from portal.open311.faults import ALWAYS, MANY, Open311Route, RefusedError, require_city
from portal.open311.formats import PRIVATE, SHARED, Format, documented, respond
from portal.open311.listed import BY_KEY, REQUESTS, listed
from portal.open311.services import OTHER, read_services
from portal.open311.tracked import tracked
from portal.story import read_story

router = APIRouter(tags=["Open311"], route_class=Open311Route)

_KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
ID = Path(max_length=LONGEST, description="A tracking number, or the id of a report of the list.")


@router.get(
    "/v2/requests.{fmt}",
    responses={200: documented(ServiceRequests, "The newest first."), **MANY, **ALWAYS},
)
async def requests(asked: AskedFor, fmt: Format, query: Annotated[ListAsked, Query()]) -> Response:
    """Reports that anybody may see, each of a place and a day or week that five share; or those of given ids."""
    require_city(query.jurisdiction_id)
    if query.service_request_id:
        return respond(await _by_id(asked, query.service_request_id, bool(query.extensions)), fmt, PRIVATE)
    first, last = query.days(asked.parts.clock())
    rows = await asked.parts.database.rows(
        REQUESTS,
        {
            "first": first, "last": last, "codes": query.service_code or None, "other": OTHER,
            "closed": query.is_closed, "size": query.size, "skipped": query.skipped,
        },
    )  # fmt: skip
    # A thousand of them take a while to write: others are answered meanwhile.
    return await asyncio.to_thread(_told, rows, bool(query.extensions), fmt)


@router.get(
    "/v2/requests/{service_request_id}.{fmt}",
    responses={200: documented(ServiceRequests, "A list of one."), **MANY, **ALWAYS},
)
async def request(
    asked: AskedFor, service_request_id: Annotated[str, ID], fmt: Format, query: Annotated[OneAsked, Query()]
) -> Response:
    """One report: of its number what its holder may know, of a report of the list what the list says."""
    require_city(query.jurisdiction_id)
    found = await _by_id(asked, [service_request_id], bool(query.extensions))
    if not found.root:
        raise RefusedError(404, "service_request_id: expected a number that was given, found none")
    return respond(found, fmt, PRIVATE)


def _told(rows: Sequence[Mapping[str, Any]], is_extended: bool, fmt: Format) -> Response:
    return respond(ServiceRequests(root=[listed(row, is_extended) for row in rows]), fmt, SHARED)


async def _by_id(asked: Asked, ids: list[str], is_extended: bool) -> ServiceRequests:
    """The reports of ids in their order; an id of none is left out.

    Raises:
        RefusedError: The client has looked up too many numbers.
    """
    keys = [one.lower() for one in ids if _KEY.fullmatch(one.lower())]
    numbers = {one: typed for one in ids if (typed := read_typed(one)) and one.lower() not in keys}
    rows = await asked.parts.database.rows(BY_KEY, [keys]) if keys else []
    found = {row["report_key"]: listed(row, is_extended) for row in rows}
    for one, typed in numbers.items():
        told = await _tracked(asked, typed, is_extended)
        if told is not None:
            found[one.lower()] = told
    return ServiceRequests(root=[found[one] for one in dict.fromkeys(one.lower() for one in ids) if one in found])


async def _tracked(asked: Asked, typed: TypedNumber, is_extended: bool) -> ServiceRequest | None:
    if not await asked.may("lookup", asked.parts.settings.lookups, PERIOD_S):
        raise RefusedError(429, "expected fewer numbers in ten minutes, found more; ask again later")
    told = await asked.parts.database.value("select front.track(%s)", [typed.number])
    if told is None:
        return None
    services = await read_services(asked.parts.database)
    return tracked(read_story(told), services, asked.parts.clock(), is_extended)
