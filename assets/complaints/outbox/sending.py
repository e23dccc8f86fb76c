"""Sending: each message at most once, even when the sender dies between sending and recording.

Belongs here: claims and what became of them. Does not belong here: any way of sending (messages/).

A message is claimed in a transaction of its own before it is handed over. Whoever dies after that leaves a claim
without an outcome: the message may be out, so nobody sends it again, and `jsc outbox list` shows it as unknown. A way
that is closed before anything was handed over gives its claim back.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from enum import StrEnum

from psycopg import Connection

from assets.complaints.outbox.address import PublicAddress, ended
from assets.complaints.outbox.answers import NEWS, MessageKind
from assets.messages.letter import Letter, LostError, Sender, SendingError
from assets.sources.faults import reason_of

Transaction = Callable[[], AbstractContextManager[Connection]]

# Messages of one way and run: a flood is answered over several.
MOST = 20_000
STOPPED = "expected somebody who wants news, found that they stopped it"


class Outcome(StrEnum):
    """What became of a message in a run."""

    SENT = "sent"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    DRY_RUN = "dry_run"
    LATER = "later"


def send_all(
    transaction: Transaction, senders: Mapping[str, Sender], now: datetime, *, is_dry: bool
) -> Counter[Outcome]:
    """Send what waits.

    A dry run books every message as such: it is not sent later, when nobody expects it any more. What the synthetic
    city queued is booked so in every run.

    Args:
        transaction: Opens a connection and a transaction.
        senders: By way; a message of another way waits.
        now: When.
        is_dry: Whether nothing is sent.
    """
    with transaction() as connection:
        outcomes = Counter({Outcome.DRY_RUN: _book_dry(connection, now, is_dry=is_dry)})
    for way, sender in senders.items():
        outcomes += _send_way(transaction, way, sender, now)
    return +outcomes


def _send_way(transaction: Transaction, way: str, sender: Sender, now: datetime) -> Counter[Outcome]:
    outcomes: Counter[Outcome] = Counter()
    address = PublicAddress()
    with sender:
        while outcomes.total() < MOST and not outcomes[Outcome.LATER]:
            with transaction() as connection:
                letter, is_stopped = _claim(connection, way, now, address)
            if letter is None:
                break
            outcome, detail = (Outcome.REFUSED, STOPPED) if is_stopped else _hand_over(sender, letter)
            with transaction() as connection:
                _record(connection, letter, way, outcome, detail, now)
            outcomes[outcome] += 1
    return outcomes


def _hand_over(sender: Sender, letter: Letter) -> tuple[Outcome, str | None]:
    try:
        sender.send(letter)
    except SendingError as error:
        return (Outcome.LATER if error.may_later else Outcome.REFUSED), str(error)
    except LostError as error:
        return Outcome.UNKNOWN, str(error)
    except Exception as error:
        # Whether it got out is unknown, and the letters behind it wait for nobody.
        return Outcome.UNKNOWN, reason_of(error, "a letter")
    return Outcome.SENT, None


def _book_dry(connection: Connection, now: datetime, *, is_dry: bool) -> int:
    booked = connection.execute(
        """
        with taken as (
            delete from ledger.outbox using ledger.messages
            where messages.message_id = outbox.message_id and (%s or messages.is_synthetic)
            returning outbox.message_id
        )
        insert into ledger.message_attempts (message_id, state, at) select message_id, 'dry_run', %s from taken
        """,
        [is_dry, now],
    )
    return booked.rowcount


def _claim(connection: Connection, way: str, now: datetime, address: PublicAddress) -> tuple[Letter | None, bool]:
    """Take the oldest waiting message of a way off the queue; two senders never take the same.

    Returns:
        The letter, None where nothing waits; and whether its recipient has stopped what it belongs to: it was written
        while they did, or came back from a way that was closed.
    """
    row = connection.execute(
        """
        with next as (
            select message_id from ledger.outbox where transport = %(way)s
            order by message_id limit 1 for update skip locked
        ),
        taken as (delete from ledger.outbox using next where outbox.message_id = next.message_id),
        claimed as (
            insert into ledger.message_attempts (message_id, state, at) select message_id, 'claimed', %(now)s from next
        )
        select messages.message_id, messages.kind, numbers.tracking_number,
            -- What a recipient gets who is not the reporter answers nothing of theirs.
            case when messages.recipient_id is null then complaints.source_record_id end as answered,
            case when messages.recipient_id is null then people.reporter_contact else recipients.contact end as contact,
            messages.body, messages.subject, follows.token, follows.stopped_at is not null as is_stopped
        from next
        inner join ledger.messages using (message_id)
        left join ledger.complaints using (complaint_id, version)
        left join private.complaints as people using (complaint_id, version)
        left join ledger.tracking_numbers as numbers on numbers.complaint_id = messages.complaint_id
        left join private.recipients on recipients.recipient_id = messages.recipient_id
        left join private.follows on follows.follow_id = messages.follow_id
        """,
        {"way": way, "now": now},
    ).fetchone()
    if row is None:
        return None, False
    message_id, kind, number, answered, contact, body, subject, token, is_stopped = row
    text = ended(body, MessageKind(kind), way, token, address)
    stopping = address.stopping(token) if token and kind in NEWS else None
    is_unasked = kind in NEWS or kind == MessageKind.CONFIRMATION
    return Letter(message_id, number, answered, contact, text, subject, stopping, is_unasked), is_stopped


def _record(
    connection: Connection, letter: Letter, way: str, outcome: Outcome, detail: str | None, now: datetime
) -> None:
    if outcome is Outcome.UNKNOWN:
        connection.execute(
            "update ledger.message_attempts set detail = %s where message_id = %s and state = 'claimed'",
            [detail, letter.message_id],
        )
    elif outcome is Outcome.LATER:
        connection.execute(
            "delete from ledger.message_attempts where message_id = %s and state = 'claimed'", [letter.message_id]
        )
        connection.execute(
            "insert into ledger.outbox (message_id, transport) values (%s, %s)", [letter.message_id, way]
        )
    else:
        connection.execute(
            "insert into ledger.message_attempts (message_id, state, at, detail) values (%s, %s, %s, %s)",
            [letter.message_id, outcome.value, now, detail],
        )
