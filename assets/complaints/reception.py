"""The reception: what was handed in over HTTP, from where it waits into the inbox, exactly as a landing file.

Belongs here: arrivals and their receipts. Does not belong here: who may hand in (portal/), what an arrival says
(channels/), when it is decided (clerk.py).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from uuid import UUID

from psycopg import Connection, InterfaceError, OperationalError

from assets.complaints.channels.channel import Channel
from assets.complaints.intake import IntakeCounts, read_delivery, store_delivered, write_batch
from assets.sources.faults import reason_of
from assets.sources.landing import Batch, Quarantined

# Arrivals that one transaction takes: each may hold photos of some megabytes.
CHUNK = 50
# As long as somebody may come back for a number.
RECEIPTS_KEPT_DAYS = 30


@dataclass(frozen=True)
class Arrival:
    """One delivery that waits.

    Attributes:
        receipt: What whoever handed it in asks for it by.
        body: Its bytes.
        received_at: When it was handed in.
    """

    receipt: UUID
    body: bytes
    received_at: datetime

    @property
    def origin(self) -> str:
        """Where it came from, as quarantine names it."""
        return f"arrival {self.receipt}"


def hand_in(connection: Connection, channel: str, body: bytes) -> UUID:
    """Hand in a delivery; returns its receipt.

    Args:
        connection: Open connection; the caller owns the transaction.
        channel: Code of a channel that is handed in.
        body: What was delivered.
    """
    [(receipt,)] = connection.execute("select front.hand_in(%s, %s)", [channel, body]).fetchall()
    return UUID(str(receipt))


def waiting_channels(connection: Connection) -> list[str]:
    """Channels of which something waits."""
    return [code for (code,) in connection.execute("select distinct channel from private.arrivals order by 1")]


def take_arrivals(connection: Connection, channel: Channel, batch: Batch, counts: IntakeCounts) -> int:
    """Take the oldest arrivals of a channel into the inbox, at most `CHUNK`; none is lost, none taken twice.

    One that another process is taking is passed over. One that cannot be stored, whatever is raised while it is, is
    quarantined with its reason.

    Args:
        connection: Open connection; the caller owns the transaction.
        channel: The channel.
        batch: This reading.
        counts: What the reading found; added to.

    Returns:
        How many were taken.
    """
    rows = connection.execute(
        """
        select arrival_id, receipt, body, received_at,
            exists (select from front.receipts where receipts.receipt = arrivals.receipt)
        from private.arrivals
        where channel = %s
        order by arrival_id
        limit %s
        for update skip locked
        """,
        [channel.code, CHUNK],
    ).fetchall()
    # What came again while it was taken has its receipt.
    arrivals = [Arrival(receipt, body, received_at) for _, receipt, body, received_at, is_taken in rows if not is_taken]
    for received_at, some in _by_minute(arrivals):
        _store_apart(connection, channel, replace(batch, received_at=min(batch.received_at, received_at)), some, counts)
    connection.execute("delete from private.arrivals where arrival_id = any(%s)", [[row[0] for row in rows]])
    if rows:
        write_batch(connection, batch, counts)
    return len(rows)


def take_all(connection: Connection, channel: Channel, batch: Batch, counts: IntakeCounts) -> None:
    """Take every arrival of a channel into the inbox."""
    while take_arrivals(connection, channel, batch, counts):
        pass


def forget_receipts(connection: Connection) -> None:
    """Delete the receipts that nobody comes back for, and what clients did on days that are over."""
    connection.execute(
        "delete from front.receipts where taken_at < now() - make_interval(days => %s)", [RECEIPTS_KEPT_DAYS]
    )
    connection.execute("delete from front.spendings where since < now() - interval '2 days'")


def _by_minute(arrivals: Sequence[Arrival]) -> Iterator[tuple[datetime, list[Arrival]]]:
    """Arrivals that count as received together, and when: those of the same minute, at its last one."""
    for _, group in groupby(arrivals, key=lambda arrival: arrival.received_at.replace(second=0, microsecond=0)):
        some = list(group)
        yield some[-1].received_at, some


def _store_apart(
    connection: Connection, channel: Channel, batch: Batch, arrivals: Sequence[Arrival], counts: IntakeCounts
) -> None:
    """Store arrivals together; where that fails, in halves, until the one that fails is alone and is quarantined."""
    found = IntakeCounts()
    try:
        with connection.transaction():
            _store(connection, channel, batch, arrivals, found)
    except (OperationalError, InterfaceError):
        # The server: no arrival's fault.
        raise
    except Exception as error:
        if len(arrivals) > 1:
            middle = len(arrivals) // 2
            _store_apart(connection, channel, batch, arrivals[:middle], counts)
            _store_apart(connection, channel, batch, arrivals[middle:], counts)
            return
        [arrival], found = arrivals, IntakeCounts()
        held = Quarantined(arrival.origin, arrival.body, reason_of(error, "a delivery"))
        store_delivered(connection, batch, [], [held], found)
        _write_receipt(connection, channel, arrival, [])
    counts.add(found)
    counts.deliveries += len(arrivals)


def _store(
    connection: Connection, channel: Channel, batch: Batch, arrivals: Sequence[Arrival], counts: IntakeCounts
) -> None:
    read = [read_delivery(channel, arrival.body, arrival.origin, None, counts.notes) for arrival in arrivals]
    readable, quarantined = [r for good, _ in read for r in good], [q for _, bad in read for q in bad]
    store_delivered(connection, batch, readable, quarantined, counts)
    for arrival, (good, _) in zip(arrivals, read, strict=True):
        _write_receipt(connection, channel, arrival, [item.record.source_record_id for item in good])


def _write_receipt(connection: Connection, channel: Channel, arrival: Arrival, records: Sequence[str]) -> None:
    """Say which record an arrival became; nobody waits for those that a vendor pushed."""
    if channel.push is None:
        connection.execute(
            """
            insert into front.receipts (receipt, inbox_id)
            values (
                %s,
                (select max(inbox_id) from raw.inbox where channel = %s and source_record_id = any(%s))
            )
            """,
            [arrival.receipt, channel.code, list(records)],
        )
