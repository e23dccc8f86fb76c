"""What every request needs: the database, the state, the pages that are kept, and who asks.

Belongs here: those parts, put together once a worker. Does not belong here: any page.
"""

import hashlib
import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from typing import Annotated, Self

from fastapi import Depends, Request
from fastapi.responses import Response

from assets.sources.settings import MetaSource
from portal.cache import PageCache
from portal.database import CityDatabase
from portal.downloads import Downloads
from portal.pages import Reader, reader_of
from portal.places import Places
from portal.settings import PortalSettings
from portal.state import CityState, StateReader


@dataclass(frozen=True)
class Parts:
    """What a worker is made of.

    Attributes:
        settings: The portal's.
        database: Its connections.
        states: What is published.
        pages: What is kept.
        clock: What time it is in the city.
        secret: Clients are told apart by digests under it, and forms are signed with it.
        sources: Vendors that push, by the code of their channel.
        downloads: Open tables as files.
        places: The city's places and their maps.
    """

    settings: PortalSettings
    database: CityDatabase
    states: StateReader
    pages: PageCache
    clock: Callable[[], datetime]
    secret: bytes
    sources: Mapping[str, MetaSource]
    downloads: Downloads
    places: Places


@dataclass(frozen=True)
class Asked:
    """One request, and what is needed to answer it."""

    request: Request
    parts: Parts
    reader: Reader

    def depending_on(self, **query: str | None) -> Self:
        """The same with what its page depends on of the query: pages are kept by it, and the other language keeps it.

        Args:
            query: By name; None for what is as it is without.
        """
        known = {name: value for name, value in query.items() if value is not None}
        return replace(self, reader=replace(self.reader, query=known))

    async def page(self, make: Callable[[CityState], Awaitable[str]], *of: object) -> Response:
        """The page of the request, kept until other figures are published; `of` is what else it depends on."""
        state = await self.parts.states.read()
        query = tuple(self.reader.query.items())
        return await self.parts.pages.answer(self.request, state.version, lambda: make(state), of=(*query, *of))

    async def may(self, kind: str, most: int, seconds: int) -> bool:
        """Whether the client may do something of a kind once more."""
        return bool(
            await self.parts.database.value("select front.spend(%s, %s, %s, %s)", [kind, self._client(), most, seconds])
        )

    def _client(self) -> str:
        """A name of the client that leads nobody to it, and is another one tomorrow."""
        told = f"{datetime.now(UTC):%Y-%m-%d} {network_of(self.request)}".encode()
        return hmac.new(self.parts.secret, told, hashlib.sha256).hexdigest()[:32]


def network_of(request: Request) -> str:
    """Who asks, as far as one client goes: its address, and of IPv6 the 64 bits that a household is given.

    >>> network_of(Request({"type": "http", "client": ("2001:db8:1:2:3:4:5:6", 1)}))
    '2001:db8:1:2::/64'
    """
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    return host if address.version == 4 else str(ip_network((address, 64), strict=False))


async def asked(request: Request) -> Asked:
    """What a page's function is given."""
    return Asked(request, request.app.state.parts, reader_of(request.url.path))


# As a page's function declares it.
AskedFor = Annotated[Asked, Depends(asked)]
