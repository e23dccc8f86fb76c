"""A ledger as triage would leave it if it never erred: the sample city's complaints with their truth as decisions.

Belongs here: complaints straight into raw and ledger, so that what is built on them can be held against the truth.
Does not belong here: status events (landing files, read as any), what is measured or compared.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg import Connection

from assets.city import city, city_folder
from assets.complaints.complaint_id import complaint_id_for
from assets.complaints.model import Visibility
from assets.complaints.triage.visibility import least_visible
from assets.reference import CityReference, load_reference
from assets.storage import copy_rows
from sample_city.model import Complaint, Decision

# From the report to the inbox, and from there to the decision.
DELIVERY, TRIAGE = timedelta(minutes=5), timedelta(minutes=10)

INBOX = ("inbox_id", "channel", "source_record_id", "content_hash", "fetched_at", "batch_id", "is_synthetic")
LEDGER = (
    "complaint_id", "version", "inbox_id", "channel", "source_record_id", "reported_at", "fetched_at", "decided_at",
    "decision", "reasons", "missing", "duplicate_of", "relapse_of", "category_code", "skpd_code", "routing_basis",
    "latitude", "longitude", "kelurahan_code", "kecamatan_code", "place_basis", "place_confidence", "text_hash",
    "has_photo", "batch_id", "is_synthetic", "is_new_reporter", "visibility", "has_point",
)  # fmt: skip
NUMBERS = ("tracking_number", "complaint_id", "issued_at", "is_carried")


def load(connection: Connection, complaints: Iterable[Complaint], since: datetime, until: datetime) -> None:
    """Load the versions of complaints that were decided after one moment and by another.

    Args:
        connection: Open connection; the caller owns the transaction.
        complaints: In the order of reporting.
        since: What was decided by then is there already.
        until: What was decided after it is left out.
    """
    [(last,)] = connection.execute("select coalesce(max(inbox_id), 0) from raw.inbox").fetchall()
    firsts: dict[str, str] = {}
    reference = load_reference(city_folder())
    rows = [
        row
        for one in complaints
        for row in _versions(
            one, _visibility(one, reference), is_first=firsts.setdefault(one.reporter.name, one.name) == one.name
        )
        if since < row["decided_at"] <= until
    ]
    numbered = [{**row, "inbox_id": number} for number, row in enumerate(rows, start=last + 1)]
    _copy(connection, "raw.inbox", INBOX, numbered)
    _copy(connection, "ledger.complaints", LEDGER, numbered)
    first = [row for row in numbered if row["version"] == 1]
    _copy(connection, "ledger.tracking_numbers", NUMBERS, [{**row, "issued_at": row["decided_at"]} for row in first])


def id_of(name: str) -> UUID | None:
    """Complaint that the sample city calls `channel/source_record_id`; None for none."""
    channel, _, source = name.partition("/")
    return complaint_id_for(channel, source) if name else None


def _copy(connection: Connection, table: str, columns: tuple[str, ...], rows: Iterable[Mapping[str, Any]]) -> None:
    copy_rows(connection, table, columns, ([row[column] for column in columns] for row in rows))


def _visibility(one: Complaint, reference: CityReference) -> Visibility:
    of_channel, of_category = reference.channels[one.channel], reference.categories[one.category.code]
    return least_visible([Visibility(of_channel.visibility), Visibility(of_category.visibility)])


def _versions(one: Complaint, visibility: Visibility, *, is_first: bool) -> Iterator[dict[str, Any]]:
    complaint_id = complaint_id_for(one.channel, one.source_record_id)
    decided = {
        "complaint_id": complaint_id,
        "tracking_number": f"{city().number_prefix}{complaint_id.hex}",
        "is_carried": False,
        "channel": one.channel,
        "source_record_id": one.source_record_id,
        "content_hash": "first",
        "reported_at": one.reported_at,
        "reasons": [],
        "missing": [],
        "duplicate_of": id_of(one.duplicate_of),
        "relapse_of": id_of(one.relapse_of),
        "category_code": one.category.code,
        "skpd_code": one.skpd_code,
        "routing_basis": "text",
        "latitude": one.latitude,
        "longitude": one.longitude,
        "kelurahan_code": one.kelurahan.code,
        "kecamatan_code": one.kelurahan.kecamatan.code,
        "place_basis": one.place_basis,
        "place_confidence": 1.0,
        "text_hash": str(complaint_id),
        "has_photo": one.has_photo,
        "batch_id": "judged",
        "is_synthetic": True,
        "is_new_reporter": is_first,
        "visibility": visibility.value,
        "has_point": one.latitude is not None,
    }
    why = {
        "reasons": ["the same text by the same reporter"] if one.first_decision is Decision.REJECTED else [],
        "missing": [missing.value for missing in one.missing],
    }
    yield decided | _at(one.reported_at) | why | {"decision": one.first_decision, "version": 1}
    if one.decision is not one.first_decision and one.edited_at is not None:
        yield decided | _at(one.edited_at) | {"decision": Decision.ACCEPTED, "content_hash": "edited", "version": 2}


def _at(said_at: datetime) -> dict[str, datetime]:
    return {"fetched_at": said_at + DELIVERY, "decided_at": said_at + DELIVERY + TRIAGE}


def give_real_numbers(connection: Connection) -> list[str]:
    """Number at most 9,999 of the city's complaints as the platform does; returns the numbers."""
    connection.execute(
        """
        create temporary table given as
        select tracking_number, %s || to_char(row_number() over (order by tracking_number), 'FM0000') as number
        from (select tracking_number from ledger.tracking_numbers where tracking_number !~ '-' limit 9999) as named
        """,
        [f"{city().number_prefix}260301"],
    )
    connection.execute(
        """
        update raw.case_events set tracking_number = number from given
        where given.tracking_number = case_events.tracking_number;
        update ledger.tracking_numbers set tracking_number = number from given
        where given.tracking_number = tracking_numbers.tracking_number;
        """
    )
    numbers = [number for (number,) in connection.execute("select number from given order by number")]
    connection.execute("drop table given")
    return numbers
