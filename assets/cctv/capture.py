"""One picture of each live camera, asked for at the same time and within a deadline.

Belongs here: the wire (still pictures, MJPEG, HLS, RTSP, files of a recorder), limits, patience, what an answer means.
Does not belong here: what a picture shows (ml/vision), which cameras there are (registry.py).

A slow or broken host delays only its own cameras: so many requests at a time for each host, a few seconds for each
camera, and a host that answered none of its first cameras is left alone for the rest of the sweep. Messages name hosts,
never an address.
"""

import asyncio
import os
import time
import warnings
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from io import BytesIO
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_fixed

from assets.cctv import stream
from assets.clock import WIB

AT_ONCE, AT_ONCE_A_HOST = 64, 8
CAMERA_S, CONNECT_S = 10.0, 4.0
MOST_BYTES = 12 * 1024 * 1024
MOST_REDIRECTS = 3

# A camera's or a server's clock that is farther off tells nothing.
FARTHEST_CLOCK = timedelta(days=1)

# A host that answered none of so many cameras is taken to be down.
FEWEST_UNANSWERED = 6

# A connection that was cut is tried once more.
_AGAIN = AsyncRetrying(
    stop=stop_after_attempt(2), wait=wait_fixed(0.2), retry=retry_if_exception_type(httpx.TransportError), reraise=True
)

_AGENT = "jakarta-smart-city (camera sweep)"


