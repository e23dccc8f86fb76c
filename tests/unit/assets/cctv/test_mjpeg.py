"""MJPEG streams as cameras frame them."""

import asyncio
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from assets.cctv.answers import Answer, Captured, Failed, LiveCamera
from assets.cctv.capture import capture_all
from assets.cctv.mjpeg import Pictures, boundary_of
from ml.vision.decode import decode_frame
from sample_city.raw_host import RawHost


def picture(level: int) -> bytes:
    """A JPEG with a thumbnail inside, whose own end marker is not the picture's."""
    grey = np.random.default_rng(level).integers(0, 60, (90, 160), np.uint8) + np.uint8(level)
    thumbnail, out = BytesIO(), BytesIO()
    Image.fromarray(grey[::4, ::4]).save(thumbnail, "JPEG")
    Image.fromarray(grey).save(out, "JPEG", comment=thumbnail.getvalue())
    return out.getvalue()


FIRST, SECOND = picture(40), picture(150)


def part(content: bytes, start: bytes, line: bytes = b"\r\n", *headers: bytes, end: bytes = b"") -> bytes:
    return start + line + line.join([b"Content-Type: image/jpeg", *headers]) + line * 2 + content + end


def length(content: bytes, more: int = 0) -> bytes:
    return b"Content-Length: %d" % (len(content) + more)


# How a stream is framed: what its Content-Type says of the boundary, and how its parts follow each other.
FRAMINGS = {
    "lengths": ("x", [part(one, b"--x", b"\r\n", length(one), end=b"\r\n") for one in (FIRST, SECOND)]),
    "no lengths": ("x", [part(one, b"--x", end=b"\r\n") for one in (FIRST, SECOND)]),
    "line feeds": ("x", [part(one, b"--x", b"\n", end=b"\n") for one in (FIRST, SECOND)]),
    "no break before the boundary": ("x", [part(one, b"--x") for one in (FIRST, SECOND)]),
    "no dashes": ("myboundary", [part(one, b"myboundary", end=b"\r\n") for one in (FIRST, SECOND)]),
    "dashes announced": ("--x", [part(one, b"--x", end=b"\r\n") for one in (FIRST, SECOND)]),
    "another boundary than announced": ("y", [part(one, b"--x", end=b"\r\n") for one in (FIRST, SECOND)]),
    "no boundary announced": ("", [part(one, b"--x", end=b"\r\n") for one in (FIRST, SECOND)]),
    "pictures alone": ("", [FIRST, SECOND]),
    "one picture": ("x", [part(FIRST, b"--x")]),
    "lengths too large": ("x", [part(one, b"--x", b"\r\n", length(one, 9000), end=b"\r\n") for one in (FIRST, SECOND)]),
    "lengths too small": ("x", [part(one, b"--x", b"\r\n", length(one, -90), end=b"\r\n") for one in (FIRST, SECOND)]),
    "zeros behind the picture": ("x", [part(one + bytes(7), b"--x", end=b"\r\n") for one in (FIRST, SECOND)]),
    "a text before": ("x", [b"--x\r\nContent-Type: text/plain\r\n\r\nhello\r\n", part(FIRST, b"--x"), b"--x"]),
}


def asked(boundary: str, parts: Iterable[bytes], kind: str = "mjpeg", *, says_type: bool = True) -> Answer:
    said = f"\r\nContent-Type: multipart/x-mixed-replace; boundary={boundary}" if says_type else ""

    def stream(head: str) -> Iterable[bytes]:
        del head
        yield f"HTTP/1.1 200 OK{said}\r\n\r\n".encode()
        yield from parts

    async def run() -> Answer:
        with RawHost({"/a": stream}) as host:
            cameras = [LiveCamera("x", "p", kind, host.url("/a"))]
            return [one async for _, one in capture_all(cameras, time.monotonic() + 10)][0]

    return asyncio.run(run())


@pytest.mark.parametrize("framing", FRAMINGS)
def test_the_first_whole_picture_comes_of_every_framing(framing: str) -> None:
    said = asked(*FRAMINGS[framing])
    assert isinstance(said, Captured), said
    assert said.content == FIRST
    assert (decode_frame(said.content) == decode_frame(FIRST)).all()
    assert abs(said.captured_at - datetime.now(UTC)) < timedelta(seconds=30)


@pytest.mark.parametrize("kind", ["hls", "still"])
def test_a_stream_is_known_whatever_the_list_calls_it(kind: str) -> None:
    for framing, says_type in (("lengths", True), ("no lengths", False)):
        said = asked(*FRAMINGS[framing], kind, says_type=says_type)
        assert isinstance(said, Captured), said
        assert said.content == FIRST


def test_a_part_that_tells_its_time_is_believed() -> None:
    taken = datetime.now(UTC) - timedelta(seconds=90)
    said = asked("x", [part(FIRST, b"--x", b"\r\n", b"X-Timestamp: %.6f" % taken.timestamp(), end=b"\r\n--x")])
    assert isinstance(said, Captured)
    assert said.time_basis == "header"
    assert abs(said.captured_at - taken) < timedelta(milliseconds=1)


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.99])
def test_a_picture_that_is_cut_off_is_none(kept: float) -> None:
    grey = np.random.default_rng(1).integers(0, 255, (90, 160), np.uint8)
    out = BytesIO()
    Image.fromarray(grey).save(out, "JPEG")
    assert isinstance(asked("x", [part(out.getvalue()[: int(len(out.getvalue()) * kept)], b"--x")]), Failed)


@given(st.lists(st.integers(1, 400), min_size=1, max_size=60), st.sampled_from(sorted(FRAMINGS)))
def test_it_does_not_matter_in_what_pieces_a_stream_comes(sizes: list[int], framing: str) -> None:
    boundary, parts = FRAMINGS[framing]
    stream, received = b"".join(parts), bytearray()
    pictures = Pictures(boundary_of(f"multipart/x; boundary={boundary}"))
    place, found = 0, None
    for size in sizes + [len(stream)]:
        received += stream[place : place + size]
        place += size
        found = pictures.first(received, is_all=place >= len(stream))
        if found is not None:
            break
    assert found is not None
    assert found[0] == FIRST
