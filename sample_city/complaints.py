"""How many complain where, when and about what: the plan of a day's complaints with their truth.

Belongs here: volumes, mixes and copies of a text.
Does not belong here: one report (reports.py), its id (ids.py), what it brings after it (followers.py), its wire format
(channels/).

A day's plan depends on the seed and the date alone, so a longer sample repeats the days of a shorter one.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo

import numpy as np

from sample_city.answers import answered
from sample_city.channels.registry import ALL, CHANNELS
from sample_city.doubts import campaign, jam_claims, misplaced
from sample_city.followers import MOST_DAYS, Followers
from sample_city.ids import numbered
from sample_city.model import Complaint, Kind
from sample_city.people import citizen
from sample_city.reference import Kelurahan, Reference, SeedError
from sample_city.reports import Matter, fresh_report, later
from sample_city.spots import Spots
from sample_city.vocabulary import PHRASES

FEWEST_A_DAY, MOST_A_DAY = 500, 1000

# Reports a day, Monday to Sunday, of a city with so many kelurahan: 508 in the mean of 2024 with a peak of 800, 500 to
# 1,000 in 2019. Another city has as many from each kelurahan.
_WEEKDAY_MEAN = (800, 780, 765, 755, 735, 630, 575)
_KELURAHAN = 267
_HOUR_WEIGHT = np.array(
    [3, 2, 1, 1, 2, 5, 12, 20, 26, 28, 26, 22, 20, 20, 19, 18, 19, 20, 19, 20, 21, 18, 12, 6], dtype=float
)
_HOURS = _HOUR_WEIGHT / _HOUR_WEIGHT.sum()
_COUNTER_HOUR_WEIGHT = np.where((np.arange(24) >= 8) & (np.arange(24) < 15), _HOUR_WEIGHT, 0.0)
_COUNTER_HOURS = _COUNTER_HOUR_WEIGHT / _COUNTER_HOUR_WEIGHT.sum()
_REPEATED_SHARE, _SAME_TEXT_SHARE = 0.04, 0.012
# Copies, campaigns and followers come on top of the fresh ones.
_EXTRA_SHARE = 0.12


@dataclass(frozen=True)
class _Begun:
    """What begins on one day: its complaints, their followers of that day and later, and who has numbered how many."""

    complaints: list[Complaint]
    followers: list[Complaint]
    given: Counter[str]


class Planner:
    """Plans days, in any order.

    Args:
        reference: The city.
        seed: Two planners with one seed plan the same.
        watched: Kelurahan with a camera; only there a claim of a jam can be doubted.
    """

    def __init__(self, reference: Reference, seed: int, watched: Sequence[Kelurahan] = ()) -> None:
        unknown = [category.name for category in reference.categories if category.name not in PHRASES]
        named = {phrase.skpd_code for phrases in PHRASES.values() for phrase in phrases if phrase.skpd_code}
        unknown += sorted(named - reference.skpd_codes)
        if unknown:
            raise SeedError(
                f"expected categories that vocabulary.py has phrases for, and the agencies of the sample, "
                f"found {', '.join(unknown)}; add the phrases or mend the seed"
            )
        self._reference = reference
        self._seed = seed
        self._watched = watched
        self._spots = Spots(reference, seed)
        self._followers = Followers(reference, self._spots, seed)
        reports = np.array([category.reports_2023 for category in reference.categories], dtype=float)
        self._category_share = reports / reports.sum()
        self._begun: dict[date, _Begun] = {}

    def plan_day(self, day: date, count: int | None = None, channels: Sequence[str] | None = None) -> list[Complaint]:
        """Every complaint that is reported on that day, in the order of reporting.

        Args:
            day: Which.
            count: How many in all, none of which follows one of an earlier day; None for as many as the day has,
                followers of earlier days among them.
            channels: Those that deliver when there is a count; None for those that are valid on the day.
        """
        if count is not None:
            begun = self._begin(day, count, channels)
            everything = [*begun.complaints, *_numbered_on(day, begun.followers, begun.given)]
            complaints = _exactly(np.random.default_rng([self._seed, 10, day.toordinal()]), count, everything)
        else:
            days = [day - timedelta(days=lag) for lag in range(MOST_DAYS, -1, -1)]
            followers = [follower for past in days for follower in self._normal(past).followers]
            begun = self._normal(day)
            complaints = [*begun.complaints, *_numbered_on(day, followers, begun.given)]
        return sorted(complaints, key=lambda complaint: complaint.reported_at)

    def _normal(self, day: date) -> _Begun:
        if day not in self._begun:
            self._begun[day] = self._begin(day, None, None)
        return self._begun[day]

    def _begin(self, day: date, count: int | None, channels: Sequence[str] | None) -> _Begun:
        def open_on(later_day: date) -> dict[str, float]:
            return self._open(later_day, channels)

        rng = np.random.default_rng([self._seed, 1, day.toordinal()])
        doubts = np.random.default_rng([self._seed, 8, day.toordinal()])
        shares = open_on(day)
        turns: Counter[tuple[str, str]] = Counter()
        drawn = self._channels(rng, day, shares, count)
        planned = [misplaced(doubts, self._fresh(rng, day, channel, turns), self._reference) for channel in drawn]
        planned += jam_claims(doubts, day, self._watched, self._spots, shares, self._reference.zone)
        copies = _copies(rng, planned)
        given: Counter[str] = Counter()
        answers = np.random.default_rng([self._seed, 11, day.toordinal()])
        filed = _in_order([*planned, *copies, *campaign(doubts, planned)], day, given)
        complaints = [answered(answers, complaint) for complaint in filed]
        return _Begun(complaints, self._followers.of(day, complaints, open_on), given)

    def _open(self, day: date, channels: Sequence[str] | None) -> dict[str, float]:
        is_day_off = self._reference.is_day_off(day)
        valid = [code for code, row in self._reference.channels.items() if row.is_valid(day)]
        return {
            channel.code: channel.habits.share
            for channel in ALL
            if channel.code in (valid if channels is None else channels)
            and not (is_day_off and channel.habits.is_counter)
        }

    def _channels(
        self, rng: np.random.Generator, day: date, shares: Mapping[str, float], count: int | None
    ) -> list[str]:
        mean = _WEEKDAY_MEAN[6] if day in self._reference.holidays else _WEEKDAY_MEAN[day.weekday()]
        normal = float(np.clip(mean * rng.lognormal(0.0, 0.06), FEWEST_A_DAY + 50, MOST_A_DAY - 50))
        normal *= len(self._reference.kelurahan) / _KELURAHAN
        fresh = int(normal / (1 + _EXTRA_SHARE)) if count is None else count
        channels, weights = list(shares), np.array(list(shares.values()))
        return [channels[number] for number in rng.choice(len(weights), size=fresh, p=weights / weights.sum())]

    def _fresh(self, rng: np.random.Generator, day: date, channel: str, turns: Counter[tuple[str, str]]) -> Complaint:
        categories, kelurahans = self._reference.categories, self._reference.kelurahan
        category = categories[int(rng.choice(len(categories), p=self._category_share))]
        kelurahan = kelurahans[int(rng.integers(len(kelurahans)))]
        turn = kelurahan.code, category.code
        spot = self._spots.where(kelurahan, category, day, turns[turn])
        turns[turn] += 1
        return fresh_report(
            rng, channel, _moment(rng, day, channel, self._reference.zone), Matter.draw(rng, category), kelurahan, spot
        )


def _moment(rng: np.random.Generator, day: date, channel: str, zone: tzinfo) -> datetime:
    is_counter = CHANNELS[channel].habits.is_counter
    hour = int(rng.choice(24, p=_COUNTER_HOURS if is_counter else _HOURS))
    second = 0 if is_counter else int(rng.integers(60))
    return datetime.combine(day, time(hour, int(rng.integers(60)), second), zone)


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
        if is_repeated and not CHANNELS[original.channel].habits.tells_reporter:
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


def _in_order(planned: list[Complaint], day: date, given: Counter[str]) -> list[Complaint]:
    """Number a day's complaints in the order of time, and name the originals of copies."""
    order = sorted(range(len(planned)), key=lambda number: (planned[number].reported_at, number))
    complaints = numbered((planned[number] for number in order), day, given)
    names = {str(number): complaint.name for number, complaint in zip(order, complaints, strict=True)}
    return [replace(x, duplicate_of=names[x.duplicate_of]) if x.duplicate_of else x for x in complaints]


def _numbered_on(day: date, followers: list[Complaint], given: Counter[str]) -> list[Complaint]:
    """Number the followers that come on one day, behind the complaints that began on it."""
    arrived = [follower for follower in followers if follower.reported_at.date() == day]
    return numbered(sorted(arrived, key=lambda complaint: complaint.reported_at), day, Counter(given))


def _exactly(rng: np.random.Generator, count: int, complaints: list[Complaint]) -> list[Complaint]:
    """Choose so many that each has its original among them."""
    by_root: defaultdict[str, list[Complaint]] = defaultdict(list)
    for complaint in complaints:
        by_root[complaint.duplicate_of or complaint.relapse_of or complaint.name].append(complaint)
    groups = list(by_root.values())
    chosen: list[Complaint] = []
    for number in rng.permutation(len(groups)):
        room = count - len(chosen)
        chosen += groups[number] if len(groups[number]) <= room else groups[number][: min(room, 1)]
    return chosen
