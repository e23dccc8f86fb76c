"""The channels' vendors on loopback: a real HTTP server that gives items in each vendor's shape, or gives trouble.

Belongs here: the server, its credential, its connections and what goes wrong with them.
Does not belong here: what an answer holds (answers.py, exports.py), who complains about what (complaints.py).

    with Vendors(items, token="secret") as vendors:
        vendors.misbehave("x", Trouble.RATE_LIMIT, times=2)
        platform.fetch(vendors.url("x"))

The SMS gateway is a database (smsd.py), the mailbox a mail server, and WhatsApp only pushes: of it there is the
path to send by.
"""

import asyncio
import socket
import threading
import time
from collections import defaultdict, deque
from collections.abc import Sequence
from types import TracebackType
from typing import Self

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from sample_city import answers, exports
from sample_city.exchange import ACCOUNT_ID, Answer, Feed, Question, Trouble, json_answer, unknown
from sample_city.feeds import Item
from sample_city.wire_tables import BALAI_WARGA_COLUMNS, LAPOR_COLUMNS

LOGIN_PAGE = b"<!doctype html><title>Masuk</title>"

_PATHS = {
    "facebook": "v23.0",
    "instagram": "v23.0",
    "whatsapp": "v23.0",
    "x": "2",
    "jaki": "reports",
    "qlue": "reports",
    "jakarta_aman": "reports",
    "case_events": "reports",
    "media_massa": "rss",
    "lapor": "export.csv?dari={start}&sampai={end}",
    "balai_warga": "export.csv?dari={start}&sampai={end}",
    "kelurahan": "{day}.xlsx",
    "kecamatan": "{day}.xlsx",
}
_BY_PAGE = ("jaki", "qlue", "jakarta_aman", "case_events")
_OF_META = ("facebook", "instagram", "whatsapp")
_WITH_ACCOUNTS = (*_OF_META, "x")


