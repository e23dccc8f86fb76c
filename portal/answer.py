"""Jawab: what the reporter answers to the holder of a case, who waits for it.

Belongs here: that form. Does not belong here: what was asked and whether anybody waits (front.said_to_reporter,
front.answer), how the question reaches its reporter (assets/cases/news).

Whoever holds the number may answer, as they may say that a case is not done; the holder is told no more of them.
"""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from portal import guard
from portal.asked import Asked, AskedFor
from portal.bounded import TooLongError, read_fields
from portal.lookup import find, said_to_reporter
from portal.report import PERIOD_S, guarded
from portal.story import Story

router = APIRouter(default_response_class=HTMLResponse)

# Signs of an answer; bytes of it as a form sends them, with the token.
LONGEST = 2000
MOST_BYTES = 32_768


@router.get("/lacak/{nomor}/jawab")
async def form(asked: AskedFor, nomor: str) -> Response:
    """The form, while somebody waits for the answer."""
    found = await _waited_for(asked, nomor)
    return found if isinstance(found, Response) else await _form(asked, found)


@router.post("/lacak/{nomor}/jawab")
async def send(asked: AskedFor, request: Request, nomor: str) -> Response:
    """Take an answer; the holder waits no more."""
    found = await _waited_for(asked, nomor)
    if isinstance(found, Response):
        return found
    words = asked.reader.words
    try:
        fields = await read_fields(request, MOST_BYTES)
    except (TooLongError, ValueError):
        return await _form(asked, found, 413, words.gettext("Jawaban terlalu panjang: paling banyak 2.000 huruf."))
    answer = fields.get("jawaban", "").replace("\x00", "").strip()
    if not guard.is_ours(asked.request, asked.parts.secret, fields.get("token", "")):
        problem = words.gettext("Formulir ini sudah lama dibuka. Periksa isinya, lalu kirim sekali lagi.")
        return await _form(asked, found, 403, problem, answer)
    if not answer:
        return await _form(asked, found, 422, words.gettext("Tulis jawaban Anda."))
    if len(answer) > LONGEST:
        problem = words.gettext("Jawaban terlalu panjang: paling banyak 2.000 huruf.")
        return await _form(asked, found, 413, problem, answer[:LONGEST])
    if not await asked.may("report", asked.parts.settings.reports, PERIOD_S):
        problem = words.gettext("Terlalu banyak laporan dari jaringan Anda. Coba lagi dalam satu jam.")
        return await _form(asked, found, 429, problem, answer)
    # What was answered in the meantime is told by the number's page.
    await asked.parts.database.value("select front.answer(%s, %s, %s)", [found.number, answer, asked.parts.clock()])
    return _to_story(asked, found)


async def _waited_for(asked: Asked, nomor: str) -> Story | Response:
    """The case of a number whose holder waits for its reporter; the number's own page where nobody does."""
    found = await find(asked, nomor)
    if isinstance(found, Response):
        return found
    return found if found.waits_for_reporter else _to_story(asked, found)


def _to_story(asked: Asked, story: Story) -> Response:
    return RedirectResponse(asked.reader.link(f"/lacak/{story.number}"), 303)


async def _form(asked: Asked, story: Story, status: int = 200, problem: str = "", answer: str = "") -> Response:
    return guarded(
        asked, "answer.html.j2", status, story=story, said=await said_to_reporter(asked, story), problem=problem,
        answer=answer, longest=LONGEST, is_synthetic=story.is_synthetic,
    )  # fmt: skip
