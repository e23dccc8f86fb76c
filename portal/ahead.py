"""Pages made ahead of their first reader: at a start, and again after each build.

Belongs here: which pages, and when. Does not belong here: the pages, how long they are kept (cache.py).
"""

import asyncio
import logging
from collections.abc import Sequence
from time import monotonic

import httpx
from fastapi import FastAPI

from portal.asked import Parts
from portal.database import ClosedError
from portal.state import CityState

_log = logging.getLogger(__name__)

# What people ask for all day; those of each kecamatan are added.
PAGES = ("/", "/macet", "/tilang", "/pilar", "/skpd")
# Seconds after which a new build is looked for.
LOOKS_S = 5.0
# Rest for each second of work while the worker answers: half of its time stays with who asks.
REST = 1.0


class Ahead:
    """Keeps the pages of one worker made.

    Args:
        app: The portal, whose pages are asked for as a browser would.
        parts: What the worker is made of.
    """

    def __init__(self, app: FastAPI, parts: Parts) -> None:
        self._states = parts.states
        self._is_wanted = parts.settings.ahead and parts.settings.cache
        self._pages = [*PAGES, *(f"/macet/{code}" for code in parts.places.gazetteer.reference.kecamatan)]
        # Whatever a page raises is its reader's to see.
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        self._client = httpx.AsyncClient(transport=transport, base_url="http://ahead")
        self._keeping: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        """Make the pages in Indonesian, then begin to answer; those in English follow, and all of them each build."""
        if not self._is_wanted:
            return
        state = await self._state()
        if state is not None:
            await self._make(self._pages, rest=0)
        self._keeping = asyncio.create_task(self._keep(state))

    async def close(self) -> None:
        """Make no more."""
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.gather(self._keeping, return_exceptions=True)
        await self._client.aclose()

    async def _keep(self, made: CityState | None) -> None:
        english = [f"/en{page}" for page in self._pages]
        if made is not None:
            await self._make(english, REST)
        while True:
            await asyncio.sleep(LOOKS_S)
            state = await self._state()
            if state is not None and (made is None or state.version != made.version):
                made = state
                await self._make([*self._pages, *english], REST)

    async def _state(self) -> CityState | None:
        try:
            return await self._states.read()
        except ClosedError:
            return None

    async def _make(self, pages: Sequence[str], rest: float) -> None:
        begin = monotonic()
        for page in pages:
            asked = monotonic()
            await self._client.get(page)
            await asyncio.sleep(rest * (monotonic() - asked))
        _log.info("%d pages were made ahead in %.1f s", len(pages), monotonic() - begin)
