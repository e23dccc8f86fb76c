"""What the agencies do with accepted complaints: handovers, work, pauses and results.

Belongs here: the true life of a case. Does not belong here: which complaints are accepted (model.py), what the agencies
book of it, when and how well (bookings.py).

Times to resolve follow the published ones (2020: mean 40.22 h, 2021: 39.87 h) with a tail beyond the
7 days of SE Sekda 40/2019; handing over takes about 2 hours, sometimes more than the 6 allowed.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from sample_city.channels.registry import CHANNELS
from sample_city.model import Complaint

KELURAHAN = "kelurahan"
BIRO_PEMERINTAHAN = "biro_pemerintahan"

_RESOLVE_MEDIAN_HOURS, _RESOLVE_SIGMA = 20.0, 1.18
_COORDINATE_MEAN_HOURS, _COORDINATE_LATE_SHARE = 2.0, 0.06
_WRONG_AGENCY_SHARE = 0.08
_REFUSED_SHARE, _STUCK_SHARE = 0.02, 0.015
_WAITS_SHARE, _REOPENED_SHARE, _RATED_SHARE = 0.10, 0.015, 0.30
_PHOTO_SHARE, _PHOTO_BEFORE_SHARE = 0.015, 0.5


@dataclass(frozen=True)
class CaseEvent:
    """One thing that happened to a case.

    Attributes:
        event_id: Of the agencies' system.
        channel: Of the complaint.
        source_record_id: Of the complaint.
        status: As staff write it.
        skpd_code: Who holds the case from then on.
        occurred_at: The city's.
        waits_for_reporter: Whether the holder waits for the reporter from then on.
        promised_at: Promised end of long work; None without.
        rating: What the reporter gave the result, 1 to 5; None without.
        rated_at: When; None without.
        photos: Names of the photos that the holder took.
    """

    event_id: str
    channel: str
    source_record_id: str
    status: str
    skpd_code: str
    occurred_at: datetime
    waits_for_reporter: bool = False
    promised_at: datetime | None = None
    rating: int | None = None
    rated_at: datetime | None = None
    photos: tuple[str, ...] = ()

    @property
    def closes(self) -> bool:
        """Whether the case is closed by it."""
        return self.status in ("Selesai", "Ditolak")


def case_events(complaint: Complaint, others: tuple[str, ...], seed: int) -> list[CaseEvent]:
    """The whole life of one case, also the part after the sample's last day; none where it never begins.

    Args:
        complaint: Only one that is accepted has a case.
        others: Agencies to which it may be sent by mistake.
        seed: The case's life depends on it and on the complaint's id.
    """
    start = complaint.accepted_at
    if start is None:
        return []
    digest, chance = draws_of(complaint.name, seed, 2)
    steps = _steps(chance, complaint, others)
    events = [
        CaseEvent("", complaint.channel, complaint.source_record_id, status, skpd_code, _after(start, hours))
        for hours, status, skpd_code in steps
    ]
    events = _with_turns(draws_of(complaint.name, seed, 7)[1], events)
    named = [replace(event, event_id=f"{digest}-{number}") for number, event in enumerate(events, start=1)]
    return _with_photos(draws_of(complaint.name, seed, 12)[1], named)


def draws_of(name: str, seed: int, purpose: int) -> tuple[str, np.random.Generator]:
    """What names a complaint's case, and the draws for one purpose of it."""
    digest = hashlib.blake2b(name.encode(), digest_size=8).hexdigest()
    return digest, np.random.default_rng([seed, purpose, int(digest, 16)])


def _after(start: datetime, hours: float) -> datetime:
    return start + timedelta(seconds=round(hours * 3600))


