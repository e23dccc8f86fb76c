"""The story of one case, from what `front.track` tells: who held it since when, what is due, how it stands.

Belongs here: reading that object and measuring times. Does not belong here: the words (templates).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from assets.complaints.model import Decision, Visibility

# What `front.track` may tell of a report; what it does not is None.
FACTS = (
    "tracking_number", "visibility", "reported_at", "decision", "reasons", "missing", "case_number", "is_duplicate",
    "is_relapse", "reports", "relapses", "first_holder_name", "resolve_due_at", "limit_hours", "limit_clock",
    "limit_basis", "is_heavy_work", "channel_name", "decided_at", "category_name", "kelurahan_name", "kecamatan_name",
)  # fmt: skip
# Name of the kelurahan as an agency (skpd.csv).
KELURAHAN = "Kelurahan"


@dataclass(frozen=True)
class Event:
    """One status that an agency booked.

    Attributes:
        status_name: As the city names it.
        status_set: open, in_work or closed.
        colour: The city's colour of the status.
        holder: Who holds the case from then on; None where it is not told.
        occurred_at: When.
        promised_at: Promised end of long work.
        waits_for_reporter: Whether the holder waits for the reporter from then on.
    """

    status_name: str
    status_set: str
    colour: str
    holder: str | None
    occurred_at: datetime
    promised_at: datetime | None
    waits_for_reporter: bool


@dataclass(frozen=True)
class Holding:
    """A time in which one agency held the case; `until` is None for the one that holds it now."""

    holder: str
    since: datetime
    until: datetime | None

    def lasted(self, now: datetime) -> timedelta:
        """How long it was, or is until now."""
        return (self.until or now) - self.since


@dataclass(frozen=True)
class Story:
    """What the holder of a number is shown.

    Attributes:
        number: As asked for.
        visibility: public, private or confidential: what may be told.
        decision: accepted, returned or rejected.
        missing: What a returned report lacks.
        reported_at: None where it is not told.
        facts: The rest of the report, by the names of `front.track`.
        events: In their order.
        holdings: In their order; none where the holder is not told.
        is_synthetic: Whether it is a synthetic city's.
    """

    number: str
    visibility: str
    decision: str
    missing: tuple[str, ...]
    reported_at: datetime | None
    facts: Mapping[str, Any]
    events: tuple[Event, ...]
    holdings: tuple[Holding, ...]
    is_synthetic: bool

    @property
    def current(self) -> Event | None:
        """The last event; None where none was booked."""
        return self.events[-1] if self.events else None

    @property
    def is_closed(self) -> bool:
        """Whether nothing is to be done any more."""
        return self.current is not None and self.current.status_set == "closed"

    @property
    def may_be_joined(self) -> bool:
        """Whether others may say that they meet the same: of what is private they are told nothing."""
        return self.visibility == Visibility.PUBLIC and self.decision == Decision.ACCEPTED

    @property
    def waits_for_reporter(self) -> bool:
        """Whether its holder waits for what the reporter answers."""
        return self.current is not None and self.current.waits_for_reporter

    @property
    def due_at(self) -> datetime | None:
        """When it is to be resolved by the rule, or by the promise where that is later."""
        return _moment(self.facts["resolve_due_at"])

    def is_late(self, now: datetime) -> bool:
        """Whether it is open behind its limit."""
        return self.due_at is not None and not self.is_closed and self.due_at < now


def read_story(told: Mapping[str, Any]) -> Story:
    """Read what `front.track` tells of a number."""
    report = {**dict.fromkeys(FACTS), **told["report"]}
    kelurahan = report["kelurahan_name"]
    events = tuple(read_event(event, kelurahan) for event in told["events"])
    decided_at = _moment(report["decided_at"])
    return Story(
        number=report["tracking_number"],
        visibility=report["visibility"],
        decision=report["decision"],
        missing=tuple(report["missing"] or ()),
        reported_at=_moment(report["reported_at"]),
        facts=report,
        events=events,
        holdings=holdings(events, holder_named(report["first_holder_name"], kelurahan), decided_at),
        is_synthetic=report["is_synthetic"],
    )


def holdings(events: Sequence[Event], first_holder: str | None, decided_at: datetime | None) -> tuple[Holding, ...]:
    """Who held the case from when to when: the agency that it was given to, until an event names another one or closes.

    Args:
        events: In their order.
        first_holder: To whom it was given; None where it is not told.
        decided_at: When.
    """
    if first_holder is None or decided_at is None:
        return ()
    spans: list[Holding] = []
    holder: str | None = first_holder
    since = min([decided_at, *(event.occurred_at for event in events)])
    for event in events:
        wanted = None if event.status_set == "closed" else event.holder
        if wanted == holder:
            continue
        if holder is not None and event.occurred_at > since:
            spans.append(Holding(holder, since, event.occurred_at))
        holder, since = wanted, event.occurred_at
    if holder is not None:
        spans.append(Holding(holder, since, None))
    return tuple(spans)


def holder_named(holder: str | None, kelurahan: str | None) -> str | None:
    """A holder by its name; a kelurahan by its own, where the place is told: to the city they are one agency."""
    return f"{holder} {kelurahan}" if holder == KELURAHAN and kelurahan else holder


def read_event(told: Mapping[str, Any], kelurahan: str | None) -> Event:
    """Read an event as the database tells it.

    Args:
        told: A row of int_tracked_events, or of it what may be told.
        kelurahan: Name of the case's kelurahan, where the place is told.
    """
    return Event(
        status_name=told["status_name"],
        status_set=told["status_set"],
        colour=told["colour"],
        holder=holder_named(told.get("holder_name"), kelurahan),
        occurred_at=datetime.fromisoformat(told["occurred_at"]),
        promised_at=_moment(told.get("promised_at")),
        waits_for_reporter=bool(told.get("waits_for_reporter")),
    )


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
