"""Status events into raw.case_events: from the landing folder and from the CRM's live list.

Belongs here: the walk from bytes to the table, and which version of an event counts.
Does not belong here: the wire format (events), how windows are fetched (sources/windows.py).
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from psycopg import Connection, sql

from assets.cases.events import CaseEvent, CaseEventsSource, fetch, split
from assets.complaints.complaint_id import complaint_id_for
from assets.complaints.forget import FORGOTTEN
from assets.sources.landing import Batch, Quarantined, new_files, write_quarantine, write_receipts
from assets.sources.quarantine import Payload, replay
from assets.sources.records import Noted, Unreadable, Window, list_notes
from assets.sources.windows import Live, Transaction, fetch_windows
from assets.storage import merge_rows

LIVE = Live(CaseEventsSource, fetch)

EVENT_FIELDS = tuple(field.name for field in fields(CaseEvent))
EVENT_COLUMNS = (*EVENT_FIELDS, "is_current", "received_at", "batch_id", "is_synthetic")


def _store(connection: Connection, batch: Batch, events: Sequence[CaseEvent]) -> int:
    """Add versions of events; returns how many were new."""
    versions = _versions(connection, _without_forgotten(connection, events), batch.received_at)
    rows = (
        (*_column_values(event), False, batch.received_at, batch.batch_id, batch.is_synthetic) for event in versions
    )
    new = merge_rows(connection, "raw.case_events", EVENT_COLUMNS, rows, key=["event_id", "booked_at"])
    _mark_current(connection, [event.event_id for event in versions])
    return new


def _column_values(event: CaseEvent) -> tuple[Any, ...]:
    values = (getattr(event, column) for column in EVENT_FIELDS)
    return tuple(list(value) if isinstance(value, tuple) else value for value in values)


def _versions(connection: Connection, events: Sequence[CaseEvent], received_at: datetime) -> list[CaseEvent]:
    """The events that say something new.

    Some agencies correct an event without saying when: what then comes under the same id and time of booking with
    other content was booked when it was received. What was said before is a delivery that repeats.
    """
    known: defaultdict[str, dict[datetime, CaseEvent]] = defaultdict(dict)
    columns = sql.SQL(", ").join(map(sql.Identifier, EVENT_FIELDS))
    query = sql.SQL("select {} from raw.case_events where event_id = any(%s)").format(columns)
    for row in connection.execute(query, [[event.event_id for event in events]]):
        *values, photos = row
        version = replace(CaseEvent(*values), photos=tuple(photos))
        known[version.event_id][version.booked_at] = version
    new = []
    for event in events:
        versions = known[event.event_id]
        booked_at = event.booked_at
        if booked_at in versions:
            if event in (replace(version, booked_at=booked_at) for version in versions.values()):
                continue
            booked_at = max(received_at, *(at + timedelta.resolution for at in versions))
        versions[booked_at] = replace(event, booked_at=booked_at)
        new.append(versions[booked_at])
    return new


def _mark_current(connection: Connection, event_ids: list[str]) -> None:
    """Mark the version of each event that was booked last, in whatever order the versions came.

    In two steps: at no moment has an event two current versions.
    """
    for statement in (
        """
        update raw.case_events as older set is_current = false
        where older.event_id = any(%(ids)s) and older.is_current and exists (
            select from raw.case_events as newer
            where newer.event_id = older.event_id and newer.booked_at > older.booked_at
        )
        """,
        """
        update raw.case_events as newest set is_current = true
        where newest.event_id = any(%(ids)s) and not newest.is_current and not exists (
            select from raw.case_events as newer
            where newer.event_id = newest.event_id and newer.booked_at > newest.booked_at
        )
        """,
    ):
        connection.execute(statement, {"ids": event_ids})


def _without_forgotten(connection: Connection, events: Sequence[CaseEvent]) -> list[CaseEvent]:
    """The events as they may be kept: one on a forgotten reporter's complaint loses the channel's id."""
    complaints = [
        complaint_id_for(event.channel, event.source_record_id)
        if event.channel is not None and event.source_record_id is not None
        else None
        for event in events
    ]
    rows = connection.execute(
        "select complaint_id from ledger.forgotten where complaint_id = any(%s)", [[one for one in complaints if one]]
    )
    forgotten = {complaint for (complaint,) in rows}
    return [
        replace(event, source_record_id=f"{FORGOTTEN}:{complaint}") if complaint in forgotten else event
        for event, complaint in zip(events, complaints, strict=True)
    ]


@dataclass
class EventCounts:
    """What one reading found."""

    files: int = 0
    events: int = 0
    repeated: int = 0
    quarantined: int = 0
    notes: set[str] = field(default_factory=set)

    def as_metadata(self) -> dict[str, int | list[str]]:
        """The counts as an asset's metadata."""
        return {**asdict(self), "notes": list_notes(self.notes)}


