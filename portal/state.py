"""What is published now: the version of every page, and what has to be said beside the figures.

Belongs here: asking at most once a second for all pages. Does not belong here: the sentences (templates).
"""

import asyncio
import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from assets.clock import city_zone
from portal.database import CityDatabase, ClosedError

# Seconds for which an answer counts: a new build is seen as soon.
HOLDS_S = 1.0
# Marts are built each hour; what is older than this was not built when it should have been.
STALE = timedelta(hours=3)


@dataclass(frozen=True)
class CityState:
    """What is published.

    Attributes:
        published: The same as long as nothing else is published.
        as_of: Moment of all figures.
        published_at: When they were published.
        red_since: Since when a check of the data is red; None where none is.
        clock: What time it is in the city.
    """

    published: str
    as_of: datetime
    published_at: datetime
    red_since: datetime | None
    clock: Callable[[], datetime]

    @classmethod
    def of(cls, told: Mapping[str, Any], clock: Callable[[], datetime]) -> Self:
        """Read what `front.state` tells.

        Raises:
            ClosedError: Nothing has been published.
        """
        published = told["published"]
        if published is None:
            raise ClosedError("expected a published build, found none: run the job once")
        since = [datetime.fromisoformat(incident["since"]) for incident in told["incidents"]]
        return cls(
            published=hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16],
            as_of=datetime.fromisoformat(published["as_of"]),
            published_at=datetime.fromisoformat(published["published_at"]),
            red_since=min(since, default=None),
            clock=clock,
        )

    @property
    def version(self) -> str:
        """Of every page: pages show what is published, whether that is stale, and what holds today."""
        return f"{self.published} {self.clock().astimezone(city_zone()).date()} {self.is_stale}"

    @property
    def is_stale(self) -> bool:
        """Whether the figures are older than they should be."""
        return self.clock() - self.as_of > STALE


class StateReader:
    """Asks for the state, and remembers it for a second.

    Args:
        database: The portal's.
        clock: What time it is in the city.
    """

    def __init__(self, database: CityDatabase, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock
        self._known: CityState | None = None
        self._until = 0.0
        self._asking = asyncio.Lock()

    async def read(self) -> CityState:
        """The state now; the last known one while nobody answers, so that pages that are kept are shown.

        Raises:
            ClosedError: Nothing has been published, or nobody answered yet.
        """
        known = self._known
        if known is None or time.monotonic() > self._until:
            async with self._asking:
                known = self._known
                if known is None or time.monotonic() > self._until:
                    known = self._known = await self._ask(known)
                    self._until = time.monotonic() + HOLDS_S
        return known

    async def _ask(self, known: CityState | None) -> CityState:
        try:
            return CityState.of(await self._database.value("select front.state()"), self._clock)
        except ClosedError:
            if known is None:
                raise
            return known
