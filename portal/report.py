"""Lapor: a report from the phone, and its number as soon as there is one.

Belongs here: the form's page and the page of what was sent. Does not belong here: what the form holds (drafts.py), the
decision (assets/complaints).
"""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from assets.complaints.channels.portal import JOINING
from assets.complaints.model import Missing
from assets.complaints.tracking import is_number
from portal import guard
from portal.asked import Asked, AskedFor
from portal.bounded import TooLongError
from portal.drafts import Draft, areas, city, in_words
from portal.kelurahan_map import SIDE
from portal.lookup import PRIVATE
from portal.nearby import OpenCase, joined_by, read_nearby
from portal.pages import render
from portal.uploads import MOST_PHOTOS, PHOTO_BYTES, PhotoError, Sent, read_form, remade
from portal.waiting import waited_for

router = APIRouter(default_response_class=HTMLResponse)

# Seconds in which a client may send `JSC_PORTAL_REPORTS` reports.
PERIOD_S = 3600


@router.get("/lapor")
async def form(asked: AskedFor) -> Response:
    """The form."""
    return form_page(asked, Draft.new())


@router.post("/lapor")
async def send(asked: AskedFor, request: Request) -> Response:
    """Take a report; what it lacks is said first, unless its reporter has no more to say."""
    try:
        sent = await read_form(request)
    except TooLongError:
        return form_page(asked, Draft.new(), 413, asked.reader.words.gettext("Foto-foto itu terlalu besar."))
    draft = Draft.of(sent.fields)
    refused = await refusal(asked, sent)
    if refused is not None:
        return form_page(asked, draft, *refused)
    case = await joined_by(asked, draft) if draft.fields["joins"] else None
    if draft.fields["joins"] and case is None:
        return form_page(asked, draft.alone(), 422, asked.reader.words.gettext("Laporan itu tidak dapat diikuti lagi."))
    quoted = {"kind": JOINING, "number": case.number} if case else {}
    # Whoever joins a case is where it is.
    lacks = tuple(one for one in draft.lacks(asked.parts.clock(), **quoted) if not (case and one is Missing.PLACE))
    if lacks and not sent.fields.get("anyway"):
        return form_page(asked, draft, 422, lacks=lacks, nearby=await read_nearby(asked, draft))
    try:
        photos = await asyncio.to_thread(remade, sent.photos)
    except PhotoError as error:
        return form_page(asked, draft, 422, unusable(asked, error))
    await hand_in(asked, draft.receipt, draft.body(asked.parts.clock(), photos, **quoted))
    of_case = f"?untuk={case.number}" if case else ""
    return RedirectResponse(asked.reader.link(f"/lapor/{draft.receipt}{of_case}"), 303)


@router.get("/lapor/{receipt}")
async def received(asked: AskedFor, receipt: str, kali: int = 0, untuk: str = "") -> Response:
    """What became of a report: its number, or that it is safe and the number follows.

    `untuk` is the number that it was to complete, to open again or to join.
    """
    try:
        wanted = UUID(receipt)
    except ValueError:
        raise HTTPException(404, "expected a receipt, found another text") from None
    database = asked.parts.database
    told: dict[str, Any] | None = await waited_for(lambda: database.value("select front.receipt(%s)", [wanted]))
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
    if not guard.is_ours(asked.request, asked.parts.secret, sent.fields.get("token", "")):
        return 403, expired(asked)
    if not await asked.may("report", asked.parts.settings.reports, PERIOD_S):
        return 429, asked.reader.words.gettext("Terlalu banyak laporan dari jaringan Anda. Coba lagi dalam satu jam.")
    return None


def expired(asked: Asked) -> str:
    """Why a form without a token of ours is not taken."""
    return asked.reader.words.gettext("Formulir ini sudah lama dibuka. Periksa isinya, lalu kirim sekali lagi.")


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


def form_page(
    asked: Asked, draft: Draft, status: int = 200, problem: str = "", lacks: tuple[str, ...] = (), *,
    map_of: str = "", nearby: Sequence[OpenCase] | None = None, is_asked: bool = False, has_lost_photos: bool = False,
) -> Response:  # fmt: skip
    """The form as far as it is filled.

    Args:
        asked: The request.
        draft: What it holds.
        status: Of the answer.
        problem: Why it was not taken.
        lacks: What has to be given before it is sent.
        map_of: Kecamatan whose map is open, by code.
        nearby: Open cases that it may join.
        is_asked: Whether those were asked for: that there are none is said too.
        has_lost_photos: Whether photos were chosen that the browser did not bring along.
    """
    kelurahan = city().kelurahan.get(draft.fields["kelurahan"])
    return guarded(
        asked, "report.html.j2", status, draft=draft.fields, problem=problem, lacks=lacks, areas=areas(),
        lacks_in_words=in_words(asked.reader.words),
        categories=sorted(category.name for category in city().categories.values()),
        open_map=city().kecamatan.get(map_of), own_kecamatan=kelurahan.kecamatan_code if kelurahan else "",
        marked=asked.parts.places.marked_map(draft.point), side=SIDE, nearby=nearby, is_asked=is_asked,
        has_lost_photos=has_lost_photos, is_filled=draft.is_filled,
        is_synthetic=bool(nearby and any(one.is_synthetic for one in nearby)),
    )  # fmt: skip
