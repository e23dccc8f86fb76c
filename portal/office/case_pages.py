"""A case's page, and what an officer books there.

Belongs here: those pages. Does not belong here: what a form books (actions.py), whether the officer may (desk.book).
"""

import asyncio
from collections.abc import Mapping
from typing import LiteralString

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from psycopg.types.json import Jsonb

from assets.clock import city_zone
from assets.complaints.comparable import packed
from portal.office.actions import LONGEST, Action, ActionError, Booking, Unit, booking_of
from portal.office.cases import DeskCase, note_read, read_answers, read_case, read_report
from portal.office.evidence import Evidence, examine
from portal.office.verdicts import read_verdicts
from portal.office.visits import NotHereError, Visit, VisitOf, number_of

router = APIRouter(default_response_class=HTMLResponse)

UNITS: LiteralString = "select * from desk.units()"
BOOK: LiteralString = """
    select desk.book(
        number => %(number)s, seen_event => %(seen)s, status => %(status)s, holder => %(holder)s,
        promised => %(promised)s, note => %(note)s, city_now => %(now)s, photo => %(photo)s,
        photo_words => %(words)s, photo_picture => %(picture)s, photo_likenesses => %(likenesses)s,
        asks => %(asks)s
    ) as outcome
"""
# What a form that was not taken shows again.
NOTHING_TYPED = dict.fromkeys(("action", "alasan", "kepada", "tanggal"), "")


@router.get("/petugas/kasus/{nomor}")
async def case(visit: VisitOf, nomor: str, pesan: str = "") -> Response:
    """A case that the unit holds, or held until it was closed."""
    return await _shown(visit, nomor, message=pesan)


@router.post("/petugas/kasus/{nomor}/{action}")
async def act(visit: VisitOf, nomor: str, action: Action) -> Response:
    """Book what an officer does."""
    form, photo = await visit.form_with_photo() if action is Action.CLOSE else (await visit.form(), b"")
    number, now = number_of(nomor), visit.office.clock()
    async with visit.acting() as connection:
        found = await read_case(connection, number)
    if found is None:
        raise NotHereError
    try:
        booking = booking_of(action, form, found.facts["holder_code"], await _units(visit), now)
        evidence = await _examined(visit, photo)
        outcome = await _book(visit, number, form.get("terakhir") or None, booking, evidence)
    except ActionError as error:
        problem = visit.reader.words.gettext(str(error))
        return await _shown(visit, nomor, 422, problem=problem, typed={**form, "action": action.value})
    if outcome == "not_yours":
        raise NotHereError
    if outcome == "booked" and booking.holder:
        return visit.goes_to("/petugas?pesan=diserahkan")
    return visit.goes_to(f"/petugas/kasus/{number}?pesan={'tercatat' if outcome == 'booked' else 'berubah'}")


async def _shown(
    visit: Visit, nomor: str, status: int = 200, message: str = "", problem: str = "",
    typed: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    number, now = number_of(nomor), visit.office.clock()
    async with visit.acting() as connection:
        found = await read_case(connection, number)
        if found is not None:
            await note_read(connection, found)
            verdicts = await read_verdicts(connection, number)
    if found is None:
        raise NotHereError
    async with visit.acting() as connection:
        report, answers = await read_report(connection, found), await read_answers(connection, found)
    return visit.page(
        "case.html.j2", status, case=found, report=report, answers=answers, verdicts=verdicts, now=now,
        today=now.astimezone(city_zone()).date(), message=message, problem=problem,
        typed={**NOTHING_TYPED, **(typed or {})}, units=_others(found, await _units(visit)), longest=LONGEST,
        takes_photos=visit.office.evidence is not None, is_synthetic=found.facts["is_synthetic"],
    )  # fmt: skip


async def _units(visit: Visit) -> dict[str, Unit]:
    async with visit.acting() as connection:
        rows = await (await connection.execute(UNITS)).fetchall()
    return {row["skpd_code"]: Unit(**row) for row in rows}


def _others(case: DeskCase, units: Mapping[str, Unit]) -> list[Unit]:
    return [unit for unit in units.values() if unit.skpd_code != case.facts["holder_code"]]


async def _examined(visit: Visit, photo: bytes) -> Evidence | None:
    if not photo or visit.office.evidence is None:
        return None
    async with visit.office.examining, visit.acting() as connection:
        return await examine(connection, photo)


async def _book(visit: Visit, number: str, seen: str | None, booking: Booking, evidence: Evidence | None) -> str:
    async with visit.acting() as connection:
        if evidence:
            evidence = await evidence.against_what_came_meanwhile(connection)
        row = await (await connection.execute(BOOK, _values(visit, number, seen, booking, evidence))).fetchone()
        outcome = str(row["outcome"]) if row else "not_yours"
        # Before the event is committed: an event never names a photo that is not there.
        if outcome == "booked" and evidence and visit.office.evidence:
            await asyncio.to_thread(evidence.write, visit.office.evidence)
    return outcome


def _values(
    visit: Visit, number: str, seen: str | None, booking: Booking, evidence: Evidence | None
) -> Mapping[str, object]:
    return {
        "number": number,
        "seen": seen,
        "status": booking.status.value,
        "holder": booking.holder,
        "promised": booking.promised_at,
        "note": booking.note,
        "asks": booking.asks,
        "now": visit.office.clock(),
        "photo": evidence.name if evidence else None,
        "words": evidence.words if evidence else None,
        "picture": packed(evidence.picture) if evidence else None,
        "likenesses": Jsonb([like._asdict() for like in evidence.likenesses]) if evidence else None,
    }
