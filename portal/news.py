"""Kabar: following a number or a kelurahan, and the pages of the links that confirm and stop it.

Belongs here: those pages. Does not belong here: what followers are told (assets/cases/news), who may ask how often for
one contact (front.ask_news).

Whoever asks is told the same whether the contact follows already or not. A link works for who holds it, without a login
and without a cookie: its token is the proof, and only the button of its page changes anything.
"""

import re

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from assets.complaints.outbox.address import MAIL, SMS
from assets.reports.language import mark
from assets.sources.telephone import read_telephone
from portal import guard
from portal.asked import Asked, AskedFor
from portal.bounded import TooLongError
from portal.drafts import areas, city
from portal.lookup import PERIOD_S, PRIVATE
from portal.numbers import read_typed
from portal.pages import render
from portal.report import guarded
from portal.uploads import read_form

router = APIRouter(default_response_class=HTMLResponse)

WAYS = {MAIL: mark("Surel"), SMS: mark("SMS"), "whatsapp": mark("WhatsApp")}
# What a client may ask for in an hour: a telephone company's customers share an address.
MOST_ASKED, ASKED_S = 30, 3600
FIELDS = ("nomor", "kelurahan", "cara", "kontak")
LONGEST = 254
_ADDRESS = re.compile(r"[^\s@<>\",;:()]+@[^\s@<>\",;:()]+\.[^\s@<>\",;:().]+")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")


@router.get("/kabar")
async def form(asked: AskedFor, nomor: str = "", kelurahan: str = "", terkirim: bool = False) -> Response:
    """The form; with a number or a kelurahan that is to be followed."""
    if terkirim:
        return HTMLResponse(render("news_asked.html.j2", asked.reader, None), headers=PRIVATE)
    return _form(asked, {"nomor": nomor[:60], "kelurahan": kelurahan[:13]})


@router.post("/kabar")
async def ask(asked: AskedFor, request: Request) -> Response:
    """Ask for news: the contact gets a question first."""
    words = asked.reader.words
    try:
        sent = await read_form(request)
    except TooLongError:
        return _form(asked, {}, 413, words.gettext("Isian itu terlalu panjang."))
    typed = {name: sent.fields.get(name, "").strip()[:LONGEST] for name in FIELDS}
    if not guard.is_ours(asked.request, asked.parts.secret, sent.fields.get("token", "")):
        problem = words.gettext("Formulir ini sudah lama dibuka. Periksa isinya, lalu kirim sekali lagi.")
        return _form(asked, typed, 403, problem)
    if not await asked.may("news", MOST_ASKED, ASKED_S):
        problem = words.gettext("Terlalu banyak permintaan dari jaringan Anda. Coba lagi dalam satu jam.")
        return _form(asked, typed, 429, problem)
    contact = contact_of(typed["cara"], typed["kontak"])
    if contact is None:
        return _form(asked, typed, 422, words.gettext("Tulis alamat surel atau nomor telepon yang lengkap."))
    number, kelurahan = read_typed(typed["nomor"]), typed["kelurahan"]
    if typed["nomor"] and number is None:
        return _form(asked, typed, 422, words.gettext("Itu belum nomor laporan. Periksa angkanya."))
    if number is None and kelurahan not in city().kelurahan:
        return _form(asked, typed, 422, words.gettext("Pilih satu: nomor laporan atau kelurahan."))
    return await _ask(asked, typed, contact, number.number if number else None)


async def _ask(asked: Asked, typed: dict[str, str], contact: str, number: str | None) -> Response:
    words, settings = asked.reader.words, asked.parts.settings
    # Whether a number was given to anybody is told as seldom here as where it is looked up.
    if number is not None and not await asked.may("lookup", settings.lookups, PERIOD_S):
        problem = words.gettext("Terlalu banyak nomor dicari dari jaringan Anda. Coba lagi dalam sepuluh menit.")
        return _form(asked, typed, 429, problem)
    outcome = await asked.parts.database.value(
        "select front.ask_news(%s, %s, %s, %s)",
        [typed["cara"], contact, number, None if number else typed["kelurahan"]],
    )
    if outcome == "unknown":
        problem = words.gettext("Nomor %(number)s tidak kami temukan. Periksa angkanya.", number=number)
        return _form(asked, typed, 404, problem)
    return RedirectResponse(asked.reader.link("/kabar?terkirim=1"), 303)


@router.get("/kabar/{act}/{token}")
async def linked(asked: AskedFor, act: str, token: str) -> Response:
    """The page of a link: what it is about, and the one button."""
    return await _answered(asked, act, token, "select front.news_of(%s)", [token])


@router.post("/kabar/{act}/{token}")
async def answer(asked: AskedFor, act: str, token: str) -> Response:
    """What the button does; a mail program's own button sends the same."""
    return await _answered(asked, act, token, "select front.answer_news(%s, %s)", [token, act == "ya"])


async def _answered(asked: Asked, act: str, token: str, query: str, values: list[object]) -> Response:
    told = None
    if act in ("ya", "henti") and _TOKEN.fullmatch(token):
        told = await asked.parts.database.value(query, values)
    kelurahan = city().kelurahan.get(told["kelurahan"] or "") if told else None
    page = render("news_link.html.j2", asked.reader, None, told=told, act=act, kelurahan=kelurahan)
    return HTMLResponse(page, 200 if told else 404, headers=PRIVATE)


def contact_of(way: str, typed: str) -> str | None:
    """A contact of a way as it is kept; None where it is none.

    >>> contact_of(SMS, "0812-3456-789"), contact_of(MAIL, " Budi@Mail.Example"), contact_of(MAIL, "budi")
    ('+628123456789', 'budi@mail.example', None)
    """
    if way == MAIL:
        address = typed.strip().casefold()
        return address if len(address) <= LONGEST and _ADDRESS.fullmatch(address) else None
    return read_telephone(typed) if way in WAYS else None


def _form(asked: Asked, typed: dict[str, str], status: int = 200, problem: str = "") -> Response:
    given = {**dict.fromkeys(FIELDS, ""), "cara": MAIL, **typed}
    return guarded(
        asked, "news.html.j2", status, typed=given, problem=problem, areas=areas(), ways=WAYS,
        is_offered=bool(asked.parts.settings.url),
    )  # fmt: skip
