"""The ledger: pending inbox records become decided complaints with numbers, or are set aside.

Belongs here: the order of decisions. Does not belong here: the decision itself (triage/), numbers (numbering),
versions (versions), columns (entries).
"""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from functools import partial

from psycopg import Connection

from assets.complaints.doubts import find_doubts, write_doubts
from assets.complaints.entries import write_complaints, write_set_aside
from assets.complaints.history import read_history
from assets.complaints.model import Report
from assets.complaints.numbering import Applicant, number_complaints
from assets.complaints.outbox.queue import queue_answers
from assets.complaints.pending import lock_queue, read_pending, take_off
from assets.complaints.replies import find_replies
from assets.complaints.silence import count_hours
from assets.complaints.triage.batch import triage
from assets.complaints.triage.desk import Desk
from assets.complaints.triage.model import IntakeReport, complaint_id_for
from assets.complaints.versions import Version, known_versions, number_versions

# Records decided in one transaction: bounds memory, and what a kill makes the next run do again.
CHUNK = 5000


def decide_pending(connection: Connection, desk: Desk, batch_id: str, now: datetime) -> Counter[str]:
    """Decide the oldest pending records, at most `CHUNK`: in = accepted + returned + rejected + set aside.

    Args:
        connection: Open connection; the caller owns the transaction, so all of a chunk is decided or none.
        desk: What is known of the city.
        batch_id: The run.
        now: As-of time of the decisions.

    Returns:
        How many of each decision, and how many were set aside; empty where nothing was pending.
    """
    lock_queue(connection)
    pending = read_pending(connection, CHUNK)
    reports = [(item, item.content) for item in pending if isinstance(item.content, Report)]
    others = [item for item in pending if not isinstance(item.content, Report)]
    replies = find_replies(connection, reports, desk)
    ids = [complaint_id_for(item.channel, report.source_record_id) for item, report in reports]
    known = known_versions(connection, [*ids, *replies.values()], desk.gazetteer)
    versions, repeated = number_versions(reports, known, replies, desk.gazetteer)
    incoming = [
        IntakeReport(version.pending.inbox_id, version.pending.channel, version.pending.fetched_at, version.report)
        for version in versions
    ]
    verdicts = triage(incoming, partial(read_history, connection), desk)
    decided = list(zip(versions, verdicts, strict=True))
    doubts = find_doubts(connection, verdicts, desk.gazetteer)
    write_complaints(connection, decided, [bool(raised) for raised in doubts], batch_id, now)
    raised = ((version.complaint_id, version.number, some) for version, some in zip(versions, doubts, strict=True))
    write_doubts(connection, raised, batch_id, now)
    number_complaints(connection, _applicants(versions), now)
    queue_answers(connection, decided, desk.reference.skpd, batch_id, now)
    count_hours(connection, ((one.channel, one.report.reported_at) for one in incoming))
    write_set_aside(connection, others, repeated, batch_id, now)
    take_off(connection, pending)
    counts = Counter(verdict.decision.value for verdict in verdicts)
    if others or repeated:
        counts["set_aside"] = len(others) + len(repeated)
    return counts


def decide_all(
    transaction: Callable[[], AbstractContextManager[Connection]],
    desk: Desk,
    batch_id: str,
    now: datetime,
) -> Counter[str]:
    """Decide every pending record, one transaction for each chunk; what is decided stays so if the next fails."""
    counts: Counter[str] = Counter()
    counted_at = CHUNK
    while True:
        with transaction() as connection:
            decided = decide_pending(connection, desk, batch_id, now)
        if not decided:
            return counts
        counts += decided
        if counts.total() >= counted_at:
            with transaction() as connection:
                _analyze(connection)
            counted_at *= 2


def _analyze(connection: Connection) -> None:
    """Refresh the statistics that PostgreSQL plans its queries by.

    Autovacuum is too slow for a backlog: PostgreSQL planned each chunk for the small ledger of the beginning, and the
    twentieth chunk took half as long again as the first.
    """
    connection.execute(
        "analyze ledger.complaints, ledger.spots, ledger.tracking_numbers, private.complaints, raw.pending"
    )


def _applicants(versions: Sequence[Version]) -> list[Applicant]:
    return [
        Applicant(
            version.complaint_id,
            version.report.source_code,
            version.report.reported_at,
            version.pending.fetched_at,
        )
        for version in versions
        if version.number == 1
    ]
