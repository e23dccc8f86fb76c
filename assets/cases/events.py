"""Status events: what an agency booked on a case, from the CRM by page or as it lands in `case_events/`.

Belongs here: the wire format of status events. Does not belong here: CSV of them (event_rows.py), which complaint an
event belongs to (dbt), deadlines (sla_rules.csv).
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic_settings import SettingsConfigDict

from assets.cases.event_rows import read_event_rows
from assets.complaints.tracking import TrackingNumberError, parse_number
from assets.sources.faults import reason_of
from assets.sources.pages import fetch_pages
from assets.sources.records import Delivery, Noted, PayloadError, Unreadable, Window
from assets.sources.settings import HttpSource
from assets.sources.wire import found, load_json, read_id, read_object, read_time
from assets.sources.workbook import is_workbook
from assets.statuses import CaseStatus, UnknownStatusError, status_named

_FILE_NAME = re.compile(r"[\w-][\w.-]{0,120}")


class CaseEventsSource(HttpSource):
    """The CRM's list of status events that the agencies booked."""

    model_config = SettingsConfigDict(env_prefix="JSC_CASE_EVENTS_")


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
        booked_at: When the agency booked this version of the event, UTC; a later one of the same id corrects it.
        is_withdrawn: Whether this version says that the event never happened.
        waits_for_reporter: Whether the holder waits for the reporter from `occurred_at` on.
        promised_at: Promised end of long work, UTC; None without.
        rating: What the reporter gave the result, 1 to 5; None without.
        photos: Names of the follow-up photos in the landing folder `evidence`.
    """

    event_id: str
    channel: str | None
    source_record_id: str | None
    tracking_number: str | None
    status: CaseStatus
    holder_code: str
    occurred_at: datetime
    booked_at: datetime
    is_withdrawn: bool = False
    waits_for_reporter: bool = False
    promised_at: datetime | None = None
    rating: int | None = None
    photos: tuple[str, ...] = ()


def fetch(window: Window, source: CaseEventsSource) -> Iterator[Delivery]:
    """Fetch the events that were booked in a window, page by page.

    Raises:
        SourceError: No answer, or pages that do not follow each other.
    """
    return fetch_pages(window, source, _booked)


def split(content: bytes, origin: str, known_skpd: Collection[str]) -> list[CaseEvent | Unreadable | Noted]:
    """Read one file or page of status events.

    Args:
        content: JSON `{"data": [...]}`, or a table with the columns of `event_rows`.
        origin: The file's path, for what cannot be read.
        known_skpd: The codes of `skpd.csv`; another one is unreadable, never null.

    Returns:
        One entry for each event in the order of the file, and what was passed over; one for the whole file where it is
        neither.
    """
    try:
        if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[") and not is_workbook(content):
            return [*_of_json(content, origin, known_skpd)]
        return [
            item if isinstance(item, Unreadable | Noted) else _event(item.fields, item.origin, item.content, known_skpd)
            for item in read_event_rows(content, origin)
        ]
    except Exception as error:
        return [Unreadable(origin, content, reason_of(error, "a file of status events"))]


def _of_json(content: bytes, origin: str, known_skpd: Collection[str]) -> list[CaseEvent | Unreadable]:
    items = read_object(load_json(content), "status events").get("data")
    if not isinstance(items, list):
        raise PayloadError("data as a list of status events", found(items))
    return [
        # The least file that holds the event, so that it can be read again.
        _event(item, f"{origin}#/data/{number}", json.dumps({"data": [item]}, ensure_ascii=False).encode(), known_skpd)
        for number, item in enumerate(items)
    ]


def _event(item: object, where: str, content: bytes, known_skpd: Collection[str]) -> CaseEvent | Unreadable:
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
            booked_at=_booked(fields),
            is_withdrawn=_flag(fields, "is_withdrawn"),
            waits_for_reporter=_flag(fields, "waits_for_reporter"),
            promised_at=_moment(fields, "promised_at"),
            rating=_rating(fields.get("rating")),
            photos=_photos(fields.get("photos")),
        )
    except Exception as error:
        return Unreadable(where, content, reason_of(error, "a status event"))


def _booked(fields: Mapping[str, Any]) -> datetime:
    return _moment(fields, "booked_at") or read_time(fields.get("occurred_at"), "occurred_at")


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
        raise PayloadError("an SKPD code of skpd.csv", found(code))
    return code


def _moment(fields: Mapping[str, Any], field: str) -> datetime | None:
    return None if fields.get(field) is None else read_time(fields[field], field)


def _flag(fields: Mapping[str, Any], field: str) -> bool:
    value = fields.get(field, False)
    if not isinstance(value, bool):
        raise PayloadError(f"{field} as true or false", found(value))
    return value


def _rating(value: object) -> int | None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 5):
        raise PayloadError("rating as 1 to 5", found(value))
    return value


def _photos(names: object) -> tuple[str, ...]:
    """Names of files, none of which leads out of its folder."""
    if names is None:
        return ()
    if not isinstance(names, list) or not all(isinstance(name, str) and _FILE_NAME.fullmatch(name) for name in names):
        raise PayloadError("photos as a list of file names", found(names))
    return tuple(names)
