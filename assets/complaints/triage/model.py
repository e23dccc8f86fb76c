"""What goes into triage and what comes out.

Belongs here: the types of a batch, its verdicts, and the id of a complaint.
Does not belong here: how a verdict is reached (batch.py), what a report is (complaints/model.py).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import NAMESPACE_URL, UUID, uuid5

from assets.complaints.model import Decision, Missing, PlaceBasis, PlaceMethod, Report

# Fixed for ever: the id of every complaint ever decided hangs on it.
_COMPLAINTS = uuid5(NAMESPACE_URL, "jakarta-smart-city/complaints")


class RoutingBasis(StrEnum):
    """Why a complaint goes to its first holder."""

    KELURAHAN_OF_THE_POINT = "kelurahan_of_the_point"
    TEXT = "text"
    ABSTAINED = "abstained"


class CategoryBasis(StrEnum):
    """Who named the category of a complaint."""

    CHANNEL = "channel"
    TEXT = "text"
    NONE = "none"


def complaint_id_for(channel: str, source_record_id: str) -> UUID:
    """Name a complaint: the same for every version of it, on every machine, for ever."""
    return uuid5(_COMPLAINTS, f"{channel}\x1f{source_record_id}")


@dataclass(frozen=True)
class IntakeReport:
    """One report of the inbox that waits for a decision.

    Attributes:
        inbox_id: Its row in `raw.inbox`.
        channel: Code of the channel; must be in the reference.
        fetched_at: When it was fetched; aware.
        report: What the citizen wrote.
    """

    inbox_id: int
    channel: str
    fetched_at: datetime
    report: Report


@dataclass(frozen=True)
class KnownComplaint:
    """A complaint accepted before this batch: what a duplicate can be a duplicate of.

    Attributes:
        complaint_id: Its id.
        channel: Code of the channel.
        source_record_id: The channel's id.
        reporter_key: See `reporter.py`; None where nobody is named.
        text_hash: See `words.text_hash`.
        kelurahan_code: Where it is; None where only the kecamatan or the address is known.
        reported_at: When the citizen reported it; aware.
    """

    complaint_id: UUID
    channel: str
    source_record_id: str
    reporter_key: str | None
    text_hash: str
    kelurahan_code: str | None
    reported_at: datetime


@dataclass(frozen=True)
class Route:
    """What a report is about and who gets it first.

    Attributes:
        category_code: The one that the channel names, else the text's; None where neither is sure enough.
        category_basis: Who named it.
        category_probability: That the text means it, in [0, 1]; None where the channel names it, or nobody.
        skpd_code: Who gets it first.
        basis: Why.
        probability: In [0, 1]: that the kelurahan is that of the point, or that the likeliest agency is the one that
            will handle it, also where it was too low to send it there.
        candidates: The three likeliest agencies by text and category with their probabilities, descending.
    """

    category_code: str | None
    category_basis: CategoryBasis
    category_probability: float | None
    skpd_code: str
    basis: RoutingBasis
    probability: float
    candidates: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Verdict:
    """What triage decided of one report.

    Attributes:
        complaint_id: `complaint_id_for` its channel and source record.
        decision: Accepted, returned or rejected.
        reasons: In words for the reporter: what is missing, why rejected, what it was linked to.
        missing: What a returned report lacks; empty for the others.
        duplicate_of: The earlier complaint of which this is a repetition, rejected or only linked.
        route: What it is about and who gets it first.
        latitude: Degrees, WGS 84; None where the report has no point in the city.
        longitude: Degrees, WGS 84; None where the report has no point in the city.
        kelurahan_code: None where only the kecamatan or the address is known.
        kecamatan_code: None where the area is unknown.
        place_basis: What the area was read from.
        place_method: How the place became an area.
        place_confidence: That the area named is the right one, in [0, 1]; 0 without an area.
        text_hash: See `words.text_hash`.
        reporter_key: See `reporter.py`; personal, schema `private` only.
    """

    complaint_id: UUID
    decision: Decision
    reasons: tuple[str, ...]
    missing: tuple[Missing, ...]
    duplicate_of: UUID | None
    route: Route
    latitude: float | None
    longitude: float | None
    kelurahan_code: str | None
    kecamatan_code: str | None
    place_basis: PlaceBasis
    place_method: PlaceMethod
    place_confidence: float
    text_hash: str
    reporter_key: str | None
