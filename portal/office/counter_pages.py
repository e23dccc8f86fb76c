"""Loket: the counter of a kelurahan or kecamatan, from what somebody tells to the slip in their hand.

Belongs here: those pages. Does not belong here: what the form holds (counter_drafts.py), as which desk it is handed in
(desk.hand_in), the decision (assets/complaints).
"""

from datetime import datetime
from typing import Annotated, Any, LiteralString
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response
from psycopg.types.json import Jsonb

from portal.asked import AskedFor
from portal.drafts import city, in_words
from portal.lookup import PERIOD_S, rejection_of
from portal.numbers import read_typed
from portal.office.counter_drafts import LONGEST, CounterDraft, areas_around, in_officers_words
from portal.office.slips import way_to
from portal.office.visits import NotHereError, Visit, VisitOf, office_page
from portal.story import read_story
from portal.waiting import waited_for

router = APIRouter(default_response_class=HTMLResponse)

HAND_IN: LiteralString = "select desk.hand_in(%s, %s, %s, %s) as is_taken"


class NoCounterError(Exception):
    """An officer whose unit has no counter."""


async def at_counter(visit: VisitOf) -> Visit:
    """Who asks, at a counter.

    Raises:
        NoCounterError: The officer's unit has none.
    """
    if not visit.officer.has_counter:
        raise NoCounterError
    return visit


async def no_counter(request: Request, _: Exception) -> Response:
    """Answer whose unit has no counter."""
    return office_page(request, "no_counter.html.j2", "", 403, officer=None)


# As a page's function declares it.
CounterVisitOf = Annotated[Visit, Depends(at_counter)]


@router.get("/petugas/loket")
async def form(visit: CounterVisitOf, melengkapi: str = "") -> Response:
    """The form; `melengkapi` is the number of a returned report that somebody came to complete."""
    return _form(visit, CounterDraft.new(visit.officer, melengkapi))


@router.post("/petugas/loket")
async def send(visit: CounterVisitOf) -> Response:
    """Take what somebody told; what it lacks is said first, unless they have no more to say."""
    sent = await visit.form()
    draft, now = CounterDraft.of(sent, visit.officer), visit.office.clock()
    lacks = draft.lacks(now)
    if lacks and not sent.get("anyway"):
        return _form(visit, draft, 422, lacks)
    async with visit.acting() as connection:
        handed_in = [draft.receipt, Jsonb(draft.row()), draft.place_code, now]
        row = await (await connection.execute(HAND_IN, handed_in)).fetchone()
    if row is None or not row["is_taken"]:
        raise NotHereError
    return visit.goes_to(f"/petugas/loket/{draft.receipt}")


@router.post("/petugas/loket/periksa")
async def check(visit: CounterVisitOf) -> Response:
    """What a draft lacks so far: the part of the form's page that says so."""
    draft = CounterDraft.of(await visit.form(), visit.officer)
    return visit.page(
        "_counter_lacks.html.j2", lacks=draft.lacks(visit.office.clock()), is_checked=True,
        lacks_in_words=in_officers_words(visit.reader.words),
    )  # fmt: skip


@router.get("/petugas/loket/status")
async def status(visit: CounterVisitOf, asked: AskedFor, nomor: str = "") -> Response:
    """How the case of a number stands, to be told or printed: no more than its holder sees by telephone."""
    words, typed = visit.reader.words, read_typed(nomor)
    problem, told = words.gettext("Itu belum nomor laporan."), None
    if typed is not None:
        if await asked.may("counter_lookup", asked.parts.settings.lookups, PERIOD_S):
            told = await asked.parts.database.value("select front.track(%s)", [typed.number])
            problem = words.gettext("Nomor %(number)s tidak ditemukan. Periksa angkanya.", number=typed.number)
        else:
            problem = words.gettext("Terlalu banyak nomor dicari. Coba lagi dalam sepuluh menit.")
    if typed is None or told is None:
        return _form(visit, CounterDraft.new(visit.officer), 422, problem=problem, typed=nomor[: LONGEST["completes"]])
    story = read_story(told)
    return visit.page(
        "status_slip.html.j2", story=story, way=way_to(visit, story.number), now=visit.office.clock(),
        lacks=in_words(words), rejection=rejection_of(story, words), is_synthetic=story.is_synthetic,
    )  # fmt: skip


@router.get("/petugas/loket/slip/{receipt}")
async def slip(visit: CounterVisitOf, receipt: str) -> Response:
    """The slip of what was handed in, once it has its number."""
    told = await _told(visit, receipt)
    if told is None:
        return visit.goes_to(f"/petugas/loket/{UUID(receipt)}")
    return visit.page(
        "slip.html.j2", told=told, way=way_to(visit, told["tracking_number"]), lacks=in_words(visit.reader.words),
        is_synthetic=told["is_synthetic"],
    )  # fmt: skip


@router.get("/petugas/loket/{receipt}")
async def received(visit: CounterVisitOf, receipt: str, kali: int = 0) -> Response:
    """The number of what was handed in, or that it is safe and the number follows."""
    told = await _told(visit, receipt)
    return visit.page(
        "counter_received.html.j2", told=told, receipt=str(UUID(receipt)), again=min(kali, 99) + 1,
        lacks=in_officers_words(visit.reader.words), is_synthetic=bool(told and told["is_synthetic"]),
    )  # fmt: skip


def _form(
    visit: Visit, draft: CounterDraft, status: int = 200, lacks: tuple[str, ...] = (), problem: str = "",
    typed: str = "",
) -> Response:  # fmt: skip
    return visit.page(
        "counter.html.j2", status, draft=draft.fields, lacks=lacks, problem=problem, typed=typed, longest=LONGEST,
        is_checked=bool(lacks), lacks_in_words=in_officers_words(visit.reader.words), areas=areas_around(visit.officer),
        categories=sorted(category.name for category in city().categories.values()),
    )  # fmt: skip


async def _told(visit: Visit, receipt: str) -> dict[str, Any] | None:
    """What the counter is told of a receipt, waited for as long as a page may."""
    try:
        wanted = UUID(receipt)
    except ValueError:
        raise NotHereError from None

    async def look() -> dict[str, Any] | None:
        async with visit.acting() as connection:
            row = await (await connection.execute("select desk.receipt(%s) as told", [wanted])).fetchone()
        return row["told"] if row else None

    told = await waited_for(look)
    return told and {**told, "received_at": datetime.fromisoformat(told["received_at"])}
