"""One report as somebody files it: its words, its point, what it lacks.

Belongs here: what a channel lets its reporters say, and what they forget to say.
Does not belong here: how many report and when (complaints.py), the words (wording.py), the wire (wire_*.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from sample_city.model import GEOTAGGED, WITH_ADDRESS, WITH_FIELDS, Channel, Complaint, Kind, Missing, PlaceBasis
from sample_city.people import POPULATION, Person, person
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

_SOCIAL = {Missing.PLACE: 0.05, Missing.PROBLEM: 0.02, Missing.REPORTER: 0.01}
_APP = {Missing.PLACE: 0.01, Missing.PROBLEM: 0.015}
_DESK = {Missing.PLACE: 0.007, Missing.PROBLEM: 0.007, Missing.REPORTER: 0.015}
_FLAW_SHARE: Mapping[Channel, Mapping[Missing, float]] = {
    Channel.FACEBOOK: _SOCIAL,
    Channel.INSTAGRAM: _SOCIAL,
    Channel.X: _SOCIAL,
    Channel.WHATSAPP: {Missing.PLACE: 0.05, Missing.PROBLEM: 0.04, Missing.REPORTER: 0.02},
    Channel.SMS: {Missing.PLACE: 0.06, Missing.PROBLEM: 0.02},
    Channel.EMAIL: {Missing.PLACE: 0.04, Missing.PROBLEM: 0.02, Missing.REPORTER: 0.05},
    Channel.MEDIA_MASSA: {Missing.PLACE: 0.02, Missing.REPORTER: 0.02},
    Channel.JAKI: _APP,
    Channel.QLUE: _APP,
    Channel.JAKARTA_AMAN: _APP,
    Channel.LAPOR: {Missing.PLACE: 0.02, Missing.PROBLEM: 0.01},
    Channel.BALAI_WARGA: {Missing.PLACE: 0.01, Missing.PROBLEM: 0.01, Missing.REPORTER: 0.01},
    Channel.KELURAHAN: _DESK,
    Channel.KECAMATAN: _DESK,
}
_PHOTO_SHARE = {
    Channel.FACEBOOK: 0.35, Channel.INSTAGRAM: 0.2, Channel.X: 0.4, Channel.WHATSAPP: 0.45, Channel.EMAIL: 0.2,
    Channel.JAKI: 0.8, Channel.QLUE: 0.9, Channel.BALAI_WARGA: 0.2, Channel.MEDIA_MASSA: 0.2,
}  # fmt: skip
_LIVE_SHARE = {Channel.FACEBOOK: 0.2, Channel.INSTAGRAM: 0.15}
_EDITED_SHARE = {Channel.FACEBOOK: 0.15, Channel.WHATSAPP: 0.05, Channel.X: 0.05}
_REMOVED_SHARE = {Channel.FACEBOOK: 0.06, Channel.WHATSAPP: 0.03, Channel.JAKARTA_AMAN: 0.03}
_PRESS_SHARE, _PIN_SHARE = 0.08, 0.6
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


def citizen(rng: np.random.Generator) -> Person:
    """Anybody."""
    return person(int(rng.integers(POPULATION)))


def fresh_report(
    rng: np.random.Generator, channel: Channel, at: datetime, matter: Matter, kelurahan: Kelurahan, spot: Spot
) -> Complaint:
    """A report by somebody who has not reported this before, as complete as the channel's reports are."""
    flaw = _flaw(rng, channel)
    basis = _place_basis(rng, channel, flaw)
    is_press = channel is Channel.JAKARTA_AMAN and flaw is None and rng.random() < _PRESS_SHARE
    words = _place_words(rng, channel, kelurahan, basis, spot)
    if is_press or basis is PlaceBasis.COORDINATES and channel is Channel.WHATSAPP:
        text = words = ""
    elif flaw is Missing.PROBLEM:
        text = "" if channel in WITH_FIELDS else message_without_problem(rng, words)
    else:
        text = message(rng, matter.problem, words)
    has_address = channel in WITH_ADDRESS and basis is not PlaceBasis.NONE
    latitude, longitude = _point(rng, channel, spot, basis, _GPS_M)
    missing = _missing(channel, flaw)
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
        has_photo=bool(rng.random() < _PHOTO_SHARE.get(channel, 0.0)),
    )
    return _as_posted(rng, complaint)


