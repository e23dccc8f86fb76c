"""The inbox: the cases of the officer's unit by tab, and the same as a table to take along.

Belongs here: those pages. Does not belong here: which case is under which tab (inbox.py).
"""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from assets.clock import WIB
from portal.numbers import read_typed
from portal.office.inbox import TAB_NAMES, Inbox, page_of, tab_named
from portal.office.visits import PRIVATE, Visit, VisitOf

router = APIRouter(default_response_class=HTMLResponse)

HELD = "select * from desk.inbox()"


@router.get("/petugas")
async def inbox(visit: VisitOf, tab: str = "", halaman: int = 1, pesan: str = "") -> Response:
    """What the unit holds now."""
    held, chosen = await _held(visit), tab_named(tab)
    cases, page, pages = page_of(held.under(chosen), halaman)
    visit = visit.depending_on(tab=chosen.value if tab else None, halaman=str(page) if page > 1 else None)
    return visit.page(
        "inbox.html.j2", tabs=TAB_NAMES, counts=held.counts(), chosen=chosen, cases=cases, page_number=page,
        pages=pages, now=held.now, is_handed_over=pesan == "diserahkan",
        is_synthetic=any(case.is_synthetic for case in held.cases),
    )  # fmt: skip


@router.get("/petugas/cari")
async def search(visit: VisitOf, nomor: str = "") -> Response:
    """The way to a case by its number, as people type it."""
    typed = read_typed(nomor)
    return visit.goes_to(f"/petugas/kasus/{typed.number}" if typed else "/petugas")


@router.get("/petugas/kasus.csv")
async def export(visit: VisitOf, tab: str = "") -> Response:
    """The cases of a tab as CSV, without anything private; no cell of it is computed."""
    import pandas as pd

    from assets.reports.tables import csv_text

    words, held = visit.reader.words, await _held(visit)
    names = {
        "tracking_number": words.gettext("Nomor"),
        "category_name": words.gettext("Masalah"),
        "kelurahan_name": words.gettext("Kelurahan"),
        "kecamatan_name": words.gettext("Kecamatan"),
        "status_name": words.gettext("Status"),
        "reported_at": words.gettext("Dilaporkan"),
        "held_since": words.gettext("Dipegang sejak"),
        "due_at": words.gettext("Batas waktu"),
        "red_flag_at": words.gettext("Bendera merah"),
        "waits_for_reporter": words.gettext("Menunggu pelapor"),
        "is_relapse": words.gettext("Muncul lagi"),
        "reports": words.gettext("Pelapor"),
    }
    rows = [[_cell(getattr(case, column)) for column in names] for case in held.under(tab_named(tab))]
    table = pd.DataFrame(rows, columns=list(names.values()), dtype=object)
    headers = {**PRIVATE, "content-disposition": 'attachment; filename="kasus.csv"'}
    return Response(csv_text(table), media_type="text/csv; charset=utf-8", headers=headers)


async def _held(visit: Visit) -> Inbox:
    async with visit.acting() as connection:
        rows = await (await connection.execute(HELD)).fetchall()
    return Inbox.of(rows, visit.office.clock())


def _cell(value: object) -> object:
    """A moment in the city's time; anything else as it is."""
    return value.astimezone(WIB) if hasattr(value, "astimezone") else value
