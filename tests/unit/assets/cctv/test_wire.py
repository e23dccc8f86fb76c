"""What a host may do to the platform: log it in, redirect it, drip, flood, break HTTP. Real hosts on loopback."""

import asyncio
import gzip
import ipaddress
import itertools
import logging
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assets.cctv import capture
from assets.cctv.answers import Answer, Captured, Failed, LiveCamera
from assets.cctv.capture import capture_all
from assets.cctv.lenient_head import mended_head
from assets.cctv.reach import Reach
from sample_city.raw_host import RawHost, answer

PICTURE = b"\xff\xd8\xff\xe0" + bytes(range(1, 200)) * 20 + b"\xff\xd9"
LOOPBACK = Reach(networks=(ipaddress.ip_network("127.0.0.0/8"),))


def ask(url: str, kind: str = "still", reach: Reach | None = None, **said: str) -> Answer:
    async def run() -> Answer:
        cameras = [LiveCamera("x", "p", kind, url, **said)]
        return [one async for _, one in capture_all(cameras, time.monotonic() + 30, reach or Reach())][0]

    return asyncio.run(run())


def reason(said: Answer) -> str:
    assert isinstance(said, Failed), said
    return said.reason


def content(said: Answer) -> bytes:
    assert isinstance(said, Captured), said
    return said.content


def locked(challenge: str, accepted: str) -> Callable[[str], Iterable[bytes]]:
    def said(head: str) -> Iterable[bytes]:
        if f"\r\nAuthorization: {accepted}" in head:
            return [answer(PICTURE)]
        return [answer(b"", "text/html", *([f"WWW-Authenticate: {challenge}"] if challenge else []), status="401 No")]

    return said


@pytest.mark.parametrize(
    ("challenge", "accepted"),
    [
        ('Digest realm="cam", nonce="n", qop="auth", algorithm=MD5', 'Digest username="admin"'),
        ('Digest realm="cam", nonce="n", algorithm=SHA-256, qop="auth,auth-int"', 'Digest username="admin"'),
        ('Digest realm="cam", nonce="n"', 'Digest username="admin"'),
        ('Basic realm="cam"', "Basic YWRtaW46cEBzcw=="),
        ("", "Basic YWRtaW46cEBzcw=="),
    ],
)
def test_a_login_is_made_as_the_camera_asks_for_it(challenge: str, accepted: str) -> None:
    with RawHost({"/a": locked(challenge, accepted)}) as host:
        assert content(ask(host.url("/a", "admin:p%40ss"))) == PICTURE
        assert "Authorization" not in host.requests[0]
        assert reason(ask(host.url("/a"))).endswith("status 401")


def test_a_wrong_password_is_tried_once() -> None:
    with RawHost({"/a": locked('Digest realm="cam", nonce="n", qop="auth"', "nothing")}) as host:
        assert reason(ask(host.url("/a", "admin:wrong"))).endswith("status 401")
        assert len(host.requests) == 2


def test_a_login_that_covers_bodies_is_named() -> None:
    with RawHost({"/a": locked('Digest realm="cam", nonce="n", qop="auth-int"', "nothing")}) as host:
        assert reason(ask(host.url("/a", "admin:p"))).endswith("found a Digest login of kind auth-int")


def test_neither_password_nor_token_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), RawHost({"/a": locked('Basic realm="c"', "Basic")}) as host:
        content(ask(host.url("/a?token=tersembunyi", "admin:rahasia")))
    told = caplog.text.replace("debug", "")
    assert "rahasia" not in told
    assert not [
        record for record in caplog.records if record.levelno >= logging.INFO and "tersembunyi" in record.message
    ]


def test_the_portals_page_is_named() -> None:
    def said(head: str) -> Iterable[bytes]:
        return [answer(PICTURE if "\r\nReferer: https://cctv.salatiga.go.id/" in head else b"", status="200 OK")]

    with RawHost({"/a": said}) as host:
        assert content(ask(host.url("/a"), referer="https://cctv.salatiga.go.id/")) == PICTURE
        assert reason(ask(host.url("/a"))).endswith("an empty body")


def moved(location: str, status: str = "302 Found") -> bytes:
    return answer(b"", "text/html", f"Location: {location}", status=status)


