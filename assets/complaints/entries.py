"""Entries of the ledger: how decided versions and records set aside are written.

Belongs here: which value goes into which column. Does not belong here: the decision (triage/), numbers (numbering).
"""

import json
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from psycopg import Connection

from assets.complaints.model import ChannelEvent, NotAReport, Report, SetAsideReason
from assets.complaints.pending import Pending
from assets.complaints.triage.model import Verdict, complaint_id_for
from assets.complaints.versions import Version
from assets.storage import copy_rows

LEDGER_COLUMNS = (
    "complaint_id", "version", "inbox_id", "channel", "source_record_id", "source_code", "reported_at",
    "fetched_at", "decided_at", "decision", "reasons", "missing", "duplicate_of", "category_code", "category_basis",
    "category_probability", "skpd_code", "routing_basis", "skpd_probability", "skpd_candidates", "latitude",
    "longitude", "kelurahan_code", "kecamatan_code", "place_basis", "place_method", "place_confidence", "text_hash",
    "has_photo", "batch_id", "is_synthetic",
)  # fmt: skip

PRIVATE_COLUMNS = (
    "complaint_id", "version", "reporter_key", "reporter_name", "reporter_contact", "address", "title",
    "description", "photo_urls",
)  # fmt: skip


def write_complaints(
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
                [missing.value for missing in verdict.missing], verdict.duplicate_of, verdict.route.category_code,
                verdict.route.category_basis.value, verdict.route.category_probability, verdict.route.skpd_code,
                verdict.route.basis.value, verdict.route.probability, _candidates(verdict), verdict.latitude,
                verdict.longitude, verdict.kelurahan_code, verdict.kecamatan_code, verdict.place_basis.value,
                verdict.place_method.value, verdict.place_confidence, verdict.text_hash,
                bool(version.report.photo_urls), batch_id, version.pending.is_synthetic,
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


def _candidates(verdict: Verdict) -> str:
    named = [{"skpd_code": code, "probability": round(chance, 4)} for code, chance in verdict.route.candidates]
    return json.dumps(named)


def write_set_aside(
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