class Vendors:
    """All vendors on one port of 127.0.0.1; a context manager that starts and stops them.

    Args:
        items: What they have to deliver.
        token: Bearer token that each of them demands.
        page_size: Items of a page at most.

    Attributes:
        token: What they demand.
        asked: Host, path and query of every request that was answered or given trouble, in their order.
        posted: Channel and JSON of everything that was sent to a vendor.
    """

    def __init__(self, items: Sequence[Item], *, token: str, page_size: int = 100) -> None:
        self.asked: list[tuple[str, str]] = []
        self.posted: list[tuple[str, object]] = []
        self.token = token
        self._planned: defaultdict[str, deque[Trouble | None]] = defaultdict(deque)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._port = self._socket.getsockname()[1]
        self._feeds = self._serve(items, page_size)
        app = Starlette(routes=[Route("/{channel}/{path:path}", self._answer, methods=["GET", "POST"])])
        config = uvicorn.Config(app, log_level="critical", lifespan="off", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=[[self._socket]], daemon=True)

    def __enter__(self) -> Self:
        """Start; the port takes connections from the beginning."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()

    def url(self, channel: str) -> str:
        """The address that the platform's settings name, placeholders of days included."""
        return f"http://127.0.0.1:{self._port}/{channel}/{_PATHS[channel]}"

    @property
    def environment(self) -> dict[str, str]:
        """The platform's variables for all vendors."""
        variables = {f"JSC_{channel.upper()}_URL": self.url(channel) for channel in _PATHS}
        variables |= {f"JSC_{channel.upper()}_TOKEN": self.token for channel in _PATHS}
        return variables | {f"JSC_{channel.upper()}_ACCOUNT_ID": ACCOUNT_ID for channel in _WITH_ACCOUNTS}

    def misbehave(self, channel: str, trouble: Trouble, *, times: int = 1, after: int = 0) -> None:
        """Give trouble to the next requests.

        Args:
            channel: Whose.
            trouble: What.
            times: To how many of them.
            after: How many of them are answered well before.
        """
        self._planned[channel].extend([None] * after + [trouble] * times)

    def behave(self) -> None:
        """Forget the trouble that is still to come."""
        self._planned.clear()

    def _serve(self, items: Sequence[Item], size: int) -> dict[str, Feed]:
        own = {
            channel: [item for item in items if item.channel == channel and not item.is_pushed] for channel in _PATHS
        }
        host = f"http://127.0.0.1:{self._port}"
        return {
            "facebook": answers.facebook(own["facebook"], size, f"{host}/facebook", self.token),
            "instagram": answers.instagram(own["instagram"], size, f"{host}/instagram", self.token),
            "x": answers.x(own["x"], size),
            **{channel: answers.pages(own[channel], size) for channel in _BY_PAGE},
            "media_massa": exports.rss(own["media_massa"]),
            "lapor": exports.csv_export(own["lapor"], LAPOR_COLUMNS, ","),
            "balai_warga": exports.csv_export(own["balai_warga"], BALAI_WARGA_COLUMNS, ";"),
            **{channel: exports.workbooks(own[channel]) for channel in ("kelurahan", "kecamatan")},
        }

    async def _answer(self, request: Request) -> Response:
        channel, path = request.path_params["channel"], request.path_params["path"]
        self.asked.append((request.url.netloc, f"{request.url.path}?{request.url.query}"))
        if request.headers.get("authorization") != f"Bearer {self.token}":
            refusal = (
                answers.refused("Invalid OAuth access token", 190) if channel in _OF_META else json_answer({}, 401)
            )
            return Response(refusal.content, refusal.status, media_type=refusal.media_type)
        planned = self._planned[channel]
        trouble = planned.popleft() if planned else None
        if (instead := await self._instead(request, channel, trouble)) is not None:
            return instead
        if request.method == "POST":
            answer = await self._take(request, channel)
        else:
            answer = self._feeds.get(channel, unknown)(Question(path, dict(request.query_params), trouble))
        kind = _CutOff if trouble is Trouble.CUT_OFF else Response
        return kind(answer.content, answer.status, media_type=answer.media_type)

    async def _take(self, request: Request, channel: str) -> Answer:
        """Take in what is sent, and answer its id."""
        self.posted.append((channel, await request.json()))
        identity = f"{channel}.{len(self.posted)}"
        match channel:
            case "whatsapp":
                return json_answer({"messaging_product": "whatsapp", "messages": [{"id": identity}]})
            case "x":
                return json_answer({"data": {"id": identity}})
            case _:
                return json_answer({"id": identity})

    async def _instead(self, request: Request, channel: str, trouble: Trouble | None) -> Response | None:
        """What is answered in place of an answer; None for no trouble, and for that of the pages."""
        match trouble:
            case Trouble.RATE_LIMIT if channel in _OF_META:
                limit = answers.refused("Application request limit reached", 4)
                return Response(limit.content, limit.status, media_type=limit.media_type)
            case Trouble.RATE_LIMIT:
                return Response(status_code=429, headers=_reset(channel, 0))
            case Trouble.USED_UP:
                return Response(status_code=429, headers=_reset(channel, 3600))
            case Trouble.SERVER_ERROR:
                return Response(status_code=503)
            case Trouble.LOGIN_PAGE:
                return Response(LOGIN_PAGE, media_type="text/html")
            case Trouble.REDIRECT:
                return Response(status_code=302, headers={"Location": f"http://localhost:{self._port}/{channel}/x"})
            case Trouble.SILENCE:
                while not await request.is_disconnected():
                    await asyncio.sleep(0.01)
                return Response(status_code=504)
        return None


class _CutOff(Response):
    """An answer that promises all of its content, gives half of it, and hangs up."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the half; the server hangs up on an answer that its application leaves unfinished."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        half = self.body[: len(self.body) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})


def _reset(channel: str, seconds: int) -> dict[str, str]:
    """Say when to ask again, in the field that the vendor has for it."""
    if channel == "x":
        return {"x-rate-limit-reset": str(int(time.time()) + seconds)}
    return {"Retry-After": str(seconds)}