@dataclass(frozen=True, slots=True)
class LiveCamera:
    """What is needed to ask a camera.

    Attributes:
        camera_id: Of the registry.
        provider: Whose it is.
        source_kind: One of `KINDS`.
        url: Where; may hold a password.
        etag: Of the picture before; empty without.
        last_modified: Likewise.
    """

    camera_id: str
    provider: str
    source_kind: str
    url: str
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Captured:
    """A picture that came.

    Attributes:
        content: JPEG or PNG, as it came or as the stream's key frame.
        captured_at: When it was taken, time-zone-aware.
        time_basis: How that is known: `stream`, `exif`, `header` or `received`.
        etag: For the next time; empty without.
        last_modified: Likewise.
    """

    content: bytes
    captured_at: datetime
    time_basis: str
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The camera says that its picture is the one before."""


@dataclass(frozen=True, slots=True)
class Failed:
    """No picture.

    Attributes:
        reason: What was expected and found; names the host.
    """

    reason: str


Answer = Captured | Unchanged | Failed


class _NoPictureError(Exception):
    """The host answered with something else; asking again brings the same."""


async def capture_all(cameras: Sequence[LiveCamera], deadline: float) -> AsyncIterator[tuple[LiveCamera, Answer]]:
    """Ask every camera, and give its answer as it comes.

    Args:
        cameras: Each once.
        deadline: Of `time.monotonic`; what has not come by then has failed.

    Yields:
        Each camera with its answer, in the order of the answers.
    """
    hosts = _Hosts()
    limits = httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE)
    client = httpx.AsyncClient(
        limits=limits,
        timeout=httpx.Timeout(CAMERA_S, connect=CONNECT_S),
        headers={"User-Agent": _AGENT},
        follow_redirects=True,
        max_redirects=MOST_REDIRECTS,
        trust_env=False,
    )
    everywhere = asyncio.Semaphore(AT_ONCE)
    async with client:
        waiting = [asyncio.create_task(_ask(client, camera, hosts, everywhere, deadline)) for camera in _dealt(cameras)]
        try:
            for done in asyncio.as_completed(waiting):
                yield await done
        finally:
            for task in waiting:
                task.cancel()


def _dealt(cameras: Sequence[LiveCamera]) -> list[LiveCamera]:
    """Cameras host by host in turn, so that a slow host's do not stand in the way of the others'."""
    by_host: defaultdict[str, list[LiveCamera]] = defaultdict(list)
    for camera in cameras:
        by_host[_host(camera.url)].append(camera)
    turns = [(turn, host, camera) for host, own in by_host.items() for turn, camera in enumerate(own)]
    return [camera for _, _, camera in sorted(turns, key=lambda one: one[:2])]


def _host(url: str) -> str:
    """Host and port, without a password; all files are of one host."""
    return urlsplit(url).netloc.rpartition("@")[2] or "a file"


class _Hosts:
    """How each host has answered so far."""

    def __init__(self) -> None:
        self.limits: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(AT_ONCE_A_HOST))
        self._answered: Counter[str] = Counter()
        self._unanswered: Counter[str] = Counter()

    def note(self, host: str, *, answered: bool) -> None:
        (self._answered if answered else self._unanswered)[host] += 1

    def is_down(self, host: str) -> bool:
        return not self._answered[host] and self._unanswered[host] >= FEWEST_UNANSWERED


async def _ask(
    client: httpx.AsyncClient, camera: LiveCamera, hosts: _Hosts, everywhere: asyncio.Semaphore, deadline: float
) -> tuple[LiveCamera, Answer]:
    host = _host(camera.url)
    try:
        async with asyncio.timeout(max(deadline - time.monotonic(), 0)), hosts.limits[host], everywhere:
            if hosts.is_down(host):
                return camera, Failed(f"not asked: {host} answered for none of its first {FEWEST_UNANSWERED} cameras")
            answer = await _one(client, camera, host)
    except TimeoutError:
        return camera, Failed(f"expected a picture from {host} before the sweep's deadline, found none")
    hosts.note(host, answered=not isinstance(answer, Failed))
    return camera, answer


async def _one(client: httpx.AsyncClient, camera: LiveCamera, host: str) -> Answer:
    """The answer of one camera within its own seconds."""
    try:
        async with asyncio.timeout(CAMERA_S):
            return await _AGAIN(KINDS[camera.source_kind], client, camera)
    except TimeoutError:
        return Failed(f"expected a picture from {host} within {CAMERA_S:.0f} s, found none")
    except httpx.TooManyRedirects:
        return Failed(f"expected a picture from {host}, found more than {MOST_REDIRECTS} redirections")
    except _NoPictureError as error:
        return Failed(f"expected a picture from {host}, found {error}")
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError, ExceptionGroup) as error:
        return Failed(f"expected a picture from {host}, found {type(error).__name__}")


async def _still(client: httpx.AsyncClient, camera: LiveCamera) -> Answer:
    wanted = {"If-None-Match": camera.etag, "If-Modified-Since": camera.last_modified}
    headers = {name: value for name, value in wanted.items() if value}
    async with client.stream("GET", camera.url, headers=headers) as response:
        if response.status_code == httpx.codes.NOT_MODIFIED:
            return Unchanged()
        _check(response)
        content = await _whole(response)
    taken_at, basis = _taken_at(content, response.headers)
    etag, modified = (response.headers.get(name, "") for name in ("ETag", "Last-Modified"))
    return Captured(content, taken_at, basis, etag, modified)


async def _mjpeg(client: httpx.AsyncClient, camera: LiveCamera) -> Answer:
    async with client.stream("GET", camera.url) as response:
        _check(response)
        received = bytearray()
        async for chunk in response.aiter_bytes():
            received += chunk
            picture = stream.first_picture(received)
            if picture is not None:
                return Captured(picture, datetime.now(UTC), "received")
            if len(received) > MOST_BYTES:
                raise _NoPictureError(f"no whole picture in the first {MOST_BYTES // 2**20} MB of the stream")
    raise _NoPictureError("a stream that ended before its first picture")


async def _hls(client: httpx.AsyncClient, camera: LiveCamera) -> Answer:
    address = camera.url
    for _ in range(2):
        response = await client.get(address)
        _check(response)
        variant = stream.smallest_variant(response.text)
        if variant is None:
            break
        address = urljoin(str(response.url), variant)
    newest = stream.newest_segment(response.text)
    if newest is None:
        raise _NoPictureError("a playlist without a segment")
    async with client.stream("GET", urljoin(str(response.url), newest.path)) as segment:
        _check(segment)
        content = await _whole(segment)
    picture = await asyncio.to_thread(stream.key_frame, content)
    if picture is None:
        raise _NoPictureError("a segment without a key frame")
    return Captured(picture, newest.started_at or datetime.now(UTC), "stream" if newest.started_at else "received")


async def _rtsp(client: httpx.AsyncClient, camera: LiveCamera) -> Answer:
    del client
    picture = await asyncio.to_thread(stream.rtsp_frame, camera.url, CAMERA_S)
    if picture is None:
        raise _NoPictureError("no frame of the stream")
    return Captured(picture, datetime.now(UTC), "received")


async def _file(client: httpx.AsyncClient, camera: LiveCamera) -> Answer:
    del client
    with Path(urlsplit(camera.url).path).open("rb") as file:
        content = file.read(MOST_BYTES + 1)
        written = datetime.fromtimestamp(os.fstat(file.fileno()).st_mtime, UTC)
    if len(content) > MOST_BYTES:
        raise _NoPictureError(f"over {MOST_BYTES // 2**20} MB")
    return Captured(content, written, "header")


# How each kind of source is asked; camera_list.py says what their addresses look like.
KINDS = {
    "still": _still,
    "mjpeg": _mjpeg,
    "hls": _hls,
    "rtsp": _rtsp,
    "file": _file,
}


def _check(response: httpx.Response) -> None:
    if response.status_code != httpx.codes.OK:
        raise _NoPictureError(f"status {response.status_code}")
    announced = response.headers.get("Content-Length", "")
    if announced.isdecimal() and int(announced) > MOST_BYTES:
        raise _NoPictureError(f"{int(announced):,} bytes announced, over {MOST_BYTES // 2**20} MB")


async def _whole(response: httpx.Response) -> bytes:
    content = bytearray()
    async for chunk in response.aiter_bytes():
        content += chunk
        if len(content) > MOST_BYTES:
            raise _NoPictureError(f"over {MOST_BYTES // 2**20} MB")
    return bytes(content)


def _taken_at(content: bytes, headers: httpx.Headers) -> tuple[datetime, str]:
    """When a picture was taken: by itself, by its server, or by its arrival."""
    now = datetime.now(UTC)
    for basis, told in (("exif", _exif_time(content)), ("header", _header_time(headers))):
        if told is not None and abs(told - now) < FARTHEST_CLOCK:
            return told, basis
    return now, "received"


def _header_time(headers: httpx.Headers) -> datetime | None:
    try:
        told = parsedate_to_datetime(headers.get("Last-Modified", ""))
    except ValueError:
        return None
    return told if told.tzinfo else told.replace(tzinfo=UTC)


def _exif_time(content: bytes) -> datetime | None:
    from PIL import ExifTags, Image

    if b"Exif" not in content[:64]:
        return None
    try:
        with warnings.catch_warnings(action="ignore"):
            exif = Image.open(BytesIO(content)).getexif()
            details = exif.get_ifd(ExifTags.IFD.Exif)
        text = details.get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime)
        return datetime.strptime(str(text), "%Y:%m:%d %H:%M:%S").replace(tzinfo=WIB)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
