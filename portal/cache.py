"""Pages kept until their figures change: packed once, given many times.

Belongs here: which answer is kept for how long, and the short way of an unchanged one. Does not belong here: the pages.

A page is of what was published (`CityState.version`); when another build is published, every page is made anew at its
next request. Requests for the same page wait for one making of it.
"""

import asyncio
import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

# Bytes that one worker keeps: the pages of every area in two languages are a tenth of it.
MOST_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True)
class Page:
    """A page as it is sent.

    Attributes:
        packed: By gzip.
        plain: As it is, for who cannot unpack.
        tag: Digest of it.
        media_type: What it is.
    """

    packed: bytes
    plain: bytes
    tag: str
    media_type: str

    @property
    def size(self) -> int:
        """Bytes that keeping it takes."""
        return len(self.packed) + len(self.plain)


class PageCache:
    """Pages of one worker by their address, all of one version.

    Args:
        is_kept: Whether anything is kept; without it each request makes its page.
        most_bytes: How much is kept; what was asked for longest ago goes first.
    """

    def __init__(self, is_kept: bool = True, most_bytes: int = MOST_BYTES) -> None:
        self._is_kept, self._most_bytes = is_kept, most_bytes
        self._version: str | None = None
        self._making: dict[str, asyncio.Task[Page]] = {}
        self._pages: OrderedDict[str, Page] = OrderedDict()
        self._size = 0

    async def answer(
        self,
        request: Request,
        version: str,
        make: Callable[[], Awaitable[str | bytes]],
        media_type: str = "text/html",
        of: tuple[object, ...] = (),
    ) -> Response:
        """The page of a request, kept or made.

        Args:
            request: Its path names the page.
            version: Of what the page shows.
            make: Makes the page.
            media_type: What it makes.
            of: What of the query the page depends on. Whatever else stands there makes no other page.
        """
        page = await self._page(f"{request.url.path} {of!r}", version, make, media_type)
        headers = {"etag": page.tag, "cache-control": "public, max-age=60", "vary": "accept-encoding"}
        if request.headers.get("if-none-match") == page.tag:
            return Response(status_code=304, headers=headers)
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers["content-encoding"] = "gzip"
            return Response(page.packed, headers=headers, media_type=page.media_type)
        return Response(page.plain, headers=headers, media_type=page.media_type)

    async def _page(
        self, address: str, version: str, make: Callable[[], Awaitable[str | bytes]], media_type: str
    ) -> Page:
        if not self._is_kept:
            return await _made(make, media_type)
        if version != self._version:
            self._version, self._size = version, 0
            self._pages.clear()
            self._making.clear()
        if address in self._pages:
            self._pages.move_to_end(address)
            return self._pages[address]
        making = self._making.get(address)
        if making is None:
            making = self._making[address] = asyncio.create_task(_made(make, media_type))
            making.add_done_callback(lambda done: self._keep(address, version, done))
        # Who goes away takes the page from nobody else.
        return await asyncio.shield(making)

    def _keep(self, address: str, version: str, done: asyncio.Task[Page]) -> None:
        """Keep what was made, unless it failed or another version is published meanwhile."""
        if self._making.get(address) is done:
            del self._making[address]
        if done.cancelled() or done.exception() is not None or version != self._version:
            return
        self._pages[address] = done.result()
        self._size += done.result().size
        while self._size > self._most_bytes:
            _, oldest = self._pages.popitem(last=False)
            self._size -= oldest.size


async def _made(make: Callable[[], Awaitable[str | bytes]], media_type: str) -> Page:
    made = await make()
    plain = made.encode() if isinstance(made, str) else made
    tag = f'"{hashlib.sha256(plain).hexdigest()[:24]}"'
    return Page(gzip.compress(plain, 6, mtime=0), plain, tag, media_type)
