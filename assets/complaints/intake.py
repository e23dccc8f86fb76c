"""Intake: what a channel delivered, by landing file or from its live source, into the inbox or into quarantine.

Belongs here: the walk from bytes to raw.inbox. Does not belong here: wire formats (channels/), decisions (ledger).
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TypeVar

from psycopg import Connection

from assets.complaints.channels.channel import Channel
from assets.complaints.complaint_id import complaint_id_for
from assets.complaints.model import Report
from assets.complaints.receipt import is_tellable
from assets.complaints.record_ids import own_ids
from assets.sources.faults import reason_of
from assets.sources.landing import Batch, Quarantined, new_files, write_quarantine, write_receipts
from assets.sources.records import Noted, Record, Window, list_notes
from assets.sources.windows import Transaction, fetch_windows
from assets.storage import copy_rows, insert_new, merge_rows

_Item = TypeVar("_Item")

# Deliveries whose records are held at once.
CHUNK = 500

INBOX_COLUMNS = (
    "channel", "source_record_id", "content_hash", "fetched_at", "batch_id", "file_id", "is_synthetic",
)  # fmt: skip


@dataclass
class IntakeCounts:
    """What one reading of a channel found."""

    files: int = 0
    deliveries: int = 0
    records: int = 0
    repeated: int = 0
    quarantined: int = 0
    reasons: set[str] = field(default_factory=set)
    notes: set[str] = field(default_factory=set)
    failures: list[str] = field(default_factory=list)

    def add(self, other: "IntakeCounts") -> None:
        """Add what another reading found."""
        for name in ("files", "deliveries", "records", "repeated", "quarantined"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.reasons |= other.reasons
        self.notes |= other.notes
        self.failures += other.failures

    def as_metadata(self) -> dict[str, int | list[str]]:
        """The counts as an asset's metadata."""
        return {**asdict(self), "reasons": sorted(self.reasons), "notes": list_notes(self.notes)}


@dataclass(frozen=True)
class Readable:
    """A record that parses.

    Attributes:
        record: As split.
        file_id: The landing file that held it; None for one of a live source.
        reported_at: When the citizen reported it; None for a record that is no report.
    """

    record: Record
    file_id: int | None
    reported_at: datetime | None


def _chunks(items: Iterable[_Item]) -> Iterator[list[_Item]]:
    rest = iter(items)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