def test_a_camera_is_followed_on_its_own_host_alone() -> None:
    with RawHost({"/secret": answer(PICTURE)}, "127.0.0.2") as other, RawHost({}) as host:
        host.answers = {
            "/own": moved("/there", "307 Temporary Redirect"),
            "/there": answer(PICTURE),
            "/other": moved(other.url("/secret")),
            "/port": moved(f"http://127.0.0.1:{other.port}/secret"),
            "/file": moved("file:///etc/hostname"),
            "/round": moved("/round"),
        }
        assert content(ask(host.url("/own"))) == PICTURE
        for path in ("/other", "/port", "/file"):
            # Also where the operator named the network: a redirection is the host's word, not the list's.
            assert reason(ask(host.url(path, "admin:pw"), reach=LOOPBACK)).endswith("a redirection to another host")
        assert reason(ask(host.url("/round"))).endswith("more than 3 redirections")
        assert other.requests == []


@pytest.mark.parametrize("name", ["localhost", "127.1", "2130706433", "0x7f.0.0.1"])
def test_a_name_that_stands_for_a_private_address_is_refused_unless_the_operator_named_its_network(name: str) -> None:
    with RawHost({"/a": answer(PICTURE)}) as host:
        url = host.url("/a").replace("127.0.0.1", name)
        assert "a name that stands for a private address" in reason(ask(url))
        assert host.requests == []
        assert content(ask(url, reach=LOOPBACK)) == PICTURE
        # Written as a number in the list, it is listed.
        assert content(ask(host.url("/a"))) == PICTURE


def rtsp_answer(status: str, location: str = "") -> Callable[[str], Iterable[bytes]]:
    def said(head: str) -> Iterable[bytes]:
        [count] = [line for line in head.splitlines() if line.lower().startswith("cseq")]
        return [f"RTSP/1.0 {status}\r\n{count}\r\n{location}\r\n".encode()]

    return said


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_a_camera_is_asked_by_rtsp_only_where_the_operator_named_its_network(name: str) -> None:
    """FFmpeg follows a redirection anywhere, so a host that is not the operator's own may not tell it one."""
    with RawHost({}, "127.0.0.2") as other, RawHost({}) as host:
        other.answers = {other.url("/x").replace("http", "rtsp"): rtsp_answer("404 Not Found")}
        url = host.url("/a").replace("http", "rtsp").replace("127.0.0.1", name)
        pinned = url.replace("localhost", "127.0.0.1")
        host.answers = {pinned: rtsp_answer("302 Found", f"Location: {other.url('/x').replace('http', 'rtsp')}\r\n")}
        assert "an RTSP address outside JSC_CAMERA_NETWORKS" in reason(ask(url, "rtsp"))
        assert (host.requests, other.requests) == ([], [])
        # Where this fails FFmpeg no longer follows, and the rule can go.
        assert reason(ask(url, "rtsp", LOOPBACK)).endswith("no frame of the stream")
        assert host.requests
        assert other.requests


PLAYLIST = "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\n{}\n"


def test_a_playlist_leads_to_no_private_address_and_takes_no_password_elsewhere() -> None:
    with RawHost({"/s.ts": answer(b"G")}, "127.0.0.2") as other, RawHost({}) as host:
        host.answers = {
            path: locked_playlist(PLAYLIST.format(address))
            for path, address in (
                ("/a.m3u8", other.url("/s.ts")),
                ("/b.m3u8", "http://localhost:1/s.ts"),
                ("/c.m3u8", "file:///etc/hostname"),
            )
        }
        assert "a private address which no list names" in reason(ask(host.url("/a.m3u8", "admin:pw"), "hls"))
        assert "a name that stands for a private address" in reason(ask(host.url("/b.m3u8", "admin:pw"), "hls"))
        assert "no address of http or https" in reason(ask(host.url("/c.m3u8", "admin:pw"), "hls"))
        assert other.requests == []
        reason(ask(host.url("/a.m3u8", "admin:pw"), "hls", LOOPBACK))
        assert other.requests
        assert not any("Authorization" in head for head in other.requests)


def locked_playlist(text: str) -> Callable[[str], Iterable[bytes]]:
    return lambda head: (
        [answer(text.encode(), "text/html")]
        if "\r\nAuthorization: Basic" in head
        else [answer(b"", "text/html", 'WWW-Authenticate: Basic realm="x"', status="401 No")]
    )


