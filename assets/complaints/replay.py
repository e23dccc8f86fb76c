"""Quarantined payloads of the channels, read again by a mended parser.

Belongs here: what of a channel's payload reads now. Does not belong here: listing and replaying (sources/quarantine).
"""

import json
from collections.abc import Sequence

from psycopg import Connection

from assets.complaints.channels.registry import CHANNELS
from assets.complaints.intake import IntakeCounts, Readable, read_delivery, read_record, store_records, write_batch
from assets.sources.landing import Batch, Quarantined
from assets.sources.quarantine import Payload, replay
from assets.sources.records import Record


def replay_records(connection: Connection, channel: str, numbers: Sequence[int], batch: Batch) -> IntakeCounts:
    """Read a channel's payloads again; what reads now enters the inbox and the queue of triage.

    Args:
        connection: Open connection; the caller owns the transaction.
        channel: Code of the channel.
        numbers: Entries of that channel.
        batch: This reading.
    """
    counts = IntakeCounts()

    def read(payload: Payload) -> tuple[list[Readable], list[Quarantined]]:
        if payload.source_record_id is None:
            return read_delivery(CHANNELS[channel], payload.content, payload.origin)
        record = Record(payload.source_record_id, json.loads(payload.content))
        return read_record(CHANNELS[channel], record, payload.origin)

    def store(readable: Sequence[Readable]) -> None:
        counts.repeated += len(readable) - store_records(connection, batch, readable)

    counts.records, counts.quarantined, counts.reasons = replay(connection, batch, numbers, read, store)
    if counts.records:
        write_batch(connection, batch, counts)
    return counts
