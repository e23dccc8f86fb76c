"""In whose hands a case was, from when to when, told from what truly happened to it.

Belongs here: the hidden truth of holder spans. Does not belong here: how the platform finds them (dbt).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sample_city.cases import CaseEvent

VERIFICATION = "Menunggu verifikasi"


@dataclass
class Span:
    """One time in one agency's hands.

    Attributes:
        holder_code: The agency.
        held_from: The city's.
        held_to: None while it holds the case.
        ended_by: `resolved`, `rejected`, `delivered` to verification or `handed_over`; None while it holds the case.
        paused: The parts of it in which it waited for the reporter.
    """

    holder_code: str
    held_from: datetime
    held_to: datetime | None = None
    ended_by: str | None = None
    paused: list[tuple[datetime, datetime]] = field(default_factory=list)

    @property
    def hours_paused(self) -> float:
        """Hours of them, of any day."""
        return sum(((end - start) / timedelta(hours=1) for start, end in self.paused), 0.0)


def holder_spans(events: Sequence[CaseEvent], as_of: datetime) -> list[Span]:
    """Tell the spans of one case.

    Args:
        events: In order.
        as_of: Until when; a pause that lasts is counted up to then.
    """
    spans: list[Span] = []
    for event in events:
        held = spans[-1] if spans and spans[-1].held_to is None else None
        if event.closes:
            if held:
                held.held_to, held.ended_by = event.occurred_at, _END[event.status]
        elif held is None or held.holder_code != event.skpd_code:
            if held:
                held.held_to = event.occurred_at
                held.ended_by = "delivered" if event.status == VERIFICATION else "handed_over"
            spans.append(Span(event.skpd_code, event.occurred_at))
    for paused_from, paused_to in pauses(events, as_of):
        for span in spans:
            start, end = max(paused_from, span.held_from), min(paused_to, span.held_to or as_of)
            if start < end:
                span.paused.append((start, end))
    return spans


def pauses(events: Sequence[CaseEvent], as_of: datetime) -> list[tuple[datetime, datetime]]:
    """When a case waited for its reporter: from the question to what happened next."""
    ends = [event.occurred_at for event in events[1:]] + [as_of]
    return [(event.occurred_at, end) for event, end in zip(events, ends, strict=False) if event.waits_for_reporter]


_END = {"Selesai": "resolved", "Ditolak": "rejected"}