def precise_report(
    rng: np.random.Generator,
    channel: Channel,
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
        channel: Where it comes in.
        at: When.
        matter: About what.
        kelurahan: Where.
        spot: Where in it.
        reach_m: Metres within which its point lies around the spot, where the channel delivers one.
    """
    words = f"{street_in_words(rng, spot)} {doors_in_words(rng, spot)}"
    if channel in WITH_ADDRESS:
        text = message(rng, matter.problem, "")
    elif channel in WITH_FIELDS | GEOTAGGED:
        text = message(rng, matter.problem, words)
    else:
        text = message(rng, matter.problem, f"{words} {area_in_words(rng, kelurahan)}")
    basis = PlaceBasis.COORDINATES if channel in GEOTAGGED else PlaceBasis.KELURAHAN_NAME
    latitude, longitude = _point(rng, channel, spot, basis, reach_m)
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
        has_photo=bool(rng.random() < _PHOTO_SHARE.get(channel, 0.0)),
    )


def later(rng: np.random.Generator, moment: datetime, mean_minutes: float) -> datetime:
    """A moment after the given one, of the same day."""
    last = moment.replace(hour=23, minute=59, second=59)
    gap = timedelta(seconds=60 + int(rng.exponential(mean_minutes * 60)))
    return min(moment + gap, last)


def _flaw(rng: np.random.Generator, channel: Channel) -> Missing | None:
    draw = rng.random()
    for missing, share in _FLAW_SHARE[channel].items():
        if draw < share:
            return missing
        draw -= share
    return None


def _missing(channel: Channel, flaw: Missing | None) -> tuple[Missing, ...]:
    """What it lacks; a text message has a number and no name."""
    lacks = {Missing.REPORTER} if channel is Channel.SMS else set()
    return tuple(missing for missing in Missing if missing in lacks or missing is flaw)


def _place_basis(rng: np.random.Generator, channel: Channel, flaw: Missing | None) -> PlaceBasis:
    draw = rng.random()
    if flaw is Missing.PLACE:
        return PlaceBasis.NONE
    if channel in GEOTAGGED:
        return PlaceBasis.COORDINATES if draw < 0.985 else PlaceBasis.KELURAHAN_NAME
    if channel is Channel.WHATSAPP and flaw is Missing.PROBLEM and draw < _PIN_SHARE:
        return PlaceBasis.COORDINATES
    if channel in WITH_FIELDS:
        return PlaceBasis.KELURAHAN_NAME
    return PlaceBasis.KELURAHAN_NAME if draw < 0.85 else PlaceBasis.KECAMATAN_NAME


def _place_words(
    rng: np.random.Generator, channel: Channel, kelurahan: Kelurahan, basis: PlaceBasis, spot: Spot
) -> str:
    """What the text says about the place; where the channel has fields for it, some name the street all the same."""
    if channel in WITH_FIELDS or basis is PlaceBasis.COORDINATES:
        return street_in_words(rng, spot) if basis is not PlaceBasis.NONE and rng.random() < 0.3 else ""
    return place_in_words(rng, kelurahan, basis, spot)


def _names(words: str, spot: Spot) -> bool:
    return any(part in words for part in (spot.street, spot.rt, f"rt {int(spot.rt)} rw"))


def _point(
    rng: np.random.Generator, channel: Channel, spot: Spot, basis: PlaceBasis, reach_m: float
) -> tuple[float | None, float | None]:
    if basis is not PlaceBasis.COORDINATES:
        # An app without a fix sends 0,0, as 2,131 of 5,000 real San Francisco cases do.
        return (0.0, 0.0) if channel in GEOTAGGED else (None, None)
    angle, distance = rng.uniform(0, 2 * np.pi), reach_m * np.sqrt(rng.random())
    return shifted(spot.latitude, spot.longitude, distance * np.sin(angle), distance * np.cos(angle))


def _as_posted(rng: np.random.Generator, complaint: Complaint) -> Complaint:
    """Let some posts come by webhook, and some be edited or taken back later that day."""
    channel = complaint.channel
    if channel not in _LIVE_SHARE.keys() | _EDITED_SHARE.keys() | _REMOVED_SHARE.keys():
        return complaint
    if rng.random() < _LIVE_SHARE.get(channel, 0.0):
        complaint = replace(complaint, is_live=True)
    elif channel is Channel.FACEBOOK:
        return complaint
    share = _EDITED_SHARE.get(channel, 0.0) * (4 if Missing.PLACE in complaint.missing else 1)
    moment = later(rng, complaint.reported_at, 60)
    if complaint.problem and Missing.REPORTER not in complaint.missing and rng.random() < share:
        is_placeless = complaint.place_basis is PlaceBasis.NONE
        place = place_in_words(rng, complaint.kelurahan, PlaceBasis.KELURAHAN_NAME, complaint.spot)
        added = place if is_placeless else "belum ada petugas yang datang"
        return replace(complaint, edited_text=f"{complaint.text} UPDATE: {added}", edited_at=moment)
    if rng.random() < _REMOVED_SHARE.get(channel, 0.0):
        return replace(complaint, edited_at=moment, is_removed=True)
    return complaint
