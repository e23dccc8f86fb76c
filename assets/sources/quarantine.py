"""Quarantine: what could not be read, shown without personal data, and read again by a mended parser.

Belongs here: listing, masking and replaying. Does not belong here: why a payload is unreadable (complaints/channels/).
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from psycopg import Connection

from assets.sources.landing import Batch, Quarantined, write_quarantine

T = TypeVar("T")

# Payloads that one transaction replays.
CHUNK = 500


class QuarantineError(Exception):
    """No such entry, or one whose payload is gone."""


@dataclass(frozen=True)
class Entry:
    """One payload in quarantine.

    Attributes:
        quarantine_id: Its number.
        channel: Code of the channel or folder.
        origin: The file or address it came from, with the pointer of an item; without ids of records.
        reason: "expected ..., found ...".
        quarantined_at: When.
        byte_count: Size of the payload; None where it was erased.
    """

    quarantine_id: int
    channel: str
    origin: str
    reason: str
    quarantined_at: datetime
    byte_count: int | None


@dataclass(frozen=True)
class Payload:
    """What an entry holds; personal data.

    Attributes:
        quarantine_id: Its number.
        origin: Where it came from.
        source_record_id: Of a record that was split and did not parse; None for bytes that were not split.
        content: The bytes.
    """

    quarantine_id: int
    origin: str
    source_record_id: str | None
    content: bytes


def entries(connection: Connection, channel: str | None = None) -> list[Entry]:
    """List what is in quarantine, oldest first; what was replayed is not."""
    rows = connection.execute(
        """
        select quarantine_id, channel, origin, kind, reason, quarantined_at, octet_length(payload)
        from raw.quarantine
        left join private.quarantined_payloads using (quarantine_id)
        where replayed_at is null and (%(channel)s::text is null or channel = %(channel)s)
        order by quarantine_id
        """,
        {"channel": channel},
    )
    return [
        # A record's id may be a mail's Message-ID, which can name its sender.
        Entry(number, code, origin.partition("#")[0] if kind == "record" else origin, reason, at, size)
        for number, code, origin, kind, reason, at, size in rows
    ]


def payload_of(connection: Connection, quarantine_id: int) -> bytes:
    """Read the bytes of an entry; personal data.

    Raises:
        QuarantineError: No such entry, or its payload was erased.
    """
    row = connection.execute(
        "select payload from private.quarantined_payloads where quarantine_id = %s", [quarantine_id]
    ).fetchone()
    if row is None:
        raise QuarantineError(
            f"Expected a payload of entry {quarantine_id}, found none: no such entry, or it was erased."
            " See the entries with jsc quarantine list."
        )
    return bytes(row[0])


def masked(payload: bytes) -> str:
    """Show the form of a payload without what it says: letters as x, digits as 9, keys of JSON as they are.

    >>> masked(b'{"name": "Budi", "n": 12, "ok": null}')
    '{"name": "xxxx", "n": 99, "ok": null}'
    >>> masked(b"From: Budi 081")
    'xxxx: xxxx 999'
    """
    text = payload.decode("utf-8", errors="replace")
    try:
        return json.dumps(_masked_value(json.loads(text)), ensure_ascii=False)
    except (ValueError, RecursionError):
        return _masked_text(text)


def _masked_value(value: Any) -> Any:
    match value:
        case str():
            return _masked_text(value)
        case bool() | None:
            return value
        case int() | float():
            return int("".join("9" for char in str(value) if char.isdigit()))
        case list():
            return [_masked_value(item) for item in value]
        case _:
            return {key: _masked_value(item) for key, item in value.items()}


def _masked_text(text: str) -> str:
    return "".join("9" if char.isdigit() else "x" if char.isalpha() else char for char in text)


def replay(
    connection: Connection,
    batch: Batch,
    numbers: Sequence[int],
    read: Callable[[Payload], tuple[list[T], list[Quarantined]]],
    store: Callable[[Sequence[T]], None],
) -> tuple[int, int, set[str]]:
    """Read quarantined payloads of one channel again.

    An entry that still cannot be read stays, with the reason that it has now. One of a whole file is taken in as
    far as it reads: the items that do not are entries of their own.

    Args:
        connection: Open connection; the caller owns the transaction.
        batch: This reading, of the channel.
        numbers: Entries of the channel.
        read: What of a payload reads now, and what does not.
        store: Takes in what reads.

    Returns:
        Records found, those that stay in quarantine, and why.
    """
    records = quarantined = 0
    reasons: set[str] = set()
    for payload in _open_payloads(connection, batch.channel, numbers):
        readable, held = read(payload)
        records += len(readable) + len(held)
        quarantined += len(held)
        reasons |= {item.reason for item in held}
        if not readable and len(held) == 1 and held[0].content == payload.content:
            connection.execute(
                "update raw.quarantine set reason = %s where quarantine_id = %s",
                [held[0].reason, payload.quarantine_id],
            )
            continue
        store(readable)
        write_quarantine(connection, batch, held)
        _close(connection, payload.quarantine_id, batch)
    return records, quarantined, reasons


def _open_payloads(connection: Connection, channel: str, numbers: Sequence[int]) -> Iterator[Payload]:
    rows = connection.execute(
        """
        select quarantine_id, origin, source_record_id, payload
        from raw.quarantine
        inner join private.quarantined_payloads using (quarantine_id)
        where replayed_at is null and channel = %s and quarantine_id = any(%s)
        order by quarantine_id
        """,
        [channel, list(numbers)],
    )
    for number, origin, source, content in rows:
        where = origin.partition("#")[0] if source is not None else origin
        yield Payload(number, where, source, bytes(content))


def _close(connection: Connection, number: int, batch: Batch) -> None:
    connection.execute(
        "update raw.quarantine set replayed_at = %s, replayed_batch_id = %s where quarantine_id = %s",
        [batch.received_at, batch.batch_id, number],
    )
    connection.execute("delete from private.quarantined_payloads where quarantine_id = %s", [number])
