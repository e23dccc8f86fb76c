"""How many complain where, when and about what: the plan of a day's complaints with their truth.

Belongs here: volumes, mixes and copies.
Does not belong here: one report (reports.py), its id (ids.py), its wire format (wire_*.py).

A day's plan depends on the seed and the date alone, so a longer sample repeats the days of a shorter one.
"""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, time

import numpy as np

from sample_city.ids import numbered
from sample_city.model import COUNTERS, WITHOUT_REPORTER, Channel, Complaint, Kind
from sample_city.reference import WIB, Reference, SeedError
from sample_city.reports import Matter, citizen, fresh_report, later
from sample_city.spots import Spots
from sample_city.vocabulary import PHRASES

FEWEST_A_DAY, MOST_A_DAY = 500, 1000

# Reports a day, Monday to Sunday: 508 in the mean of 2024 with a peak of 800, 500 to 1,000 in 2019.
_WEEKDAY_MEAN = (800, 780, 765, 755, 735, 630, 575)
_CHANNEL_SHARE = {
    Channel.FACEBOOK: 0.07, Channel.EMAIL: 0.05, Channel.JAKI: 0.50, Channel.KELURAHAN: 0.07, Channel.INSTAGRAM: 0.04,
    Channel.WHATSAPP: 0.08, Channel.X: 0.08, Channel.MEDIA_MASSA: 0.006, Channel.QLUE: 0.12, Channel.JAKARTA_AMAN: 0.03,
    Channel.SMS: 0.015, Channel.LAPOR: 0.04, Channel.BALAI_WARGA: 0.02, Channel.KECAMATAN: 0.04,
}  # fmt: skip
_HOUR_WEIGHT = np.array(
    [3, 2, 1, 1, 2, 5, 12, 20, 26, 28, 26, 22, 20, 20, 19, 18, 19, 20, 19, 20, 21, 18, 12, 6], dtype=float
)
_COUNTER_HOUR_WEIGHT = np.where((np.arange(24) >= 8) & (np.arange(24) < 15), _HOUR_WEIGHT, 0.0)
_REPEATED_SHARE, _SAME_TEXT_SHARE = 0.04, 0.012


class Planner:
    """Plans days, in any order.

    Args:
        reference: The city.
        seed: Two planners with one seed plan the same.
    """

    def __init__(self, reference: Reference, seed: int) -> None:
        unknown = [category.name for category in reference.categories if category.name not in PHRASES]
        named = {phrase.skpd_code for phrases in PHRASES.values() for phrase in phrases if phrase.skpd_code}
        unknown += sorted(named - reference.skpd_codes)
        unknown += sorted(set(Channel) - reference.channels.keys())
        if unknown:
            raise SeedError(
                f"expected categories that vocabulary.py has phrases for, and the agencies and channels of the sample, "
                f"found {', '.join(unknown)}; add the phrases or mend the seed"
            )
        self._reference = reference
        self._seed = seed
        self._spots = Spots(reference, seed)
        reports = np.array([category.reports_2023 for category in reference.categories], dtype=float)
        self._category_share = reports / reports.sum()

    def plan_day(self, day: date) -> list[Complaint]:
        """Every complaint that is reported on that day (WIB), in the order of reporting."""
        rng = np.random.default_rng([self._seed, 1, day.toordinal()])
        turns: Counter[tuple[str, str]] = Counter()
        planned = [self._fresh(rng, day, channel, turns) for channel in self._channels(rng, day)]
        return _in_order([*planned, *_copies(rng, planned)], day)

    def _channels(self, rng: np.random.Generator, day: date) -> list[Channel]:
        is_day_off = self._reference.is_day_off(day)
        mean = _WEEKDAY_MEAN[6] if day in self._reference.holidays else _WEEKDAY_MEAN[day.weekday()]
        count = float(np.clip(mean * rng.lognormal(0.0, 0.06), FEWEST_A_DAY + 30, MOST_A_DAY - 30))
        # Copies come on top of the fresh ones: leave them room below the day's most.
        fresh = int(count / (1 + _REPEATED_SHARE + _SAME_TEXT_SHARE))
        is_open = {
            channel: self._reference.channels[channel].is_valid(day) and not (is_day_off and channel in COUNTERS)
            for channel in _CHANNEL_SHARE
        }
        channels = [channel for channel in _CHANNEL_SHARE if is_open[channel]]
        weights = np.array([_CHANNEL_SHARE[channel] for channel in channels])
        return [channels[number] for number in rng.choice(len(weights), size=fresh, p=weights / weights.sum())]

    def _fresh(
        self, rng: np.random.Generator, day: date, channel: Channel, turns: Counter[tuple[str, str]]
    ) -> Complaint:
        categories, kelurahans = self._reference.categories, self._reference.kelurahan
        category = categories[int(rng.choice(len(categories), p=self._category_share))]
        kelurahan = kelurahans[int(rng.integers(len(kelurahans)))]
        turn = kelurahan.code, category.code
        spot = self._spots.where(kelurahan, category, day, turns[turn])
        turns[turn] += 1
        return fresh_report(rng, channel, _moment(rng, day, channel), Matter.draw(rng, category), kelurahan, spot)


def _moment(rng: np.random.Generator, day: date, channel: Channel) -> datetime:
    weight = _COUNTER_HOUR_WEIGHT if channel in COUNTERS else _HOUR_WEIGHT
    hour = int(rng.choice(24, p=weight / weight.sum()))
    second = 0 if channel in COUNTERS else int(rng.integers(60))
    return datetime.combine(day, time(hour, int(rng.integers(60)), second), WIB)


def _copies(rng: np.random.Generator, planned: list[Complaint]) -> list[Complaint]:
    """Reports of the same text later that day, by the same reporter or by a neighbour."""
    copies = []
    for number, original in enumerate(planned):
        draw = rng.random()
        if draw >= _REPEATED_SHARE + _SAME_TEXT_SHARE or original.missing or not original.problem:
            continue
        if original.is_live or original.edited_at is not None:
            continue
        is_repeated = draw < _REPEATED_SHARE
        if is_repeated and original.channel in WITHOUT_REPORTER:
            # Nobody can tell a repetition from a neighbour there.
            continue
        copies.append(
            replace(
                original,
                kind=Kind.REPEATED if is_repeated else Kind.SAME_TEXT,
                reporter=original.reporter if is_repeated else citizen(rng),
                reported_at=later(rng, original.reported_at, 90),
                duplicate_of=str(number),
            )
        )
    return copies


def _in_order(planned: list[Complaint], day: date) -> list[Complaint]:
    """Number a day's complaints in the order of time, and name the originals of copies."""
    order = sorted(range(len(planned)), key=lambda number: (planned[number].reported_at, number))
    complaints = numbered((planned[number] for number in order), day, Counter())
    names = {str(number): complaint.name for number, complaint in zip(order, complaints, strict=True)}
    return [replace(x, duplicate_of=names[x.duplicate_of]) if x.duplicate_of else x for x in complaints]
