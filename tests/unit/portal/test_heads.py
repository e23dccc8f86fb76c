"""HEAD is GET without its body, on every page."""

import asyncio

from starlette.types import Message, Receive, Scope, Send

from portal.heads import AnswersHead


def answered(method: str, status: int, headers: dict[str, str], parts: list[bytes]) -> tuple[list[str], list[Message]]:
    """What the application was asked, and what was sent."""
    asked: list[str] = []
    sent: list[Message] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        asked.append(scope["method"])
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": status, "headers": raw})
        for number, part in enumerate(parts):
            await send({"type": "http.response.body", "body": part, "more_body": number < len(parts) - 1})

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(AnswersHead(app)({"type": "http", "method": method, "path": "/"}, receive, send))
    return asked, sent


def test_a_head_is_answered_as_get_without_its_body() -> None:
    asked, sent = answered("HEAD", 200, {"content-length": "6"}, [b"abc", b"def"])
    assert asked == ["GET"]
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    assert dict(sent[0]["headers"])[b"content-length"] == b"6"
    assert sent[1]["body"] == b""


def test_a_get_keeps_its_body() -> None:
    asked, sent = answered("GET", 200, {}, [b"abc", b"def"])
    assert asked == ["GET"]
    assert b"".join(message.get("body", b"") for message in sent) == b"abcdef"


def test_who_may_get_is_told_that_it_may_ask_for_the_head() -> None:
    _, sent = answered("POST", 405, {"allow": "GET"}, [b""])
    assert dict(sent[0]["headers"])[b"allow"] == b"GET, HEAD"
    _, sent = answered("GET", 405, {"allow": "POST"}, [b""])
    assert dict(sent[0]["headers"])[b"allow"] == b"POST"
