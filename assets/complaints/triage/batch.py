"""Triage of a batch: every report gets one verdict, none gets lost.

Belongs here: the order of the questions, and the sum that proves that nothing vanished.
Does not belong here: the questions themselves (places/place.py, complete.py, routing.py, again.py), the ledger.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from assets.complaints.complaint_id import complaint_id_for
from assets.complaints.model import Decision, Missing, Report
from assets.complaints.tracking import quoted_numbers
from assets.complaints.triage.addresses import read_address
from assets.complaints.triage.again import Again, Earlier, Known, LinkKind
from assets.complaints.triage.complete import missing
from assets.complaints.triage.desk import Desk
from assets.complaints.triage.filed import Filed
from assets.complaints.triage.message import ELSEWHERE, LINKED, NAMED_ELSEWHERE, RELAPSED, REPEATED, request_for
from assets.complaints.triage.model import IntakeReport, Route, RoutingBasis
from assets.complaints.triage.reporter import reporter_key
from assets.complaints.triage.verdict import Verdict
from assets.complaints.triage.visibility import visibility_of
from assets.complaints.triage.words import report_text, text_hash, whereabouts
from assets.places.place import Outside, Place, locate

# From a batch as it would be filed, and the numbers that it quotes, to the earlier complaints that it may repeat.
LookUp = Callable[[Sequence[Filed], Sequence[str]], Known]


class TriageError(Exception):
    """A batch that cannot be decided: an unknown channel, or verdicts that do not add up."""


def triage(reports: Sequence[IntakeReport], look_up: LookUp, desk: Desk) -> list[Verdict]:
    """Decide a batch.

    A report that the channel places in another city is rejected. One that lacks something is returned; else one that
    its own reporter repeats in the same words is rejected; else it is accepted, linked to the earlier one that it
    repeats if there is one. One that says that a closed case is not done goes to the agency that closed it. Within the
    batch the earlier report counts as the first, in whatever order the batch comes.

    Args:
        reports: The batch.
        look_up: Finds complaints accepted before it.
        desk: What is known of the city.

    Returns:
        One verdict for each report, in the order of `reports`.

    Raises:
        TriageError: A report of a channel that the reference lacks, or verdicts that do not add up.
    """
    channels = desk.reference.channels
    unknown = sorted({report.channel for report in reports} - channels.keys())
    if unknown:
        raise TriageError(f"expected channels of channels.csv, found {', '.join(unknown)}")
    places = locate([whereabouts(report.report) for report in reports], desk.gazetteer)
    routes = desk.router.route(reports, places)
    filed = [_filed(*one) for one in zip(reports, places, routes, strict=True)]
    quoted = [quoted_numbers(one.text) for one in filed]
    known = look_up(filed, sorted({number for numbers in quoted for number in numbers}))
    filed = [replace(one, closed_at=known.closed.get(one.complaint_id)) for one in filed]
    earlier = Earlier(known)
    verdicts: dict[int, Verdict] = {}
    for number in sorted(range(len(reports)), key=lambda number: _age(reports[number])):
        incoming, place, own = reports[number], places[number], filed[number]
        is_elsewhere = place.outside is Outside.FIELDS
        lacks = () if is_elsewhere else missing(incoming.report, place, channels[incoming.channel])
        again = Again() if lacks or is_elsewhere else earlier.judge(own, quoted[number])
        decision, reasons = _conclude(place, lacks, again)
        if decision is Decision.ACCEPTED:
            earlier.add(own, again)
        route = _routed(incoming.report, again, earlier, routes[number], desk)
        visibility = visibility_of(incoming.channel, incoming.report, route, desk.reference)
        verdicts[number] = Verdict(decision, reasons, lacks, again, route, place, visibility, own)
    decided = [verdicts[number] for number in range(len(reports))]
    _reconcile(reports, decided)
    return decided


def _age(incoming: IntakeReport) -> tuple[object, ...]:
    return incoming.report.reported_at, incoming.fetched_at, incoming.inbox_id


def _filed(incoming: IntakeReport, place: Place, route: Route) -> Filed:
    """Describe a report as the complaint that it may become."""
    report = incoming.report
    text = report_text(report)
    complaint_id = complaint_id_for(incoming.channel, report.source_record_id)
    return Filed(
        complaint_id=complaint_id,
        channel=incoming.channel,
        source_record_id=report.source_record_id,
        source_code=report.source_code,
        case_id=complaint_id,
        reporter_key=incoming.reporter_key or reporter_key(incoming.channel, report),
        reported_at=report.reported_at,
        closed_at=None,
        kelurahan_code=place.kelurahan_code,
        kecamatan_code=place.kecamatan_code,
        point=place.point,
        address=read_address(f"{report.address or ''}. {text}"),
        category_code=route.category_code,
        category_guess=route.category_guess,
        agencies=dict(route.candidates),
        text_hash=text_hash(text),
        text=text,
    )


def _routed(report: Report, again: Again, earlier: Earlier, route: Route, desk: Desk) -> Route:
    """What is said not to be done goes back to the agency that closed it; all else where the router sends it."""
    closed_by = earlier.closed_by(again.other(LinkKind.RELAPSE_OF))
    if report.continues is None or closed_by is None or closed_by not in desk.reference.skpd:
        return route
    return replace(route, skpd_code=closed_by, basis=RoutingBasis.CLOSED_IT, probability=1.0)


def _conclude(place: Place, lacks: tuple[Missing, ...], again: Again) -> tuple[Decision, tuple[str, ...]]:
    if place.outside is Outside.FIELDS:
        return Decision.REJECTED, (ELSEWHERE,)
    if lacks:
        outside = (NAMED_ELSEWHERE,) if place.outside is Outside.TEXT else ()
        return Decision.RETURNED, (*outside, request_for(lacks))
    if again.is_own_words:
        return Decision.REJECTED, (REPEATED,)
    if again.other(LinkKind.DUPLICATE_OF):
        return Decision.ACCEPTED, (LINKED,)
    return Decision.ACCEPTED, (RELAPSED,) if again.other(LinkKind.RELAPSE_OF) else ()


def _reconcile(reports: Sequence[IntakeReport], verdicts: Sequence[Verdict]) -> None:
    counts = Counter(verdict.decision for verdict in verdicts)
    ids = [complaint_id_for(incoming.channel, incoming.report.source_record_id) for incoming in reports]
    if counts.total() != len(reports) or ids != [verdict.filed.complaint_id for verdict in verdicts]:
        raise TriageError(f"expected a verdict for each of {len(reports)} reports, found {dict(counts)}")
