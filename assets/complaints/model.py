"""The words that every complaint module shares: reports, events and their vocabularies.

Belongs here: the types that pass between channels, intake and triage.
Does not belong here: records as delivered (sources/records.py), the verdict on a batch (triage/model.py).
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

# A clock of a sender may run ahead by a day's zones; what is later than this behind the receipt is not theirs to tell.
GRACE = timedelta(days=1)
# Stands for a moment that nobody tells, and is later than any receipt.
NOT_TOLD = datetime(9999, 1, 1, tzinfo=UTC)


class TimeBasis(StrEnum):
    """Who told when something was reported."""

    SENDER = "sender"
    CARRIER = "carrier"
    RECEIPT = "receipt"


class Visibility(StrEnum):
    """To whom a report may be shown: row by row in the open data, or in counts alone; the least visible last."""

    PUBLIC = "public"
    PRIVATE = "private"
    CONFIDENTIAL = "confidential"


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
    OWN_VOICE = "own_voice"
    ARCHIVED = "archived"
    REQUEST = "request"


class EventKind(StrEnum):
    """What a channel says happened to a complaint that it delivered before.

    An edit that carries the new text is no event: it is a `Report`, a new version of the complaint.
    """

    EDITED = "edited"
    HIDDEN = "hidden"
    UNHIDDEN = "unhidden"
    REMOVED = "removed"


@dataclass(frozen=True)
class Report:
    """What one citizen reports, in the channel's own words. Personal data: schema `private` only.

    Attributes:
        source_record_id: The channel's id; two versions of one complaint share it.
        source_code: The number that the reporter already holds (JK..., EM...), if any.
        reported_at: When the citizen reported it; aware. `NOT_TOLD` where the record does not say: the receipt counts.
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
        time_basis: Who told `reported_at`: who reports, what carried it (a mail server, a feed), or our receipt.
        city_name: Kota or kabupaten, as written.
        province_name: As written.
        visibility: What the reporter chose; public where nothing was chosen.
        completes: Tracking number of the returned report that a field of its own says it completes.
        continues: Tracking number of the report that a field of its own says is not done, or is met by it too.
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
    time_basis: TimeBasis = TimeBasis.SENDER
    city_name: str | None = None
    province_name: str | None = None
    visibility: Visibility = Visibility.PUBLIC
    completes: str | None = None
    continues: str | None = None


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
    """A record that is sound and no complaint.

    Attributes:
        reason: Why.
        detail: The vendor's name of a notice, of a field or of an event; a word of the wire format, never one of a
            person.
    """

    reason: SetAsideReason
    detail: str | None = None


# What one record says.
Content = Report | ChannelEvent | NotAReport
