"""Di dekat saya: the way to the kecamatan in which somebody stands.

Belongs here: that page, and the table by which the phone itself finds the kecamatan. Does not belong here: the table's
making (places.py).

The position never leaves the phone. It is rounded to a square of a kilometre there and looked up in a table that is the
same for everybody; what the portal sees is that somebody opened a kecamatan's page. A position that was sent, even
rounded and by POST, would pass proxies and could be kept by any of them.
"""

import asyncio
from collections.abc import Mapping

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from assets.reference import Kecamatan
from portal.asked import AskedFor
from portal.drafts import city
from portal.pages import render

router = APIRouter(default_response_class=HTMLResponse)

# Seconds: boundaries change with the city's law.
LASTS_S = 24 * 3600


@router.get("/macet/dekat")
async def near(asked: AskedFor) -> Response:
    """The page: the phone's own position, or the kecamatan by name."""
    return HTMLResponse(render("near.html.j2", asked.reader, None, kota=_by_kota()))


@router.get("/macet/dekat.json")
async def squares(asked: AskedFor) -> Response:
    """In which kecamatan each square kilometre lies."""
    told = await asyncio.to_thread(lambda: asked.parts.places.squares)
    return Response(told, media_type="application/json", headers={"cache-control": f"public, max-age={LASTS_S}"})


def _by_kota() -> Mapping[str, list[Kecamatan]]:
    """The kecamatan of each kota, both by name."""
    found: dict[str, list[Kecamatan]] = {}
    for area in sorted(city().kecamatan.values(), key=lambda one: (one.kota_name, one.name)):
        found.setdefault(area.kota_name, []).append(area)
    return found
