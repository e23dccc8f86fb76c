"""News into the outbox: what agencies booked since the last time, to the reporters of the case and to who follows it.

Belongs here: reading the events that nobody was told of, and whom to tell. Does not belong here: what is news
(timeline.py), the sentences (words.py), sending (assets/complaints/outbox).

Every event that comes in is put into `ledger.untold_events` by the statement that books it, whoever does; here it is
taken off in the transaction that queues what is told of it. So the work is that of the new events, whatever came
before; a restart loses nothing and tells nothing twice.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg import Connection

from assets.cases.news.timeline import Case, CaseReport, Event, News, newest_news
from assets.cases.news.words import Vocabulary
from assets.complaints.model import Visibility
from assets.complaints.outbox.address import MAIL, SMS
from assets.complaints.outbox.answers import MessageKind
from assets.complaints.outbox.follows import follows_of_reporters, normal
from assets.complaints.outbox.queue import WAYS, Message, enqueue
from assets.complaints.triage.visibility import least_visible
from assets.statuses import CaseStatus

# The ways on which one person alone reads what is sent; the others are replies that everybody sees.
PERSONAL = frozenset({MAIL, SMS, "whatsapp"})
# Channel under which a message counts that is not about a report of that channel.
CHANNEL_OF = {MAIL: "email", SMS: "sms", "whatsapp": "whatsapp"}

# Newest versions of the reports of cases, the first of each case first.
REPORTS = """
    select cases.case_id, newest.skpd_code, newest.complaint_id, newest.version, numbers.tracking_number,
        newest.channel, newest.source_record_id, people.reporter_contact, newest.visibility, newest.category_code,
        newest.kelurahan_code, newest.is_synthetic
    from unnest(%s::uuid[]) as cases (case_id)
    cross join lateral (
        select cases.case_id as complaint_id
        union
        select complaint_id from ledger.complaints where duplicate_of = cases.case_id
    ) as reports
    cross join lateral (
        select * from ledger.complaints
        where complaints.complaint_id = reports.complaint_id
        order by version desc
        limit 1
    ) as newest
    inner join ledger.tracking_numbers as numbers on numbers.complaint_id = newest.complaint_id
    inner join private.complaints as people
        on people.complaint_id = newest.complaint_id and people.version = newest.version
    where newest.decision = 'accepted' and coalesce(newest.duplicate_of, newest.complaint_id) = cases.case_id
    order by cases.case_id, newest.complaint_id <> cases.case_id, numbers.tracking_number
"""
EVENTS = """
    with booked as (
        select * from raw.case_events where tracking_number = any(%(numbers)s)
        union
        select events.*
        from unnest(%(channels)s::text[], %(records)s::text[]) as records (channel, source_record_id)
        inner join raw.case_events as events
            on events.channel = records.channel and events.source_record_id = records.source_record_id
    )
    select booked.event_id, tracking_number, channel, source_record_id, status, holder_code, occurred_at, booked_at,
        promised_at, waits_for_reporter, notes.note
    from booked
    left join desk.notes on notes.event_id = booked.event_id and notes.for_reporter
    where is_current and not is_withdrawn
"""
# An event may come before its report; it is waited for as long as it would be news.
TOUCHED = """
    with taken as (
        delete from ledger.untold_events returning event_id, queued_at
    ),
    booked as (
        select taken.*, events.tracking_number, events.channel, events.source_record_id
        from taken
        inner join raw.case_events as events using (event_id)
        where events.is_current and not events.is_withdrawn
    ),
    named as (
        select booked.event_id, numbers.complaint_id
        from booked
        inner join ledger.tracking_numbers as numbers using (tracking_number)
        union
        select booked.event_id, complaints.complaint_id
        from booked
        inner join ledger.complaints using (channel, source_record_id)
    ),
    kept as (
        insert into ledger.untold_events
        select event_id, queued_at from booked
        where queued_at > now() - interval '3 days' and event_id not in (select event_id from named)
    )
    select coalesce(newest.duplicate_of, named.complaint_id), array_agg(named.event_id)
    from named
    cross join lateral (
        select duplicate_of from ledger.complaints
        where complaints.complaint_id = named.complaint_id
        order by version desc
        limit 1
    ) as newest
    group by 1
