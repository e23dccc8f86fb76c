"""Asking over HTTP with patience, against a real server that answers what a test lines up."""

import json
import logging
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.complaints.channels.x import XSource
from assets.sources.transport import (
    LONGEST_WAIT_S,
    Refused,
    SourceError,
    Transport,
    Unanswered,
    Unreachable,
    required,
)

KEY = "kunci-rahasia"


class Server:
    """Answers what a test lined up, in its order; the last answer for ever."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, dict[str, str], bytes]] = [(200, {}, b"{}")]
        self.asked: list[tuple[str, str, str]] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                server.asked.append((self.command, self.path, self.headers.get("Authorization", "")))
                status, headers, body = server.answers.pop(0) if len(server.answers) > 1 else server.answers[0]
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET  # noqa: N815

            def log_message(self, format: str, *args: object) -> None:
                """Keep quiet."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}/2"


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.http.serve_forever, args=[0.01])
    thread.start()
    yield server
    server.http.shutdown()
    thread.join()
    server.http.server_close()


def transport(url: str, **settings: object) -> Transport:
    return Transport(XSource(**{"url": url, "token": KEY, "backoff_s": 0.001, "timeout_s": 5, **settings}))


def date(**after: float) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(**after), usegmt=True)


def test_the_token_is_sent_as_bearer_and_paths_are_below_the_url(server):
    with transport(server.url) as asking:
        assert asking.get_json("users/1/mentions", {"max_results": "5"}) == {}
    assert server.asked == [("GET", "/2/users/1/mentions?max_results=5", f"Bearer {KEY}")]


def test_without_a_token_none_is_sent(server):
    with transport(server.url, token=None) as asking:
        asking.get("me")
    assert server.asked == [("GET", "/2/me", "")]


@pytest.mark.parametrize(
    "headers",
    [
        {"Retry-After": "0"},
        {"Retry-After": date(hours=-1)},
        {"Retry-After": "sebentar"},
        {"x-rate-limit-reset": "1"},
        {"x-rate-limit-reset": "²"},
        {"x-rate-limit-reset": "besok"},
        {},
    ],
)
@pytest.mark.parametrize("status", [429, 503, 500])
def test_what_passes_is_asked_again_until_it_is_there(server, status, headers):
    server.answers = [(status, headers, b"")] * 4 + [(200, {}, b"[1]")]
    with transport(server.url) as asking:
        assert asking.get_json("list") == [1]
    assert len(server.asked) == 5


def test_so_many_attempts_and_no_more(server):
    server.answers = [(503, {}, b"")]
    with (
        transport(server.url, attempts=3) as asking,
        pytest.raises(SourceError, match="127.0.0.1/2/list in 3 attempts, found status 503; its window is fetched"),
    ):
        asking.get("list")
    assert len(server.asked) == 3


@pytest.mark.parametrize(
    "headers",
    [
        {"Retry-After": f"{LONGEST_WAIT_S + 60:.0f}"},
        {"Retry-After": date(days=1)},
        {"x-rate-limit-reset": f"{datetime.now(UTC).timestamp() + 7200:.0f}"},
        {"x-rate-limit-reset": "9" * 5000},
        {"Retry-After": "9" * 30},
    ],
)
def test_a_limit_that_ends_after_the_longest_wait_is_the_next_runs_matter(server, headers):
    server.answers = [(429, headers, b"")]
    with transport(server.url) as asking, pytest.raises(SourceError, match="found its rate limit used up until"):
        asking.get("list")
    assert len(server.asked) == 1


@pytest.mark.parametrize("code", [4, 17, 32, 613])
def test_metas_own_word_for_a_limit_is_one(server, code):
    server.answers = [(400, {}, json.dumps({"error": {"code": code}}).encode()), (200, {}, b"[1]")]
    with transport(server.url) as asking:
        assert asking.get_json("feed") == [1]


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (401, b"", "to accept the credential, found status 401; mend JSC_X_TOKEN"),
        (403, b"<html>", "to accept the credential, found status 403; mend JSC_X_TOKEN"),
        (400, b'{"error":{"code":190}}', "found status 400 with code 190; mend JSC_X_TOKEN"),
        (400, b'{"error":{"code":100,"message":"kunci"}}', "found status 400 with code 100; look at JSC_X_URL"),
        (404, b'{"error":"none"}', "found status 404; look at JSC_X_URL"),
        (302, b"", "found status 302; look at JSC_X_URL"),
    ],
)
def test_a_refusal_is_not_asked_again(server, status, body, reason):
    server.answers = [(status, {"Location": server.url.replace("127.0.0.1", "localhost")}, body)]
    with transport(server.url) as asking, pytest.raises(SourceError, match=reason) as caught:
        asking.get("list")
    assert "kunci" not in str(caught.value)
    assert len(server.asked) == 1


