"""A case as its events tell it, and which of them is news: who took it over, what was promised, that it was closed.

Belongs here: that choice. Does not belong here: whom it is told (telling.py), in which words (words.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from assets.complaints.model import Visibility
from assets.complaints.outbox.answers import MessageKind
from assets.statuses import CLOSED, CaseStatus


@dataclass(frozen=True)
class Event:
    """One status event, in the version that counts; `said` is what an officer wrote there for the reporter."""

    event_id: str
    status: CaseStatus
    holder_code: str
    occurred_at: datetime
    booked_at: datetime
    promised_at: datetime | None
    waits_for_reporter: bool = False
    said: str | None = None


@dataclass(frozen=True)
class CaseReport:
    """One report of a case, in its newest version.

    Attributes:
        complaint_id: Its id.
        version: Which.
        number: That its reporter holds.
        channel: Code.
        contact: Of the reporter; None where there is none any more.
        visibility: What may be told of it.
        category_code: None where none is known.
        kelurahan_code: None where the place is not known so well.
        is_synthetic: Whether it is a synthetic city's.
    """

    complaint_id: UUID
    version: int
    number: str
    channel: str
    contact: str | None
    visibility: Visibility
    category_code: str | None
    kelurahan_code: str | None
    is_synthetic: bool


@dataclass(frozen=True)
class Case:
    """A case: the first report, those that repeat it, and its events.

    Attributes:
        case_id: Of the first report.
        first_holder: Agency that triage gave it to.
        reports: The first one first.
        events: Those of all its reports, in whatever order.
    """

    case_id: UUID
    first_holder: str
    reports: tuple[CaseReport, ...]
    events: tuple[Event, ...]


@dataclass(frozen=True)
class News:
    """What is told of an event."""

    kind: MessageKind
    event: Event


def newest_news(case: Case) -> News | None:
    """The last event of a case that anybody is told of; what lies before it is news no more.

    A handover is an event of another holder than the one before, whatever its status; a closing is one by anybody. A
    question is news as long as nothing came behind it: what was answered is asked of nobody.
    """
    ordered = sorted(case.events, key=lambda event: (event.occurred_at, event.booked_at, event.event_id))
    holders = [case.first_holder, *(event.holder_code for event in ordered)]
    return _last(
        [
            _news(event, before)
            for event, before in zip(ordered, holders, strict=False)
            if not event.waits_for_reporter or event is ordered[-1]
        ]
    )


def _last(found: Sequence[News | None]) -> News | None:
    return next((news for news in reversed(found) if news is not None), None)


def _news(event: Event, holder_before: str) -> News | None:
    if event.status in CLOSED:
        return News(MessageKind.CLOSING, event)
    if event.waits_for_reporter:
        return News(MessageKind.QUESTION, event)
    if event.promised_at is not None:
        return News(MessageKind.PROMISE, event)
    return News(MessageKind.HANDOVER, event) if event.holder_code != holder_before else None