"""


@dataclass(frozen=True)
class Follower:
    """Somebody who follows a number."""

    follow_id: int
    recipient_id: int
    way: str
    contact: str


@dataclass(frozen=True)
class Audience:
    """Who is told of cases.

    Attributes:
        own: By number: the reporter's following, and whether it was stopped.
        followers: By number.
    """

    own: Mapping[str, tuple[int, bool]]
    followers: Mapping[str, Sequence[Follower]]


def tell_news(connection: Connection, vocabulary: Vocabulary, batch_id: str, now: datetime) -> int:
    """Queue what is told of the events that came in; returns how many messages.

    Args:
        connection: Open connection; the caller owns the transaction.
        vocabulary: What sentences name.
        batch_id: The run.
        now: When.
    """
    untold: dict[UUID, set[str]] = {case: set(events) for case, events in connection.execute(TOUCHED)}
    found = [
        (case, news)
        for case in read_cases(connection, untold)
        if (news := newest_news(case)) is not None and news.event.event_id in untold[case.case_id]
    ]
    audience = read_audience(connection, [case for case, _ in found])
    messages = [message for case, news in found for message in _told(case, news, audience, vocabulary)]
    return enqueue(connection, messages, batch_id, now)


def read_cases(connection: Connection, case_ids: Collection[UUID]) -> list[Case]:
    """Cases with their reports and events; one that is not accepted any more is left out."""
    reports: dict[UUID, list[CaseReport]] = defaultdict(list)
    holders: dict[UUID, str] = {}
    cases_by: dict[object, UUID] = {}
    for case_id, holder, *row in connection.execute(REPORTS, [list(case_ids)]):
        complaint_id, version, number, channel, source, contact, visibility, category, kelurahan, synthetic = row
        holders.setdefault(case_id, holder)
        cases_by[number] = cases_by[channel, source] = case_id
        reports[case_id].append(
            CaseReport(
                complaint_id, version, number, channel, contact, Visibility(visibility), category, kelurahan, synthetic
            )
        )
    events: dict[UUID, dict[str, Event]] = defaultdict(dict)
    records = [key for key in cases_by if isinstance(key, tuple)]
    asked = {
        "numbers": [key for key in cases_by if isinstance(key, str)],
        "channels": [channel for channel, _ in records],
        "records": [source for _, source in records],
    }
    for event_id, number, channel, source, status, *rest in connection.execute(EVENTS, asked):
        case_id = cases_by[number] if number is not None else cases_by[channel, source]
        events[case_id][event_id] = Event(event_id, CaseStatus(status), *rest)
    return [Case(case, holders[case], tuple(some), tuple(events[case].values())) for case, some in reports.items()]


def read_audience(connection: Connection, cases: Iterable[Case]) -> Audience:
    """Who reported and who follows these cases."""
    numbers = [report.number for case in cases for report in case.reports]
    followers: dict[str, list[Follower]] = defaultdict(list)
    rows = connection.execute(
        """
        select tracking_number, follow_id, recipient_id, way, contact
        from private.follows
        inner join private.recipients using (recipient_id)
        where tracking_number = any(%s) and confirmed_at is not null and stopped_at is null
        order by follow_id
        """,
        [numbers],
    )
    for number, *row in rows:
        followers[number].append(Follower(*row))
    return Audience(follows_of_reporters(connection, numbers), followers)


def addressed(
    case: Case, audience: Audience, *, has_links: bool
) -> Iterator[tuple[CaseReport, Visibility, str, Follower | None, int]]:
    """Whom a case is told: the report, what may be told of it, the way, who follows it, and the following.

    A report that repeats another is told as the less visible of the two. Replies that everybody sees tell nothing of a
    confidential one. Nobody gets the same twice by one way.
    """
    first = case.reports[0]
    for report in case.reports:
        visibility = least_visible((first.visibility, report.visibility))
        way, (follow_id, is_stopped) = WAYS.get(report.channel), audience.own[report.number]
        told: set[tuple[str, str]] = set()
        if way is not None and report.contact is not None:
            told.add((way, normal(report.contact)))
            is_open = way in PERSONAL or visibility is not Visibility.CONFIDENTIAL
            # A mail cannot be stopped by a word.
            if is_open and not is_stopped and (has_links or way != MAIL):
                yield report, visibility, way, None, follow_id
        for follower in audience.followers.get(report.number, ()):
            if (follower.way, follower.contact) not in told:
                yield report, visibility, follower.way, follower, follower.follow_id


def _told(case: Case, news: News, audience: Audience, vocabulary: Vocabulary) -> Iterator[Message]:
    has_links = vocabulary.address.url is not None
    for report, visibility, way, follower, follow_id in addressed(case, audience, has_links=has_links):
        body = vocabulary.news(report, news, visibility, way)
        yield message_about(report, way, follower, follow_id, news.kind, body, news.event.event_id)


def message_about(
    report: CaseReport,
    way: str,
    follower: Follower | None,
    follow_id: int,
    kind: MessageKind,
    body: str,
    occasion: str,
) -> Message:
    """A message about a report, to its reporter or to who follows it."""
    return Message(
        report.channel if follower is None else CHANNEL_OF[way], way, kind, body, report.is_synthetic,
        report.complaint_id, report.version, None if follower is None else follower.recipient_id,
        follow_id if way in PERSONAL else None, occasion,
    )  # fmt: skip
