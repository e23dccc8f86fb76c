"""An incident: one thing that is broken, from when it was found to when it was over.

Belongs here: what is known of it. Does not belong here: how it is found (conditions.py), kept (book.py) and told
(words.py, telling.py).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What can break."""

    DATABASE_DOWN = "database_down"
    DAEMON_DOWN = "daemon_down"
    DISK_FULL = "disk_full"
    FAILED_RUN = "failed_run"
    RED_GATE = "red_gate"
    STALE_TABLE = "stale_table"
    SILENT_CHANNEL = "silent_channel"
    PROVIDER_DOWN = "provider_down"
    WAITING_ARRIVALS = "waiting_arrivals"
    BLIND_WATCH = "blind_watch"


@dataclass(frozen=True)
class Incident:
    """One broken thing.

    Attributes:
        kind: What broke.
        subject: Which of its kind: a job, a gate, a channel.
        title: What broke, in one line that stands alone.
        since: Since when.
        found: The evidence, in words.
        todo: What to do.
        path: Where to look in the Dagster UI.
    """

    kind: Kind
    subject: str
    title: str
    since: datetime
    found: str
    todo: str
    path: str = ""

    @property
    def key(self) -> str:
        """Tells it from every other open incident."""
        return f"{self.kind}:{self.subject}"


@dataclass(frozen=True)
class Booked:
    """An incident as the book has it.

    Attributes:
        incident_id: Its row.
        incident: As it was found first.
        closed_at: When it was over; None while it lasts.
    """

    incident_id: int
    incident: Incident
    closed_at: datetime | None
