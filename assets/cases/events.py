"""Status events: what an agency booked on a case, as it lands in `case_events/`.

Belongs here: the wire format of status events.
Does not belong here: which complaint an event belongs to (dbt), deadlines (seeds/sla_rules.csv).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assets.cases.statuses import CaseStatus, UnknownStatusError, status_named
from assets.complaints.model import PayloadError, Unreadable
from assets.complaints.tracking import TrackingNumberError, parse_number
from assets.complaints.wire import found, load_json, read_id, read_object, read_time, unreadable


@dataclass(frozen=True)
class CaseEvent:
    """One status that one agency booked.

    Attributes:
        event_id: The agency system's own id.
        channel: Of the complaint; None where the tracking number names it.
        source_record_id: Of the complaint within its channel; None where the tracking number names it.
        tracking_number: None where channel and source_record_id name the complaint.
        status: The status from `occurred_at` on.
        holder_code: The SKPD that holds the case from `occurred_at` on.
        occurred_at: UTC.
    """

    event_id: str
    channel: str | None
    source_record_id: str | None
    tracking_number: str | None
    status: CaseStatus
    holder_code: str
    occurred_at: datetime


def split(content: bytes, origin: str, known_skpd: Collection[str]) -> list[CaseEvent | Unreadable]:
    """Read one file of status events.

    Args:
        content: JSON `{"data": [...]}`.
        origin: The file's path, for what cannot be read.
        known_skpd: The codes of `seeds/skpd.csv`; another one is unreadable, never null.

    Returns:
        One entry for each event in the order of the file; one for the whole file where it is no such JSON.
    """
    try:
        items = read_object(load_json(content), "status events").get("data")
        if not isinstance(items, list):
            raise PayloadError("data as a list of status events", found(items))
    except PayloadError as error:
        return [Unreadable(origin, content, str(error))]
    return [_event(item, f"{origin}#/data/{number}", known_skpd) for number, item in enumerate(items)]


def _event(item: object, where: str, known_skpd: Collection[str]) -> CaseEvent | Unreadable:
    try:
        fields = read_object(item, "status event")
        event_id = read_id(fields.get("event_id"))
        channel, source_record_id, tracking_number = _complaint(read_object(fields.get("complaint"), "complaint"))
        return CaseEvent(
            event_id=event_id,
            channel=channel,
            source_record_id=source_record_id,
            tracking_number=tracking_number,
            status=_status(read_object(fields.get("status"), "status").get("name")),
            holder_code=_holder(read_object(fields.get("skpd"), "skpd").get("code"), known_skpd),
            occurred_at=read_time(fields.get("occurred_at"), "occurred_at"),
        )
    except PayloadError as error:
        return unreadable(where, item, error)


def _complaint(complaint: Mapping[str, Any]) -> tuple[str | None, str | None, str | None]:
    number = complaint.get("tracking_number")
    if number is not None:
        try:
            return None, None, parse_number(number if isinstance(number, str) else "")
        except TrackingNumberError as error:
            raise PayloadError("a tracking number (JK, YYMMDD, 4 digits)", found(number)) from error
    return read_id(complaint.get("channel")), read_id(complaint.get("source_record_id")), None


def _status(name: object) -> CaseStatus:
    try:
        return status_named(name if isinstance(name, str) else "")
    except UnknownStatusError as error:
        raise PayloadError(f"status {', '.join(CaseStatus)}", found(name)) from error


def _holder(code: object, known_skpd: Collection[str]) -> str:
    if not isinstance(code, str) or code not in known_skpd:
        raise PayloadError("an SKPD code of seeds/skpd.csv", found(code))
    return code
