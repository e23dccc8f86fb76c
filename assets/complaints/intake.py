"""Intake: landing files of one channel into the inbox, or into quarantine.

Belongs here: the walk from bytes to raw.inbox. Does not belong here: wire formats (channels/), decisions (ledger).
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from psycopg import Connection

from assets.complaints.channels.registry import Channel
from assets.complaints.model import PayloadError, Record
from assets.landing import Batch, LandingFile, Quarantined, new_files, write_quarantine, write_receipts
from assets.storage import copy_rows, merge_rows

# Files whose bytes are held at once.
CHUNK = 500


@dataclass
class IntakeCounts:
    """What one reading of a channel's folder found."""

    files: int = 0
    records: int = 0
    repeated: int = 0
    quarantined: int = 0
    reasons: set[str] = field(default_factory=set)


def content_hash(record: Record) -> str:
    """SHA-256 of a payload, the same for the same content in whatever key order."""
    canonical = json.dumps(record.payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _read(channel: Channel, file: LandingFile) -> tuple[list[Record], list[Quarantined]]:
    """Records of a file that parse, and what does not, with the reason."""
    records, quarantined = [], []
    for item in channel.split(file.content, file.path):
        if not isinstance(item, Record):
            quarantined.append(Quarantined(item.origin, item.content, item.reason))
            continue
        try:
            channel.parse(item)
        except PayloadError as error:
            payload = json.dumps(item.payload, ensure_ascii=False).encode()
            quarantined.append(Quarantined(f"{file.path}#{item.source_record_id}", payload, str(error)))
        else:
            records.append(item)
    return records, quarantined


def _chunks(files: Iterator[LandingFile]) -> Iterator[list[LandingFile]]:
    while chunk := list(islice(files, CHUNK)):
        yield chunk


def _store_records(connection: Connection, batch: Batch, records: list[tuple[int, Record]]) -> int:
    """Add records to the inbox and to the queue of triage; return how many were new."""
    rows = {(record.source_record_id, content_hash(record)): (file_id, record.payload) for file_id, record in records}
    merge_rows(
        connection,
        "raw.inbox",
        [
            "channel",
            "source_record_id",
            "content_hash",
            "fetched_at",
            "batch_id",
            "file_id",
            "is_synthetic",
        ],
        [
            (batch.channel, source, digest, batch.received_at, batch.batch_id, file_id, batch.is_synthetic)
            for (source, digest), (file_id, _) in rows.items()
        ],
        key=["channel", "source_record_id", "content_hash"],
    )
    new = connection.execute(
        """
        select inbox_id, source_record_id, content_hash
        from raw.inbox
        where batch_id = %s and channel = %s and file_id = any(%s)
            and not exists (select from private.payloads where payloads.inbox_id = inbox.inbox_id)
        """,
        [batch.batch_id, batch.channel, sorted({file_id for file_id, _ in records})],
    ).fetchall()
    copy_rows(
        connection,
        "private.payloads",
        ["inbox_id", "payload"],
        [(inbox_id, json.dumps(rows[source, digest][1])) for inbox_id, source, digest in new],
    )
    copy_rows(connection, "raw.pending", ["inbox_id"], [(inbox_id,) for inbox_id, *_ in new])
    return len(new)


def _write_batch(connection: Connection, batch: Batch, counts: IntakeCounts) -> None:
    """Book a reading that found something; the intake gate judges the newest of them."""
    columns = [
        "batch_id",
        "channel",
        "received_at",
        "file_count",
        "record_count",
        "repeated_count",
        "quarantined_count",
    ]
    figures = (counts.files, counts.records, counts.repeated, counts.quarantined)
    copy_rows(connection, "raw.batches", columns, [(batch.batch_id, batch.channel, batch.received_at, *figures)])


def take_in(connection: Connection, channel: Channel, landing: Path, batch: Batch) -> IntakeCounts:
    """Read what is new in a channel's landing folder into the inbox; nothing is lost, nothing doubled.

    Args:
        connection: Open connection; the caller owns the transaction.
        channel: The channel.
        landing: The landing folder, which holds the channel's folder.
        batch: This reading.
    """
    counts = IntakeCounts()
    for files in _chunks(new_files(connection, landing, channel.code)):
        receipts = write_receipts(connection, batch, files)
        records: list[tuple[int, Record]] = []
        quarantined: list[Quarantined] = []
        for file in files:
            good, bad = _read(channel, file)
            records += [(receipts[file.path], record) for record in good]
            quarantined += bad
        new = _store_records(connection, batch, records)
        counts.files += len(files)
        counts.records += len(records) + len(quarantined)
        counts.repeated += len(records) - new
        counts.quarantined += write_quarantine(connection, batch, quarantined)
        counts.reasons |= {item.reason for item in quarantined}
    if counts.files:
        _write_batch(connection, batch, counts)
    return counts
