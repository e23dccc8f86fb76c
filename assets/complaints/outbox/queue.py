"""Answers to decisions, put into the outbox in the transaction that decided.

Belongs here: which decisions are answered, and by which way. Does not belong here: the words (answers), sending.

Apps and portals show the state of a report to its reporter themselves, a counter hands out its slip: their channels
have no way here.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from psycopg import Connection

from assets.complaints.channels.registry import ALL
from assets.complaints.outbox.answers import KIND_OF, MessageKind, answer
from assets.complaints.triage.verdict import Verdict
from assets.complaints.versions import Version
from assets.places.place import Outside
from assets.reference import Skpd
from assets.storage import copy_rows, insert_new

# By channel: the sender that answers it.
WAYS: Mapping[str, str] = MappingProxyType({channel.code: channel.reply.way for channel in ALL if channel.reply})

COLUMNS = (
    "complaint_id", "version", "channel", "transport", "kind", "body", "queued_at", "batch_id", "is_synthetic",
)  # fmt: skip


def queue_answers(
    connection: Connection,
    decided: Iterable[tuple[Version, Verdict]],
    agencies: Mapping[str, Skpd],
    batch_id: str,
    now: datetime,
) -> None:
    """Queue one answer to each decision that tells the reporter something new.

    A newer version that is decided like the one before is not answered again.

    Args:
        connection: Open connection; the caller owns the transaction, in which the complaints got their numbers.
        decided: Versions and their verdicts.
        agencies: By code.
        batch_id: The run.
        now: When.
    """
    answered = [(version, verdict) for version, verdict in decided if version.pending.channel in WAYS]
    ids = [version.complaint_id for version, _ in answered]
    numbers = _numbers(connection, ids)
    last_kinds = _last_kinds(connection, ids)
    rows = []
    for version, verdict in answered:
        kind = KIND_OF[verdict.decision]
        if last_kinds.get(version.complaint_id) == kind:
            continue
        last_kinds[version.complaint_id] = kind
        agency = agencies[verdict.route.skpd_code].name
        number, is_elsewhere = numbers[version.complaint_id], verdict.place.outside is Outside.FIELDS
        body = answer(verdict.decision, number, verdict.missing, agency, is_elsewhere=is_elsewhere)
        channel = version.pending.channel
        rows.append(
            (
                version.complaint_id, version.number, channel, WAYS[channel], kind.value, body, now, batch_id,
                version.pending.is_synthetic,
            )
        )  # fmt: skip
    queued = insert_new(
        connection, "ledger.messages", COLUMNS, rows,
        key=("complaint_id", "version", "kind"), returning=("message_id", "transport"),
    )  # fmt: skip
    copy_rows(connection, "ledger.outbox", ["message_id", "transport"], queued)


def _numbers(connection: Connection, ids: list[UUID]) -> dict[UUID, str]:
    rows = connection.execute(
        "select complaint_id, tracking_number from ledger.tracking_numbers where complaint_id = any(%s)", [ids]
    ).fetchall()
    return dict(rows)


def _last_kinds(connection: Connection, ids: list[UUID]) -> dict[UUID, MessageKind]:
    """What the reporter of each complaint was told last."""
    rows = connection.execute(
        """
        select distinct on (complaint_id) complaint_id, kind
        from ledger.messages
        where complaint_id = any(%s)
        order by complaint_id, message_id desc
        """,
        [ids],
    )
    return {complaint: MessageKind(kind) for complaint, kind in rows}
