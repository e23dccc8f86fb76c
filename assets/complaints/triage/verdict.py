"""The verdict of triage on one report.

Belongs here: what is handed to the ledger. Does not belong here: how it is reached (batch.py).
"""

from dataclasses import dataclass

from assets.complaints.model import Decision, Missing, Visibility
from assets.complaints.triage.again import Again
from assets.complaints.triage.filed import Filed
from assets.complaints.triage.model import Route
from assets.places.place import Place


@dataclass(frozen=True)
class Verdict:
    """What triage decided of one report.

    Attributes:
        decision: Accepted, returned or rejected.
        reasons: In words for the reporter: what is missing, why rejected, what it was linked to.
        missing: What a returned report lacks; empty for the others.
        again: The earlier complaints that it repeats.
        route: What it is about and who gets it first.
        place: Where it is.
        visibility: To whom it may be shown.
        filed: As later reports are compared with it; personal, schema `private` only.
    """

    decision: Decision
    reasons: tuple[str, ...]
    missing: tuple[Missing, ...]
    again: Again
    route: Route
    place: Place
    visibility: Visibility
    filed: Filed
