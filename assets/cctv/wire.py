"""How a camera's host is asked over HTTP: login, redirections, the portal's page, and how much is read.

Belongs here: requests and the bytes of answers. Does not belong here: what a body shows (still.py, mjpeg.py, hls.py),
which addresses are allowed (reach.py).

The camera's password and what follows from it go to the camera's own host alone, and it is the only one that may
redirect: a redirection elsewhere is an answer without a picture. Messages name no address.
"""

import base64
import re
import ssl
import zlib
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Self
from urllib.parse import unquote

import httpcore
import httpx

from assets.cctv.answers import MOST_BYTES, LiveCamera, NoPictureError, TooMuchError
from assets.cctv.budget import Account, Budget
from assets.cctv.reach import GuardedBackend, Reach, literal

AT_ONCE = 64
# Of all answers at once; beyond it one of three quarters of a megabyte still comes through whatever others send.
MOST_HELD = 48 * 1024 * 1024
CONNECT_S, READ_S = 4.0, 10.0
MOST_REDIRECTS = 3

_AGENT = b"jakarta-smart-city (camera sweep)"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PORTS = {"http": 80, "https": 443}
_TIMEOUTS = {"connect": CONNECT_S, "read": READ_S, "write": READ_S, "pool": None}
# Enough of a body to tell what it is.
_PEEKED = 16
_PIECE = 1 << 16


