"""Where a case stands at a moment, told from what truly happened to it.

Belongs here: the hidden truth of status, holder, limits and resolution. Does not belong here: how the platform finds
them (dbt), in whose hands a case was before (spans.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sample_city.cases import CaseEvent
from sample_city.limits import Limit, Limits
from sample_city.model import Complaint
from sample_city.spans import pauses

HOUR = timedelta(hours=1)
_CLOSED = ("Selesai", "Ditolak")


@dataclass
class Case:
    """One accepted complaint.

    Attributes:
        complaint: As it was reported.
        events: What happened to it, in order.
        as_of: The moment.
        limits: How long agencies have.
        duplicates: Reports of the same matter that were accepted by then.
        relapses: Reports by then that the matter came back.
        asked_back: When triage waited for the reporter.
    """

    complaint: Complaint
    events: Sequence[CaseEvent]
    as_of: datetime
    limits: Limits
    duplicates: int = 0
    relapses: int = 0
    asked_back: list[tuple[datetime, datetime]] = field(default_factory=list)

    @property
    def reported_at(self) -> datetime:
        """When the reporter said it."""
        return self.complaint.reported_at

    @property
    def status(self) -> str:
        """As the agencies call it."""
        return self.events[-1].status if self.events else "Menunggu"

    @property
    def holder(self) -> str:
        """Code of the agency; the one that triage gave it to where no agency has said anything."""
        return self.events[-1].skpd_code if self.events else self.complaint.skpd_code

    @property
    def coordinated_at(self) -> datetime | None:
        """When an agency first did more than wait."""
        return next((event.occurred_at for event in self.events if event.status != "Menunggu"), None)

    @property
    def resolved_at(self) -> datetime | None:
        """When it was resolved and stayed so; None where it is open or refused."""
        unresolved = [number for number, event in enumerate(self.events) if event.status != "Selesai"]
        first = unresolved[-1] + 1 if unresolved else 0
        return self.events[first].occurred_at if first < len(self.events) else None

    @property
    def is_open(self) -> bool:
        """Whether nobody closed it, or somebody opened it again."""
        return self.status not in _CLOSED

    @property
    def is_refused(self) -> bool:
        """Whether it was closed without being resolved."""
        return not self.is_open and self.resolved_at is None

    @property
    def refused_at(self) -> datetime | None:
        """When it was closed without being resolved."""
        return self.events[-1].occurred_at if self.is_refused else None

    @property
    def coordinate_due(self) -> datetime:
        """Until when an agency has to begin."""
        return self._due(self.limits.coordinate, self.coordinated_at)

    @property
    def resolve_due(self) -> datetime:
        """Until when it has to be resolved; heavy work has the date that its agency promised."""
        promised = [event.promised_at for event in self.events if event.promised_at]
        usual = self._due(self.limits.resolve, self.resolved_at)
        return max(usual, promised[-1]) if promised else usual

    @property
    def is_coordinated_in_time(self) -> bool | None:
        """None where it waits and its limit has not passed."""
        return reached_in_time(self.coordinated_at, self.coordinate_due, self.as_of)

    @property
    def is_resolved_in_time(self) -> bool | None:
        """None where it was refused within its limit, or waits and its limit has not passed."""
        if self.refused_at is not None and self.refused_at <= self.resolve_due:
            return None
        return reached_in_time(self.resolved_at, self.resolve_due, self.as_of)

    @property
    def is_overdue(self) -> bool:
        """Whether it is open behind its limit."""
        return self.is_open and self.resolve_due < self.as_of

    @property
    def hours_to_resolve(self) -> float | None:
        """Hours from the report, pauses included; None where it is not resolved."""
        return None if self.resolved_at is None else (self.resolved_at - self.reported_at) / HOUR

    def _due(self, limit: Limit, reached: datetime | None) -> datetime:
        spans = self.asked_back + pauses(self.events, self.as_of)
        clipped = [(max(a, self.reported_at), min(b, reached or self.as_of)) for a, b in spans]
        return limit.due(self.reported_at, sum(limit.between(a, b) for a, b in clipped if a < b))


def reached_in_time(reached: datetime | None, due: datetime, as_of: datetime) -> bool | None:
    """Whether a limit was met; None where it has not passed and nothing was reached."""
    if reached is not None and reached <= due:
        return True
    return False if (reached or as_of) > due else None
