"""Nilai: what the holder of a number gives the work that closed its case, 1 to 5.

Belongs here: that form. Does not belong here: whether a number may rate (front.rate), what becomes of ratings (dbt:
fct_case_events, mart_rating_weekly).
"""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from portal import guard
from portal.afterwards import read_afterwards
from portal.asked import Asked, AskedFor
from portal.bounded import TooLongError, read_fields
from portal.lookup import find
from portal.report import guarded
from portal.story import Story

router = APIRouter(default_response_class=HTMLResponse)

# Seconds in which a client may rate `JSC_PORTAL_RATINGS` cases.
PERIOD_S = 24 * 3600
# A token and a figure.
MOST_BYTES = 4096
LEVELS = range(1, 6)


@router.get("/lacak/{nomor}/nilai")
async def form(asked: AskedFor, nomor: str) -> Response:
    """The form for a number whose case was completed."""
    found = await _rateable(asked, nomor)
    return found if isinstance(found, Response) else _form(asked, found)


@router.post("/lacak/{nomor}/nilai")
async def send(asked: AskedFor, request: Request, nomor: str) -> Response:
    """Take a rating; within a day it replaces the one before."""
    found = await _rateable(asked, nomor)
    if isinstance(found, Response):
        return found
    words = asked.reader.words
    try:
        fields = await read_fields(request, MOST_BYTES)
    except (TooLongError, ValueError):
        return _form(asked, found, 422, words.gettext("Pilih nilai 1 sampai 5."))
    if not guard.is_ours(asked.request, asked.parts.secret, fields.get("token", "")):
        problem = words.gettext("Formulir ini sudah lama dibuka. Periksa isinya, lalu kirim sekali lagi.")
        return _form(asked, found, 403, problem)
    given = fields.get("nilai", "")
    if given not in map(str, LEVELS):
        return _form(asked, found, 422, words.gettext("Pilih nilai 1 sampai 5."))
    if not await asked.may("rating", asked.parts.settings.ratings, PERIOD_S):
        problem = words.gettext("Terlalu banyak penilaian dari jaringan Anda hari ini. Coba lagi besok.")
        return _form(asked, found, 429, problem)
    # What no longer may be rated by now is told by the number's page.
    await asked.parts.database.value("select front.rate(%s, %s, %s)", [found.number, int(given), asked.parts.clock()])
    return _to_story(asked, found)


async def _rateable(asked: Asked, nomor: str) -> Story | Response:
    """The case of a number that may rate it; the number's own page where it may not."""
    found = await find(asked, nomor)
    if isinstance(found, Response):
        return found
    afterwards = await read_afterwards(asked, found)
    return found if afterwards.may_rate else _to_story(asked, found)


def _to_story(asked: Asked, story: Story) -> Response:
    return RedirectResponse(asked.reader.link(f"/lacak/{story.number}#nilai"), 303)


def _form(asked: Asked, story: Story, status: int = 200, problem: str = "") -> Response:
    words = asked.reader.words
    names = (
        words.gettext("sangat buruk"), words.gettext("buruk"), words.gettext("cukup"), words.gettext("baik"),
        words.gettext("sangat baik"),
    )  # fmt: skip
    return guarded(
        asked, "rating.html.j2", status, story=story, problem=problem,
        levels=list(zip(LEVELS, names, strict=True)), is_synthetic=story.is_synthetic,
    )  # fmt: skip