def _with_turns(rng: np.random.Generator, events: list[CaseEvent]) -> list[CaseEvent]:
    """A life with what happens to some: the reporter is asked, an end is promised, it was not done, it is rated."""
    waits, reopens, rates = rng.random(3) < (_WAITS_SHARE, _REOPENED_SHARE, _RATED_SHARE)
    last = events[-1]
    promised_at = _after(last.occurred_at, float(rng.uniform(-24, 96)))
    events = [
        replace(event, promised_at=promised_at) if event.status == "Estimasi waktu selesai" else event
        for event in events
    ]
    work = next((number for number, event in enumerate(events) if event.status == "Proses"), None)
    if waits and work is not None and work + 1 < len(events):
        begun, gap = events[work], events[work + 1].occurred_at - events[work].occurred_at
        asked = replace(begun, occurred_at=_whole(begun.occurred_at + 0.2 * gap), waits_for_reporter=True)
        answered = replace(begun, occurred_at=_whole(begun.occurred_at + float(rng.uniform(0.4, 0.8)) * gap))
        events[work + 1 : work + 1] = [asked, answered]
    if last.status != "Selesai":
        return events
    if reopens:
        again = replace(last, status="Proses", occurred_at=_after(last.occurred_at, float(rng.uniform(1, 8))))
        last = replace(last, occurred_at=_after(again.occurred_at, float(rng.uniform(3, 30))))
        events += [again, last]
    if rates:
        rated_at = _after(last.occurred_at, float(rng.uniform(0.5, 60)))
        events[-1] = replace(last, rating=int(rng.choice(5, p=(0.12, 0.08, 0.15, 0.3, 0.35))) + 1, rated_at=rated_at)
    return events


def _with_photos(rng: np.random.Generator, events: list[CaseEvent]) -> list[CaseEvent]:
    """Some holders show what they found and what they did."""
    before, after = rng.random(2) < (_PHOTO_BEFORE_SHARE, _PHOTO_SHARE)
    work = next((event.event_id for event in events if event.status == "Proses"), None)
    shown = {work} if before and after else set()
    shown |= {event.event_id for event in events[-1:] if after and event.status == "Selesai"}
    return [replace(event, photos=(f"{event.event_id}.jpg",)) if event.event_id in shown else event for event in events]


def _whole(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


def _steps(rng: np.random.Generator, complaint: Complaint, others: tuple[str, ...]) -> list[tuple[float, str, str]]:
    """Hours since acceptance, status and holder, in order of time."""
    is_at_kelurahan = CHANNELS[complaint.channel].habits.begins_at_kelurahan
    first, right = (KELURAHAN if is_at_kelurahan else BIRO_PEMERINTAHAN), complaint.skpd_code
    received = float(rng.uniform(0.02, 0.3))
    steps = [(received, "Menunggu", first)]
    resolved = received + float(rng.lognormal(np.log(_RESOLVE_MEDIAN_HOURS), _RESOLVE_SIGMA))
    held_since = received
    if first != right:
        for holder in _handovers(rng, right, others):
            held_since += _hours_to_coordinate(rng)
            steps.append((held_since, "Koordinasi", holder))
        if rng.random() < 0.25:
            held_since += float(rng.uniform(0.3, 4.0))
            steps.append((held_since, "Disposisi", right))
    # A case cannot be done before it has reached the one who does it.
    resolved = max(resolved, held_since + float(rng.uniform(0.5, 3.0)))
    return steps + _work(rng, right, held_since, resolved)


def _handovers(rng: np.random.Generator, right: str, others: tuple[str, ...]) -> list[str]:
    wrong = [code for code in others if code != right]
    if wrong and rng.random() < _WRONG_AGENCY_SHARE:
        return [wrong[int(rng.integers(len(wrong)))], right]
    return [right]


def _hours_to_coordinate(rng: np.random.Generator) -> float:
    if rng.random() < _COORDINATE_LATE_SHARE:
        return float(rng.uniform(6.0, 30.0))
    return float(rng.gamma(2.0, _COORDINATE_MEAN_HOURS / 2))


def _work(rng: np.random.Generator, holder: str, since: float, resolved: float) -> list[tuple[float, str, str]]:
    def at(share: float) -> float:
        return since + share * (resolved - since)

    if rng.random() < _REFUSED_SHARE:
        return [(at(float(rng.uniform(0.3, 0.9))), "Ditolak", holder)]
    steps = [(at(float(rng.uniform(0.1, 0.5))), "Proses", holder)]
    if rng.random() < _STUCK_SHARE:
        return steps
    if rng.random() < 0.08:
        steps.append((at(float(rng.uniform(0.55, 0.75))), "Estimasi waktu selesai", holder))
    if rng.random() < 0.6:
        steps.append((at(float(rng.uniform(0.8, 0.95))), "Menunggu verifikasi", BIRO_PEMERINTAHAN))
    return [*steps, (resolved, "Selesai", holder)]
