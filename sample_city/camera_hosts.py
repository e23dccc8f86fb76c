"""Camera hosts on loopback: a real HTTP server that gives stills, MJPEG and HLS, or gives trouble.

Belongs here: the server and what goes wrong with it. Does not belong here: what the pictures show (frames.py).

    with CameraHosts({"a": [jpeg]}) as hosts:
        platform.sweep(hosts.url("still", "a"))

Every address of 127.0.0.0/8 is a host of its own, so a test can break one and watch the others.
"""

import asyncio
import hashlib
import threading
from collections import Counter
from collections.abc import Coroutine, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from tempfile import NamedTemporaryFile
from types import TracebackType
from typing import Any, Self, TypeVar

import cv2
import numpy as np

T = TypeVar("T")

_HUGE = 2 * 1024**3


class CameraHosts:
    """All hosts on one port; a context manager that starts and stops them.

    Paths, each with a camera's name behind it: `still`, `mjpeg`, `hls`, and the trouble: `slow` (a byte every 30
    seconds), `reset`, `redirect` (for ever), `huge` (2 GB), `endless` (a stream without a picture), `gone` (404),
    `locked` (401 without a password).

    Args:
        pictures: JPEG files by camera, given in turn, the last one for ever.
        has_etags: Whether a host says that a picture is the one before.
    """

    def __init__(self, pictures: Mapping[str, Sequence[bytes]], *, has_etags: bool = True) -> None:
        self._pictures, self._has_etags = pictures, has_etags
        # When all pictures were taken.
        self.taken_at = datetime.now(UTC).replace(microsecond=0)
        self.asked: Counter[str] = Counter()
        # Addresses of hosts that end every connection at once; may be changed while they run.
        self.away: set[str] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        # All of 127.0.0.0/8 can be had together with the rest of the world only; `_serve` answers nobody else.
        self._server = self._call(asyncio.start_server(self._serve, "0.0.0.0", 0, backlog=1024))  # noqa: S104
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._call(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def url(self, kind: str, name: str, host: int = 1) -> str:
        """Address of a camera on one of the hosts, 127.0.0.1 and on."""
        file = "/index.m3u8" if kind == "hls" else ""
        return f"http://127.0.0.{host}:{self.port}/{kind}/{name}{file}"

    def _call(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    async def _close(self) -> None:
        self._server.close()
        serving = asyncio.all_tasks() - {asyncio.current_task()}
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        is_foreign = not writer.get_extra_info("peername")[0].startswith("127.")
        if is_foreign or writer.get_extra_info("sockname")[0] in self.away:
            writer.transport.abort()
            return
        try:
            while request := await reader.readuntil(b"\r\n\r\n"):
                head, *lines = request.decode("latin-1").split("\r\n")
                headers = dict(line.split(": ", 1) for line in lines if ": " in line)
                _, kind, name, *rest = head.split(" ")[1].split("/")
                self.asked[f"{kind}/{name}"] += 1
                await self._answer(writer, kind, name, rest, {key.lower(): value for key, value in headers.items()})
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(  # noqa: C901 - one case for each kind
        self, writer: asyncio.StreamWriter, kind: str, name: str, rest: list[str], headers: Mapping[str, str]
    ) -> None:
        match kind:
            case "still":
                self._still(writer, self._next(name), headers)
            case "mjpeg":
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=x\r\n\r\n")
                while not writer.is_closing():
                    content = self._next(name)
                    writer.write(b"--x\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % len(content))
                    writer.write(content + b"\r\n")
                    await writer.drain()
                    await asyncio.sleep(0.05)
            case "hls":
                self._hls(writer, name, rest)
            case "slow":
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: 9000\r\n\r\n")
                while not writer.is_closing():
                    writer.write(b"\xff")
                    await asyncio.sleep(30)
            case "reset":
                writer.transport.abort()
            case "redirect":
                _write(writer, "302 Found", b"", {"Location": f"/redirect/{name}"})
            case "huge":
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % _HUGE)
                await self._pour(writer)
            case "endless":
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=x\r\n\r\n")
                await self._pour(writer)
            case "locked":
                if "authorization" in headers:
                    self._still(writer, self._next(name), headers)
                else:
                    _write(writer, "401 Unauthorized", b"")
            case _:
                _write(writer, "404 Not Found", b"gone")

    async def _pour(self, writer: asyncio.StreamWriter) -> None:
        while not writer.is_closing():
            writer.write(bytes(1 << 18))
            await writer.drain()

    def _next(self, name: str) -> bytes:
        pictures = self._pictures[name]
        return pictures[min(sum(self.asked[f"{kind}/{name}"] for kind in ("still", "locked")) or 1, len(pictures)) - 1]

    def _still(self, writer: asyncio.StreamWriter, content: bytes, headers: Mapping[str, str]) -> None:
        etag = f'"{hashlib.blake2b(content, digest_size=8).hexdigest()}"'
        if self._has_etags and headers.get("if-none-match") == etag:
            _write(writer, "304 Not Modified", b"")
            return
        modified = {
            "ETag": etag,
            "Last-Modified": format_datetime(self.taken_at, usegmt=True),
            "Content-Type": "image/jpeg",
        }
        _write(writer, "200 OK", content, modified)

    def _hls(self, writer: asyncio.StreamWriter, name: str, rest: list[str]) -> None:
        match rest:
            case ["index.m3u8"]:
                variants = (
                    "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=900000\nhigh.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=300000\n"
                )
                _write(writer, "200 OK", (variants + "low.m3u8\n").encode())
            case ["low.m3u8"]:
                segments = (
                    "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nold.ts\n"
                    f"#EXT-X-PROGRAM-DATE-TIME:{self.taken_at.isoformat()}\n#EXTINF:4,\nnew.ts\n"
                )
                _write(writer, "200 OK", segments.encode())
            case ["new.ts"]:
                _write(writer, "200 OK", segment_of(self._next(name)))
            case _:
                _write(writer, "404 Not Found", b"")


def segment_of(picture: bytes) -> bytes:
    """A second of video that shows a picture, as an MPEG transport stream."""
    frame = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR)
    if frame is None:
        raise ValueError("expected a JPEG, found another thing")
    with NamedTemporaryFile(suffix=".ts") as file:
        size = (frame.shape[1], frame.shape[0])
        writer = cv2.VideoWriter(file.name, cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*"mp2v"), 25, size)
        for _ in range(25):
            writer.write(frame)
        writer.release()
        return file.read()


def _write(writer: asyncio.StreamWriter, status: str, body: bytes, headers: Mapping[str, str] | None = None) -> None:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *(f"{k}: {v}" for k, v in (headers or {}).items())]
    writer.write("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)
