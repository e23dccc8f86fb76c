"""The words that every complaint module shares: records, reports, events and their vocabularies.

Belongs here: the types that pass between channels, intake and triage, and the one parse error.
Does not belong here: how a channel writes them (channels/), the verdict on a batch (triage/model.py).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class Decision(StrEnum):
    """What triage says of a report; every report has exactly one."""

    ACCEPTED = "accepted"
    RETURNED = "returned"
    REJECTED = "rejected"


class Missing(StrEnum):
    """What a clear complaint needs and a returned one lacks."""

    REPORTER = "reporter"
    PLACE = "place"
    PROBLEM = "problem"


class PlaceBasis(StrEnum):
    """What the area of a complaint was read from."""

    COORDINATES = "coordinates"
    KELURAHAN_NAME = "kelurahan_name"
    KECAMATAN_NAME = "kecamatan_name"
    LANDMARK = "landmark"
    ROAD = "road"
    NONE = "none"


class PlaceMethod(StrEnum):
    """How a place was turned into an area."""

    BOUNDARY = "boundary"
    NEAREST = "nearest"
    NAME = "name"
    NONE = "none"


class SetAsideReason(StrEnum):
    """Why an inbox record is no complaint of its own."""

    EDITED = "edited"
    HIDDEN = "hidden"
    UNHIDDEN = "unhidden"
    REMOVED = "removed"
    REACTION = "reaction"
    REPEATED = "repeated"
    DIRECT_MESSAGE = "direct_message"
    PAGE_SETTING = "page_setting"
    SYSTEM_MESSAGE = "system_message"


class EventKind(StrEnum):
    """What a channel says happened to a complaint that it delivered before.

    An edit that carries the new text is no event: it is a `Report`, a new version of the complaint.
    """

    EDITED = "edited"
    HIDDEN = "hidden"
    UNHIDDEN = "unhidden"
    REMOVED = "removed"


class PayloadError(Exception):
    """A payload that is not what its channel promises.

    The text names kinds of values and words of the wire format, never what a reporter wrote: it is shown in
    logs and in `raw.quarantine`, where personal data has no place.
    """

    def __init__(self, expected: str, found: str) -> None:
        super().__init__(expected, found)
        self.expected = expected
        self.found = found

    def __str__(self) -> str:
        return f"expected {self.expected}, found {self.found}"


@dataclass(frozen=True)
class Window:
    """A half-open span of time, start included and end not; both aware."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class Delivery:
    """One answer of a live source, in the bytes that a landing file of the channel would hold.

    Attributes:
        origin: Where it came from: an address without credentials; names the delivery in receipts and quarantine.
        read: Its bytes. Called at most once, and not at all where `is_final` and the origin was read before.
        is_final: Whether an origin always holds the same bytes, as a mail's UID does and a page of an API does not.
    """

    origin: str
    read: Callable[[], bytes]
    is_final: bool = False


@dataclass(frozen=True)
class Record:
    """One item that a channel delivered.

    Attributes:
        source_record_id: The channel's own id of what the item speaks of.
        payload: The item, JSON-serialisable and free of what PostgreSQL's jsonb refuses.
    """

    source_record_id: str
    payload: dict[str, Any]


@dataclass(frozen=True)
class Unreadable:
    """One item of a file, or a whole file, that cannot be a record.

    Attributes:
        origin: Where it stood: the file's path, with a pointer behind `#` for an item of it.
        content: Its bytes.
        reason: "expected ..., found ..."; never personal data.
    """

    origin: str
    content: bytes
    reason: str


@dataclass(frozen=True)
class Report:
    """What one citizen reports, in the channel's own words. Personal data: schema `private` only.

    Attributes:
        source_record_id: The channel's id; two versions of one complaint share it.
        source_code: The number that the reporter already holds (JK..., EM...), if any.
        reported_at: When the citizen reported it; aware.
        reporter_name: As written.
        reporter_contact: Telephone number or e-mail address.
        reporter_handle: Account id within the channel.
        title: Subject line, where the channel has one.
        description: The text; empty where the reporter wrote none.
        address: As written.
        kelurahan_name: As written.
        kecamatan_name: As written.
        latitude: Degrees, WGS 84, as delivered: 0 may mean nothing.
        longitude: Degrees, WGS 84, as delivered.
        category_name: As named by the channel.
        photo_urls: One URL per photo; `mid:` (RFC 2392) for an image inside an e-mail.
    """

    source_record_id: str
    source_code: str | None
    reported_at: datetime
    reporter_name: str | None
    reporter_contact: str | None
    reporter_handle: str | None
    title: str | None
    description: str
    address: str | None
    kelurahan_name: str | None
    kecamatan_name: str | None
    latitude: float | None
    longitude: float | None
    category_name: str | None
    photo_urls: tuple[str, ...]


@dataclass(frozen=True)
class ChannelEvent:
    """Something that happened in the channel to a complaint.

    Attributes:
        kind: What happened.
        source_record_id: The complaint it speaks of.
        occurred_at: When the channel says it happened; aware.
    """

    kind: EventKind
    source_record_id: str
    occurred_at: datetime


@dataclass(frozen=True)
class NotAReport:
    """A record that is sound and no complaint."""

    reason: SetAsideReason
