"""Intake: what a channel delivered, by landing file or from its live source, into the inbox or into quarantine.

Belongs here: the walk from bytes to raw.inbox. Does not belong here: wire formats (channels/), decisions (ledger).
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TypeVar

from psycopg import Connection

from assets.complaints.channels.registry import Channel
from assets.complaints.model import Delivery, PayloadError, Record, Report
from assets.landing import Batch, Quarantined, new_files, write_quarantine, write_receipts
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
    channel: Channel, content: bytes, origin: str, file_id: int | None = None
) -> tuple[list[Readable], list[Quarantined]]:
    """Read the records of one delivery, and what of it does not parse, with the reason."""
    readable: list[Readable] = []
    quarantined: list[Quarantined] = []
    for item in channel.split(content, origin):
        if not isinstance(item, Record):
            quarantined.append(Quarantined(item.origin, item.content, item.reason))
            continue
        try:
            parsed = channel.parse(item)
        except PayloadError as error:
            payload = json.dumps(item.payload, ensure_ascii=False).encode()
            where = f"{origin}#{item.source_record_id}"
            quarantined.append(Quarantined(where, payload, str(error), item.source_record_id))
        else:
            readable.append(Readable(item, file_id, parsed.reported_at if isinstance(parsed, Report) else None))
    return readable, quarantined


def store_records(connection: Connection, batch: Batch, readable: Iterable[Readable]) -> int:
    """Add records to the inbox and to the queue of triage; return how many were new."""
    rows = {(item.record.source_record_id, content_hash(item.record)): item for item in readable}
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
            (inbox_id, item.reported_at or batch.received_at, batch.channel, item.record.source_record_id)
            for inbox_id, item in added
        ),
    )
    return len(added)


def _store(
    connection: Connection,
    batch: Batch,
    readable: list[Readable],
    quarantined: list[Quarantined],
    counts: IntakeCounts,
) -> None:
    new = store_records(connection, batch, readable)
    counts.records += len(readable) + len(quarantined)
    counts.repeated += len(readable) - new
    counts.quarantined += write_quarantine(connection, batch, quarantined)
    counts.reasons |= {item.reason for item in quarantined}


def _take_in_files(connection: Connection, channel: Channel, landing: Path, batch: Batch, counts: IntakeCounts) -> None:
    for files in _chunks(new_files(connection, landing, channel.code)):
        receipts = write_receipts(connection, batch, files)
        read = [read_delivery(channel, file.content, file.path, receipts[file.path]) for file in files]
        counts.files += len(files)
        _store(connection, batch, [r for good, _ in read for r in good], [q for _, bad in read for q in bad], counts)


def _unread(connection: Connection, channel: str, deliveries: Iterable[Delivery]) -> Iterator[Delivery]:
    """Deliveries without those final ones that were read before."""
    for some in _chunks(deliveries):
        known = connection.execute(
            "select origin from raw.receipts where channel = %s and origin = any(%s)",
            [channel, [delivery.origin for delivery in some if delivery.is_final]],
        ).fetchall()
        origins = {origin for (origin,) in known}
        yield from (delivery for delivery in some if delivery.origin not in origins)


def _take_in_deliveries(
    connection: Connection, channel: Channel, deliveries: Iterable[Delivery], batch: Batch, counts: IntakeCounts
) -> None:
    for delivery in _unread(connection, channel.code, deliveries):
        readable, quarantined = read_delivery(channel, delivery.read(), delivery.origin)
        counts.deliveries += 1
        _store(connection, batch, readable, quarantined, counts)
        if delivery.is_final:
            row = (channel.code, delivery.origin, batch.received_at, batch.batch_id)
            merge_rows(
                connection,
                "raw.receipts",
                ["channel", "origin", "received_at", "batch_id"],
                [row],
                key=["channel", "origin"],
            )


def _write_batch(connection: Connection, batch: Batch, counts: IntakeCounts) -> None:
    """Book a reading that found something; the intake gate judges the newest of them."""
    columns = (
        "batch_id", "channel", "received_at", "file_count", "record_count", "repeated_count", "quarantined_count",
    )  # fmt: skip
    figures = (counts.files, counts.records, counts.repeated, counts.quarantined)
    copy_rows(connection, "raw.batches", columns, [(batch.batch_id, batch.channel, batch.received_at, *figures)])


def take_in(
    connection: Connection, channel: Channel, landing: Path, batch: Batch, deliveries: Iterable[Delivery] = ()
) -> IntakeCounts:
    """Read what is new of a channel into the inbox; nothing is lost, nothing doubled.

    Args:
        connection: Open connection; the caller owns the transaction.
        channel: The channel.
        landing: The landing folder, which holds the channel's folder.
        batch: This reading.
        deliveries: What the channel's live source delivers for the window that is read.
    """
    counts = IntakeCounts()
    _take_in_files(connection, channel, landing, batch, counts)
    _take_in_deliveries(connection, channel, deliveries, batch, counts)
    if counts.files or counts.deliveries:
        _write_batch(connection, batch, counts)
    return counts
