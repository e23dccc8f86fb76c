"""Is it true? Doubts about a complaint, each with its evidence.

Belongs here: what raises a doubt, judged by what is at hand. Does not belong here: fetching it (complaints/doubts.py).

A doubt sends a complaint to a person, who verifies it first. It rejects nothing, and no score is made of several.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import numpy as np

from assets.complaints.triage.filed import Filed
from assets.places.gazetteer import Gazetteer, distance_km
from assets.places.mentions import mentions
from assets.places.spelling import words

# A neighbourhood complains in its own words; this many accounts with one text within hours were asked to.
CAMPAIGN_WITHIN = timedelta(hours=6)
CAMPAIGN_ACCOUNTS = 5
# One rejection happens to anybody.
LEAST_REJECTED = 2
# Beyond the width of a kelurahan: who stands at its border names the neighbour too.
MISPLACED_KM = 3.0
JAM_CATEGORY = "arus_lalu_lintas"
JAM_WORDS = frozenset({"macet", "kemacetan", "tersendat", "merayap", "stuck"})
# Share of the road that is covered; below it a camera sees next to no vehicle. Judged by eye on the sample city.
EMPTY_ROAD_SHARE = 0.1
LEAST_OBSERVATIONS = 3


class Signal(StrEnum):
    """What is doubted."""

    CAMPAIGN = "campaign"
    REJECTED_BEFORE = "rejected_before"
    PLACE_MISMATCH = "place_mismatch"
    JAM_NOT_SEEN = "jam_not_seen"
    PHOTO_USED_BEFORE = "photo_used_before"


@dataclass(frozen=True)
class Doubt:
    """One doubt and what it rests on, without anything personal."""

    signal: Signal
    evidence: Mapping[str, Any]


def campaign(complaint: Filed, same_words: Sequence[tuple[datetime, str]]) -> Doubt | None:
    """Doubt a text that many accounts sent within a short time.

    Args:
        complaint: The complaint.
        same_words: Times and reporter keys of reports in the same words, its own among them.
    """
    near = [(at, who) for at, who in same_words if abs(at - complaint.reported_at) <= CAMPAIGN_WITHIN]
    accounts = len({who for _, who in near})
    if accounts < CAMPAIGN_ACCOUNTS:
        return None
    times = [at for at, _ in near]
    hours = (max(times) - min(times)) / timedelta(hours=1)
    return Doubt(Signal.CAMPAIGN, {"accounts": accounts, "hours": round(hours, 1)})


def rejected_before(rejected: int) -> Doubt | None:
    """Doubt a reporter some of whose complaints an agency rejected; `rejected` counts them."""
    return Doubt(Signal.REJECTED_BEFORE, {"complaints": rejected}) if rejected >= LEAST_REJECTED else None


def place_mismatch(complaint: Filed, gazetteer: Gazetteer) -> Doubt | None:
    """Doubt a point that is far from the one kelurahan that the text names by its title."""
    if complaint.point is None:
        return None
    named = mentions(complaint.text, gazetteer).titled
    if len(named) != 1:
        return None
    area = gazetteer.reference.kelurahan[next(iter(named))]
    place = (np.array(degrees) for degrees in (*complaint.point, area.latitude, area.longitude))
    apart = float(distance_km(*place))
    if apart <= MISPLACED_KM or area.code == complaint.kelurahan_code:
        return None
    return Doubt(
        Signal.PLACE_MISMATCH, {"named": area.code, "point_in": complaint.kelurahan_code, "km": round(apart, 1)}
    )


def photo_used_before(complaints: int, nearest: int) -> Doubt | None:
    """Doubt a photo that came with other complaints.

    Args:
        complaints: How many, none of them linked to this one.
        nearest: Least number of bits in which the perceptual hashes differ.
    """
    evidence = {"complaints": complaints, "different_bits": nearest}
    return Doubt(Signal.PHOTO_USED_BEFORE, evidence) if complaints else None


def claims_jam(complaint: Filed) -> bool:
    """Say whether a complaint claims that traffic stands."""
    return complaint.category_guess == JAM_CATEGORY and not JAM_WORDS.isdisjoint(words(complaint.text))


def jam_not_seen(densities: Sequence[float]) -> Doubt | None:
    """Doubt a jam where every camera of the area saw an empty road in that hour.

    Args:
        densities: Shares of the road covered, in [0, 1], of good observations; imputed ones have no say.
    """
    if len(densities) < LEAST_OBSERVATIONS or max(densities) >= EMPTY_ROAD_SHARE:
        return None
    return Doubt(Signal.JAM_NOT_SEEN, {"observations": len(densities), "densest_share": round(max(densities), 3)})
