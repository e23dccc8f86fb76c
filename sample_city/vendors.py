"""The channels' vendors on loopback: a real HTTP server that gives items in each vendor's shape, or gives trouble.

Belongs here: the server, its credential, its connections and what goes wrong with them.
Does not belong here: what an answer holds (channels/), who complains about what (complaints.py).

    with Vendors(items, token="secret") as vendors:
        vendors.misbehave("x", Trouble.RATE_LIMIT, times=2)
        platform.fetch(vendors.url("x"))

The SMS gateway is a database (smsd.py), the mailbox a mail server, and WhatsApp only pushes: of it there is the
path to send by.
"""

import asyncio
import socket
import threading
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

from sample_city.channels import lists
from sample_city.channels.registry import ALL
from sample_city.exchange import ACCOUNT_ID, Answer, Feed, Host, Question, Trouble, json_answer, unknown
from sample_city.model import Item

LOGIN_PAGE = b"<!doctype html><title>Masuk</title>"

_VENDORS = {
    **{channel.code: channel.vendor for channel in ALL if channel.vendor},
    "case_events": lists.VENDOR,
}


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
        self._page_size = page_size
        self.deliver(items)
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
        return f"http://127.0.0.1:{self._port}/{channel}/{_VENDORS[channel].path}"

    @property
    def environment(self) -> dict[str, str]:
        """The platform's variables for all vendors."""
        variables = {f"JSC_{channel.upper()}_URL": self.url(channel) for channel in _VENDORS}
        variables |= {f"JSC_{channel.upper()}_TOKEN": self.token for channel in _VENDORS}
        with_accounts = [channel for channel, vendor in _VENDORS.items() if vendor.has_accounts]
        return variables | {f"JSC_{channel.upper()}_ACCOUNT_ID": ACCOUNT_ID for channel in with_accounts}

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

    def deliver(self, items: Sequence[Item]) -> None:
        """Have these items to deliver, and no other, from the next answer on."""
        feeds: dict[str, Feed] = {}
        for code, vendor in _VENDORS.items():
            if vendor.feed is not None:
                own = [item for item in items if item.channel == code and not item.is_pushed]
                host = Host(f"http://127.0.0.1:{self._port}/{code}", self._page_size, self.token)
                feeds[code] = vendor.feed(own, host)
        self._feeds = feeds

    async def _answer(self, request: Request) -> Response:
        channel, path = request.path_params["channel"], request.path_params["path"]
        self.asked.append((request.url.netloc, f"{request.url.path}?{request.url.query}"))
        if channel not in _VENDORS:
            return _response(json_answer({"message": f"no {channel}"}, 404))
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return _response(_VENDORS[channel].unauthorized)
        planned = self._planned[channel]
        trouble = planned.popleft() if planned else None
        if (instead := await self._instead(request, channel, trouble)) is not None:
            return instead
        if request.method == "POST":
            answer = await self._take(request, channel)
        else:
            answer = self._feeds.get(channel, unknown)(Question(path, dict(request.query_params), trouble))
        return _response(answer, _CutOff if trouble is Trouble.CUT_OFF else Response)

    async def _take(self, request: Request, channel: str) -> Answer:
        """Take in what is sent, and answer its id."""
        self.posted.append((channel, await request.json()))
        return json_answer(_VENDORS[channel].taken(f"{channel}.{len(self.posted)}"))

    async def _instead(self, request: Request, channel: str, trouble: Trouble | None) -> Response | None:
        """What is answered in place of an answer; None for no trouble, and for that of the pages."""
        match trouble:
            case Trouble.RATE_LIMIT:
                return _response(_VENDORS[channel].too_many(0))
            case Trouble.USED_UP:
                return _response(_VENDORS[channel].too_many(3600))
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


def _response(answer: Answer, kind: type[Response] = Response) -> Response:
    return kind(answer.content, answer.status, answer.headers, answer.media_type)
