"""What portals of Indonesian cities do on the wire, done by hosts on loopback."""

import asyncio
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import cv2
import numpy as np
import pytest

from assets.cctv.answers import Answer, Captured, Failed, LiveCamera
from assets.cctv.camera_list import read_camera_list
from assets.cctv.capture import capture_all
from ml.vision.decode import decode_frame
from sample_city.camera_hosts import segment_of
from sample_city.raw_host import RawHost, answer

GREY = np.tile(np.linspace(0, 255, 320).astype(np.uint8), (180, 1))
STILL = bytes(cv2.imencode(".jpg", GREY)[1])
PLAYLIST = b"#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nseg.ts\n"


@pytest.fixture(scope="module")
def segment() -> bytes:
    return segment_of(STILL)


def ask(*cameras: LiveCamera) -> list[Answer]:
    async def run() -> dict[str, Answer]:
        return {one.camera_id: said async for one, said in capture_all(cameras, time.monotonic() + 30)}

    answers = asyncio.run(run())
    return [answers[one.camera_id] for one in cameras]


def assert_shows(said: Answer) -> None:
    assert isinstance(said, Captured), said
    assert np.abs(decode_frame(said.content).astype(int) - GREY).mean() < 12


@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf", b"\r\n"])
def test_playlists_and_segments_sent_as_html(segment: bytes, before: bytes) -> None:
    pages = {"/a/index.m3u8": answer(before + PLAYLIST, "text/html"), "/a/seg.ts": answer(segment, "text/html")}
    with RawHost(pages) as host:
        for kind in ("hls", "still"):
            [said] = ask(LiveCamera("x", "p", kind, host.url("/a/index.m3u8")))
            assert_shows(said)


def test_a_host_that_answers_200_with_nothing() -> None:
    with RawHost({"/a.m3u8": answer(b"", "application/vnd.apple.mpegurl")}) as host:
        [said] = ask(LiveCamera("x", "p", "hls", host.url("/a.m3u8")))
    assert isinstance(said, Failed)
    assert said.reason.endswith("an empty body")


def test_a_stream_that_wants_its_portals_page_on_every_request(segment: bytes, tmp_path: Path) -> None:
    def if_named(said: bytes) -> Callable[[str], Iterable[bytes]]:
        def answered(head: str) -> Iterable[bytes]:
            return [
                said if "\r\nReferer: https://cctv.salatigakota.go.id/\r\n" in head else answer(b"", status="403 No")
            ]

        return answered

    with RawHost({"/a.m3u8": if_named(answer(PLAYLIST)), "/seg.ts": if_named(answer(segment))}) as host:
        path = tmp_path / "cameras.csv"
        path.write_text(
            "camera_id,name,url,referer\n"
            f"1,a,{host.url('/a.m3u8')},https://cctv.salatigakota.go.id/\n2,b,{host.url('/a.m3u8')},\n"
        )
        listed, _ = read_camera_list(path)
        cameras = [
            LiveCamera(one.camera_id, "p", one.source_kind, str(one.url), referer=one.referer or "") for one in listed
        ]
        named, unnamed = ask(*cameras)
    assert_shows(named)
    assert isinstance(unnamed, Failed)
    assert unnamed.reason.endswith("status 403")


def test_a_stream_that_redirects_to_its_playlist_on_the_same_host(segment: bytes) -> None:
    pages = {
        "/bengkulu/7": answer(b"", "text/html", "Location: /hls/7/index.m3u8", status="302 Found"),
        "/hls/7/index.m3u8": answer(PLAYLIST),
        "/hls/7/seg.ts": answer(segment),
    }
    with RawHost(pages) as host:
        [said] = ask(LiveCamera("x", "p", "hls", host.url("/bengkulu/7")))
    assert_shows(said)


def test_a_still_beside_a_stream_stands_in_where_no_segment_comes() -> None:
    pages = {"/K/index.m3u8": answer(PLAYLIST), "/K/preview.jpg": answer(STILL)}
    with RawHost(pages) as host:
        streamed, listed = ask(
            LiveCamera("x", "p", "hls", host.url("/K/index.m3u8")),
            LiveCamera("y", "p", "still", host.url("/K/preview.jpg")),
        )
        assert_shows(streamed)
        assert_shows(listed)
        host.answers["/K/preview.jpg"] = answer(b"<html>no preview</html>")
        [said] = ask(LiveCamera("x", "p", "hls", host.url("/K/index.m3u8")))
    assert isinstance(said, Failed)
    assert said.reason.endswith("status 404")
