"""The ledger: pending inbox records become decided complaints with numbers, or are set aside.

Belongs here: versions, the order of decisions, and what is written where.
Does not belong here: the decision itself (triage/), numbers (numbering).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from psycopg import Connection

from assets.complaints.channels.registry import CHANNELS
from assets.complaints.model import ChannelEvent, NotAReport, Record, Report, SetAsideReason
from assets.complaints.numbering import Applicant, number_complaints
from assets.complaints.triage.batch import triage
from assets.complaints.triage.model import IntakeReport, KnownComplaint, Verdict, complaint_id_for
from assets.complaints.triage.words import report_text, text_hash
from assets.reference import CityReference
from assets.storage import copy_rows

LEDGER_COLUMNS = (
    "complaint_id", "version", "inbox_id", "channel", "source_record_id", "source_code", "reported_at",
    "fetched_at", "decided_at", "decision", "reasons", "missing", "duplicate_of", "category_code", "skpd_code",
    "routing_basis", "latitude", "longitude", "kelurahan_code", "kecamatan_code", "place_basis",
    "place_confidence", "text_hash", "has_photo", "batch_id", "is_synthetic",
)  # fmt: skip

PRIVATE_COLUMNS = (
    "complaint_id", "version", "reporter_key", "reporter_name", "reporter_contact", "address", "title",
    "description", "photo_urls",
)  # fmt: skip


@dataclass(frozen=True)
class Pending:
    """One undecided inbox record, parsed."""

    inbox_id: int
    channel: str
    fetched_at: datetime
    is_synthetic: bool
    content: Report | ChannelEvent | NotAReport


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


def _read_pending(connection: Connection) -> list[Pending]:
    """Every undecided record, in the order of its report: the same whatever the order of intake."""
    rows = connection.execute(
        """
        select inbox.inbox_id, inbox.channel, inbox.source_record_id, inbox.fetched_at, inbox.is_synthetic,
            payloads.payload
        from raw.pending
        inner join raw.inbox using (inbox_id)
        inner join private.payloads using (inbox_id)
        """
    ).fetchall()
    pending = [
        Pending(inbox_id, channel, fetched_at, synthetic, CHANNELS[channel].parse(Record(source, payload)))
        for inbox_id, channel, source, fetched_at, synthetic, payload in rows
    ]
    return sorted(pending, key=_order)


def _order(pending: Pending) -> tuple[datetime, str, str, int]:
    content = pending.content
    when = content.reported_at if isinstance(content, Report) else pending.fetched_at
    source = "" if isinstance(content, NotAReport) else content.source_record_id
    return when, pending.channel, source, pending.inbox_id


def _known_versions(connection: Connection, complaint_ids: Sequence[UUID]) -> dict[UUID, Known]:
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


def _versions(
    reports: Sequence[tuple[Pending, Report]], known: dict[UUID, Known]
) -> tuple[list[Version], list[Pending]]:
    """Number each report within its complaint; one that says what the newest version says is no version."""
    versions, repeated = [], []
    for pending, report in reports:
        complaint_id = complaint_id_for(pending.channel, report.source_record_id)
        before = known.get(complaint_id)
        if before is not None and replace(report, reported_at=before.report.reported_at) == before.report:
            repeated.append(pending)
            continue
        number, first = (before.version + 1, before.first_reported_at) if before else (1, report.reported_at)
        known[complaint_id] = Known(number, first, report)
        # An edit does not start the clock anew: the complaint was reported when it was first reported.
        versions.append(Version(pending, replace(report, reported_at=first), number))
    return versions, repeated


def _comparable(connection: Connection, versions: Sequence[Version]) -> list[KnownComplaint]:
    """Accepted complaints with the same words as one of these, whatever their age: triage knows its window."""
    rows = connection.execute(
        """
        select complaint_id, complaints.channel, complaints.source_record_id, reporter_key, complaints.text_hash,
            complaints.kelurahan_code, complaints.reported_at
        from ledger.complaints
        inner join private.complaints as people using (complaint_id, version)
        where complaints.text_hash = any(%s) and complaints.decision = 'accepted'
        """,
        [sorted({text_hash(report_text(version.report)) for version in versions})],
    )
    return [KnownComplaint(*row) for row in rows]


def _write_complaints(
    connection: Connection, decided: Iterable[tuple[Version, Verdict]], batch_id: str, now: datetime
) -> None:
    """Append versions to the ledger, and who reported them to the private schema."""
    decided = list(decided)
    copy_rows(
        connection,
        "ledger.complaints",
        LEDGER_COLUMNS,
        (
            (
                verdict.complaint_id, version.number, version.pending.inbox_id, version.pending.channel,
                version.report.source_record_id, version.report.source_code, version.report.reported_at,
                version.pending.fetched_at, now, verdict.decision.value, list(verdict.reasons),
                [missing.value for missing in verdict.missing], verdict.duplicate_of, verdict.category_code,
                verdict.skpd_code, verdict.routing_basis.value, verdict.latitude, verdict.longitude,
                verdict.kelurahan_code, verdict.kecamatan_code, verdict.place_basis.value,
                verdict.place_confidence, verdict.text_hash, bool(version.report.photo_urls), batch_id,
                version.pending.is_synthetic,
            )
            for version, verdict in decided
        ),
    )  # fmt: skip
    copy_rows(
        connection,
        "private.complaints",
        PRIVATE_COLUMNS,
        (
            (
                verdict.complaint_id, version.number, verdict.reporter_key, version.report.reporter_name,
                version.report.reporter_contact or version.report.reporter_handle, version.report.address,
                version.report.title, version.report.description, list(version.report.photo_urls),
            )
            for version, verdict in decided
        ),
    )  # fmt: skip


def _write_set_aside(
    connection: Connection,
    items: Iterable[Pending],
    repeated: Iterable[Pending],
    batch_id: str,
    now: datetime,
) -> None:
    """Book records that are no complaint of their own, with the complaint that they speak of."""
    rows: list[tuple[Pending, str, UUID | None, datetime | None]] = []
    for pending in items:
        content = pending.content
        if isinstance(content, ChannelEvent):
            complaint = complaint_id_for(pending.channel, content.source_record_id)
            rows.append((pending, content.kind.value, complaint, content.occurred_at))
        elif isinstance(content, NotAReport):
            rows.append((pending, content.reason.value, None, None))
    for pending in repeated:
        if isinstance(pending.content, Report):
            complaint = complaint_id_for(pending.channel, pending.content.source_record_id)
            rows.append((pending, SetAsideReason.REPEATED.value, complaint, pending.content.reported_at))
    copy_rows(
        connection,
        "ledger.set_aside",
        ["inbox_id", "channel", "reason", "complaint_id", "occurred_at", "decided_at", "batch_id"],
        (
            (pending.inbox_id, pending.channel, reason, complaint, occurred_at, now, batch_id)
            for pending, reason, complaint, occurred_at in rows
        ),
    )


def decide_pending(connection: Connection, reference: CityReference, batch_id: str, now: datetime) -> Counter[str]:
    """Decide every pending record: in = accepted + returned + rejected + set aside.

    Args:
        connection: Open connection; the caller owns the transaction, so all of a batch is decided or none.
        reference: The city's reference data.
        batch_id: The run.
        now: As-of time of the decisions.

    Returns:
        How many of each decision, and how many were set aside.
    """
    # One triage at a time: two would decide the same queue.
    connection.execute("lock table raw.pending in exclusive mode")
    pending = _read_pending(connection)
    reports = [(item, item.content) for item in pending if isinstance(item.content, Report)]
    others = [item for item in pending if not isinstance(item.content, Report)]
    ids = [complaint_id_for(item.channel, report.source_record_id) for item, report in reports]
    versions, repeated = _versions(reports, _known_versions(connection, ids))
    incoming = [
        IntakeReport(version.pending.inbox_id, version.pending.channel, version.pending.fetched_at, version.report)
        for version in versions
    ]
    verdicts = triage(incoming, _comparable(connection, versions), reference)
    _write_complaints(connection, zip(versions, verdicts, strict=True), batch_id, now)
    applicants = [
        Applicant(
            version.complaint_id,
            version.report.source_code,
            version.report.reported_at,
            version.pending.fetched_at,
        )
        for version in versions
        if version.number == 1
    ]
    number_complaints(connection, applicants, now)
    _write_set_aside(connection, others, repeated, batch_id, now)
    connection.execute("delete from raw.pending")
    counts = Counter(verdict.decision.value for verdict in verdicts)
    counts["set_aside"] = len(others) + len(repeated)
    return counts