def test_files_are_read_below_one_folder_alone(tmp_path: Path) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside.jpg"
    inside.mkdir()
    (inside / "a b.jpg").write_bytes(PICTURE)
    outside.write_bytes(PICTURE)
    (inside / "link.jpg").symlink_to(outside)
    (inside / "folder").mkdir()
    reach = Reach(files=inside)
    assert content(ask((inside / "a b.jpg").as_uri(), "file", reach)) == PICTURE
    for path in (outside, inside / "link.jpg", inside / ".." / "outside.jpg"):
        assert "a file outside JSC_CAMERA_FILES" in reason(ask(f"file://{path}", "file", reach))
    assert "no regular file" in reason(ask((inside / "folder").as_uri(), "file", reach))
    assert "set JSC_CAMERA_FILES" in reason(ask((inside / "a b.jpg").as_uri(), "file"))


def drip(head: str) -> Iterable[bytes]:
    del head
    yield b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n\r\n"
    while True:
        yield b"\xff"
        time.sleep(0.1)


def drip_head(head: str) -> Iterable[bytes]:
    del head
    yield b"HTTP/1.1 200 OK\r\n"
    for number in itertools.count():
        yield b"X-%d: 1\r\n" % number
        time.sleep(0.05)


def endless(head: str) -> Iterable[bytes]:
    del head
    yield b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n\r\n"
    while True:
        yield bytes(1 << 18)


def endless_playlist(head: str) -> Iterable[bytes]:
    del head
    yield b"HTTP/1.1 200 OK\r\n\r\n#EXTM3U\n"
    while True:
        yield b"#EXTINF:4,\na.ts\n" * 10_000


def playlists_for_ever(head: str) -> Iterable[bytes]:
    del head
    return [answer(b"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\na.m3u8\n")]


def bomb(head: str) -> Iterable[bytes]:
    """64 MB of zeros in 64 kB."""
    del head
    packer = zlib.compressobj(wbits=31)
    packed = b"".join(packer.compress(bytes(1 << 20)) for _ in range(64)) + packer.flush()
    return [answer(packed, "image/jpeg", "Content-Encoding: gzip")]


# What a host does, and what is said of it.
TROUBLE = {
    "/drip": (drip, "within 1 s, found none"),
    "/head": (drip_head, "within 1 s, found none"),
    "/endless": (endless, "over 12 MB"),
    "/playlist": (endless_playlist, "over 12 MB"),
    "/a.m3u8": (playlists_for_ever, "playlists that name nothing but each other"),
    "/bomb": (bomb, "over 12 MB"),
    "/packed": (answer(b"x", "image/jpeg", "Content-Encoding: br"), "a body packed as 'br'"),
    "/announced": (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", "bytes announced, over 12 MB"),
    "/cut": (answer(PICTURE)[:-100], "an answer that breaks HTTP or breaks off"),
    "/noise": (b"\x16\x03\x01 this is no HTTP\r\n\r\n", "an answer that breaks HTTP or breaks off"),
    "/empty": (answer(b""), "an empty body"),
}


@pytest.mark.slow
def test_a_host_that_misbehaves_costs_its_own_camera_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capture, "CAMERA_S", 2.0)
    with RawHost({path: said for path, (said, _) in TROUBLE.items()}) as host, RawHost({"/a": answer(PICTURE)}) as good:
        cameras = [LiveCamera(path, "p", "still", host.url(path)) for path in TROUBLE]
        cameras += [LiveCamera(f"good {number}", "q", "still", good.url("/a")) for number in range(40)]

        async def run() -> dict[str, Answer]:
            return {camera.camera_id: one async for camera, one in capture_all(cameras, time.monotonic() + 30)}

        tracemalloc.start()
        begin = time.monotonic()
        answers = asyncio.run(run())
        took = time.monotonic() - begin
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert all(content(answers[f"good {number}"]) == PICTURE for number in range(40))
    assert all(reason(answers[path]) for path in TROUBLE)
    assert took < 20
    # All of them at once, and what the hosts themselves hold.
    assert most < 200 << 20


