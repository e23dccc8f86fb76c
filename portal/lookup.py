"""Lacak: one number, and how its case stands.

Belongs here: the look-up and its limit. Does not belong here: what may be told of a number (front.track), the story's
times (story.py), what came after its closing (afterwards.py).
"""

from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from assets.cases.sla import Clock
from assets.complaints.model import Decision
from assets.complaints.triage.message import ELSEWHERE, REPEATED
from assets.reports.language import Language
from portal.afterwards import read_afterwards
from portal.asked import Asked, AskedFor
from portal.drafts import in_words
from portal.numbers import read_typed
from portal.pages import render
from portal.story import Story, read_story

router = APIRouter(default_response_class=HTMLResponse)

# Seconds in which a client may look up `JSC_PORTAL_LOOKUPS` numbers.
PERIOD_S = 600
# Letters of what was typed that are shown again.
TYPED = 60
# What somebody is told is theirs alone: no cache between keeps it.
PRIVATE = {"cache-control": "no-store"}


@router.get("/lacak")
async def lookup(asked: AskedFor, nomor: str | None = None) -> Response:
    """The form; with a number the way to its page."""
    if nomor is None:
        return HTMLResponse(render("lookup.html.j2", asked.reader, None))
    typed = read_typed(nomor)
    if typed is None:
        return _refused(asked.depending_on(nomor=nomor[:TYPED]), nomor, 422, _unreadable(asked))
    as_typed = "?terbaca=1" if typed.is_corrected else ""
    return RedirectResponse(asked.reader.link(f"/lacak/{quote(typed.number)}{as_typed}"), 303)


@router.get("/lacak/{nomor}")
async def story(asked: AskedFor, nomor: str, terbaca: bool = False) -> Response:
    """How the case of a number stands."""
    asked = asked.depending_on(terbaca="1" if terbaca else None)
    found = await find(asked, nomor)
    if isinstance(found, Response):
        return found
    reminded = None
    if found.decision == Decision.ACCEPTED and not found.is_closed:
        reminded = await asked.parts.database.value("select front.reminded(%s)", [found.number])
    return _told(
        asked, found, afterwards=await read_afterwards(asked, found), is_corrected=terbaca, reminded=reminded,
        said=await said_to_reporter(asked, found),
    )  # fmt: skip


async def said_to_reporter(asked: Asked, story: Story) -> str | None:
    """What the holder of a case asks its reporter, or rejected it for; None where that is not how it stands."""
    if story.decision != Decision.ACCEPTED or not (story.waits_for_reporter or story.is_closed):
        return None
    said: str | None = await asked.parts.database.value("select front.said_to_reporter(%s)", [story.number])
    return said


async def find(asked: Asked, nomor: str) -> Story | Response:
    """The case of a number as somebody typed it, or the page that says why there is none."""
    words, typed = asked.reader.words, read_typed(nomor)
    if typed is None:
        return _refused(asked, nomor, 422, _unreadable(asked))
    if not await asked.may("lookup", asked.parts.settings.lookups, PERIOD_S):
        problem = words.gettext("Terlalu banyak nomor dicari dari jaringan Anda. Coba lagi dalam sepuluh menit.")
        return _refused(asked, nomor, 429, problem)
    told = await asked.parts.database.value("select front.track(%s)", [typed.number])
    if told is None:
        problem = words.gettext("Nomor %(number)s tidak kami temukan. Periksa angkanya.", number=typed.number)
        return _refused(asked, typed.number, 404, problem)
    return read_story(told)


def _told(asked: Asked, found: Story, **values: object) -> Response:
    words = asked.reader.words
    page = render(
        "story.html.j2", asked.reader, None, story=found, now=asked.parts.clock(), lacks=in_words(words),
        rejection=rejection_of(found, words), limit=limit_of(found, words),
        is_synthetic=found.is_synthetic, **values,
    )  # fmt: skip
    return HTMLResponse(page, headers=PRIVATE)


def rejection_of(story: Story, words: Language) -> str:
    """Why a report was not passed on; of a confidential one nothing is told."""
    reasons = story.facts["reasons"] or ()
    if ELSEWHERE in reasons:
        return words.gettext("Tempat dalam laporan ini di luar wilayah %(city)s; mohon lapor ke pemerintah daerahnya.")
    if REPEATED in reasons:
        return words.gettext("Laporan ini sama dengan laporan Anda yang sedang ditangani.")
    return words.gettext("Laporan ini tidak diteruskan. Alasannya ada dalam jawaban yang Anda terima.")


def limit_of(story: Story, words: Language) -> str:
    """How long its handling may take, in days of work where only these count; empty where nothing says."""
    hours = story.facts["limit_hours"]
    if story.facts["is_heavy_work"]:
        return words.gettext("pekerjaan berat: tanggal yang dijanjikan")
    if not hours:
        return ""
    if story.facts["limit_clock"] != Clock.WORKING:
        return words.gettext("%(hours)s jam sejak dilaporkan", hours=words.integer(hours))
    if hours % 24:
        return words.gettext("%(hours)s jam pada hari kerja sejak dilaporkan", hours=words.integer(hours))
    return words.gettext("%(days)s hari kerja sejak dilaporkan", days=words.integer(hours // 24))


def _unreadable(asked: Asked) -> str:
    return asked.reader.words.gettext(
        "Itu belum nomor laporan. Nomornya %(prefix)s diikuti tanggal enam angka dan urutan empat angka atau lebih."
    )


def _refused(asked: Asked, typed: str, status: int, problem: str) -> Response:
    page = render("lookup.html.j2", asked.reader, None, typed=typed[:TYPED], problem=problem)
    return HTMLResponse(page, status, headers=PRIVATE)
