"""Reports that a person should look at before anybody works on them.

Belongs here: campaigns, claims that the cameras contradict, and places that do not fit.
Does not belong here: how the platform notices (it must not know this package).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta, tzinfo

import numpy as np

from sample_city.channels.registry import CHANNELS
from sample_city.model import Complaint, Doubt, Kind, PlaceBasis
from sample_city.people import citizen
from sample_city.reference import Kelurahan, Reference
from sample_city.rephrasings import JAM_CLAIMS
from sample_city.reports import Matter, precise_report
from sample_city.spots import Spots
from sample_city.wording import pick

_CAMPAIGN_SHARE, _MISPLACED_SHARE = 0.3, 0.006
_JAM_CATEGORY = "Arus Lalu Lintas"
_CAMPAIGN_CHANNELS = frozenset({"x", "instagram", "facebook", "whatsapp"})
_JAM_CLAIM_CHANNELS = ("jaki", "x", "whatsapp")


def jam_claims(
    rng: np.random.Generator,
    day: date,
    watched: Sequence[Kelurahan],
    spots: Spots,
    shares: Mapping[str, float],
    zone: tzinfo,
) -> list[Complaint]:
    """One or two claims of a jam between two and four at night, when every watched area is empty.

    Args:
        rng: Source of every choice.
        day: Which.
        watched: Where a camera stands.
        spots: The city's places.
        shares: The channels that are open.
        zone: Of the city.
    """
    category = next((one for one in spots.categories if one.name == _JAM_CATEGORY), None)
    channels = [channel for channel in _JAM_CLAIM_CHANNELS if channel in shares]
    if category is None or not watched or not channels:
        return []
    claims = []
    for turn in range(int(rng.integers(1, 3))):
        kelurahan = watched[int(rng.integers(len(watched)))]
        at = datetime.combine(day, time(int(rng.integers(2, 4)), int(rng.integers(60))), zone)
        matter = Matter(category, category.skpd_code, pick(rng, JAM_CLAIMS))
        spot = spots.where(kelurahan, category, day, 40 + turn)
        channel = channels[int(rng.integers(len(channels)))]
        claims.append(replace(precise_report(rng, channel, at, matter, kelurahan, spot), doubt=Doubt.JAM_CLAIM))
    return claims


def misplaced(rng: np.random.Generator, complaint: Complaint, reference: Reference) -> Complaint:
    """The report as it is, or, rarely, with words that name a kelurahan of another kota than its point's."""
    draw = rng.random()
    is_plain = complaint.kind is Kind.COMPLETE and complaint.problem and complaint.edited_at is None
    has_point = CHANNELS[complaint.channel].habits.is_geotagged and complaint.place_basis is PlaceBasis.COORDINATES
    if draw >= _MISPLACED_SHARE or not (is_plain and has_point):
        return complaint
    own = complaint.kelurahan.kecamatan.kota_code
    others = [one for one in reference.kelurahan if one.kecamatan.kota_code != own]
    other = others[int(rng.integers(len(others)))]
    text = f"{complaint.text} Lokasi Kelurahan {other.name} Kecamatan {other.kecamatan.name}"
    return replace(complaint, text=text, names_spot=False, doubt=Doubt.PLACE)


def campaign(rng: np.random.Generator, complaints: list[Complaint]) -> list[Complaint]:
    """On some days one text from many accounts within an hour: the copies; the first is marked in its place.

    Args:
        rng: Source of every choice.
        complaints: Of the day, without ids; `duplicate_of` of a copy is its original's place among them.
    """
    if rng.random() >= _CAMPAIGN_SHARE:
        return []
    candidates = [
        number
        for number, complaint in enumerate(complaints)
        if complaint.channel in _CAMPAIGN_CHANNELS and _may_begin_one(complaint)
    ]
    if not candidates:
        return []
    first = candidates[int(rng.integers(len(candidates)))]
    complaints[first] = replace(complaints[first], doubt=Doubt.CAMPAIGN)
    minutes = sorted(rng.uniform(1, 55, int(rng.integers(7, 15))).tolist())
    return [
        replace(
            complaints[first],
            kind=Kind.SAME_TEXT,
            reporter=citizen(rng),
            reported_at=complaints[first].reported_at + timedelta(seconds=round(60 * minute)),
            duplicate_of=str(first),
        )
        for minute in minutes
    ]


def _may_begin_one(complaint: Complaint) -> bool:
    is_plain = complaint.kind is Kind.COMPLETE and not complaint.is_live and complaint.edited_at is None
    is_placed = complaint.place_basis is PlaceBasis.KELURAHAN_NAME and not complaint.doubt
    return is_plain and is_placed and complaint.reported_at.hour < 22