@pytest.mark.parametrize("path", TROUBLE)
def test_what_a_host_did_is_named(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    said, told = TROUBLE[path]
    if said in (drip, drip_head):
        monkeypatch.setattr(capture, "CAMERA_S", 1.0)
    with RawHost({path: said}) as host:
        tracemalloc.start()
        assert told in reason(ask(host.url(path)))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert most < 100 << 20


@pytest.mark.slow
def test_a_length_that_is_too_large_costs_no_picture_also_on_a_connection_that_stays() -> None:
    def stays(head: str) -> Iterable[bytes]:
        del head
        yield answer(PICTURE + bytes(100)).replace(b"Connection: close\r\n", b"")[:-100]
        time.sleep(4)

    cut = answer(PICTURE + bytes(100))[:-100]
    with RawHost({"/closes": cut, "/stays": stays}) as host:
        assert content(ask(host.url("/closes"))) == PICTURE
        assert content(ask(host.url("/stays"))) == PICTURE


def test_a_length_that_is_too_small_spoils_no_other_camera_of_the_host() -> None:
    """The host keeps its connections: what one picture has too much stands before the next camera's answer."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while request := await reader.readuntil(b"\r\n\r\n"):
                body, surplus = (PICTURE, b"") if b"/good" in request else (PICTURE[:-200], PICTURE[-200:])
                writer.write(answer(body).replace(b"Connection: close\r\n", b"") + surplus)
        writer.close()

    async def run() -> dict[str, Answer]:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        kinds = ("lying", "lying", "lying", "good")
        cameras = [LiveCamera(f"{n}", "p", "still", f"http://127.0.0.1:{port}/{kinds[n % 4]}") for n in range(80)]
        answers = {one.camera_id: said async for one, said in capture_all(cameras, time.monotonic() + 30)}
        server.close()
        return answers

    answers = asyncio.run(run())
    assert all(content(answers[f"{number}"]) == PICTURE for number in range(3, 80, 4))


def test_an_answer_that_came_packed_is_unpacked_though_nobody_asked() -> None:
    with RawHost({"/a": answer(gzip.compress(PICTURE), "image/jpeg", "Content-Encoding: gzip")}) as host:
        assert content(ask(host.url("/a"))) == PICTURE
        assert "Accept-Encoding: identity" in host.requests[0]


@pytest.mark.parametrize(
    ("head", "mended"),
    [
        (b"HTTP/1.1 200 OK\r\nA: 1\r\n\r\n", b"HTTP/1.1 200 \r\nA: 1\r\n\r\n"),
        (b"ICY 200 OK\nA:1\n\n", b"HTTP/1.0 200 \r\nA: 1\r\n\r\n"),
        (b"HTTP/1.0  200\r\n: x\r\nno colon\r\nA B: 2\r\nC : 3\r\n\r\n", b"HTTP/1.0 200 \r\nC: 3\r\n\r\n"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\ncontent-length: 5\r\n\r\n",
            b"HTTP/1.1 200 \r\nContent-Length: 5\r\n\r\n",
        ),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", b"HTTP/1.1 200 \r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\nX: \x00a\r\n\r\n", b"HTTP/1.1 200 \r\nX: a\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\n", b"HTTP/1.1 200 \r\n\r\n"),
        (b"HTTP/1.1 100 Continue\r\nA B: 1\r\n\r\n", b"HTTP/1.1 100 Continue\r\nA B: 1\r\n\r\n"),
        (b"nothing\r\n\r\n", b"nothing\r\n\r\n"),
    ],
)
def test_of_a_head_the_lawful_lines_are_kept(head: bytes, mended: bytes) -> None:
    assert mended_head(head) == mended


@pytest.mark.parametrize(("told", "basis"), [(timedelta(hours=-2), "header"), (timedelta(hours=7), "received")])
def test_a_server_whose_clock_runs_ahead_is_not_believed(told: timedelta, basis: str) -> None:
    moment = f"{datetime.now(UTC) + told:%a, %d %b %Y %H:%M:%S} GMT"
    with RawHost({"/a": answer(PICTURE, "image/jpeg", f"Last-Modified: {moment}")}) as host:
        said = ask(host.url("/a"))
    assert isinstance(said, Captured)
    assert said.time_basis == basis
