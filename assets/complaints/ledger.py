"""The ledger: pending inbox records become decided complaints with numbers, or are set aside.

Belongs here: the order of decisions. Does not belong here: the decision itself (triage/), numbers (numbering),
versions (versions), columns (entries).
"""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from psycopg import Connection, InterfaceError, OperationalError

from assets.complaints.accounts import join_accounts
from assets.complaints.complaint_id import complaint_id_for
from assets.complaints.continued import placed
from assets.complaints.doubts import find_doubts, write_doubts
from assets.complaints.entries import write_complaints, write_set_aside
from assets.complaints.expectations import unreadable
from assets.complaints.held import hold
from assets.complaints.history import read_history
from assets.complaints.model import Report
from assets.complaints.numbering import Applicant, number_complaints
from assets.complaints.outbox.queue import queue_answers
from assets.complaints.outbox.requested import answer_requests, take_requests
from assets.complaints.pending import Pending, lock_queue, read_pending, take_off
from assets.complaints.pictures import withhold_pictures
from assets.complaints.replies import find_replies
from assets.complaints.silence import count_hours
from assets.complaints.triage.batch import TriageError, triage
from assets.complaints.triage.desk import Desk
from assets.complaints.triage.model import IntakeReport
from assets.complaints.versions import Version, known_versions, number_versions
from assets.sources.faults import reason_of

# Records decided in one transaction: bounds memory, and what a kill makes the next run do again.
CHUNK = 5000
# Of a chunk; where more cannot be decided, the fault is the platform's.
MOST_HELD = 100


class UndecidableError(Exception):
    """Too many records cannot be decided."""


@dataclass(frozen=True)
class _Run:
    """What decides: the desk, the run, and the as-of time."""

    desk: Desk
    batch_id: str
    now: datetime


def decide_pending(connection: Connection, desk: Desk, batch_id: str, now: datetime) -> Counter[str]:
    """Decide the oldest pending records, at most `CHUNK`.

    In = accepted + returned + rejected + set aside + quarantined: a record that cannot be decided, whatever is raised
    while it is, is held with its reason, and the others are decided. Those of a channel whose newest batch cannot be
    read wait: what its older ones say may be as wrong.

    Args:
        connection: Open connection; the caller owns the transaction, so all of a chunk is decided or none.
        desk: What is known of the city.
        batch_id: The run.
        now: As-of time of the decisions.

    Returns:
        How many of each decision, how many were set aside and how many quarantined; empty where nothing was pending.

    Raises:
        UndecidableError: More than `MOST_HELD` records cannot be decided: the fault is not theirs.
    """
    lock_queue(connection)
    pending, held = read_pending(connection, CHUNK, unreadable(connection))
    counts = _decide_apart(connection, pending, _Run(desk, batch_id, now), held)
    hold(connection, held, batch_id, now)
    if held:
        counts["quarantined"] = len(held)
    return counts


def _decide_apart(
    connection: Connection, pending: Sequence[Pending], run: _Run, held: list[tuple[int, str]]
) -> Counter[str]:
    """Decide records together; where that fails, in halves, until the one that fails is alone and is held."""
    if not pending:
        return Counter()
    try:
        with connection.transaction():
            return _decide(connection, pending, run)
    except (OperationalError, InterfaceError, TriageError):
        # The server, or a channel that the seed lacks: no record's fault.
        raise
    except Exception as error:
        if len(pending) > 1:
            middle = len(pending) // 2
            older = _decide_apart(connection, pending[:middle], run, held)
            return older + _decide_apart(connection, pending[middle:], run, held)
        held.append((pending[0].inbox_id, reason_of(error, "a report")))
        if len(held) > MOST_HELD:
            raise UndecidableError(
                f"Expected at most {MOST_HELD} of {CHUNK:,} records that cannot be decided, found more. The newest:"
                f" {held[-1][1]}. Nothing of them was decided; mend the cause and run again."
            ) from error
        return Counter()


def _decide(connection: Connection, pending: Sequence[Pending], run: _Run) -> Counter[str]:
    desk, batch_id, now = run.desk, run.batch_id, run.now
    pending, requests = take_requests(connection, pending, now)
    reports = placed(connection, [(item, item.content) for item in pending if isinstance(item.content, Report)], desk)
    others = [item for item in pending if not isinstance(item.content, Report)]
    replies = find_replies(connection, reports, desk)
    ids = [complaint_id_for(item.channel, report.source_record_id) for item, report in reports]
    known = known_versions(connection, [*ids, *replies.values()], desk.gazetteer)
    versions, repeated = number_versions(reports, known, replies, desk.gazetteer)
    keys = join_accounts(connection, [(version.pending.channel, version.report) for version in versions])
    incoming = [
        IntakeReport(version.pending.inbox_id, version.pending.channel, version.pending.fetched_at, version.report, key)
        for version, key in zip(versions, keys, strict=True)
    ]
    verdicts = triage(incoming, partial(read_history, connection), desk)
    decided = list(zip(versions, verdicts, strict=True))
    doubts = find_doubts(connection, verdicts, desk.gazetteer)
    write_complaints(connection, decided, [bool(raised) for raised in doubts], batch_id, now)
    withhold_pictures(connection, decided)
    raised = ((version.complaint_id, version.number, some) for version, some in zip(versions, doubts, strict=True))
    write_doubts(connection, raised, batch_id, now)
    number_complaints(connection, _applicants(versions), now)
    queue_answers(connection, decided, desk.reference.skpd, batch_id, now)
    answer_requests(connection, requests, batch_id, now)
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
