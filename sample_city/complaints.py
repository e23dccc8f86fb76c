"""Who complains where, when and about what: the plan of one day's complaints with their truth.

Belongs here: volumes, mixes and flaws, and the ids that the channels give.
Does not belong here: the words (wording.py), the wire formats (landing_*.py), what agencies do (cases.py).

A day's plan depends on the seed and the date alone (only the counters of the kelurahan desks run on), so a
longer sample repeats the days of a shorter one.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import numpy as np

from sample_city.model import Channel, Complaint, Kind, Missing, PlaceBasis
from sample_city.people import POPULATION, person
from sample_city.reference import WIB, Kelurahan, Reference, SeedError, shifted
from sample_city.vocabulary import PHRASES, Phrase
from sample_city.wording import address, message, message_without_problem, place_in_words

PAGE_ID = "100000000002019"
FEWEST_A_DAY, MOST_A_DAY = 500, 1000

# Reports a day, Monday to Sunday: 508 in the mean of 2024 with a peak of 800, 500 to 1,000 in 2019.
_WEEKDAY_MEAN = (800, 780, 765, 755, 735, 630, 575)
_CHANNEL_SHARE = {Channel.FACEBOOK: 0.16, Channel.EMAIL: 0.11, Channel.JAKI: 0.56, Channel.KELURAHAN: 0.17}
_HOUR_WEIGHT = np.array(
    [3, 2, 1, 1, 2, 5, 12, 20, 26, 28, 26, 22, 20, 20, 19, 18, 19, 20, 19, 20, 21, 18, 12, 6], dtype=float
)
_COUNTER_HOUR_WEIGHT = np.where((np.arange(24) >= 8) & (np.arange(24) < 15), _HOUR_WEIGHT, 0.0)

_FLAW_SHARE: Mapping[Channel, Mapping[Missing, float]] = {
    Channel.FACEBOOK: {Missing.PLACE: 0.05, Missing.PROBLEM: 0.02, Missing.REPORTER: 0.01},
    Channel.EMAIL: {Missing.PLACE: 0.04, Missing.PROBLEM: 0.02, Missing.REPORTER: 0.05},
    Channel.JAKI: {Missing.PLACE: 0.01, Missing.PROBLEM: 0.015},
    Channel.KELURAHAN: {Missing.PLACE: 0.007, Missing.PROBLEM: 0.007, Missing.REPORTER: 0.015},
}
_REPEATED_SHARE, _SAME_TEXT_SHARE = 0.04, 0.012
_LIVE_SHARE, _EDITED_SHARE, _REMOVED_SHARE = 0.2, 0.15, 0.06
_PHOTO_SHARE = {Channel.FACEBOOK: 0.35, Channel.EMAIL: 0.2, Channel.JAKI: 0.8, Channel.KELURAHAN: 0.0}


class Planner:
    """Plans days in their order.

    Args:
        reference: The city.
        seed: Two planners with one seed plan the same.
    """

    def __init__(self, reference: Reference, seed: int) -> None:
        unknown = [category.name for category in reference.categories if category.name not in PHRASES]
        named = {phrase.skpd_code for phrases in PHRASES.values() for phrase in phrases if phrase.skpd_code}
        unknown += sorted(named - reference.skpd_codes)
        if unknown:
            raise SeedError(
                f"expected categories that vocabulary.py has phrases for and the agencies that it names, "
                f"found {', '.join(unknown)}; add the phrases or mend the seed"
            )
        self._reference = reference
        self._seed = seed
        self._registers: Counter[str] = Counter()
        reports = np.array([category.reports_2023 for category in reference.categories], dtype=float)
        self._category_share = reports / reports.sum()

    def plan_day(self, day: date) -> list[Complaint]:
        """Every complaint that is reported on that day (WIB), in the order of reporting."""
        rng = np.random.default_rng([self._seed, 1, day.toordinal()])
        planned = [self._fresh(rng, day, channel) for channel in self._channels(rng, day)]
        return _with_ids([*planned, *_copies(rng, planned)], day, self._registers)

    def _channels(self, rng: np.random.Generator, day: date) -> list[Channel]:
        is_day_off = self._reference.is_day_off(day)
        mean = _WEEKDAY_MEAN[6] if day in self._reference.holidays else _WEEKDAY_MEAN[day.weekday()]
        count = float(np.clip(mean * rng.lognormal(0.0, 0.06), FEWEST_A_DAY + 30, MOST_A_DAY - 30))
        # Copies come on top of the fresh ones: leave them room below the day's most.
        fresh = int(count / (1 + _REPEATED_SHARE + _SAME_TEXT_SHARE))
        share = {
            **_CHANNEL_SHARE,
            Channel.KELURAHAN: 0.0 if is_day_off else _CHANNEL_SHARE[Channel.KELURAHAN],
        }
        weights = np.array(list(share.values()))
        drawn = rng.choice(len(weights), size=fresh, p=weights / weights.sum())
        channels = list(share)
        return [channels[number] for number in drawn]

    def _fresh(self, rng: np.random.Generator, day: date, channel: Channel) -> Complaint:
        categories, kelurahans = self._reference.categories, self._reference.kelurahan
        category = categories[int(rng.choice(len(categories), p=self._category_share))]
        kelurahan = kelurahans[int(rng.integers(len(kelurahans)))]
        phrases = PHRASES[category.name]
        phrase = phrases[int(rng.integers(len(phrases)))]
        missing = _flaw(rng, channel)
        basis = _place_basis(rng, channel, missing)
        text, street, edited = _texts(rng, channel, phrase, kelurahan, basis, missing)
        latitude, longitude = _point(rng, channel, kelurahan, basis)
        complaint = Complaint(
            channel=channel,
            source_record_id="",
            source_code="",
            reported_at=_moment(rng, day, channel),
            reporter=person(int(rng.integers(POPULATION))),
            category=category,
            skpd_code=phrase.skpd_code or category.skpd_code,
            kelurahan=kelurahan,
            place_basis=basis,
            latitude=latitude,
            longitude=longitude,
            address=street,
            text=text,
            missing=() if missing is None else (missing,),
            kind=Kind.COMPLETE if missing is None else Kind.INCOMPLETE,
            has_photo=bool(rng.random() < _PHOTO_SHARE[channel]),
        )
        return _as_posted(rng, complaint, edited) if channel is Channel.FACEBOOK else complaint


def _flaw(rng: np.random.Generator, channel: Channel) -> Missing | None:
    draw = rng.random()
    for missing, share in _FLAW_SHARE[channel].items():
        if draw < share:
            return missing
        draw -= share
    return None


def _place_basis(rng: np.random.Generator, channel: Channel, missing: Missing | None) -> PlaceBasis:
    if missing is Missing.PLACE:
        return PlaceBasis.NONE
    draw = rng.random()
    if channel is Channel.JAKI:
        return PlaceBasis.COORDINATES if draw < 0.985 else PlaceBasis.KELURAHAN_NAME
    if channel is Channel.KELURAHAN:
        return PlaceBasis.KELURAHAN_NAME
    return PlaceBasis.KELURAHAN_NAME if draw < 0.85 else PlaceBasis.KECAMATAN_NAME


def _texts(
    rng: np.random.Generator,
    channel: Channel,
    phrase: Phrase,
    kelurahan: Kelurahan,
    basis: PlaceBasis,
    missing: Missing | None,
) -> tuple[str, str, str]:
    """The text, the street address, and the text as an edit would leave it."""
    where = address(rng)
    words = place_in_words(rng, kelurahan, basis, where)
    street = "" if basis is PlaceBasis.NONE else f"{where[0]} RT {where[1]}/RW {where[2]}"
    if missing is Missing.PROBLEM:
        has_field = channel in (Channel.JAKI, Channel.KELURAHAN)
        return ("" if has_field else message_without_problem(rng, words)), street, ""
    if channel in (Channel.JAKI, Channel.KELURAHAN):
        # The place has its own fields; some repeat the street in the text all the same.
        words = where[0] if basis is not PlaceBasis.NONE and rng.random() < 0.3 else ""
    text = message(rng, phrase.text, words)
    added = place_in_words(rng, kelurahan, PlaceBasis.KELURAHAN_NAME, where) if basis is PlaceBasis.NONE else ""
    return text, street, f"{text} UPDATE: {added or 'belum ada petugas yang datang'}"


def _point(
    rng: np.random.Generator, channel: Channel, kelurahan: Kelurahan, basis: PlaceBasis
) -> tuple[float | None, float | None]:
    if channel is not Channel.JAKI:
        return None, None
    if basis is not PlaceBasis.COORDINATES:
        # An app without a fix sends 0,0, as 2,131 of 5,000 real San Francisco cases do.
        return 0.0, 0.0
    reach_m = min(0.8 * kelurahan.reach_m, 300.0)
    angle, distance = rng.uniform(0, 2 * np.pi), reach_m * np.sqrt(rng.random())
    return shifted(kelurahan.latitude, kelurahan.longitude, distance * np.sin(angle), distance * np.cos(angle))


def _moment(rng: np.random.Generator, day: date, channel: Channel) -> datetime:
    weight = _COUNTER_HOUR_WEIGHT if channel is Channel.KELURAHAN else _HOUR_WEIGHT
    hour = int(rng.choice(24, p=weight / weight.sum()))
    second = 0 if channel is Channel.KELURAHAN else int(rng.integers(60))
    return datetime.combine(day, time(hour, int(rng.integers(60)), second), WIB)


def _as_posted(rng: np.random.Generator, complaint: Complaint, edited: str) -> Complaint:
    """Let some posts come by webhook, and of those let some be edited or taken down later that day."""
    if rng.random() >= _LIVE_SHARE:
        return complaint
    complaint = replace(complaint, is_live=True)
    share = 0.6 if Missing.PLACE in complaint.missing else _EDITED_SHARE
    later = _later(rng, complaint.reported_at, 60)
    if edited and Missing.REPORTER not in complaint.missing and rng.random() < share:
        return replace(complaint, edited_text=edited, edited_at=later)
    if rng.random() < _REMOVED_SHARE:
        return replace(complaint, edited_at=later, is_removed=True)
    return complaint


def _copies(rng: np.random.Generator, planned: list[Complaint]) -> list[Complaint]:
    """Reports of the same text later that day, by the same reporter or by a neighbour."""
    copies = []
    for number, original in enumerate(planned):
        draw = rng.random()
        if draw >= _REPEATED_SHARE + _SAME_TEXT_SHARE or original.missing or original.is_live:
            continue
        is_repeated = draw < _REPEATED_SHARE
        if is_repeated and original.channel is Channel.JAKI:
            # Its public shape names no reporter: there nobody can tell a repetition from a neighbour.
            continue
        neighbour = person(int(rng.integers(POPULATION)))
        copies.append(
            replace(
                original,
                kind=Kind.REPEATED if is_repeated else Kind.SAME_TEXT,
                reporter=original.reporter if is_repeated else neighbour,
                reported_at=_later(rng, original.reported_at, 90),
                duplicate_of=str(number),
            )
        )
    return copies


def _later(rng: np.random.Generator, moment: datetime, mean_minutes: float) -> datetime:
    """A moment after the given one, of the same day."""
    last = moment.replace(hour=23, minute=59, second=59)
    gap = timedelta(seconds=60 + int(rng.exponential(mean_minutes * 60)))
    return min(moment + gap, last)


def _with_ids(planned: list[Complaint], day: date, registers: Counter[str]) -> list[Complaint]:
    """Number the day's complaints as their channels do, and order them by time."""
    order = sorted(range(len(planned)), key=lambda number: (planned[number].reported_at, number))
    counts: Counter[Channel] = Counter()
    ids: dict[str, str] = {}
    numbered = []
    for number in order:
        complaint = planned[number]
        counts[complaint.channel] += 1
        sequence = counts[complaint.channel]
        source_record_id = _source_record_id(complaint, day, sequence, registers)
        ids[str(number)] = source_record_id
        code = f"JK{day:%y%m%d}{sequence:04d}" if complaint.channel is Channel.JAKI else ""
        numbered.append(replace(complaint, source_record_id=source_record_id, source_code=code))
    return [
        replace(complaint, duplicate_of=ids[complaint.duplicate_of]) if complaint.duplicate_of else complaint
        for complaint in numbered
    ]


def _source_record_id(complaint: Complaint, day: date, sequence: int, registers: Counter[str]) -> str:
    match complaint.channel:
        case Channel.FACEBOOK:
            return f"{PAGE_ID}_{day:%y%m%d}{sequence:05d}"
        case Channel.EMAIL:
            return f"{day:%Y%m%d}.{sequence:04d}@mail.example.org"
        case Channel.JAKI:
            return f"{day:%y%m%d}{sequence:04d}"
        case Channel.KELURAHAN:
            register = f"{complaint.kelurahan.code}/{day:%Y/%m}"
            registers[register] += 1
            return f"{register}/{registers[register]:04d}"
