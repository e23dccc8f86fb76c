"""Pages kept until their figures change: packed once, given many times.

Belongs here: which answer is kept for how long, and the short way of an unchanged one. Does not belong here: the pages.

A page is of what was published (`Version`); when another build is published, every page is made anew at its next
request. Requests for the same page wait for one making of it.
"""

import asyncio
import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

# A page packed is about 20 kB: the pages of every area in two languages and some more.
MOST_PAGES = 2000


@dataclass(frozen=True)
class Page:
    """A page as it is sent.

    Attributes:
        body: Packed by gzip.
        plain: As it is, for who cannot unpack.
        tag: Digest of it.
        media_type: What it is.
    """

    body: bytes
    plain: bytes
    tag: str
    media_type: str


class PageCache:
    """Pages of one worker by their address, each of one version.

    Args:
        is_kept: Whether anything is kept; without it each request makes its page.
    """

    def __init__(self, is_kept: bool = True) -> None:
        self._is_kept = is_kept
        self._pages: OrderedDict[tuple[str, str], asyncio.Task[Page]] = OrderedDict()

    async def answer(
        self, request: Request, version: str, make: Callable[[], Awaitable[str | bytes]], media_type: str = "text/html"
    ) -> Response:
        """The page of a request, kept or made.

        Args:
            request: Its path and query are the page's address.
            version: Of what the page shows.
            make: Makes the page.
            media_type: What it makes.
        """
        address = f"{request.url.path}?{request.url.query}"
        page = await self._page((address, version), make, media_type)
        headers = {"etag": page.tag, "cache-control": "public, max-age=60", "vary": "accept-encoding"}
        if request.headers.get("if-none-match") == page.tag:
            return Response(status_code=304, headers=headers)
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers["content-encoding"] = "gzip"
            return Response(page.body, headers=headers, media_type=page.media_type)
        return Response(page.plain, headers=headers, media_type=page.media_type)

    async def _page(self, key: tuple[str, str], make: Callable[[], Awaitable[str | bytes]], media_type: str) -> Page:
        if not self._is_kept:
            return await _made(make, media_type)
        making = self._pages.get(key)
        if making is None:
            making = self._pages[key] = asyncio.create_task(_made(make, media_type))
            making.add_done_callback(lambda done: self._forget_failed(key, done))
            while len(self._pages) > MOST_PAGES:
                self._pages.popitem(last=False)
        # Who goes away takes the page from nobody else.
        return await asyncio.shield(making)

    def _forget_failed(self, key: tuple[str, str], done: asyncio.Task[Page]) -> None:
        if done.cancelled() or done.exception() is not None:
            self._pages.pop(key, None)


async def _made(make: Callable[[], Awaitable[str | bytes]], media_type: str) -> Page:
    return _packed(await make(), media_type)


def _packed(made: str | bytes, media_type: str) -> Page:
    plain = made.encode() if isinstance(made, str) else made
    tag = f'"{hashlib.sha256(plain).hexdigest()[:24]}"'
    return Page(gzip.compress(plain, 6, mtime=0), plain, tag, media_type)
