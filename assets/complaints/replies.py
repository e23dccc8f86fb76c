"""Replies: messages that give what a returned report lacks become versions of it.

Belongs here: finding the report that a message completes. Does not belong here: what it adds (triage/supplement.py),
its number among the versions (versions.py).

The sender has to be the reporter: the same contact or account in the same channel, within `WITHIN` of the report; or,
with the report's tracking number in the text, from another channel too, where the contact is the same. A number alone
proves nothing: numbers are guessable, and a stranger who quotes one changes no report.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from psycopg import Connection

from assets.complaints.accounts import join_accounts
from assets.complaints.channels.registry import ALL
from assets.complaints.complaint_id import complaint_id_for
from assets.complaints.model import Missing, Report
from assets.complaints.pending import Pending
from assets.complaints.tracking import quoted_numbers
from assets.complaints.triage.desk import Desk
from assets.complaints.triage.reporter import keys_of_contact
from assets.complaints.triage.supplement import is_reply, lacks_of, supplemented
from assets.complaints.triage.words import report_text
from assets.complaints.versions import known_versions

WITHIN = timedelta(days=14)
# Channels whose reporters are asked for what a report lacks: by an answer, or by a page.
ASKED = tuple(channel.code for channel in ALL if channel.reply or channel.asks)

Incoming = tuple[Pending, Report]


@dataclass
class Returned:
    """A report that was returned and waits for what it lacks.

    Attributes:
        complaint_id: Its id.
        channel: Code of its channel.
        key: Of its reporter.
        reported_at: When it was first reported.
        report: What is known of it.
        lacks: What it lacks.
    """

    complaint_id: UUID
    channel: str
    key: str
    reported_at: datetime
    report: Report
    lacks: tuple[Missing, ...]


def find_replies(connection: Connection, incoming: Sequence[Incoming], desk: Desk) -> dict[int, UUID]:
    """Find the messages of a batch that complete a report, of the ledger or of the batch itself.

    Only channels whose reporters are asked have replies, and whatever says itself which report it completes.

    Args:
        connection: Open connection.
        incoming: The batch in the order of its reports.
        desk: What is known of the city.

    Returns:
        The complaint that each completes, by inbox id.
    """
    asked = [(item, report) for item, report in incoming if item.channel in ASKED or report.completes is not None]
    joined = join_accounts(connection, [(item.channel, report) for item, report in asked])
    keys = {item.inbox_id: key for (item, _), key in zip(asked, joined, strict=True)}
    quoted = {item.inbox_id: _quoted(report) for item, report in asked}
    numbers = numbered(connection, {number for some in quoted.values() for number in some})
    own = _versioned(connection, asked)
    meant = {numbers[report.completes] for _, report in asked if report.completes in numbers}
    waiting = _waiting(connection, [key for key in keys.values() if key], numbers.values(), meant, desk)
    writers = _count(keys.values())
    replies = dict(own)
    for item, report in asked:
        key, complaint_id = keys[item.inbox_id], complaint_id_for(item.channel, report.source_record_id)
        if item.inbox_id in own or complaint_id in waiting:
            continue
        named = [numbers[number] for number in quoted[item.inbox_id] if number in numbers]
        candidates = [one for one in waiting.values() if _is_asked(one, item, report, key, named)]
        for one in sorted(candidates, key=lambda one: (one.complaint_id in named, one.reported_at), reverse=True):
            is_meant = report.completes is not None and one.complaint_id in named
            if is_reply(one.report, one.lacks, report, desk.reference.channels[one.channel], desk, is_meant=is_meant):
                replies[item.inbox_id] = one.complaint_id
                one.report = supplemented(one.report, report, desk.gazetteer)
                one.lacks = lacks_of(one.report, desk.reference.channels[one.channel], desk)
                break
        else:
            if key and writers[key] > 1 and (lacks := lacks_of(report, desk.reference.channels[item.channel], desk)):
                waiting[complaint_id] = Returned(complaint_id, item.channel, key, report.reported_at, report, lacks)
    return replies


def _is_asked(one: Returned, item: Pending, report: Report, key: str | None, named: Sequence[UUID]) -> bool:
    """Whether a message may be a reply to the request for what a report lacks."""
    if not one.lacks:
        return False
    if one.complaint_id in named:
        theirs = keys_of_contact(report.reporter_contact, [one.channel]) if report.reporter_contact else []
        return one.key == key or one.key in theirs
    is_soon = timedelta(0) <= report.reported_at - one.reported_at <= WITHIN
    return one.key == key and one.channel == item.channel and is_soon and not named


def _quoted(report: Report) -> tuple[str, ...]:
    """The numbers that a message quotes; the one that it says it completes alone, where it does."""
    return (report.completes,) if report.completes is not None else quoted_numbers(report_text(report))


def _count(keys: Iterable[str | None]) -> Mapping[str, int]:
    counts: dict[str, int] = defaultdict(int)
    for key in keys:
        if key:
            counts[key] += 1
    return counts


def numbered(connection: Connection, numbers: Iterable[str]) -> dict[str, UUID]:
    """The complaints behind numbers."""
    rows = connection.execute(
        "select tracking_number, complaint_id from ledger.tracking_numbers where tracking_number = any(%s)",
        [sorted(numbers)],
    )
    return dict(rows.fetchall())


def _versioned(connection: Connection, asked: Sequence[Incoming]) -> dict[int, UUID]:
    """Messages that came before and completed a report then: an edit of a reply is a reply to the same."""
    rows = connection.execute(
        """
        select asked.inbox_id, complaints.complaint_id
        from unnest(%s::bigint[], %s::text[], %s::text[]) as asked (inbox_id, channel, source_record_id)
        inner join raw.inbox using (channel, source_record_id)
        inner join ledger.complaints on complaints.inbox_id = inbox.inbox_id
        where (complaints.channel, complaints.source_record_id) <> (inbox.channel, inbox.source_record_id)
        """,
        [
            [item.inbox_id for item, _ in asked],
            [item.channel for item, _ in asked],
            [report.source_record_id for _, report in asked],
        ],
    )
    return dict(rows.fetchall())


def _waiting(
    connection: Connection, keys: Sequence[str], named: Iterable[UUID], meant: Iterable[UUID], desk: Desk
) -> dict[UUID, Returned]:
    """Reports of these reporters, and these, whose newest version was returned; the ones meant, of any channel."""
    rows = connection.execute(
        """
        with theirs as (
            select complaint_id from private.complaints where reporter_key = any(%s)
            union
            select unnest(%s::uuid[])
        ),
        newest as (
            select distinct on (complaints.complaint_id)
                complaints.complaint_id, complaints.channel, people.reporter_key, complaints.reported_at,
                complaints.decision
            from theirs
            inner join ledger.complaints using (complaint_id)
            inner join private.complaints as people using (complaint_id, version)
            order by complaints.complaint_id, complaints.version desc
        )
        select complaint_id, channel, reporter_key, reported_at from newest
        where decision = 'returned' and reporter_key is not null
            and (channel = any(%s) or complaint_id = any(%s::uuid[]))
        """,
        [list(keys), list(named), list(ASKED), list(meant)],
    ).fetchall()
    known = known_versions(connection, [row[0] for row in rows], desk.gazetteer)
    waiting = {}
    for complaint_id, channel, key, reported_at in rows:
        if complaint_id in known:
            report = known[complaint_id].whole
            lacks = lacks_of(report, desk.reference.channels[channel], desk)
            waiting[complaint_id] = Returned(complaint_id, channel, key, reported_at, report, lacks)
    return waiting
