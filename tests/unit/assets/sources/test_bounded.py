"""What one answer may cost, against servers that misbehave on purpose."""

import gzip
import socket
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import suppress

import httpx
import pytest

from assets.complaints.channels.x import XSource
from assets.sources.bounded import BoundedClient, Bounds, OutOfBoundsError
from assets.sources.transport import Endless, Transport

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
Speech = Callable[[socket.socket], None]


@pytest.fixture
def speaks() -> Iterator[Callable[[Speech], str]]:
    """A server that says what a test lets it say, byte by byte; returns its URL."""
    listener = socket.create_server(("127.0.0.1", 0))
    speech: list[Speech] = []

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                threading.Thread(target=answer, args=[connection], daemon=True).start()

    def answer(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.recv(65_536)
            speech[0](connection)

    def begin(what: Speech) -> str:
        speech.append(what)
        return f"http://127.0.0.1:{listener.getsockname()[1]}/a"

    threading.Thread(target=serve, daemon=True).start()
    yield begin
    listener.close()


def ask(url: str, *, most_bytes: int = 1_000_000, most_s: float = 1.0, silence_s: float = 0.5) -> bytes:
    with BoundedClient() as client:
        return client.ask("GET", url, Bounds(most_bytes, most_s, silence_s)).content


def drip(connection: socket.socket, piece: bytes) -> None:
    while True:
        connection.sendall(piece)
        time.sleep(0.05)


def test_a_body_that_drips_ends_at_the_deadline(speaks):
    url = speaks(lambda connection: (connection.sendall(HEAD + b"\r\n"), drip(connection, b" ")))
    begin = time.monotonic()
    with pytest.raises(OutOfBoundsError, match="a whole answer in 1 s, found one that goes on"):
        ask(url)
    assert time.monotonic() - begin < 10


def test_a_head_that_drips_ends_at_the_deadline(speaks):
    url = speaks(lambda connection: (connection.sendall(HEAD), drip(connection, b"X-A: 1\r\n")))
    with pytest.raises(OutOfBoundsError, match="found one that goes on"):
        ask(url)


def test_silence_ends_before_the_deadline(speaks):
    url = speaks(lambda connection: (connection.sendall(HEAD), time.sleep(5)))
    with pytest.raises(httpx.ReadTimeout):
        ask(url, most_s=30, silence_s=0.2)


def test_a_body_without_end_costs_no_more_than_the_bound(speaks):
    def flood(connection: socket.socket) -> None:
        connection.sendall(HEAD + b"\r\n")
        while True:
            connection.sendall(b" " * 65_536)

    with pytest.raises(OutOfBoundsError, match="at most 1,000,000 bytes, found more"):
        ask(speaks(flood), most_s=30)


@pytest.mark.slow
def test_a_packed_answer_is_bounded_as_it_unpacks(speaks):
    packed = gzip.compress(b" " * 300_000_000)
    head = HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
    url = speaks(lambda connection: connection.sendall(head + packed))
    tracemalloc.start()
    try:
        with pytest.raises(OutOfBoundsError, match="at most 1,000,000 bytes, found more"):
            ask(url, most_s=30)
        assert tracemalloc.get_traced_memory()[1] < 200_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("packing", ["gzip, gzip", "br", "zstd", "deflate"])
def test_an_answer_that_is_packed_otherwise_is_refused_unread(speaks, packing):
    head = HEAD + f"Content-Encoding: {packing}\r\nContent-Length: 2\r\n\r\n{{}}".encode()
    with pytest.raises(OutOfBoundsError, match="packed with gzip or not at all"):
        ask(speaks(lambda connection: connection.sendall(head)))


@pytest.mark.parametrize("length", [1, 3, 10_000])
def test_an_answer_of_another_length_than_it_says_is_none_or_cut(speaks, length):
    head = HEAD + b"Content-Length: %d\r\n\r\n{}" % length
    url = speaks(lambda connection: connection.sendall(head))
    if length > 2:
        with pytest.raises(httpx.RemoteProtocolError):
            ask(url)
    else:
        assert ask(url) == b"{"


def test_a_whole_answer_is_unpacked(speaks):
    packed = gzip.compress(b"[1]")
    head = HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
    assert ask(speaks(lambda connection: connection.sendall(head + packed))) == b"[1]"


def page(connection: socket.socket) -> None:
    connection.sendall(HEAD + b"Content-Length: 2\r\nConnection: close\r\n\r\n{}")


@pytest.mark.parametrize(("bound", "value"), [("most_answers", 5), ("window_s", 0.0)])
def test_pages_that_never_end_have_an_error_of_their_own(speaks, bound, value):
    source = XSource(**{"url": speaks(page), bound: value})
    with Transport(source) as transport:
        pages = (transport.get_json(f"pages/{number}") for number in range(6))
        with pytest.raises(Endless, match=f"JSC_X_{bound.upper()}"):
            list(pages)


def test_an_answer_out_of_bounds_is_not_asked_for_again(speaks):
    asked = []

    def answer(connection: socket.socket) -> None:
        asked.append(1)
        connection.sendall(HEAD + b"Content-Length: 2000000\r\n\r\n" + b" " * 2_000_000)

    with Transport(XSource(url=speaks(answer), most_mb=1)) as transport, pytest.raises(Endless, match="JSC_X|next run"):
        transport.get("a")
    assert len(asked) == 1
