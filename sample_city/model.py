"""What the sample city's modules pass on to each other.

Belongs here: one complaint with its truth, and the items that are no complaint.
Does not belong here: how a channel writes them (landing_*.py).
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sample_city.people import Person
from sample_city.reference import Category, Kelurahan


class Channel(StrEnum):
    """The channels that the sample writes."""

    FACEBOOK = "facebook"
    EMAIL = "email"
    JAKI = "jaki"
    KELURAHAN = "kelurahan"


class Decision(StrEnum):
    """What a triage that makes no mistake would decide."""

    ACCEPTED = "accepted"
    RETURNED = "returned"
    REJECTED = "rejected"


class Missing(StrEnum):
    """What an unclear report lacks."""

    REPORTER = "reporter"
    PLACE = "place"
    PROBLEM = "problem"


class Kind(StrEnum):
    """Why a complaint is in the sample.

    `repeated` is the same text by the same reporter; `same_text` comes from somebody else.
    """

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    REPEATED = "repeated"
    SAME_TEXT = "same_text"


class PlaceBasis(StrEnum):
    """The best thing that the report says about its place."""

    COORDINATES = "coordinates"
    KELURAHAN_NAME = "kelurahan_name"
    KECAMATAN_NAME = "kecamatan_name"
    NONE = "none"


@dataclass(frozen=True)
class Complaint:
    """One report as its channel will deliver it, with its truth.

    Attributes:
        channel: Where it comes in.
        source_record_id: The channel's id of it.
        source_code: The number that the reporter already holds (`JK...`); empty on other channels.
        reported_at: WIB.
        reporter: Who reports.
        category: What it is about.
        skpd_code: The agency that has to handle it, which the category alone does not decide.
        kelurahan: Where it is, whether the report says so or not.
        place_basis: What the report says about the place.
        latitude: Degrees; None where the channel delivers no point.
        longitude: Degrees; None where the channel delivers no point.
        address: Street, RT and RW; empty where the report names none.
        text: As written, place included where the channel has no field for it.
        missing: What it lacks as filed.
        kind: Why it is in the sample.
        duplicate_of: source_record_id of the earlier report with the same text, in the same channel.
        has_photo: Whether a picture comes with it.
        is_live: Facebook: delivered by webhook.
        edited_text: Facebook: the text after an edit; empty where there was none.
        edited_at: Facebook: when it was edited or removed.
        is_removed: Facebook: whether the reporter took the post down.
    """

    channel: Channel
    source_record_id: str
    source_code: str
    reported_at: datetime
    reporter: Person
    category: Category
    skpd_code: str
    kelurahan: Kelurahan
    place_basis: PlaceBasis
    latitude: float | None
    longitude: float | None
    address: str
    text: str
    missing: tuple[Missing, ...] = ()
    kind: Kind = Kind.COMPLETE
    duplicate_of: str = ""
    has_photo: bool = False
    is_live: bool = False
    edited_text: str = ""
    edited_at: datetime | None = None
    is_removed: bool = False

    @property
    def first_decision(self) -> Decision:
        """The decision on the report as first filed."""
        if self.missing:
            return Decision.RETURNED
        return Decision.REJECTED if self.kind is Kind.REPEATED else Decision.ACCEPTED

    @property
    def decision(self) -> Decision:
        """The decision on its last version: the sample's edits add the place that was missing."""
        if self.edited_text and self.missing:
            return Decision.ACCEPTED
        return self.first_decision

    @property
    def accepted_at(self) -> datetime | None:
        """When work on it can begin; None where it never does."""
        if self.decision is not Decision.ACCEPTED:
            return None
        return self.edited_at if self.missing else self.reported_at


@dataclass(frozen=True)
class SetAside:
    """One delivered record that is no complaint of its own."""

    channel: Channel
    source_record_id: str
    reason: str
    occurred_at: datetime


@dataclass(frozen=True)
class Unreadable:
    """One delivered item or file that cannot be read.

    Attributes:
        channel: Where it was delivered.
        origin: Path below the landing folder, with a JSON pointer behind `#` for an item of a file.
        reason: What is wrong with it.
    """

    channel: Channel
    origin: str
    reason: str


@dataclass
class Extras:
    """What the channels delivered besides complaints."""

    set_aside: list[SetAside] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
