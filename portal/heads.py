"""HEAD on every page: what GET would answer, without its body.

Belongs here: that rule for all addresses. Does not belong here: any page. A page whose body costs something
(open_data.py) asks `is_head`.
"""

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_IS_HEAD = "jsc_is_head"


def is_head(request: Request) -> bool:
    """Whether a request that was answered as GET asks for the headers alone."""
    return bool(request.scope.get(_IS_HEAD))


class AnswersHead:
    """Answers HEAD as GET, and says so where another method is refused."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        wants_head = scope["method"] == "HEAD"

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 405:
                headers = MutableHeaders(raw=list(message["headers"]))
                allowed = headers.get("allow", "").split(", ")
                if "GET" in allowed and "HEAD" not in allowed:
                    headers["allow"] = ", ".join([*allowed, "HEAD"])
                    message = {**message, "headers": headers.raw}
            elif message["type"] == "http.response.body" and wants_head:
                if message.get("more_body"):
                    return
                message = {**message, "body": b""}
            await send(message)

        await self.app({**scope, "method": "GET", _IS_HEAD: True} if wants_head else scope, receive, answer)
