"""Messages that are a word: LACAK is answered with a status, KABAR follows a number, YA confirms, BERHENTI stops.

Belongs here: taking them from among the reports of a batch, and answering them. Does not belong here: which message is
such a word (complaints/keywords.py), the sentences (lookup.py).

A message that is a word is no complaint: it is set aside with that reason, so that it is counted. One of long ago, as
in an old export, is set aside too and not answered.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from psycopg import Connection

from assets.complaints.keywords import CHANNELS, Keyword, Word, read_keyword
from assets.complaints.model import NotAReport, Report, SetAsideReason
from assets.complaints.outbox.answers import MessageKind
from assets.complaints.outbox.follows import confirm_all, follow, recipient_of, stop_all
from assets.complaints.outbox.lookup import HOW_TO, HOW_TO_FOLLOW, LATER, answer_lookup, unknown
from assets.complaints.outbox.queue import WAYS, Message, enqueue
from assets.complaints.pending import Pending

ANSWERED_WITHIN = timedelta(days=1)
# Answers that one contact gets in a day: numbers can be guessed, and each answer costs an SMS.
MOST_A_DAY, DAY_S = 20, 24 * 3600
STOPPED = "Baik, kami tidak mengirim kabar lagi. Jawaban atas laporan baru Anda tetap kami kirim."
CONFIRMED = "Baik, kabar akan kami kirim ke nomor ini. Balas BERHENTI untuk berhenti."


@dataclass(frozen=True)
class Requested:
    """A message that is a word."""

    item: Pending
    keyword: Keyword
    contact: str
    said_at: datetime


def take_requests(
    connection: Connection, pending: Iterable[Pending], now: datetime
) -> tuple[list[Pending], list[Requested]]:
    """Part a batch into what is to be decided and what is a word.

    YA is one where a following waits for it, which it confirms: else it may answer a question about a report.

    Returns:
        The batch, in which each word is no report any more; and the words.
    """
    rest, requests = [], []
    for item in pending:
        found = _read(item)
        if found is not None and (found.keyword.word is not Word.YES or _confirms(connection, found, now)):
            requests.append(found)
            item = replace(item, content=NotAReport(SetAsideReason.REQUEST, found.keyword.word.value))
        rest.append(item)
    return rest, requests


def answer_requests(connection: Connection, requests: Sequence[Requested], batch_id: str, now: datetime) -> None:
    """Do what the words ask for, and put the answers into the outbox."""
    messages = [
        message for one in requests if _is_new(one, now) and (message := _answered(connection, one, now)) is not None
    ]
    enqueue(connection, messages, batch_id, now)


def _read(item: Pending) -> Requested | None:
    report = item.content
    if not isinstance(report, Report) or item.channel not in CHANNELS or report.photo_urls:
        return None
    keyword, contact = read_keyword(report.description), report.reporter_contact or report.reporter_handle
    if keyword is None or contact is None:
        return None
    return Requested(item, keyword, contact, report.reported_at)


def _confirms(connection: Connection, one: Requested, now: datetime) -> bool:
    """Confirm what waits for the word of this contact; False where nothing does."""
    return _is_new(one, now) and confirm_all(connection, WAYS[one.item.channel], one.contact) > 0


def _is_new(one: Requested, now: datetime) -> bool:
    return now - one.said_at <= ANSWERED_WITHIN


def _answered(connection: Connection, one: Requested, now: datetime) -> Message | None:
    channel, keyword = one.item.channel, one.keyword
    way = WAYS[channel]
    if keyword.word is Word.STOP:
        stop_all(connection, channel, way, one.contact, keyword.number)
    client = sha256(f"{way} {one.contact}".encode()).hexdigest()
    [(may,)] = connection.execute("select front.spend('keyword', %s, %s, %s)", [client, MOST_A_DAY, DAY_S]).fetchall()
    if not may:
        return None
    recipient_id = recipient_of(connection, way, one.contact)
    kind, body = MessageKind.SETTLED, STOPPED if keyword.word is Word.STOP else CONFIRMED
    if keyword.word is Word.TRACK:
        kind, body = MessageKind.STATUS, _status(connection, keyword.number, now)
    elif keyword.word is Word.FOLLOW:
        body = _followed(connection, recipient_id, keyword.number)
    return Message(
        channel, way, kind, body, one.item.is_synthetic,
        recipient_id=recipient_id, occasion=f"inbox {one.item.inbox_id}",
    )  # fmt: skip


def _followed(connection: Connection, recipient_id: int, number: str | None) -> str:
    """Follow a number for who wrote from their own telephone: nobody else has to be asked."""
    if number is None:
        return HOW_TO_FOLLOW
    return CONFIRMED if follow(connection, recipient_id, number) else unknown(number)


def _status(connection: Connection, number: str | None, now: datetime) -> str:
    if number is None:
        return HOW_TO
    # The views that it reads are made by the first build.
    [(is_built,)] = connection.execute("select to_regclass('intermediate.int_tracked_reports') is not null").fetchall()
    if not is_built:
        return LATER
    [(told,)] = connection.execute("select front.track(%s)", [number]).fetchall()
    return unknown(number) if told is None else answer_lookup(number, told, now)
