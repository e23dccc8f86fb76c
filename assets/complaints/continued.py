"""Reports that say that an earlier one is not done, or is met by them too: they stand where that one stood.

Belongs here: what such a report takes over from the one that it continues.
Does not belong here: whether it is a relapse or one more of the same (triage/again.py).

Who quotes a number need not be its reporter and is told nothing of what is taken over: the report is no more visible
than the one that it continues.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from psycopg import Connection

from assets.complaints.model import Report, Visibility
from assets.complaints.pending import Pending
from assets.complaints.replies import numbered
from assets.complaints.triage.desk import Desk
from assets.complaints.triage.visibility import least_visible
from assets.complaints.versions import known_versions

Incoming = tuple[Pending, Report]


def placed(connection: Connection, incoming: Sequence[Incoming], desk: Desk) -> list[Incoming]:
    """Give reports that continue another one its place and matter, where they tell none of their own.

    Args:
        connection: Open connection.
        incoming: The batch.
        desk: What is known of the city.
    """
    complaints = numbered(connection, {report.continues for _, report in incoming if report.continues})
    if not complaints:
        return list(incoming)
    known = known_versions(connection, list(complaints.values()), desk.gazetteer)
    told = _told(connection, list(complaints.values()))
    placed_ones = []
    for item, report in incoming:
        earlier = complaints.get(report.continues) if report.continues else None
        if earlier is not None and earlier in known:
            report = _beside(report, known[earlier].whole, *told[earlier], desk)
        placed_ones.append((item, report))
    return placed_ones


def _beside(report: Report, earlier: Report, visibility: Visibility, category: str | None, desk: Desk) -> Report:
    categories = desk.reference.categories
    named = categories[category].name if category is not None and category in categories else earlier.category_name
    seen = least_visible((report.visibility, visibility))
    report = replace(report, category_name=report.category_name or named, visibility=seen)
    if report.kelurahan_name or report.address or report.latitude is not None:
        return report
    return replace(
        report,
        address=earlier.address,
        kelurahan_name=earlier.kelurahan_name,
        kecamatan_name=earlier.kecamatan_name,
        latitude=earlier.latitude,
        longitude=earlier.longitude,
    )


def _told(connection: Connection, complaint_ids: Sequence[UUID]) -> Mapping[UUID, tuple[Visibility, str | None]]:
    """To whom each complaint may be shown, and its category."""
    rows = connection.execute(
        """
        select distinct on (complaint_id) complaint_id, visibility, category_code
        from ledger.complaints
        where complaint_id = any(%s)
        order by complaint_id, version desc
        """,
        [list(complaint_ids)],
    )
    return {complaint_id: (Visibility(visibility), category) for complaint_id, visibility, category in rows}
