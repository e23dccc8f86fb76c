"""One report as somebody files it: its words, its point, what it lacks.

Belongs here: what a channel lets its reporters say, and what they forget to say.
Does not belong here: how many report and when (complaints.py), the words (wording.py), the wire (channels/).
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from sample_city.channels.channel import Habits
from sample_city.channels.registry import CHANNELS
from sample_city.model import Complaint, Kind, Missing, PlaceBasis
from sample_city.people import citizen
from sample_city.reference import Category, Kelurahan, shifted
from sample_city.spots import Spot
from sample_city.vocabulary import PHRASES
from sample_city.wording import (
    area_in_words,
    doors_in_words,
    message,
    message_without_problem,
    place_in_words,
    street_in_words,
)

_GPS_M = 8.0


@dataclass(frozen=True)
class Matter:
    """What is wrong, in a citizen's words, and who has to handle it."""

    category: Category
    skpd_code: str
    problem: str

    @classmethod
    def draw(cls, rng: np.random.Generator, category: Category) -> "Matter":
        """Something that is wrong in a category."""
        phrases = PHRASES[category.name]
        phrase = phrases[int(rng.integers(len(phrases)))]
        return cls(category, phrase.skpd_code or category.skpd_code, phrase.text)


def fresh_report(
    rng: np.random.Generator, channel: str, at: datetime, matter: Matter, kelurahan: Kelurahan, spot: Spot
) -> Complaint:
    """A report by somebody who has not reported this before, as complete as the channel's reports are."""
    habits = CHANNELS[channel].habits
    flaw = _flaw(rng, habits)
    basis = _place_basis(rng, habits, flaw)
    is_press = habits.press_share > 0 and flaw is None and rng.random() < habits.press_share
    words = _place_words(rng, habits, kelurahan, basis, spot)
    if is_press or basis is PlaceBasis.COORDINATES and habits.pin_share:
        text = words = ""
    elif flaw is Missing.PROBLEM:
        text = "" if habits.asks_area else message_without_problem(rng, words)
    else:
        text = message(rng, matter.problem, words)
    has_address = habits.asks_address and basis is not PlaceBasis.NONE
    latitude, longitude = _point(rng, habits, spot, basis, _GPS_M)
    missing = _missing(habits, flaw)
    complaint = Complaint(
        channel=channel,
        source_record_id="",
        source_code="",
        reported_at=at,
        reporter=citizen(rng),
        category=matter.category,
        skpd_code=matter.skpd_code,
        kelurahan=kelurahan,
        place_basis=basis,
        latitude=latitude,
        longitude=longitude,
        spot=spot,
        names_spot=has_address or _names(words, spot),
        address=f"{street_in_words(rng, spot)} RT {spot.rt}/RW {spot.rw}" if basis is not PlaceBasis.NONE else "",
        text=text,
        problem="" if is_press or flaw is Missing.PROBLEM else matter.problem,
        missing=missing,
        kind=Kind.INCOMPLETE if missing else Kind.COMPLETE,
        has_photo=bool(rng.random() < habits.photo_share),
    )
    return _as_posted(rng, complaint)


def precise_report(
    rng: np.random.Generator,
    channel: str,
    at: datetime,
    matter: Matter,
    kelurahan: Kelurahan,
    spot: Spot,
    *,
    reach_m: float = 25.0,
) -> Complaint:
    """A report that lacks nothing and names its place by street, RT and RW.

    Args:
        rng: Source of every choice.
        channel: Code of where it comes in.
        at: When.
        matter: About what.
        kelurahan: Where.
        spot: Where in it.
        reach_m: Metres within which its point lies around the spot, where the channel delivers one.
    """
    habits = CHANNELS[channel].habits
    words = f"{street_in_words(rng, spot)} {doors_in_words(rng, spot)}"
    if habits.asks_address:
        text = message(rng, matter.problem, "")
    elif habits.asks_area or habits.is_geotagged:
        text = message(rng, matter.problem, words)
    else:
        text = message(rng, matter.problem, f"{words} {area_in_words(rng, kelurahan)}")
    basis = PlaceBasis.COORDINATES if habits.is_geotagged else PlaceBasis.KELURAHAN_NAME
    latitude, longitude = _point(rng, habits, spot, basis, reach_m)
    return Complaint(
        channel=channel,
        source_record_id="",
        source_code="",
        reported_at=at,
        reporter=citizen(rng),
        category=matter.category,
        skpd_code=matter.skpd_code,
        kelurahan=kelurahan,
        place_basis=basis,
        latitude=latitude,
        longitude=longitude,
        spot=spot,
        names_spot=True,
        address=f"{street_in_words(rng, spot)} RT {spot.rt}/RW {spot.rw}",
        text=text,
        problem=matter.problem,
        has_photo=bool(rng.random() < habits.photo_share),
    )