def test_an_answer_that_is_longer_than_what_came_is_none(server):
    server.answers = [(200, {"Content-Length": "100"}, b"[1]"), (200, {}, b"[1, 2]")]
    with transport(server.url, timeout_s=0.3) as asking:
        assert asking.get_json("list") == [1, 2]


def test_an_answer_that_ends_early_under_a_sound_header_is_asked_for_once_more(server):
    server.answers = [(200, {}, b"[1, "), (200, {}, b"[1, 2]")]
    with transport(server.url) as asking:
        assert asking.get_json("list") == [1, 2]
    server.answers = [(200, {}, b"[1, ")]
    with transport(server.url) as asking, pytest.raises(SourceError, match="2/list: expected JSON, found something"):
        asking.get_json("list")
    assert len(server.asked) == 4


@pytest.mark.parametrize("url", ["http://localhost:{port}/2/list", "https://127.0.0.1:{port}/2/list", "http://[::1/"])
def test_the_token_goes_to_no_other_host(server, url):
    with transport(server.url) as asking, pytest.raises(SourceError, match="expected a URL"):
        asking.get(url.format(port=server.http.server_port))
    assert not server.asked


@pytest.mark.parametrize("url", ["http://rini:kunci-rahasia@127.0.0.1:x/2", "http://[::1", "http://", "kunci-rahasia"])
def test_an_address_that_is_none_fails_in_words_without_it(url):
    with transport(url, attempts=1) as asking, pytest.raises(SourceError) as caught:
        asking.get("list")
    assert "kunci" not in str(caught.value)


def test_a_token_that_no_header_can_hold_is_not_shown():
    with (
        transport("http://127.0.0.1:1/2", token=f"{KEY}\n", attempts=1) as asking,
        pytest.raises(SourceError) as caught,
    ):
        asking.get("list")
    assert caught.value.__suppress_context__
    assert KEY not in str(caught.value)


def test_a_query_is_not_logged(server, caplog):
    caplog.set_level(logging.DEBUG)
    with transport(server.url) as asking:
        asking.get("list", {"key": "kunci-lain"})
    assert "127.0.0.1/2/list" in caplog.text
    assert "kunci" not in caplog.text


def test_what_is_sent_is_sent_once(server):
    with transport(server.url) as asking:
        assert asking.post("tweets", {"text": "x"}) == b"{}"
        for status, kind in ((503, Unanswered), (500, Unanswered), (400, Refused), (302, Refused)):
            server.answers = [(status, {}, b"")]
            with pytest.raises(kind, match=f"found status {status}"):
                asking.post("tweets", {"text": "x"})
        server.answers = [(429, {}, b"")]
        with pytest.raises(Unreachable, match="found its rate limit used up"):
            asking.post("tweets", {"text": "x"})
    assert len(server.asked) == 6


def test_what_was_sent_and_not_answered_is_not_known_to_be_refused(server):
    server.answers = [(200, {"Content-Length": "100"}, b"{}")]
    with transport(server.url, timeout_s=0.3) as asking, pytest.raises(Unanswered):
        asking.post("tweets", {"text": "x"})
    with (
        transport("http://127.0.0.1:1/2") as asking,
        pytest.raises(Unreachable, match="to take a connection, found none"),
    ):
        asking.post("tweets", {"text": "x"})


@given(value=st.text(st.characters(codec="latin-1", categories=["L", "N", "P", "S"]), max_size=12))
@pytest.mark.slow
def test_no_word_of_a_vendor_about_its_limit_breaks_the_wait(value):
    import httpx

    from assets.sources.transport import _named_wait

    headers = httpx.Headers([("retry-after", value), ("x-rate-limit-reset", value)], encoding="latin-1")
    try:
        wait = _named_wait(headers, "http://127.0.0.1/2/list")
    except SourceError:
        return
    assert wait is None or 0 <= wait <= LONGEST_WAIT_S


def test_a_field_that_is_needed_is_named_by_its_variable():
    source = XSource(url="https://x.example/2", token=KEY)
    assert required(source, "token") == KEY
    with pytest.raises(SourceError, match="expected JSC_X_ACCOUNT_ID, found none; set it beside JSC_X_URL"):
        required(source, "account_id")
