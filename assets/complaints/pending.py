"""The queue of triage: inbox records that wait for a decision, in the order of their reports.

Belongs here: reading the queue and taking off it. Does not belong here: what fills it (intake), the decision (ledger).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg import Connection

from assets.complaints.channels.registry import CHANNELS
from assets.complaints.model import Content
from assets.complaints.own_voice import own_voice
from assets.complaints.receipt import dated
from assets.sources.faults import reason_of
from assets.sources.records import Record


@dataclass(frozen=True)
class Pending:
    """One undecided inbox record, parsed."""

    inbox_id: int
    channel: str
    fetched_at: datetime
    is_synthetic: bool
    content: Content


def lock_queue(connection: Connection) -> None:
    """Wait for another triage to end: two would decide the same queue."""
    connection.execute("lock table raw.pending in exclusive mode")


def read_pending(
    connection: Connection, limit: int, waiting: Collection[str] = ()
) -> tuple[list[Pending], list[tuple[int, str]]]:
    """Read the oldest undecided records by time of report: the same whatever the order of intake.

    Args:
        connection: Open connection.
        limit: At most so many.
        waiting: Channels that are passed over.

    Returns:
        The records, and inbox id and reason of those that no longer parse.
    """
    rows = connection.execute(
        """
        with oldest as (
            select inbox_id, reported_at, channel, source_record_id
            from raw.pending
            where channel <> all(%s)
            order by reported_at, channel, source_record_id, inbox_id
            limit %s
        )
        select
            inbox_id, oldest.channel, oldest.source_record_id, found.fetched_at, found.modified_at,
            found.is_synthetic, found.payload
        from oldest
        -- The limit has each record looked up by its key: the planner may else walk the inbox from its beginning.
        cross join lateral (
            select inbox.fetched_at, files.modified_at, inbox.is_synthetic, payloads.payload
            from raw.inbox
            inner join private.payloads on payloads.inbox_id = oldest.inbox_id
            left join raw.landing_files as files on inbox.file_id = files.file_id
            where inbox.inbox_id = oldest.inbox_id
            limit 1
        ) as found
        order by oldest.reported_at, oldest.channel, oldest.source_record_id, inbox_id
        """,
        [list(waiting), limit],
    ).fetchall()
    heard = own_voice()
    pending: list[Pending] = []
    unread: list[tuple[int, str]] = []
    for inbox_id, channel, source, fetched_at, modified_at, synthetic, payload in rows:
        try:
            content = dated(CHANNELS[channel].parse(Record(source, payload)), fetched_at, modified_at)
            pending.append(Pending(inbox_id, channel, fetched_at, synthetic, heard(channel, content)))
        except Exception as error:
            unread.append((inbox_id, reason_of(error, "a record")))
    return pending, unread


def take_off(connection: Connection, pending: Sequence[Pending]) -> None:
    """Take decided records off the queue."""
    connection.execute("delete from raw.pending where inbox_id = any(%s)", [[item.inbox_id for item in pending]])
