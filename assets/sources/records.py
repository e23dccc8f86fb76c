"""What passes between a source and its reader: windows, deliveries, records, and the one parse error.

Belongs here: the types that every source shares. Does not belong here: what a record says (*/model.py).
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


class PayloadError(Exception):
    """A payload that is not what its channel promises.

    The text names kinds of values and words of the wire format, never what a reporter wrote: it is shown in
    logs and in `raw.quarantine`, where personal data has no place.
    """

    def __init__(self, expected: str, found: str) -> None:
        super().__init__(expected, found)
        self.expected = expected
        self.found = found

    def __str__(self) -> str:
        return f"expected {self.expected}, found {self.found}"


@dataclass(frozen=True)
class Window:
    """A half-open span of time, start included and end not; both aware."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class Delivery:
    """One answer of a live source, in the bytes that a landing file of the channel would hold.

    Attributes:
        origin: Where it came from: an address without credentials; names the delivery in receipts and quarantine.
        read: Its bytes. Called at most once, and not at all where `is_final` and the origin was read before.
        is_final: Whether an origin always holds the same bytes, as a mail's UID does and a page of an API does not.
    """

    origin: str
    read: Callable[[], bytes]
    is_final: bool = False


@dataclass(frozen=True)
class Record:
    """One item that a channel delivered.

    Attributes:
        source_record_id: The channel's own id of what the item speaks of.
        payload: The item, JSON-serialisable and free of what PostgreSQL's jsonb refuses.
        place: Sheet and row of a table, for who looks for it there; no part of what it says.
    """

    source_record_id: str
    payload: dict[str, Any]
    place: str | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Unreadable:
    """One item of a file, or a whole file, that cannot be a record.

    Attributes:
        origin: Where it stood: the file's path, with a pointer behind `#` for an item of it.
        content: Its bytes.
        reason: "expected ..., found ..."; never personal data.
    """

    origin: str
    content: bytes
    reason: str


@dataclass(frozen=True)
class Noted:
    """What a reader passed over on purpose: a sheet without a table, a column that nobody knows.

    Attributes:
        origin: The file's path.
        text: What it was, in words that hold no personal data.
    """

    origin: str
    text: str


def list_notes(notes: Collection[str], most: int = 100) -> list[str]:
    """List notes as a run tells them: each desk of a city may have the same to say every day."""
    listed = sorted(notes)
    return listed if len(listed) <= most else [*listed[:most], f"and {len(listed) - most} more"]
