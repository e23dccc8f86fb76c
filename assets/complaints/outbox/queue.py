"""Messages put into the outbox, and which decisions are answered there, in the transaction that decided.

Belongs here: a message's row, and by which way a channel is answered. Does not belong here: the words (answers),
sending.

Apps and portals show the state of a report to its reporter themselves, a counter hands out its slip: their channels
have no way here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
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
    "recipient_id", "follow_id", "occasion", "subject",
)  # fmt: skip
# Nobody is told the same twice.
KEY = ("complaint_id", "version", "kind", "recipient_id", "occasion")


@dataclass(frozen=True)
class Message:
    """One message that waits to be sent.

    Attributes:
        channel: Of the report, or the one that the recipient reads.
        way: Of sending.
        kind: What it does.
        body: The text, without how it is stopped.
        is_synthetic: Whether it is a synthetic city's.
        complaint_id: The report that it is about; None for one about none.
        version: Of the report.
        recipient_id: Who gets it; None for the reporter.
        follow_id: Why they get it; None where they need no reason.
        occasion: What it tells of, such as an event.
        subject: Of a mail; None for that of the number.
    """

    channel: str
    way: str
    kind: MessageKind
    body: str
    is_synthetic: bool
    complaint_id: UUID | None = None
    version: int | None = None
    recipient_id: int | None = None
    follow_id: int | None = None
    occasion: str = ""
    subject: str | None = None


def enqueue(connection: Connection, messages: Iterable[Message], batch_id: str, now: datetime) -> int:
    """Put messages into the outbox; one that was put there before is not again. Returns how many were new.

    Args:
        connection: Open connection; the caller owns the transaction.
        messages: What is to be sent.
        batch_id: The run.
        now: When.
    """
    rows = (
        (
            one.complaint_id, one.version, one.channel, one.way, one.kind.value, one.body, now, batch_id,
            one.is_synthetic, one.recipient_id, one.follow_id, one.occasion, one.subject,
        )
        for one in _untold(connection, list(messages))
    )  # fmt: skip
    queued = insert_new(
        connection, "ledger.messages", COLUMNS, rows, key=KEY, returning=("message_id", "transport")
    )  # fmt: skip
    return copy_rows(connection, "ledger.outbox", ["message_id", "transport"], queued)


def _untold(connection: Connection, messages: Sequence[Message]) -> list[Message]:
    """Messages without those of an occasion that was told before: the report may have got another version since."""
    told = connection.execute(
        """
        select complaint_id, kind, recipient_id, occasion from ledger.messages
        where complaint_id = any(%s) and occasion = any(%s)
        """,
        [[one.complaint_id for one in messages], sorted({one.occasion for one in messages} - {""})],
    )
    known = {*told}
    return [one for one in messages if (one.complaint_id, one.kind.value, one.recipient_id, one.occasion) not in known]


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
    messages = []
    for version, verdict in answered:
        kind = KIND_OF[verdict.decision]
        if last_kinds.get(version.complaint_id) == kind:
            continue
        last_kinds[version.complaint_id] = kind
        agency = agencies[verdict.route.skpd_code].name
        number, is_elsewhere = numbers[version.complaint_id], verdict.place.outside is Outside.FIELDS
        body = answer(verdict.decision, number, verdict.missing, agency, is_elsewhere=is_elsewhere)
        channel = version.pending.channel
        messages.append(
            Message(
                channel, WAYS[channel], kind, body, version.pending.is_synthetic, version.complaint_id, version.number
            )
        )
    enqueue(connection, messages, batch_id, now)


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
        where complaint_id = any(%s) and kind = any(%s)
        order by complaint_id, message_id desc
        """,
        [ids, [kind.value for kind in KIND_OF.values()]],
    )
    return {complaint: MessageKind(kind) for complaint, kind in rows}
