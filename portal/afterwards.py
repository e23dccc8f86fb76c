"""What came after the closing of a number's case: whether it is rated, that it is not done, photos.

Belongs here: reading that, as the database tells it. Does not belong here: what may be told of a number
(front.afterwards), the pages (lookup.py, rating.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self

from assets.clock import city_zone
from assets.complaints.model import Decision
from portal.asked import Asked
from portal.story import Event, Story

# Of a photo: its name in an address, by the kind that the database knows.
PICTURES = {"report": "laporan", "work": "pekerjaan"}


@dataclass(frozen=True)
class CameBack:
    """A report that says that a closed case is not done.

    Attributes:
        day: On which it was reported, the city's.
        number: Its own number; None where the reader may not know it.
    """

    day: date
    number: str | None


@dataclass(frozen=True)
class Picture:
    """A photo that anybody may see."""

    kind: str
    taken_at: datetime

    @property
    def name(self) -> str:
        """As its address has it."""
        return PICTURES[self.kind]


@dataclass(frozen=True)
class Afterwards:
    """What a number's page shows of the time after the closing.

    Attributes:
        may_rate: Whether the number may rate what was done, or change what it gave.
        is_rated: Whether it gave something. What, is told to nobody: others know the number too.
        returns: In their order.
        is_evidence_reused: Whether the photo of the work is known to have been used before.
        pictures: That of the report first.
    """

    may_rate: bool
    is_rated: bool
    returns: tuple[CameBack, ...]
    is_evidence_reused: bool
    pictures: tuple[Picture, ...]

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        """Read what `front.afterwards` tells."""
        returns = (CameBack(date.fromisoformat(one["day"]), one["number"]) for one in told["returns"])
        pictures = (Picture(one["kind"], datetime.fromisoformat(one["taken_at"])) for one in told["pictures"])
        return cls(told["may_rate"], told["is_rated"], tuple(returns), told["is_evidence_reused"], tuple(pictures))

    def timeline(self, events: Sequence[Event]) -> list[Event | CameBack]:
        """Status events and what came back, in their order; of a day, what came back is the last."""
        entries: list[Event | CameBack] = [*events, *self.returns]
        return sorted(entries, key=lambda entry: (_day(entry), isinstance(entry, CameBack)))


NOTHING = Afterwards(may_rate=False, is_rated=False, returns=(), is_evidence_reused=False, pictures=())


async def read_afterwards(asked: Asked, story: Story) -> Afterwards:
    """What came after the closing of a story's case; nothing where it was never closed."""
    if story.decision != Decision.ACCEPTED or not (story.is_closed or story.facts["relapses"]):
        return NOTHING
    told = await asked.parts.database.value(
        "select front.afterwards(%s, %s)", [story.number, asked.parts.clock()]
    )  # fmt: skip
    return NOTHING if told is None else Afterwards.of(told)


def _day(entry: Event | CameBack) -> date:
    return entry.day if isinstance(entry, CameBack) else entry.occurred_at.astimezone(city_zone()).date()
