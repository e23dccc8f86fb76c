"""The portal as an ASGI application: a table of contents.

Belongs here: which pages there are. Does not belong here: any page.
"""

import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.routing import Match, Mount
from starlette.staticfiles import StaticFiles

from assets.city import city as facts
from assets.complaints.webhooks import read_sources
from assets.places.boundaries import Boundaries
from portal import (
    answer,
    api,
    catalogue,
    followup,
    home,
    lookup,
    near,
    news,
    open_data,
    pictures,
    pillars,
    place,
    rating,
    report,
    tickets,
    traffic,
    units,
    webhooks,
)
from portal.ahead import Ahead
from portal.asked import Parts
from portal.cache import PageCache
from portal.database import CityDatabase, ClosedError
from portal.downloads import Downloads
from portal.drafts import city
from portal.headers import SafeHeaders
from portal.heads import AnswersHead
from portal.office.app import add_desk
from portal.office.database import DeskDatabase
from portal.office.visits import Office
from portal.open311 import filing, requests, services
from portal.open311.faults import refuse
from portal.pages import reader_of, render
from portal.places import Places
from portal.settings import PortalSettings
from portal.state import StateReader

STATIC = Path(__file__).parent / "static"
OPEN311 = (services, requests, filing)
# The first page that has an address answers it.
PAGES = (
    home, place, report, lookup, answer, rating, pictures, followup, news, near, traffic, tickets, pillars, units,
    open_data,
)  # fmt: skip


def build_app(
    settings: PortalSettings, address: str, clock: Callable[[], datetime], boundaries: Boundaries | None = None
) -> FastAPI:
    """Build the portal.

    Args:
        settings: The portal's.
        address: How to connect as the role portal.
        clock: What time it is in the city.
        boundaries: Of its kelurahan, where it gives them.

    Raises:
        pydantic.ValidationError: A setting of a vendor that is none, such as a blank secret.
    """
    database = CityDatabase(address, settings.connections)
    databases, downloads = [database], Downloads(database, boundaries)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        for one in databases:
            await one.open()
        ahead = Ahead(app, app.state.parts)
        await ahead.begin()
        yield
        await ahead.close()
        for one in databases:
            await one.close()
        await downloads.close()

    app = FastAPI(
        title=f"{facts().name}: laporan dan lalu lintas",
        description="Open data of the city's complaints, traffic and pillars. Every figure names its moment.",
        version="1",
        lifespan=lifespan,
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    secret = settings.secret.get_secret_value().encode() if settings.secret else secrets.token_bytes(32)
    app.state.parts = Parts(
        settings, database, StateReader(database, clock), PageCache(settings.cache), clock, secret, read_sources(),
        downloads, Places(city(), boundaries),
    )  # fmt: skip
    _include_pages(app)
    if settings.desk_database_url:
        desk = DeskDatabase(settings.desk_database_url.get_secret_value(), settings.connections)
        databases.append(desk)
        add_desk(app, Office(desk, clock, secret, settings.evidence))
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.add_exception_handler(ClosedError, _closed)
    app.add_exception_handler(HTTPException, _refused)
    app.add_middleware(SafeHeaders)
    app.add_middleware(AnswersHead)
    return app


def _include_pages(app: FastAPI) -> None:
    for page in PAGES:
        app.include_router(page.router, include_in_schema=False)
        app.include_router(page.router, prefix="/en", include_in_schema=False)
    app.include_router(api.router)
    app.include_router(catalogue.router)
    app.include_router(webhooks.router)
    for part in OPEN311:
        app.include_router(part.router, prefix="/open311")


async def _closed(request: Request, error: Exception) -> Response:
    """Nothing can be shown: said in a sentence, and to be asked again."""
    headers = {"retry-after": "30", "cache-control": "no-store"}
    if request.url.path.startswith("/api/"):
        return JSONResponse({"detail": str(error)}, 503, headers=headers)
    return HTMLResponse(render("closed.html.j2", reader_of(request.url.path), None), 503, headers=headers)


def _allowed(request: Request) -> list[str]:
    """Methods that the address of a request has: two of them may be two routes, of which a refusal knows one."""
    asked = ({**request.scope, "method": method} for method in ("GET", "POST"))
    routes = [route for route in request.app.router.routes if not isinstance(route, Mount)]
    return [one["method"] for one in asked if any(route.matches(one)[0] is Match.FULL for route in routes)]


async def _refused(request: Request, error: Exception) -> Response:
    """A page that is none, in the frame of the others; what a program asks for is answered in its form."""
    if not isinstance(error, HTTPException):
        raise error
    if error.status_code == 405 and (allowed := _allowed(request)):
        error.headers = {**(error.headers or {}), "Allow": ", ".join(allowed)}
    if request.url.path.startswith("/api/"):
        return JSONResponse({"detail": error.detail}, error.status_code, headers=error.headers)
    if request.url.path.startswith("/open311/"):
        return refuse(request, error.status_code, str(error.detail), **(error.headers or {}))
    page = render("missing.html.j2", reader_of(request.url.path), None)
    return HTMLResponse(page, error.status_code, headers=error.headers)
