"""The inbox: the cases of the officer's unit by tab, and the same as a file to take along.

Belongs here: those pages. Does not belong here: which case is under which tab (inbox.py), the file (export.py).
"""

import asyncio
from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from portal.numbers import read_typed
from portal.office.export import MEDIA_TYPES, Form, exported
from portal.office.inbox import TAB_NAMES, Inbox, page_of, tab_named
from portal.office.visits import PRIVATE, Visit, VisitOf

router = APIRouter(default_response_class=HTMLResponse)

HELD = "select * from desk.inbox()"
REMINDED = "select * from desk.reminded(%s)"


@router.get("/petugas")
async def inbox(visit: VisitOf, tab: str = "", halaman: int = 1, pesan: str = "") -> Response:
    """What the unit holds now."""
    held, chosen = await _held(visit), tab_named(tab)
    cases, page, pages = page_of(held.under(chosen), halaman)
    visit = visit.depending_on(tab=chosen.value if tab else None, halaman=str(page) if page > 1 else None)
    return visit.page(
        "inbox.html.j2", tabs=TAB_NAMES, counts=held.counts(), chosen=chosen, cases=cases, page_number=page,
        reminded=await _reminded(visit, [case.tracking_number for case in cases]),
        pages=pages, now=held.now, is_handed_over=pesan == "diserahkan",
        is_synthetic=any(case.is_synthetic for case in held.cases),
    )  # fmt: skip


@router.get("/petugas/cari")
async def search(visit: VisitOf, nomor: str = "") -> Response:
    """The way to a case by its number, as people type it."""
    typed = read_typed(nomor)
    return visit.goes_to(f"/petugas/kasus/{typed.number}" if typed else "/petugas")


@router.get("/petugas/kasus.{form}")
async def export(visit: VisitOf, form: Form, tab: str = "") -> Response:
    """The cases of a tab as a file."""
    held = await _held(visit)
    content = await asyncio.to_thread(exported, form, held.under(tab_named(tab)), visit.reader.words)
    headers = {**PRIVATE, "content-disposition": f'attachment; filename="kasus.{form}"'}
    return Response(content, media_type=MEDIA_TYPES[form], headers=headers)


async def _reminded(visit: Visit, numbers: list[str]) -> dict[str, datetime]:
    """When the unit was reminded last of each of these cases, where it was."""
    async with visit.acting() as connection:
        rows = await (await connection.execute(REMINDED, [numbers])).fetchall()
    return {row["tracking_number"]: row["reminded_at"] for row in rows}


async def _held(visit: Visit) -> Inbox:
    async with visit.acting() as connection:
        rows = await (await connection.execute(HELD)).fetchall()
    return Inbox.of(rows, visit.office.clock())
