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
    "booked_at", "received_at", "batch_id", "is_synthetic",
)  # fmt: skip


def _store(connection: Connection, batch: Batch, events: Collection[CaseEvent]) -> int:
    """Add events; returns how many were new."""
    spoken_of = _spoken_of(connection, events)
    rows = (
        (
            event.event_id, event.channel, spoken_of.get(event.event_id), event.tracking_number, event.status.value,
            event.holder_code, event.occurred_at, event.occurred_at, batch.received_at, batch.batch_id,
            batch.is_synthetic,
        )
        for event in events
    )  # fmt: skip
    return merge_rows(connection, "raw.case_events", EVENT_COLUMNS, rows, key=["event_id", "booked_at"])


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
    """Add events that are new; an event delivered again adds nothing.

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
        events = {item.event_id: item for item in items if isinstance(item, CaseEvent)}
        quarantined = [
            Quarantined(item.origin, item.content, item.reason) for item in items if not isinstance(item, CaseEvent)
        ]
        new = _store(connection, batch, events.values())
        counts["files"] += 1
        counts["events"] += new
        counts["repeated"] += len(items) - len(quarantined) - new
        counts["quarantined"] += write_quarantine(connection, batch, quarantined)
    return counts
