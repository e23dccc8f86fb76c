"""One answer over HTTP, whole and within bounds: of size, however it is packed, and of time, however it drips.

Belongs here: what the outside may cost in memory and time. Does not belong here: asking again, what a status means
(transport.py, complaints/photos.py).
"""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    import httpx

# A packed answer may be packed again: a few kilobytes then grow to gigabytes before anybody can look.
_ENCODINGS = frozenset({"", "identity", "gzip"})


class OutOfBoundsError(Exception):
    """An answer that is larger, slower or packed otherwise than it may be; names the bound, never the address."""


@dataclass(frozen=True)
class Bounds:
    """What one answer may cost.

    Attributes:
        most_bytes: Of its body, unpacked.
        most_s: Seconds from the first byte sent to the last one read, whatever comes in between.
        silence_s: Seconds without any byte.
    """

    most_bytes: int
    most_s: float
    silence_s: float


@dataclass(frozen=True)
class Answer:
    """A whole answer, unpacked."""

    status_code: int
    headers: "httpx.Headers"
    content: bytes

    @property
    def is_success(self) -> bool:
        """Whether the status says so (2xx)."""
        return 200 <= self.status_code < 300


@cache
def _authorities() -> ssl.SSLContext:
    """The certificate authorities that httpx trusts, read once: reading them takes longer than many an answer."""
    import httpx

    return httpx.create_ssl_context()


class BoundedClient:
    """Asks hosts over HTTP, follows no redirect; a context manager that holds its connections.

    Args:
        headers: Of every request.
    """

    def __init__(self, headers: Mapping[str, str] | None = None) -> None:
        # A fifth of a second, which the graph's definition need not pay.
        import httpx

        # Only an event loop can end a request whose bytes go on dripping in.
        self._runner = asyncio.Runner()
        self._client = httpx.AsyncClient(
            headers={"Accept-Encoding": "gzip", **(headers or {})}, follow_redirects=False, verify=_authorities()
        )

    def __enter__(self) -> Self:
        """Open."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        self._runner.run(self._client.aclose())
        self._runner.close()

    def ask(
        self,
        method: str,
        url: str,
        bounds: Bounds,
        *,
        params: Mapping[str, str] | None = None,
        json: object | None = None,
    ) -> Answer:
        """Send one request and read its whole answer.

        Raises:
            OutOfBoundsError: A bound was met; the connection is closed.
            httpx.HTTPError: No connection, or no whole answer.
            httpx.InvalidURL: No URL.
        """
        return self._runner.run(self._asked(method, url, bounds, params, json))

    async def _asked(
        self, method: str, url: str, bounds: Bounds, params: Mapping[str, str] | None, json: object | None
    ) -> Answer:
        import httpx

        # Empty parameters would cut the query of the URL off.
        request = self._client.build_request(
            method, url, params=dict(params) if params else None, json=json, timeout=httpx.Timeout(bounds.silence_s)
        )
        try:
            async with asyncio.timeout(bounds.most_s):
                answer = await self._client.send(request, stream=True)
                try:
                    return Answer(answer.status_code, answer.headers, await _body(answer, bounds))
                finally:
                    await answer.aclose()
        except TimeoutError:
            raise OutOfBoundsError(f"a whole answer in {bounds.most_s:g} s, found one that goes on") from None


async def _body(answer: "httpx.Response", bounds: Bounds) -> bytes:
    encoding = answer.headers.get("content-encoding", "").strip().lower()
    if encoding not in _ENCODINGS:
        raise OutOfBoundsError("an answer that is packed with gzip or not at all, found another packing")
    content = bytearray()
    async for part in answer.aiter_bytes():
        content += part
        if len(content) > bounds.most_bytes:
            raise OutOfBoundsError(f"an answer of at most {bounds.most_bytes:,} bytes, found more")
    return bytes(content)
