"""One request of an officer: who it is, and what a page of the desk is given.

Belongs here: the session's cookie, and the way from it to an officer. Does not belong here: opening a session
(sign_in.py), what an officer may see (schema desk).
"""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Self

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from psycopg import AsyncConnection
from psycopg.rows import DictRow

from portal.numbers import read_typed
from portal.office.database import DeskDatabase
from portal.office.forms import FormError, read_form, read_form_with_photo, require_own, token_for
from portal.pages import Reader, reader_of, render

COOKIE = "petugas"
# Units with a walk-in counter, which are channels of the same names.
COUNTERS = ("kelurahan", "kecamatan")
# Nobody between keeps what an officer sees, and neither does the browser after the session.
PRIVATE = {"cache-control": "no-store"}


@dataclass(frozen=True)
class Office:
    """What a worker's desk is made of.

    Attributes:
        database: Connections as the role desk.
        clock: What time it is in the city.
        secret: What forms are signed with.
        evidence: Folder of the follow-up photos; None where none are taken.
        hashing: Passwords that are hashed at a time, each in 64 MB.
        examining: Photos that are compared at a time, each for about a second of a core.
    """

    database: DeskDatabase
    clock: Callable[[], datetime]
    secret: bytes
    evidence: Path | None
    hashing: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))
    examining: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))


@dataclass(frozen=True)
class Officer:
    """Who has signed in."""

    login: str
    name: str
    skpd_code: str
    unit_name: str
    area_code: str | None
    area_name: str | None
    is_verifier: bool

    @property
    def has_counter(self) -> bool:
        """Whether people report at a counter of theirs; what it hands in asks the session itself (desk.hand_in)."""
        return self.skpd_code in COUNTERS


class SignedOutError(Exception):
    """A page of the desk was asked for without a session."""


class NotHereError(Exception):
    """A case that is none of the officer's unit, or none at all: they are told the same."""


@dataclass(frozen=True)
class Visit:
    """One request of an officer."""

    request: Request
    office: Office
    reader: Reader
    officer: Officer
    token: str

    def page(self, template: str, status: int = 200, **values: object) -> Response:
        """A page of the desk."""
        return office_page(
            self.request, template, self.token, status, reader=self.reader, officer=self.officer, **values
        )

    def depending_on(self, **query: str | None) -> Self:
        """The same with what its page depends on of the query, which the other language keeps; None is left out."""
        known = {name: value for name, value in query.items() if value is not None}
        return replace(self, reader=replace(self.reader, query=known))

    def goes_to(self, path: str) -> Response:
        """The answer to a form that was taken."""
        return RedirectResponse(self.reader.link(path), 303, headers=PRIVATE)

    def acting(self) -> AbstractAsyncContextManager[AsyncConnection[DictRow]]:
        """A transaction that sees what this session may."""
        return self.office.database.acting(self.token)

    async def form(self) -> dict[str, str]:
        """The form that was sent.

        Raises:
            FormError: It is none of this session's.
        """
        form = await read_form(self.request)
        require_own(self.office.secret, self.token, form)
        return form

    async def form_with_photo(self) -> tuple[dict[str, str], bytes]:
        """The form that was sent, and its photo; without one, no bytes.

        Raises:
            FormError: It is none of this session's.
        """
        form, photo = await read_form_with_photo(self.request)
        require_own(self.office.secret, self.token, form)
        return form, photo


def number_of(typed: str) -> str:
    """A number as the city writes it.

    Raises:
        NotHereError: It is none.
    """
    read = read_typed(typed)
    if read is None:
        raise NotHereError
    return read.number


def office_of(request: Request) -> Office:
    """The desk of this worker."""
    office: Office = request.app.state.office
    return office


def office_page(
    request: Request, template: str, cookie: str, status: int = 200, *, reader: Reader | None = None, **values: object
) -> Response:
    """Fill a template of the desk; its forms carry the token of the cookie."""
    csrf = token_for(office_of(request).secret, cookie) if cookie else ""
    page = render(f"office/{template}", reader or reader_of(request.url.path), None, csrf=csrf, **values)
    return HTMLResponse(page, status, headers=PRIVATE)


async def visit(request: Request) -> Visit:
    """Who asks.

    Raises:
        SignedOutError: Nobody who has signed in.
    """
    office, token = office_of(request), request.cookies.get(COOKIE, "")
    if token:
        async with office.database.acting(token) as connection:
            row = await (await connection.execute("select desk.who() as who")).fetchone()
        if row is not None and (who := row["who"]) is not None:
            officer = Officer(**{name: who[name] for name in Officer.__dataclass_fields__})
            return Visit(request, office, reader_of(request.url.path), officer, token)
    raise SignedOutError


async def to_sign_in(request: Request, _: Exception) -> Response:
    """Answer who has no session."""
    return RedirectResponse(reader_of(request.url.path).link("/petugas/masuk"), 303, headers=PRIVATE)


async def refused(request: Request, error: Exception) -> Response:
    """Answer what is not taken or not here, in the desk's frame."""
    status = error.status if isinstance(error, FormError) else 404
    return office_page(request, "refused.html.j2", "", status, officer=None, refused=status)


# As a page's function declares it.
VisitOf = Annotated[Visit, Depends(visit)]