class Connections:
    """The connections of a sweep, a pool for each host: one pool for all looks at all of them at every request.

    Args:
        reach: Which addresses may be connected to.

    Attributes:
        budget: What all answers may hold at once.
    """

    def __init__(self, reach: Reach) -> None:
        self._backend = GuardedBackend(reach)
        self._pools: dict[tuple[str, bytes], httpcore.AsyncConnectionPool] = {}
        self._tls: ssl.SSLContext | None = None
        self.budget = Budget(MOST_HELD, MOST_HELD // AT_ONCE)

    def pool(self, url: httpx.URL) -> httpcore.AsyncConnectionPool:
        """The pool of an address's host."""
        key = url.scheme, url.netloc
        if key not in self._pools:
            if url.scheme == "https" and self._tls is None:
                self._tls = httpx.create_ssl_context(trust_env=False)
            self._pools[key] = httpcore.AsyncConnectionPool(
                ssl_context=self._tls, max_connections=AT_ONCE, keepalive_expiry=5.0, network_backend=self._backend
            )
        return self._pools[key]

    async def close_host(self, host: str) -> None:
        """Close the connections to a host and port that nobody asks any more."""
        for key in [key for key in self._pools if key[1] == host.lower().encode()]:
            await self._pools.pop(key).aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for pool in self._pools.values():
            await pool.aclose()


class Reply:
    """An answer whose body comes piece by piece.

    Attributes:
        status: Of HTTP.
        url: What answered, after redirections.
        headers: Of the answer.
    """

    def __init__(self, response: httpcore.Response, url: httpx.URL, account: Account) -> None:
        self.status, self.url, self._account = response.status, url, account
        self.headers = httpx.Headers(response.headers)
        self._pieces = self._unpacked(response)
        self._peeked = b""

    def check(self) -> None:
        """Raise a NoPictureError unless the whole of something came, and not too much of it."""
        if self.status != httpx.codes.OK:
            raise NoPictureError(f"status {self.status}")
        announced = self.headers.get("Content-Length", "")
        if announced.isdecimal() and int(announced) > MOST_BYTES:
            raise NoPictureError(f"{int(announced):,} bytes announced, over {MOST_BYTES // 2**20} MB")

    async def start(self) -> bytes:
        """The first bytes of the body, which `pieces` gives again; empty for an empty body."""
        while len(self._peeked) < _PEEKED:
            piece = await anext(self._pieces, b"")
            if not piece:
                break
            self._peeked += piece
        return self._peeked

    async def pieces(self) -> AsyncIterator[bytes]:
        """The body, unpacked.

        Raises:
            TooMuchError: It is over MOST_BYTES.
            NoPictureError: It is packed in a way that nobody knows.
        """
        peeked, self._peeked = self._peeked, b""
        total = len(peeked)
        if peeked:
            yield peeked
        async for piece in self._pieces:
            total += len(piece)
            if total > MOST_BYTES:
                raise TooMuchError
            await self._account.take(len(piece))
            yield piece

    async def whole(self) -> bytes:
        """The body at once, as far as it came where it breaks off."""
        content = bytearray()
        try:
            async for piece in self.pieces():
                content += piece
        except (httpcore.RemoteProtocolError, httpcore.ReadError):
            if not content:
                raise
        return bytes(content)

    async def _unpacked(self, response: httpcore.Response) -> AsyncIterator[bytes]:
        unpack = _unpacking(self.headers.get("Content-Encoding", "identity"))
        async for chunk in response.aiter_stream():
            if unpack is None:
                yield chunk
                continue
            rest = chunk
            while rest:
                piece, rest = unpack(rest)
                if piece:
                    yield piece


def _unpacking(encoding: str) -> Callable[[bytes], tuple[bytes, bytes]] | None:
    """What unpacks a body that came packed though nobody asked for it, a limited piece at a time."""
    if encoding.lower() in ("", "identity"):
        return None
    if encoding.lower() not in ("gzip", "x-gzip", "deflate"):
        raise NoPictureError(f"a body packed as {encoding[:20]!r}")
    unpacker = zlib.decompressobj(wbits=32 + zlib.MAX_WBITS)

    def unpack(packed: bytes) -> tuple[bytes, bytes]:
        try:
            return unpacker.decompress(packed, _PIECE), unpacker.unconsumed_tail
        except zlib.error as error:
            raise NoPictureError("a body that cannot be unpacked") from error

    return unpack


class Wire:
    """The way to one camera.

    Args:
        connections: Of the sweep.
        camera: Which.
        reach: What may be asked.
        account: What the camera's answers hold, all of them together.

    Raises:
        httpx.InvalidURL: The camera's address is none.
    """

    def __init__(self, connections: Connections, camera: LiveCamera, reach: Reach, account: Account) -> None:
        self._account = account
        listed = httpx.URL(camera.url)
        self.url = listed.copy_with(userinfo=b"")
        self._connections, self._reach, self._referer = connections, reach, camera.referer
        self._login = _Login(*map(unquote, (listed.username, listed.password))) if listed.userinfo else None

    @asynccontextmanager
    async def get(self, url: httpx.URL, headers: Mapping[str, str] | None = None) -> AsyncIterator[Reply]:
        """Ask for an address, and give the answer of the last host on the way.

        Args:
            url: The camera's own, or one that its playlist names.
            headers: To send besides.

        Raises:
            NoPictureError: The address or a redirection is not allowed, or there are too many redirections.
            httpcore.TimeoutException: Nothing came in time.
            httpcore.NetworkError: The connection broke.
            httpcore.ProtocolError: The answer breaks HTTP.
        """
        for _ in range(MOST_REDIRECTS + 1):
            self._check(url)
            response = await self._answered(url, headers or {})
            try:
                reply = Reply(response, url, self._account)
                if response.status not in _REDIRECTS or "Location" not in reply.headers:
                    yield reply
                    return
            finally:
                await response.aclose()
            url = _redirected(url, reply.headers["Location"])
        raise NoPictureError(f"more than {MOST_REDIRECTS} redirections")

    def _check(self, url: httpx.URL) -> None:
        if url.scheme not in _PORTS or not url.host:
            raise NoPictureError("a playlist that names no address of http or https")
        address = literal(url.host)
        if address is not None and not self._reach.allows(address) and _place(url) != _place(self.url):
            raise NoPictureError("a playlist that names a private address which no list names")

    async def _answered(self, url: httpx.URL, headers: Mapping[str, str]) -> httpcore.Response:
        """The answer to a request; a login that is asked for is made, and the same request with it."""
        login = self._login if _is_own(url, self.url) else None
        sent = {**headers, **(login.known(url) if login else {})}
        response = await self._sent(url, sent)
        if response.status != httpx.codes.UNAUTHORIZED or login is None:
            return response
        await response.aclose()
        return await self._sent(url, {**headers, **login.asked(url, httpx.Headers(response.headers))})

    async def _sent(self, url: httpx.URL, headers: Mapping[str, str]) -> httpcore.Response:
        lines = [(b"Host", url.netloc), (b"User-Agent", _AGENT), (b"Accept", b"*/*"), (b"Accept-Encoding", b"identity")]
        if self._referer:
            lines.append((b"Referer", self._referer.encode()))
        lines += [(name.encode(), value.encode()) for name, value in headers.items()]
        target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        return await self._connections.pool(url).handle_async_request(
            httpcore.Request("GET", target, headers=lines, extensions={"timeout": _TIMEOUTS})
        )


class _Login:
    """A user and a password, shown in the way that the camera asks for: Digest where it offers that, else Basic."""

    def __init__(self, user: str, password: str) -> None:
        self._digest = httpx.DigestAuth(user, password)
        self._basic = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
        self._is_basic = False

    def known(self, url: httpx.URL) -> dict[str, str]:
        """Headers that log in by what the camera asked for before; none before it asked."""
        if self._is_basic:
            return {"Authorization": self._basic}
        return _authorization(next(self._digest.auth_flow(httpx.Request("GET", url))))

    def asked(self, url: httpx.URL, headers: httpx.Headers) -> dict[str, str]:
        """Headers that log in as an answer with status 401 asks for."""
        request = httpx.Request("GET", url)
        flow = self._digest.auth_flow(request)
        next(flow)
        try:
            return _authorization(flow.send(httpx.Response(401, headers=headers, request=request)))
        except StopIteration:
            self._is_basic = True
            return {"Authorization": self._basic}


def _authorization(request: httpx.Request) -> dict[str, str]:
    return {name: request.headers[name] for name in ("Authorization", "Cookie") if name in request.headers}


def _place(url: httpx.URL) -> tuple[str, int]:
    return url.host.lower(), url.port or _PORTS.get(url.scheme, 0)


def _is_own(url: httpx.URL, own: httpx.URL) -> bool:
    """Whether an address is of the same host and port, or of its TLS port."""
    return _place(url) == _place(own) or (
        url.host.lower() == own.host.lower() and (own.scheme, url.scheme) == ("http", "https") and _place(own)[1] == 80
    )


def _redirected(url: httpx.URL, location: str) -> httpx.URL:
    try:
        target = url.join(location).copy_with(userinfo=b"", fragment=None)
    except httpx.InvalidURL as error:
        raise NoPictureError("a redirection to no address") from error
    if target.scheme not in _PORTS or not _is_own(target, url):
        raise NoPictureError("a redirection to another host")
    return target


def part_of(start: int, end: int | None) -> dict[str, str]:
    """Headers that ask for the bytes from start (included) to end (excluded); to the last one where end is None."""
    return {"Range": f"bytes={start}-{'' if end is None else end - 1}"}


def part_begins_at(headers: httpx.Headers) -> tuple[int | None, int | None]:
    """Where the part that came begins and how long the whole is; None where the answer does not say."""
    said = re.match(r"bytes\s+(\d+)-\d+/(\d+|\*)", headers.get("Content-Range", ""))
    if said is None:
        return None, None
    return int(said[1]), None if said[2] == "*" else int(said[2])
