"""Entries of the ledger: how decided versions and records set aside are written.

Belongs here: which value goes into which column. Does not belong here: the decision (triage/), numbers (numbering).
"""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from psycopg import Connection

from assets.complaints.complaint_id import complaint_id_for
from assets.complaints.history import write_spots
from assets.complaints.model import ChannelEvent, Decision, NotAReport, Report, SetAsideReason
from assets.complaints.pending import Pending
from assets.complaints.triage.again import LinkKind
from assets.complaints.triage.model import Route
from assets.complaints.triage.verdict import Verdict
from assets.complaints.versions import Version
from assets.storage import copy_rows, merge_rows

LEDGER_COLUMNS = (
    "complaint_id", "version", "inbox_id", "channel", "source_record_id", "source_code", "reported_at",
    "fetched_at", "decided_at", "decision", "reasons", "missing", "duplicate_of", "relapse_of", "category_code",
    "category_basis", "category_guess", "category_probability", "skpd_code", "routing_basis", "skpd_probability",
    "skpd_candidates", "latitude", "longitude", "kelurahan_code", "kecamatan_code", "place_basis", "place_method",
    "place_confidence", "text_hash", "has_photo", "batch_id", "is_synthetic",
    "time_basis", "visibility", "has_point", "needs_verification", "is_new_reporter",
)  # fmt: skip

LINK_COLUMNS = ("complaint_id", "other_id", "kind", "evidence", "linked_at", "batch_id")

PRIVATE_COLUMNS = (
    "complaint_id", "version", "reporter_key", "reporter_name", "reporter_contact", "address", "title",
    "description", "photo_urls",
)  # fmt: skip


def write_complaints(
    connection: Connection,
    decided: Sequence[tuple[Version, Verdict]],
    needs_verification: Sequence[bool],
    batch_id: str,
    now: datetime,
) -> None:
    """Append versions to the ledger, their links, and who reported them to the private schema."""
    rows = (
        (*_entry(version, verdict, batch_id, now), is_doubted, is_new)
        for (version, verdict), is_doubted, is_new in zip(
            decided, needs_verification, _are_new_reporters(connection, decided), strict=True
        )
    )
    copy_rows(connection, "ledger.complaints", LEDGER_COLUMNS, rows)
    people = (_person(version, verdict) for version, verdict in decided)
    copy_rows(connection, "private.complaints", PRIVATE_COLUMNS, people)
    links = {
        (version.complaint_id, link.other_id, link.kind): (
            version.complaint_id, link.other_id, link.kind.value, json.dumps(dict(link.evidence)), now, batch_id,
        )
        for version, verdict in decided
        for link in verdict.again.links
    }  # fmt: skip
    merge_rows(connection, "ledger.links", LINK_COLUMNS, links.values(), key=LINK_COLUMNS[:3])
    write_spots(connection, (verdict.filed for _, verdict in decided if verdict.decision is Decision.ACCEPTED))


def _are_new_reporters(connection: Connection, decided: Sequence[tuple[Version, Verdict]]) -> list[bool | None]:
    """Whether each is the first complaint of its reporter; None where nobody says who reports."""
    keys = [verdict.filed.reporter_key for _, verdict in decided]
    rows = connection.execute(
        """
        select distinct reporter_key
        from private.complaints
        where reporter_key = any(%s) and complaint_id <> all(%s)
        """,
        [[key for key in keys if key], [version.complaint_id for version, _ in decided]],
    )
    seen = {key for (key,) in rows}
    are_new: list[bool | None] = []
    for key in keys:
        are_new.append(None if key is None else key not in seen)
        if key is not None:
            seen.add(key)
    return are_new


def _entry(version: Version, verdict: Verdict, batch_id: str, now: datetime) -> tuple[object, ...]:
    pending, report, route, place = version.pending, version.report, verdict.route, verdict.place
    return (
        version.complaint_id, version.number, pending.inbox_id, pending.channel, report.source_record_id,
        report.source_code, report.reported_at, pending.fetched_at, now, verdict.decision.value, list(verdict.reasons),
        [missing.value for missing in verdict.missing], verdict.again.other(LinkKind.DUPLICATE_OF),
        verdict.again.other(LinkKind.RELAPSE_OF), route.category_code, route.category_basis.value,
        route.category_guess, route.category_probability, route.skpd_code, route.basis.value, route.probability,
        _candidates(route), place.latitude, place.longitude, place.kelurahan_code, place.kecamatan_code,
        place.basis.value, place.method.value, place.confidence, verdict.filed.text_hash, bool(report.photo_urls),
        batch_id, pending.is_synthetic, report.time_basis.value, verdict.visibility.value,
        place.latitude is not None,
    )  # fmt: skip


def _person(version: Version, verdict: Verdict) -> tuple[object, ...]:
    report = version.report
    return (
        version.complaint_id, version.number, verdict.filed.reporter_key, report.reporter_name,
        report.reporter_contact or report.reporter_handle, report.address, report.title, report.description,
        list(report.photo_urls),
    )  # fmt: skip


def _candidates(route: Route) -> str:
    return json.dumps([{"skpd_code": code, "probability": round(chance, 4)} for code, chance in route.candidates])


def write_set_aside(
    connection: Connection,
    items: Iterable[Pending],
    repeated: Iterable[Pending],
    batch_id: str,
    now: datetime,
) -> None:
    """Book records that are no complaint of their own, with the complaint that they speak of."""
    rows: list[tuple[Pending, str, str | None, UUID | None, datetime | None]] = []
    for pending in items:
        content = pending.content
        if isinstance(content, ChannelEvent):
            complaint = complaint_id_for(pending.channel, content.source_record_id)
            rows.append((pending, content.kind.value, None, complaint, content.occurred_at))
        elif isinstance(content, NotAReport):
            rows.append((pending, content.reason.value, content.detail, None, None))
    for pending in repeated:
        if isinstance(pending.content, Report):
            complaint = complaint_id_for(pending.channel, pending.content.source_record_id)
            rows.append((pending, SetAsideReason.REPEATED.value, None, complaint, pending.content.reported_at))
    copy_rows(
        connection,
        "ledger.set_aside",
        ["inbox_id", "channel", "reason", "detail", "complaint_id", "occurred_at", "decided_at", "batch_id"],
        (
            (pending.inbox_id, pending.channel, reason, detail, complaint, occurred_at, now, batch_id)
            for pending, reason, detail, complaint, occurred_at in rows
        ),
    )