def later(rng: np.random.Generator, moment: datetime, mean_minutes: float) -> datetime:
    """A moment after the given one, of the same day."""
    last = moment.replace(hour=23, minute=59, second=59)
    gap = timedelta(seconds=60 + int(rng.exponential(mean_minutes * 60)))
    return min(moment + gap, last)


def _flaw(rng: np.random.Generator, habits: Habits) -> Missing | None:
    draw = rng.random()
    for missing, share in habits.flaws.items():
        if draw < share:
            return missing
        draw -= share
    return None


def _missing(habits: Habits, flaw: Missing | None) -> tuple[Missing, ...]:
    """What it lacks."""
    return tuple(missing for missing in Missing if missing in habits.lacks or missing is flaw)


def _place_basis(rng: np.random.Generator, habits: Habits, flaw: Missing | None) -> PlaceBasis:
    draw = rng.random()
    if flaw is Missing.PLACE:
        return PlaceBasis.NONE
    if habits.is_geotagged:
        return PlaceBasis.COORDINATES if draw < 0.985 else PlaceBasis.KELURAHAN_NAME
    if flaw is Missing.PROBLEM and draw < habits.pin_share:
        return PlaceBasis.COORDINATES
    if habits.asks_area:
        return PlaceBasis.KELURAHAN_NAME
    return PlaceBasis.KELURAHAN_NAME if draw < 0.85 else PlaceBasis.KECAMATAN_NAME


def _place_words(rng: np.random.Generator, habits: Habits, kelurahan: Kelurahan, basis: PlaceBasis, spot: Spot) -> str:
    """What the text says about the place; where the channel has fields for it, some name the street all the same."""
    if habits.asks_area or basis is PlaceBasis.COORDINATES:
        return street_in_words(rng, spot) if basis is not PlaceBasis.NONE and rng.random() < 0.3 else ""
    return place_in_words(rng, kelurahan, basis, spot)


def _names(words: str, spot: Spot) -> bool:
    return any(part in words for part in (spot.street, spot.rt, f"rt {int(spot.rt)} rw"))


def _point(
    rng: np.random.Generator, habits: Habits, spot: Spot, basis: PlaceBasis, reach_m: float
) -> tuple[float | None, float | None]:
    if basis is not PlaceBasis.COORDINATES:
        # An app without a fix sends 0,0, as 2,131 of 5,000 real San Francisco cases do.
        return (0.0, 0.0) if habits.is_geotagged else (None, None)
    angle, distance = rng.uniform(0, 2 * np.pi), reach_m * np.sqrt(rng.random())
    return shifted(spot.latitude, spot.longitude, distance * np.sin(angle), distance * np.cos(angle))


def _as_posted(rng: np.random.Generator, complaint: Complaint) -> Complaint:
    """Let some posts come by webhook, and some be edited or taken back later that day."""
    habits = CHANNELS[complaint.channel].habits
    if not (habits.live_share or habits.edited_share or habits.removed_share):
        return complaint
    if rng.random() < habits.live_share:
        complaint = replace(complaint, is_live=True)
    elif habits.changes_are_live:
        return complaint
    share = habits.edited_share * (4 if Missing.PLACE in complaint.missing else 1)
    moment = later(rng, complaint.reported_at, 60)
    if complaint.problem and Missing.REPORTER not in complaint.missing and rng.random() < share:
        is_placeless = complaint.place_basis is PlaceBasis.NONE
        place = place_in_words(rng, complaint.kelurahan, PlaceBasis.KELURAHAN_NAME, complaint.spot)
        added = place if is_placeless else "belum ada petugas yang datang"
        return replace(complaint, edited_text=f"{complaint.text} UPDATE: {added}", edited_at=moment)
    if rng.random() < habits.removed_share:
        return replace(complaint, edited_at=moment, is_removed=True)
    return complaint
