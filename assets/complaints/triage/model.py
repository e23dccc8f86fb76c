"""What goes into triage, and where it sends a report.

Belongs here: the types of a batch and its routes.
Does not belong here: the verdict (verdict.py), what a report is (complaints/model.py).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from assets.complaints.model import Report


class RoutingBasis(StrEnum):
    """Why a complaint goes to its first holder."""

    KELURAHAN_OF_THE_POINT = "kelurahan_of_the_point"
    TEXT = "text"
    CLOSED_IT = "closed_it"
    ABSTAINED = "abstained"


class CategoryBasis(StrEnum):
    """Who named the category of a complaint."""

    CHANNEL = "channel"
    TEXT = "text"
    NONE = "none"


@dataclass(frozen=True)
class IntakeReport:
    """One report of the inbox that waits for a decision.

    Attributes:
        inbox_id: Its row in `raw.inbox`.
        channel: Code of the channel; must be in the reference.
        fetched_at: When it was fetched; aware.
        report: What the citizen wrote.
        reporter_key: Of the reporter, where earlier deliveries told more of them; None: as this report tells.
    """

    inbox_id: int
    channel: str
    fetched_at: datetime
    report: Report
    reporter_key: str | None = None


@dataclass(frozen=True)
class Route:
    """What a report is about and who gets it first.

    Attributes:
        category_code: The one that the channel names, else the text's; None where neither is sure enough.
        category_basis: Who named it.
        category_guess: The same where it is sure, else the likeliest one by the text; None for one that the city lacks.
        category_probability: That the text means it, in [0, 1]; None where the channel names it, or nobody.
        skpd_code: Who gets it first.
        basis: Why.
        probability: In [0, 1]: that the kelurahan is that of the point, or that the likeliest agency is the one that
            will handle it, also where it was too low to send it there; 1 for the agency that closed what came back.
        candidates: The three likeliest agencies by text and category with their probabilities, descending.
    """

    category_code: str | None
    category_basis: CategoryBasis
    category_guess: str | None
    category_probability: float | None
    skpd_code: str
    basis: RoutingBasis
    probability: float
    candidates: tuple[tuple[str, float], ...]
