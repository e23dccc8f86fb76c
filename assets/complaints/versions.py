"""Versions: what a report is in the history of its complaint.

Belongs here: telling a new complaint, an edit of one, a reply that completes one and a repetition of its newest version
apart.
Does not belong here: the decision on a version (triage/), how it is written (entries).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce
from uuid import UUID

from psycopg import Connection

from assets.complaints.channels.registry import CHANNELS
from assets.complaints.complaint_id import complaint_id_for
from assets.complaints.model import Report
from assets.complaints.pending import Pending
from assets.complaints.triage.supplement import supplemented
from assets.places.gazetteer import Gazetteer
from assets.sources.records import Record


@dataclass(frozen=True)
class Version:
    """A report with its place in the history of its complaint."""

    pending: Pending
    report: Report
    number: int

    @property
    def complaint_id(self) -> UUID:
        """The same for every version."""
        return complaint_id_for(self.pending.channel, self.report.source_record_id)


@dataclass
class Known:
    """The newest version of a complaint.

    Attributes:
        version: Its number.
        channel: Code of the channel of the report.
        first_reported_at: When the complaint was first reported.
        report: What its newest message says, replies apart.
        replies: Messages that completed it since, in their order.
        whole: The report with what the replies added.
    """

    version: int
    channel: str
    first_reported_at: datetime
    report: Report
    replies: tuple[Report, ...]
    whole: Report


def known_versions(connection: Connection, complaint_ids: Sequence[UUID], gazetteer: Gazetteer) -> dict[UUID, Known]:
    """The newest version that the ledger holds of these complaints."""
    rows = connection.execute(
        """
        select complaints.complaint_id, complaints.version, complaints.reported_at, complaints.channel,
            inbox.source_record_id = complaints.source_record_id and inbox.channel = complaints.channel,
            inbox.channel, inbox.source_record_id, payloads.payload
        from ledger.complaints
        inner join raw.inbox using (inbox_id)
        inner join private.payloads using (inbox_id)
        where complaints.complaint_id = any(%s)
        order by complaints.complaint_id, complaints.version
        """,
        [list(complaint_ids)],
    )
    known: dict[UUID, Known] = {}
    for complaint_id, version, reported_at, channel, is_own, sender, source, payload in rows:
        report = CHANNELS[sender].parse(Record(source, payload))
        if not isinstance(report, Report):
            continue
        before = known.get(complaint_id)
        if is_own:
            replies = before.replies if before else ()
            known[complaint_id] = _known(version, channel, reported_at, report, replies, gazetteer)
        elif before is not None:
            replies = (*before.replies, report)
            known[complaint_id] = _known(version, channel, reported_at, before.report, replies, gazetteer)
    return known


def _says_the_same(report: Report, before: Report) -> bool:
    return replace(report, reported_at=before.reported_at, time_basis=before.time_basis) == before


def number_versions(
    reports: Sequence[tuple[Pending, Report]],
    known: dict[UUID, Known],
    replies: Mapping[int, UUID],
    gazetteer: Gazetteer,
) -> tuple[list[Version], list[Pending]]:
    """Number each report within its complaint; one that says what the newest version says is no version.

    Args:
        reports: The batch.
        known: The newest versions before it; added to.
        replies: The complaint that a message completes, by inbox id.
        gazetteer: The city's areas by name.
    """
    versions, repeated = [], []
    for pending, report in reports:
        complaint_id = replies.get(pending.inbox_id) or complaint_id_for(pending.channel, report.source_record_id)
        before = known.get(complaint_id)
        is_reply = before is not None and pending.inbox_id in replies
        if before is not None and any(
            _says_the_same(report, one) for one in (before.replies if is_reply else (before.report,))
        ):
            repeated.append(pending)
            continue
        if before is None:
            new = _known(1, pending.channel, report.reported_at, report, (), gazetteer)
        else:
            own, told = (before.report, (*before.replies, report)) if is_reply else (report, before.replies)
            new = _known(before.version + 1, before.channel, before.first_reported_at, own, told, gazetteer)
        known[complaint_id] = new
        # An edit does not start the clock anew: the complaint was reported when it was first reported.
        versions.append(
            Version(
                replace(pending, channel=new.channel),
                replace(new.whole, reported_at=new.first_reported_at),
                new.version,
            )
        )
    return versions, repeated


def _known(
    version: int, channel: str, first: datetime, report: Report, replies: tuple[Report, ...], gazetteer: Gazetteer
) -> Known:
    whole = reduce(lambda told, reply: supplemented(told, reply, gazetteer), replies, report)
    return Known(version, channel, first, report, replies, whole)
