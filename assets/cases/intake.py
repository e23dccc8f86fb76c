"""Status events from the landing folder into raw.case_events.

Belongs here: the walk from bytes to the table. Does not belong here: the wire format (events).
"""

from collections import Counter
from collections.abc import Collection
from pathlib import Path

from psycopg import Connection

from assets.cases.events import CaseEvent, split
from assets.complaints.forget import FORGOTTEN
from assets.complaints.triage.model import complaint_id_for
from assets.landing import Batch, Quarantined, new_files, write_quarantine, write_receipts
from assets.storage import merge_rows

EVENT_COLUMNS = (
    "event_id", "channel", "source_record_id", "tracking_number", "status", "holder_code", "occurred_at",
    "booked_at", "is_withdrawn", "waits_for_reporter", "promised_at", "rating", "is_current", "received_at", "batch_id",
    "is_synthetic",
)  # fmt: skip


def _store(connection: Connection, batch: Batch, events: Collection[CaseEvent]) -> int:
    """Add versions of events; returns how many were new."""
    spoken_of = _spoken_of(connection, events)
    rows = (
        (
            event.event_id, event.channel, spoken_of.get(event.event_id), event.tracking_number, event.status.value,
            event.holder_code, event.occurred_at, event.booked_at, event.is_withdrawn, event.waits_for_reporter,
            event.promised_at, event.rating, False, batch.received_at, batch.batch_id, batch.is_synthetic,
        )
        for event in events
    )  # fmt: skip
    new = merge_rows(connection, "raw.case_events", EVENT_COLUMNS, rows, key=["event_id", "booked_at"])
    _mark_current(connection, [event.event_id for event in events])
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


def _spoken_of(connection: Connection, events: Collection[CaseEvent]) -> dict[str, str]:
    """Record id that each event speaks of; that of a forgotten reporter's complaint leads to nobody."""
    ids = {
        event.event_id: (event.source_record_id, complaint_id_for(event.channel, event.source_record_id))
        for event in events
        if event.channel is not None and event.source_record_id is not None
    }
    rows = connection.execute(
        "select complaint_id from ledger.forgotten where complaint_id = any(%s)",
        [[complaint for _, complaint in ids.values()]],
    ).fetchall()
    forgotten = {complaint for (complaint,) in rows}
    return {
        event: f"{FORGOTTEN}:{complaint}" if complaint in forgotten else source
        for event, (source, complaint) in ids.items()
    }


def take_in_events(connection: Connection, landing: Path, batch: Batch, known_skpd: Collection[str]) -> Counter[str]:
    """Add events that are new, and corrections of known ones; an event delivered again adds nothing.

    Args:
        connection: Open connection; the caller owns the transaction.
        landing: The landing folder.
        batch: This reading.
        known_skpd: Codes of the agencies that may hold a case.
    """
    counts: Counter[str] = Counter()
    for file in new_files(connection, landing, batch.channel):
        write_receipts(connection, batch, [file])
        items = split(file.content, file.path, known_skpd)
        events = {(item.event_id, item.booked_at): item for item in items if isinstance(item, CaseEvent)}
        quarantined = [
            Quarantined(item.origin, item.content, item.reason) for item in items if not isinstance(item, CaseEvent)
        ]
        new = _store(connection, batch, events.values())
        counts["files"] += 1
        counts["events"] += new
        counts["repeated"] += len(items) - len(quarantined) - new
        counts["quarantined"] += write_quarantine(connection, batch, quarantined)
    return counts