def take_in_events(connection: Connection, landing: Path, batch: Batch, known_skpd: Collection[str]) -> EventCounts:
    """Add events that are new, and corrections of known ones; an event delivered again adds nothing.

    Args:
        connection: Open connection; the caller owns the transaction.
        landing: The landing folder.
        batch: This reading.
        known_skpd: Codes of the agencies that may hold a case.
    """
    counts = EventCounts()
    refused: list[Quarantined] = []
    for file in new_files(connection, landing, batch.channel, refused):
        write_receipts(connection, batch, [file])
        store_events(connection, batch, split(file.content, file.path, known_skpd), counts)
        counts.files += 1
    counts.quarantined += write_quarantine(connection, batch, refused)
    return counts


def fetch_events(
    transaction: Transaction, window: Window, batch: Batch, known_skpd: Collection[str], counts: EventCounts
) -> list[str]:
    """Fetch what the CRM booked in a window, and in those that failed before; returns the failures.

    Args:
        transaction: Opens a connection and a transaction.
        window: What to fetch.
        batch: This reading.
        known_skpd: Codes of the agencies that may hold a case.
        counts: What the reading found; added to.
    """

    def store(connection: Connection, delivered: Sequence[tuple[bytes, str]]) -> None:
        for content, origin in delivered:
            store_events(connection, batch, split(content, origin, known_skpd), counts)

    return fetch_windows(transaction, LIVE, window, batch, store).failures


def store_events(
    connection: Connection, batch: Batch, items: Sequence[CaseEvent | Unreadable | Noted], counts: EventCounts
) -> None:
    """Store what was read, and hold what was not, with its reason."""
    unread = [_quarantined(item) for item in items if isinstance(item, Unreadable)]
    readable = [item for item in items if isinstance(item, CaseEvent)]
    new = _store(connection, batch, readable)
    counts.events += new
    counts.repeated += len(readable) - new
    counts.quarantined += write_quarantine(connection, batch, unread)
    counts.notes |= {f"{item.origin}: {item.text}" for item in items if isinstance(item, Noted)}


def replay_events(
    connection: Connection, numbers: Sequence[int], batch: Batch, known_skpd: Collection[str]
) -> EventCounts:
    """Read quarantined events again, after a status or a unit was added, or the format mended.

    Args:
        connection: Open connection; the caller owns the transaction.
        numbers: Entries of the quarantine.
        batch: This reading.
        known_skpd: Codes of the agencies that may hold a case.
    """
    counts = EventCounts()

    def read(payload: Payload) -> tuple[list[CaseEvent], list[Quarantined]]:
        items = split(payload.content, payload.origin, known_skpd)
        return (
            [item for item in items if isinstance(item, CaseEvent)],
            [_quarantined(item) for item in items if isinstance(item, Unreadable)],
        )

    def store(events: Sequence[CaseEvent]) -> None:
        store_events(connection, batch, events, counts)

    _, counts.quarantined, _ = replay(connection, batch, numbers, read, store)
    return counts


def _quarantined(item: Unreadable) -> Quarantined:
    return Quarantined(item.origin, item.content, item.reason)
