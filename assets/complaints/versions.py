"""Versions: what a report is in the history of its complaint.

Belongs here: telling a new complaint, an edit of one and a repetition of its newest version apart.
Does not belong here: the decision on a version (triage/), how it is written (entries).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from psycopg import Connection

from assets.complaints.channels.registry import CHANNELS
from assets.complaints.identity import complaint_id_for
from assets.complaints.model import Report
from assets.complaints.pending import Pending
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
    """The newest version of a complaint: its number, when it was first reported, and what it says."""

    version: int
    first_reported_at: datetime
    report: Report


def known_versions(connection: Connection, complaint_ids: Sequence[UUID]) -> dict[UUID, Known]:
    """The newest version that the ledger holds of these complaints."""
    rows = connection.execute(
        """
        select distinct on (complaints.complaint_id)
            complaints.complaint_id, complaints.version, complaints.reported_at, complaints.channel,
            complaints.source_record_id, payloads.payload
        from ledger.complaints
        inner join private.payloads using (inbox_id)
        where complaints.complaint_id = any(%s)
        order by complaints.complaint_id, complaints.version desc
        """,
        [list(complaint_ids)],
    )
    known = {}
    for complaint_id, version, reported_at, channel, source, payload in rows:
        report = CHANNELS[channel].parse(Record(source, payload))
        if isinstance(report, Report):
            known[complaint_id] = Known(version, reported_at, report)
    return known


def _says_the_same(report: Report, before: Report) -> bool:
    return replace(report, reported_at=before.reported_at, time_basis=before.time_basis) == before


def number_versions(
    reports: Sequence[tuple[Pending, Report]], known: dict[UUID, Known]
) -> tuple[list[Version], list[Pending]]:
    """Number each report within its complaint; one that says what the newest version says is no version."""
    versions, repeated = [], []
    for pending, report in reports:
        complaint_id = complaint_id_for(pending.channel, report.source_record_id)
        before = known.get(complaint_id)
        if before is not None and _says_the_same(report, before.report):
            repeated.append(pending)
            continue
        number, first = (before.version + 1, before.first_reported_at) if before else (1, report.reported_at)
        known[complaint_id] = Known(number, first, report)
        # An edit does not start the clock anew: the complaint was reported when it was first reported.
        versions.append(Version(pending, replace(report, reported_at=first), number))
    return versions, repeated
