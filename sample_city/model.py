"""What the sample city's modules pass on to each other.

Belongs here: one complaint with its truth, what a vendor delivers, and what of it is no complaint.
Does not belong here: how a channel writes them (channels/).
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, tzinfo
from enum import StrEnum
from typing import Any

import numpy as np

from sample_city.people import Person
from sample_city.reference import USUAL_ZONE, Category, Kelurahan
from sample_city.spots import Spot

# What a channel's vendor delivers, each with its moment.
Deliveries = list[tuple[datetime, Any]]


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

    `repeated` is the same text by the same reporter; `same_text` comes from somebody else. `rephrased` is the same
    open case in another's words, `follow_up` quotes its number, `relapse` is the same place and matter after the case
    was closed. `near_miss` shares the place or the matter with another complaint and has nothing to do with it.
    """

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    REPEATED = "repeated"
    SAME_TEXT = "same_text"
    REPHRASED = "rephrased"
    RELAPSE = "relapse"
    FOLLOW_UP = "follow_up"
    NEAR_MISS = "near_miss"


class Doubt(StrEnum):
    """Why a person should verify a report: many accounts with one text, an empty road, a point elsewhere."""

    CAMPAIGN = "campaign"
    JAM_CLAIM = "jam_claim"
    PLACE = "place"


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
        channel: Code of where it comes in.
        source_record_id: The channel's id of it.
        source_code: The number that the reporter already holds (`JK...`); empty on other channels.
        reported_at: The city's.
        reporter: Who reports.
        category: What it is about.
        skpd_code: The agency that has to handle it, which the category alone does not decide.
        kelurahan: Where it is, whether the report says so or not.
        place_basis: What the report says about the place.
        latitude: Degrees; None where the channel delivers no point.
        longitude: Degrees; None where the channel delivers no point.
        spot: The very place, whether the report says so or not.
        names_spot: Whether its words or fields name the street, or RT and RW.
        address: Street, RT and RW; empty where the report names none.
        text: As written, place included where the channel has no field for it.
        problem: What is wrong, as vocabulary.py says it; empty where the report does not say.
        missing: What it lacks as filed.
        kind: Why it is in the sample.
        duplicate_of: `channel/source_record_id` of the earlier report about the same case.
        relapse_of: `channel/source_record_id` of the closed one that came back.
        doubt: Why a person should verify it; None for most.
        has_photo: Whether a picture comes with it.
        is_live: Delivered by webhook, where the vendor has both.
        edited_text: The text after an edit, where the channel has edits; empty where there was none.
        answer: What its reporter writes when asked for what it lacks; empty where nobody answers.
        edited_at: When it was edited, completed by that answer, or taken back.
        is_removed: Whether the reporter took it back.
    """

    channel: str
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
    spot: Spot
    names_spot: bool
    address: str
    text: str
    problem: str
    missing: tuple[Missing, ...] = ()
    kind: Kind = Kind.COMPLETE
    duplicate_of: str = ""
    relapse_of: str = ""
    doubt: Doubt | None = None
    has_photo: bool = False
    is_live: bool = False
    edited_text: str = ""
    answer: str = ""
    edited_at: datetime | None = None
    is_removed: bool = False

    @property
    def name(self) -> str:
        """What names it in the whole city: `channel/source_record_id`."""
        return f"{self.channel}/{self.source_record_id}"

    @property
    def answer_id(self) -> str:
        """The channel's id of its answer, behind those of its parts; empty where there is none."""
        return str(int(self.source_record_id) + 9) if self.answer else ""

    @property
    def photo_url(self) -> str:
        """Where its picture lies."""
        return f"https://photos.example.org/{self.channel}/{self.source_record_id.rpartition('/')[2]}.jpg"

    @property
    def title(self) -> str:
        """Its subject, where the channel has one; the same for the same text."""
        if Missing.PROBLEM in self.missing:
            return "Laporan"
        titles = (f"Laporan {self.category.name}", "Pengaduan warga – mohon tindak lanjut", "lapor", "")
        return titles[len(self.text) % len(titles)]

    @property
    def first_decision(self) -> Decision:
        """The decision on the report as first filed."""
        if self.missing:
            return Decision.RETURNED
        return Decision.REJECTED if self.kind is Kind.REPEATED else Decision.ACCEPTED

    @property
    def decision(self) -> Decision:
        """The decision on its last version: the sample's edits and answers add what was missing."""
        if self.missing and (self.edited_text or self.answer):
            return Decision.ACCEPTED
        return self.first_decision

    @property
    def accepted_at(self) -> datetime | None:
        """When work on it can begin; None where it never does."""
        if self.decision is not Decision.ACCEPTED:
            return None
        return self.edited_at if self.missing else self.reported_at


@dataclass(frozen=True)
class Item:
    """One thing that a vendor has to give.

    Attributes:
        channel: Code of whose.
        at: When it happened, by which a vendor finds it for a window; aware.
        body: In the vendor's format: a JSON object, a row by its columns, or the bytes of a message.
    """

    channel: str
    at: datetime
    body: Any

    @property
    def is_pushed(self) -> bool:
        """Whether it is handed in, as a webhook's body or by the city's page, instead of given when asked."""
        return isinstance(self.body, dict) and ("entry" in self.body or self.channel == "portal")


@dataclass(frozen=True)
class SetAside:
    """One delivered record that is no complaint of its own."""

    channel: str
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

    channel: str
    origin: str
    reason: str


@dataclass
class Extras:
    """What the channels delivered besides complaints; `zone` is the clock of the city in which they did."""

    zone: tzinfo = USUAL_ZONE
    set_aside: list[SetAside] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)

    def put_aside(self, channel: str, source_record_id: str, reason: str, occurred_at: datetime) -> None:
        """Take down one that is no complaint of its own."""
        self.set_aside.append(SetAside(channel, source_record_id, reason, occurred_at))


def end_of(day: date, zone: tzinfo) -> datetime:
    """The last second of a day."""
    return datetime.combine(day, time(23, 59, 59), zone)


def moment_of(day: date, rng: np.random.Generator, zone: tzinfo) -> datetime:
    """Some minute of the waking hours of a day."""
    return datetime.combine(day, time(int(rng.integers(8, 20)), int(rng.integers(60))), zone)
