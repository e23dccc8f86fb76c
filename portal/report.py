"""Lapor: a report from the phone, and its number as soon as there is one.

Belongs here: the form's page and the page of what was sent. Does not belong here: what the form holds (drafts.py), the
decision (assets/complaints).
"""

import asyncio
import time
from typing import Any
from uuid import UUID

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from assets.complaints.tracking import is_number
from portal import guard
from portal.asked import Asked, AskedFor
from portal.bounded import TooLongError
from portal.drafts import Draft, areas, city, in_words
from portal.lookup import PRIVATE
from portal.pages import render
from portal.uploads import MOST_PHOTOS, PHOTO_BYTES, PhotoError, Sent, read_form, remade

router = APIRouter(default_response_class=HTMLResponse)

# Seconds in which a client may send `JSC_PORTAL_REPORTS` reports.
PERIOD_S = 3600
# Seconds that the page waits for the number before it is shown without; between two looks.
WAITS_S = 2.0
LOOKS_EACH_S = 0.1


@router.get("/lapor")
async def form(asked: AskedFor) -> Response:
    """The form."""
    return _form(asked, Draft.new())


@router.post("/lapor")
async def send(asked: AskedFor, request: Request) -> Response:
    """Take a report; what it lacks is said first, unless its reporter has no more to say."""
    try:
        sent = await read_form(request)
    except TooLongError:
        return _form(asked, Draft.new(), 413, asked.reader.words.gettext("Foto-foto itu terlalu besar."))
    draft = Draft.of(sent.fields)
    refused = await refusal(asked, sent)
    if refused is not None:
        return _form(asked, draft, *refused)
    lacks = draft.lacks(asked.parts.clock())
    if lacks and not sent.fields.get("anyway"):
        return _form(asked, draft, 422, lacks=lacks)
    try:
        photos = await asyncio.to_thread(remade, sent.photos)
    except PhotoError as error:
        return _form(asked, draft, 422, unusable(asked, error))
    await hand_in(asked, draft.receipt, draft.body(asked.parts.clock(), photos))
    return RedirectResponse(asked.reader.link(f"/lapor/{draft.receipt}"), 303)


@router.get("/lapor/{receipt}")
async def received(asked: AskedFor, receipt: str, kali: int = 0, untuk: str = "") -> Response:
    """What became of a report: its number, or that it is safe and the number follows.

    `untuk` is the number that it was to complete or to open again.
    """
    try:
        wanted = UUID(receipt)
    except ValueError:
        raise HTTPException(404, "expected a receipt, found another text") from None
    told = await _waited_for(asked, wanted)
    meant = untuk if is_number(untuk) else ""
    asked = asked.depending_on(untuk=meant or None)
    page = render(
        "received.html.j2", asked.reader, None, told=told, lacks=in_words(asked.reader.words),
        again=min(kali, 99) + 1, meant=meant,
        is_synthetic=bool(told and told["is_synthetic"]),
    )  # fmt: skip
    return HTMLResponse(page, headers=PRIVATE)


async def refusal(asked: Asked, sent: Sent) -> tuple[int, str] | None:
    """Why a form is not taken, whatever it says: status and sentence; None where it is."""
    words = asked.reader.words
    if not guard.is_ours(asked.request, asked.parts.secret, sent.fields.get("token", "")):
        return 403, words.gettext("Formulir ini sudah lama dibuka. Periksa isinya, lalu kirim sekali lagi.")
    if not await asked.may("report", asked.parts.settings.reports, PERIOD_S):
        return 429, words.gettext("Terlalu banyak laporan dari jaringan Anda. Coba lagi dalam satu jam.")
    return None


def unusable(asked: Asked, error: PhotoError) -> str:
    """What is wrong with the photos of a form."""
    if str(error) == str(MOST_PHOTOS + 1):
        return asked.reader.words.gettext("Kirim paling banyak %(most)s foto.", most=MOST_PHOTOS)
    return asked.reader.words.gettext(
        "Foto nomor %(number)s tidak dapat dibaca. Pakai JPEG, PNG atau WebP, paling besar %(most)s MB.",
        number=str(error), most=PHOTO_BYTES // 1024**2,
    )  # fmt: skip


async def hand_in(asked: Asked, receipt: UUID, body: bytes) -> None:
    """Hand in a report under its receipt: once, however often it is sent.

    Raises:
        ClosedError: The database did not take it.
    """
    await asked.parts.database.value("select front.hand_in('portal', %s, %s)", [body, receipt])


def guarded(asked: Asked, template: str, status: int, **values: object) -> Response:
    """A page with a form, and the token that lets it be sent."""
    word = guard.tell(asked.request)
    token = guard.sign(asked.parts.secret, word)
    response = HTMLResponse(
        render(template, asked.reader, None, token=token, most_photos=MOST_PHOTOS, **values), status, headers=PRIVATE
    )
    guard.remember(response, asked.request, word)
    return response


def _form(asked: Asked, draft: Draft, status: int = 200, problem: str = "", lacks: tuple[str, ...] = ()) -> Response:
    return guarded(
        asked, "report.html.j2", status, draft=draft.fields, problem=problem, lacks=lacks, areas=areas(),
        lacks_in_words=in_words(asked.reader.words),
        categories=sorted(category.name for category in city().categories.values()),
    )  # fmt: skip


async def _waited_for(asked: Asked, receipt: UUID) -> dict[str, Any] | None:
    """What is told of a receipt, waited for as long as a page may."""
    until = time.monotonic() + WAITS_S
    while True:
        told: dict[str, Any] | None = await asked.parts.database.value("select front.receipt(%s)", [receipt])
        if told is not None or time.monotonic() > until:
            return told
        await asyncio.sleep(LOOKS_EACH_S)