def content_hash(record: Record) -> str:
    """SHA-256 of a payload, the same for the same content in whatever key order."""
    canonical = json.dumps(record.payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def read_delivery(
    channel: Channel, content: bytes, origin: str, file_id: int | None = None, notes: set[str] | None = None
) -> tuple[list[Readable], list[Quarantined]]:
    """Read the records of one delivery, and what of it does not parse, with the reason.

    Args:
        channel: The channel.
        content: What was delivered.
        origin: Where it came from.
        file_id: Its landing file.
        notes: What was passed over on purpose; added to.
    """
    readable: list[Readable] = []
    quarantined: list[Quarantined] = []
    try:
        items = channel.split(content, origin)
    except Exception as error:
        return [], [Quarantined(origin, content, reason_of(error, "a delivery"))]
    for item in items:
        if isinstance(item, Record):
            good, bad = read_record(channel, item, origin, file_id)
            readable += good
            quarantined += bad
        elif isinstance(item, Noted):
            (notes if notes is not None else set()).add(f"{item.origin}: {item.text}")
        else:
            quarantined.append(Quarantined(item.origin, item.content, item.reason))
    return readable, quarantined


def read_record(
    channel: Channel, record: Record, origin: str, file_id: int | None = None
) -> tuple[list[Readable], list[Quarantined]]:
    """Read one record: readable, or quarantined with its reason."""
    try:
        parsed = channel.parse(record)
    except Exception as error:
        payload = json.dumps(record.payload, ensure_ascii=False).encode()
        file = origin if record.place is None else f"{origin} {record.place}"
        where = f"{file}#{record.source_record_id}"
        return [], [Quarantined(where, payload, reason_of(error, "a record"), record.source_record_id)]
    return [Readable(record, file_id, parsed.reported_at if isinstance(parsed, Report) else None)], []


def store_records(connection: Connection, batch: Batch, readable: Iterable[Readable]) -> int:
    """Add records to the inbox and to the queue of triage; return how many were new.

    What a forgotten reporter once reported is not taken in again.
    """
    kept = _without_forgotten(connection, batch.channel, _under_own_ids(connection, batch.channel, list(readable)))
    rows = {(item.record.source_record_id, content_hash(item.record)): item for item in kept}
    new = insert_new(
        connection,
        "raw.inbox",
        INBOX_COLUMNS,
        (
            (batch.channel, source, digest, batch.received_at, batch.batch_id, item.file_id, batch.is_synthetic)
            for (source, digest), item in rows.items()
        ),
        key=("channel", "source_record_id", "content_hash"),
        returning=("inbox_id", "source_record_id", "content_hash"),
    )
    added = [(inbox_id, rows[source, digest]) for inbox_id, source, digest in new]
    copy_rows(
        connection,
        "private.payloads",
        ["inbox_id", "payload"],
        ((inbox_id, json.dumps(item.record.payload)) for inbox_id, item in added),
    )
    copy_rows(
        connection,
        "raw.pending",
        ["inbox_id", "reported_at", "channel", "source_record_id"],
        (
            (inbox_id, _place_in_queue(item, batch), batch.channel, item.record.source_record_id)
            for inbox_id, item in added
        ),
    )
    return len(added)


def _place_in_queue(item: Readable, batch: Batch) -> datetime:
    told = item.reported_at
    return told if told is not None and is_tellable(told, batch.received_at) else batch.received_at


def _under_own_ids(connection: Connection, channel: str, readable: list[Readable]) -> list[Readable]:
    records = own_ids(connection, channel, [item.record for item in readable])
    return [replace(item, record=record) for item, record in zip(readable, records, strict=True)]


def _without_forgotten(connection: Connection, channel: str, readable: Iterable[Readable]) -> list[Readable]:
    items = [(complaint_id_for(channel, item.record.source_record_id), item) for item in readable]
    rows = connection.execute(
        "select complaint_id from ledger.forgotten where complaint_id = any(%s)",
        [[complaint for complaint, _ in items]],
    ).fetchall()
    forgotten = {complaint for (complaint,) in rows}
    return [item for complaint, item in items if complaint not in forgotten]


def store_delivered(
    connection: Connection,
    batch: Batch,
    readable: list[Readable],
    quarantined: list[Quarantined],
    counts: IntakeCounts,
) -> None:
    """Store what was delivered, readable or not, and count it."""
    new, held = store_records(connection, batch, readable), write_quarantine(connection, batch, quarantined)
    counts.records += len(readable) + len(quarantined)
    counts.repeated += len(readable) - new + len(quarantined) - held
    counts.quarantined += held
    counts.reasons |= {item.reason for item in quarantined}


def write_batch(connection: Connection, batch: Batch, counts: IntakeCounts) -> None:
    """Book what a reading has found so far; the intake gate judges the newest of them."""
    columns = (
        "batch_id", "channel", "received_at", "file_count", "record_count", "repeated_count", "quarantined_count",
    )  # fmt: skip
    figures = (counts.files, counts.records, counts.repeated, counts.quarantined)
    merge_rows(
        connection,
        "raw.batches",
        columns,
        [(batch.batch_id, batch.channel, batch.received_at, *figures)],
        key=("batch_id", "channel"),
        update=columns[3:],
    )


def take_in(connection: Connection, channel: Channel, landing: Path, batch: Batch) -> IntakeCounts:
    """Read what is new in a channel's landing folder into the inbox; nothing is lost, nothing doubled.

    Args:
        connection: Open connection; the caller owns the transaction.
        channel: The channel.
        landing: The landing folder, which holds the channel's folder.
        batch: This reading.
    """
    counts = IntakeCounts()
    refused: list[Quarantined] = []
    for files in _chunks(new_files(connection, landing, channel.code, refused)):
        receipts = write_receipts(connection, batch, files)
        read = [read_delivery(channel, file.content, file.path, receipts[file.path], counts.notes) for file in files]
        counts.files += len(files)
        readable, quarantined = [r for good, _ in read for r in good], [q for _, bad in read for q in bad]
        store_delivered(connection, batch, readable, quarantined, counts)
    # What is no file lies there at every reading, and is counted at the first.
    if held := write_quarantine(connection, batch, refused):
        counts.records += held
        counts.quarantined += held
        counts.reasons |= {item.reason for item in refused}
    if counts.records or counts.files:
        write_batch(connection, batch, counts)
    return counts


def fetch_in(transaction: Transaction, channel: Channel, window: Window, batch: Batch, counts: IntakeCounts) -> None:
    """Fetch a channel's window, and those that failed before, into the inbox.

    Args:
        transaction: Opens a connection and a transaction.
        channel: The channel; one without a configured source fetches nothing.
        window: What to fetch.
        batch: This reading.
        counts: What the reading found; added to.
    """

    def store(connection: Connection, delivered: Sequence[tuple[bytes, str]]) -> None:
        for content, origin in delivered:
            store_delivered(connection, batch, *read_delivery(channel, content, origin, None, counts.notes), counts)
        counts.deliveries += len(delivered)
        write_batch(connection, batch, counts)

    if channel.live is not None:
        counts.failures += fetch_windows(transaction, channel.live, window, batch, store).failures
