"""Signing in and out: a session is opened by a password, and lives on the server.

Belongs here: those pages, the cookie and how often it may be tried. Does not belong here: how a password is proved
(passwords.py), what opens a session (desk.sign_in).
"""

import asyncio
import re
import secrets

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from portal.asked import AskedFor
from portal.office.forms import read_form, require_own
from portal.office.passwords import LONGEST, proof_of
from portal.office.visits import COOKIE, PRIVATE, Office, VisitOf, office_of, office_page
from portal.pages import reader_of

router = APIRouter(default_response_class=HTMLResponse)

LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{2,39}")
# A client may try so often in so many seconds; a login may be tried ten times in them (desk.sign_in).
TRIES, PERIOD_S = 30, 900
# Of logins that nobody has: they take as long as the others.
NOBODYS_SALT = bytes(16)


@router.get("/petugas/masuk")
async def form(request: Request) -> Response:
    """The form, for a browser that is known by its cookie from now on."""
    cookie = request.cookies.get(COOKIE) or secrets.token_urlsafe(32)
    return _with_cookie(request, office_page(request, "sign_in.html.j2", cookie, officer=None, problem=None), cookie)


@router.post("/petugas/masuk")
async def sign_in(asked: AskedFor) -> Response:
    """Open a session for who knows the password of a login."""
    request, office = asked.request, office_of(asked.request)
    cookie, sent = request.cookies.get(COOKIE, ""), await read_form(request)
    require_own(office.secret, cookie, sent)
    token = secrets.token_urlsafe(32)
    outcome = "too_often"
    if await asked.may("sign_in", TRIES, PERIOD_S):
        login = sent.get("nama", "").strip().lower()
        outcome = await _opened(office, login, sent.get("kata_sandi", "")[:LONGEST], token)
    if outcome == "opened":
        await _end(office, cookie)
        return _with_cookie(request, RedirectResponse(asked.reader.link("/petugas"), 303, headers=PRIVATE), token)
    status = 429 if outcome == "too_often" else 422
    return office_page(request, "sign_in.html.j2", cookie, status, officer=None, problem=outcome)


@router.post("/petugas/keluar")
async def sign_out(visit: VisitOf) -> Response:
    """End the session."""
    await visit.form()
    await _end(visit.office, visit.token)
    answer = RedirectResponse(reader_of(visit.request.url.path).link("/petugas/masuk"), 303, headers=PRIVATE)
    answer.delete_cookie(COOKIE)
    # A counter's computer is shared: no draft stays for who comes next.
    answer.headers["clear-site-data"] = '"storage"'
    return answer


async def _opened(office: Office, login: str, password: str, token: str) -> str:
    """Try a password: `opened`, `refused` or `too_often`, as long for one login as for another."""
    known = login if LOGIN.fullmatch(login) else ""
    salt = await office.database.value("select desk.salt_of(%s)", [known])
    async with office.hashing:
        proof = await asyncio.to_thread(proof_of, password, salt or NOBODYS_SALT)
    return str(await office.database.value("select desk.sign_in(%s, %s, %s)", [known, proof, token]))


async def _end(office: Office, token: str) -> None:
    async with office.database.acting(token) as connection:
        await connection.execute("select desk.sign_out()")


def _with_cookie(request: Request, answer: Response, token: str) -> Response:
    """Give the browser a token that no script reads, that no other site sends, and that ends with the browser."""
    answer.set_cookie(COOKIE, token, httponly=True, samesite="lax", secure=request.url.scheme == "https")
    return answer
