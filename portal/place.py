"""The place of a report by map, and what was reported there: the form filled further, step by step.

Belongs here: those steps. Does not belong here: sending the report (report.py), the picture (kelurahan_map.py).

Each step answers with the form as it was, so that it works without scripts; where they run, the part that changed is
put into the page that is there, and chosen photos stay.
"""

from dataclasses import dataclass

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, Response

from portal import guard
from portal.asked import Asked, AskedFor
from portal.bounded import TooLongError
from portal.drafts import Draft, city
from portal.kelurahan_map import SIDE
from portal.nearby import read_nearby
from portal.report import expired, form_page
from portal.uploads import read_form

router = APIRouter(default_response_class=HTMLResponse)

# Seconds: boundaries change with the city's law.
LASTS_S = 24 * 3600


@dataclass(frozen=True)
class PlaceStep:
    """How far a place by map has come.

    Attributes:
        draft: What the form holds.
        kecamatan: Whose map is open; empty where none is.
        problem: What could not be done.
    """

    draft: Draft
    kecamatan: str = ""
    problem: str = ""


@router.post("/lapor/tempat")
async def fill_in(asked: AskedFor, request: Request) -> Response:
    """Open a map, take the point shown on it, or list what is open there."""
    try:
        sent = await read_form(request)
    except TooLongError:
        return form_page(asked, Draft.new(), 413, asked.reader.words.gettext("Isinya terlalu panjang."))
    draft, fields = Draft.of(sent.fields), sent.fields
    if not guard.is_ours(asked.request, asked.parts.secret, fields.get("token", "")):
        return form_page(asked, draft, 403, expired(asked))
    if "serupa" in fields:
        return form_page(asked, draft, nearby=await read_nearby(asked, draft), is_asked=True)
    if "hapus" in fields:
        step = PlaceStep(draft.placed(None, draft.fields["kelurahan"]))
    elif "titik.x" in fields:
        step = _pointed(asked, draft, fields.get("peta_dari", ""), fields["titik.x"], fields.get("titik.y", ""))
    elif "cari" in fields:
        step = _found(asked, draft)
    else:
        kelurahan = city().kelurahan.get(draft.fields["kelurahan"])
        step = _opened(asked, draft, kelurahan.kecamatan_code if kelurahan else fields.get("kecamatan", ""))
    # Without scripts a browser sends the names of photos with the form, and cannot be given them back.
    return form_page(
        asked, step.draft, problem=step.problem, map_of=step.kecamatan, has_lost_photos=bool(fields.get("photo"))
    )


@router.get("/lapor/peta/{kecamatan}.svg")
async def picture(asked: AskedFor, kecamatan: str) -> Response:
    """The map of a kecamatan, the same for everybody."""
    try:
        drawn = asked.parts.places.kelurahan_maps.draw(kecamatan)
    except KeyError:
        raise HTTPException(404, "no such kecamatan") from None
    return Response(drawn, media_type="image/svg+xml", headers={"cache-control": f"public, max-age={LASTS_S}"})


def _opened(asked: Asked, draft: Draft, kecamatan: str) -> PlaceStep:
    if kecamatan in city().kecamatan:
        return PlaceStep(draft.placed(None, draft.fields["kelurahan"]), kecamatan)
    return PlaceStep(draft, problem=asked.reader.words.gettext("Pilih dulu kecamatannya, lalu buka petanya."))


def _pointed(asked: Asked, draft: Draft, kecamatan: str, x: str, y: str) -> PlaceStep:
    if kecamatan not in city().kecamatan:
        return _opened(asked, draft, kecamatan)
    right, down = _pixel(x), _pixel(y)
    if right is None or down is None:
        words = asked.reader.words
        problem = words.gettext("Titik itu tidak terbaca. Sentuh petanya, atau pilih kelurahannya dari daftar.")
        return PlaceStep(draft, kecamatan, problem)
    return _found(asked, draft.placed(asked.parts.places.kelurahan_maps.point(kecamatan, right, down)), kecamatan)


def _pixel(text: str) -> int | None:
    """A pixel of the picture; the keyboard presses it at 0, which is no place on it.

    >>> _pixel("12"), _pixel("0"), _pixel("x"), _pixel("9" * 5000)
    (12, None, None, None)
    """
    pixel = int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else 0
    return pixel if 0 < pixel <= SIDE else None


def _found(asked: Asked, draft: Draft, kecamatan: str = "") -> PlaceStep:
    """The draft with the kelurahan of its point."""
    point = draft.point
    place = asked.parts.places.at(*point) if point else None
    if point is None or place is None or place.kelurahan_code is None:
        problem = asked.reader.words.gettext("Titik itu di luar %(city)s. Pilih kelurahannya dari daftar.")
        return PlaceStep(draft.placed(None), kecamatan, problem)
    return PlaceStep(draft.placed(point, place.kelurahan_code))
