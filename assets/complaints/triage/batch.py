"""Triage of a batch: every report gets one verdict, none gets lost.

Belongs here: the order of the questions, and the sum that proves that nothing vanished.
Does not belong here: the questions themselves (place, complete, category, duplicates, routing), the ledger.
"""

from collections import Counter
from collections.abc import Sequence

from assets.complaints.model import Decision, Missing
from assets.complaints.triage.complete import missing
from assets.complaints.triage.desk import Desk
from assets.complaints.triage.duplicates import Earlier, Repetition, is_comparable
from assets.complaints.triage.message import LINKED, REPEATED, request_for
from assets.complaints.triage.model import IntakeReport, KnownComplaint, Route, Verdict, complaint_id_for
from assets.complaints.triage.place import Place, locate
from assets.complaints.triage.reporter import reporter_key
from assets.complaints.triage.words import report_text, text_hash
from assets.reference import ChannelSeed


class TriageError(Exception):
    """A batch that cannot be decided: an unknown channel, or verdicts that do not add up."""


def triage(reports: list[IntakeReport], known: list[KnownComplaint], desk: Desk) -> list[Verdict]:
    """Decide a batch.

    A report that lacks something is returned; else one that its own reporter repeats is rejected; else it is
    accepted, linked to an earlier one in the same words at the same place if there is one. Within the batch
    the earlier report counts as the first, in whatever order the batch comes.

    Args:
        reports: The batch.
        known: Complaints accepted before it that it may repeat.
        desk: What is known of the city.

    Returns:
        One verdict for each report, in the order of `reports`.

    Raises:
        TriageError: A report of a channel that the reference lacks, or verdicts that do not add up.
    """
    channels = desk.reference.channels
    unknown = sorted({report.channel for report in reports} - channels.keys())
    if unknown:
        raise TriageError(f"expected channels of seeds/channels.csv, found {', '.join(unknown)}")
    places = locate([report.report for report in reports], desk.gazetteer)
    routes = desk.router.route(reports, places)
    earlier = Earlier()
    earlier.add_all(known)
    verdicts: dict[int, Verdict] = {}
    for number in sorted(range(len(reports)), key=lambda number: _age(reports[number])):
        incoming = reports[number]
        verdicts[number] = _decide(incoming, places[number], routes[number], earlier, channels[incoming.channel])
    decided = [verdicts[number] for number in range(len(reports))]
    _reconcile(reports, decided)
    return decided


def _age(incoming: IntakeReport) -> tuple[object, ...]:
    return incoming.report.reported_at, incoming.fetched_at, incoming.inbox_id


def _decide(
    incoming: IntakeReport,
    place: Place,
    route: Route,
    earlier: Earlier,
    channel: ChannelSeed,
) -> Verdict:
    lacks = missing(incoming.report, place, channel)
    own, is_long_enough = _as_known(incoming, place)
    repetition = earlier.repeated_by(own) if is_long_enough and not lacks else None
    decision, reasons = _conclude(lacks, repetition)
    if decision is Decision.ACCEPTED and is_long_enough:
        earlier.add(own)
    return Verdict(
        complaint_id=own.complaint_id,
        decision=decision,
        reasons=reasons,
        missing=lacks,
        duplicate_of=repetition.duplicate_of if repetition else None,
        route=route,
        latitude=place.latitude,
        longitude=place.longitude,
        kelurahan_code=place.kelurahan_code,
        kecamatan_code=place.kecamatan_code,
        place_basis=place.basis,
        place_method=place.method,
        place_confidence=place.confidence,
        text_hash=own.text_hash,
        reporter_key=own.reporter_key,
    )


def _as_known(incoming: IntakeReport, place: Place) -> tuple[KnownComplaint, bool]:
    """Describe a report as the complaint that it may become, and say whether its text is comparable."""
    report = incoming.report
    text = report_text(report)
    own = KnownComplaint(
        complaint_id=complaint_id_for(incoming.channel, report.source_record_id),
        channel=incoming.channel,
        source_record_id=report.source_record_id,
        reporter_key=reporter_key(incoming.channel, report),
        text_hash=text_hash(text),
        kelurahan_code=place.kelurahan_code,
        reported_at=report.reported_at,
    )
    return own, is_comparable(text)


def _conclude(lacks: tuple[Missing, ...], repetition: Repetition | None) -> tuple[Decision, tuple[str, ...]]:
    if lacks:
        return Decision.RETURNED, (request_for(lacks),)
    if repetition is None:
        return Decision.ACCEPTED, ()
    if repetition.by_same_reporter:
        return Decision.REJECTED, (REPEATED,)
    return Decision.ACCEPTED, (LINKED,)


def _reconcile(reports: Sequence[IntakeReport], verdicts: Sequence[Verdict]) -> None:
    counts = Counter(verdict.decision for verdict in verdicts)
    ids = [complaint_id_for(incoming.channel, incoming.report.source_record_id) for incoming in reports]
    if counts.total() != len(reports) or ids != [verdict.complaint_id for verdict in verdicts]:
        raise TriageError(f"expected a verdict for each of {len(reports)} reports, found {dict(counts)}")
