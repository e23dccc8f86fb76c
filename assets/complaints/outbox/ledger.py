"""The outbox as it stands: messages and their states.

Belongs here: reading for people. Does not belong here: queueing, sending.
"""

from datetime import datetime

from psycopg import Connection


def count_states(connection: Connection) -> list[tuple[str, str, str, int]]:
    """Channel, kind, state and count of messages."""
    return connection.execute(
        "select channel, kind, state, count(*) from ledger.message_states group by 1, 2, 3 order by 1, 2, 3"
    ).fetchall()


def newest(connection: Connection, count: int) -> list[tuple[datetime, str, str, str, str | None]]:
    """Time of queueing, channel, state, text and detail of the newest messages."""
    return connection.execute(
        "select queued_at, channel, state, body, detail from ledger.message_states order by message_id desc limit %s",
        [count],
    ).fetchall()
