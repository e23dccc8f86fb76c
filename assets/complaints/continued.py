"""Reports that say that an earlier one is not done, or is met by them too: they stand where that one stood.

Belongs here: what such a report takes over from the one that it continues.
Does not belong here: whether it is a relapse or one more of the same (triage/again.py), who gets it (triage/batch.py).

Who quotes a number need not be its reporter and is told nothing of what is taken over: the report is no more visible
than the one that it continues, and lies nowhere else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple
from uuid import UUID

from psycopg import Connection

from assets.complaints.model import Report, Visibility
from assets.complaints.pending import Pending
from assets.complaints.replies import numbered
from assets.complaints.triage.desk import Desk
from assets.complaints.triage.visibility import least_visible
from assets.complaints.versions import known_versions

Incoming = tuple[Pending, Report]


class _Stood(NamedTuple):
    """What the ledger has of a complaint and its case."""

    visibility: Visibility
    category_code: str | None
    kelurahan_code: str | None
    kecamatan_code: str | None


def placed(connection: Connection, incoming: Sequence[Incoming], desk: Desk) -> list[Incoming]:
    """Give reports that continue another one its place and, where they name none of their own, its matter.

    Args:
        connection: Open connection.
        incoming: The batch.
        desk: What is known of the city.
    """
    complaints = numbered(connection, {report.continues for _, report in incoming if report.continues})
    if not complaints:
        return list(incoming)
    known = known_versions(connection, list(complaints.values()), desk.gazetteer)
    stood = _stood(connection, list(complaints.values()))
    placed_ones = []
    for item, report in incoming:
        earlier = complaints.get(report.continues) if report.continues else None
        if earlier is not None and earlier in stood:
            told = known[earlier].whole if earlier in known else None
            report = _beside(report, told, stood[earlier], desk)
        placed_ones.append((item, report))
    return placed_ones


def _beside(report: Report, earlier: Report | None, stood: _Stood, desk: Desk) -> Report:
    """A report beside the one that it continues; of one whose reporter was erased the ledger still tells the area."""
    reference = desk.reference
    category = reference.categories.get(stood.category_code or "")
    kelurahan = reference.kelurahan.get(stood.kelurahan_code or "")
    kecamatan = reference.kecamatan.get(stood.kecamatan_code or "")
    named = category.name if category else earlier.category_name if earlier else None
    return replace(
        report,
        category_name=report.category_name or named,
        visibility=least_visible((report.visibility, stood.visibility)),
        address=earlier.address if earlier else None,
        kelurahan_name=kelurahan.name if kelurahan else earlier.kelurahan_name if earlier else None,
        kecamatan_name=kecamatan.name if kecamatan else earlier.kecamatan_name if earlier else None,
        latitude=earlier.latitude if earlier else None,
        longitude=earlier.longitude if earlier else None,
    )


def _stood(connection: Connection, complaint_ids: Sequence[UUID]) -> Mapping[UUID, _Stood]:
    """To whom each complaint may be shown, which is to nobody more than its case, and matter and place of the case."""
    rows = connection.execute(
        """
        select own.complaint_id, own.visibility, held.visibility, held.category_code, held.kelurahan_code,
            held.kecamatan_code
        from unnest(%s::uuid[]) as asked (complaint_id)
        cross join lateral (
            select * from ledger.complaints
            where complaints.complaint_id = asked.complaint_id
            order by version desc
            limit 1
        ) as own
        cross join lateral (
            select * from ledger.complaints
            where complaints.complaint_id = coalesce(own.duplicate_of, own.complaint_id)
            order by version desc
            limit 1
        ) as held
        """,
        [list(complaint_ids)],
    )
    return {
        complaint_id: _Stood(least_visible((Visibility(own), Visibility(held))), category, kelurahan, kecamatan)
        for complaint_id, own, held, category, kelurahan, kecamatan in rows
    }
