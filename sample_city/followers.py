"""Reports that follow a complaint: of the same case, of a case that came back, and of another case that looks alike.

Belongs here: who follows whom, when and where.
Does not belong here: copies of a text (complaints.py), the words (rephrasings.py), one report (reports.py).

A complaint's followers are drawn on its own day and come on that day or on later ones: each day's reports depend on
the days before it, and not on where the sample begins.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import numpy as np

from sample_city.cases import case_events
from sample_city.channels.registry import CHANNELS
from sample_city.model import Complaint, Kind, Missing, PlaceBasis
from sample_city.reference import Reference
from sample_city.rephrasings import AGAIN, FAMILIES, QUOTES_CLOSED, QUOTES_OPEN, REPHRASINGS
from sample_city.reports import Matter, precise_report
from sample_city.spots import Spots
from sample_city.vocabulary import PHRASES
from sample_city.wording import pick

MOST_DAYS = 27

_FATES: Mapping[Kind, float] = {Kind.REPHRASED: 0.09, Kind.RELAPSE: 0.05, Kind.FOLLOW_UP: 0.03, Kind.NEAR_MISS: 0.05}
_QUOTED_SHARE, _SAME_CHANNEL_SHARE = 0.5, 0.4
_OPEN_FOR_MOST = timedelta(days=5)

ChannelShares = Callable[[date], Mapping[str, float]]


@dataclass(frozen=True)
class Followers:
    """Draws followers.

    Attributes:
        reference: The city.
        spots: Its places.
        seed: The same seed draws the same followers.
    """

    reference: Reference
    spots: Spots
    seed: int

    def of(self, day: date, complaints: Sequence[Complaint], channels: ChannelShares) -> list[Complaint]:
        """Everything that the complaints of one day bring, without ids, on that day and on `MOST_DAYS` after it.

        Args:
            day: The city's.
            complaints: Of the day, with ids.
            channels: The channels that are open on a day, each with its share.
        """
        rng = np.random.default_rng([self.seed, 6, day.toordinal()])
        copied = {complaint.duplicate_of for complaint in complaints}
        followers = []
        for original in complaints:
            kind = _fate(rng.random())
            if kind is None or original.name in copied or not _can_be_followed(original):
                continue
            at = self._moment(rng, original, kind)
            if at is not None and (at.date() - day).days <= MOST_DAYS:
                channel = _channel(rng, original, at, channels(at.date()))
                if channel is not None:
                    followers.append(self._follower(rng, original, kind, at, channel))
        return followers

    def _moment(self, rng: np.random.Generator, original: Complaint, kind: Kind) -> datetime | None:
        """When it comes; None where the case's life leaves no time for it."""
        soon = original.reported_at + timedelta(minutes=10, seconds=int(rng.exponential(10 * 3600)))
        if kind is Kind.NEAR_MISS:
            return soon
        last = case_events(original, self.reference.agencies, self.seed)[-1]
        if kind is Kind.RELAPSE:
            pause = timedelta(hours=2, seconds=int(rng.exponential(5 * 86_400)))
            return last.occurred_at + pause if last.status == "Selesai" else None
        is_closed = last.status in ("Selesai", "Ditolak") and last.occurred_at <= soon
        if is_closed or soon - original.reported_at > _OPEN_FOR_MOST:
            return None
        return soon if kind is Kind.REPHRASED or original.source_code else None

    def _follower(
        self, rng: np.random.Generator, original: Complaint, kind: Kind, at: datetime, channel: str
    ) -> Complaint:
        words = Matter(original.category, original.skpd_code, pick(rng, REPHRASINGS[original.problem]))
        if kind is Kind.NEAR_MISS:
            return self._near_miss(rng, original, words, at, channel)
        report = replace(precise_report(rng, channel, at, words, original.kelurahan, original.spot), kind=kind)
        if kind is Kind.REPHRASED:
            return replace(report, duplicate_of=original.name)
        if kind is Kind.FOLLOW_UP:
            quote = pick(rng, QUOTES_OPEN).format(code=original.source_code)
            return _begun(quote, replace(report, duplicate_of=original.name, reporter=original.reporter))
        is_quoted = original.source_code and rng.random() < _QUOTED_SHARE
        begin = pick(rng, QUOTES_CLOSED).format(code=original.source_code) if is_quoted else pick(rng, AGAIN)
        reporter = original.reporter if rng.random() < 0.5 else report.reporter
        return _begun(begin, replace(report, relapse_of=original.name, reporter=reporter))

    def _near_miss(
        self, rng: np.random.Generator, original: Complaint, words: Matter, at: datetime, channel: str
    ) -> Complaint:
        """The same matter in another street of the kelurahan, or another matter at the same place."""
        spot, matter = self.spots.elsewhere(original.kelurahan, original.spot), words
        if rng.random() < 0.5:
            spot, matter = original.spot, self._other_matter(rng, original)
        report = precise_report(rng, channel, at, matter, original.kelurahan, spot)
        return replace(report, kind=Kind.NEAR_MISS)

    def _other_matter(self, rng: np.random.Generator, original: Complaint) -> Matter:
        family = next((family for family in FAMILIES if original.category.name in family), frozenset())
        others = [
            (category, phrase)
            for category in self.reference.categories
            if category.name not in {*family, original.category.name}
            for phrase in PHRASES[category.name]
            if phrase.text in REPHRASINGS
        ]
        category, phrase = others[int(rng.integers(len(others)))]
        return Matter(category, phrase.skpd_code or category.skpd_code, phrase.text)


def _fate(draw: float) -> Kind | None:
    for kind, share in _FATES.items():
        if draw < share:
            return kind
        draw -= share
    return None


def _can_be_followed(original: Complaint) -> bool:
    """Whether somebody else can tell the place and the problem, and one case came of it."""
    has_place = original.place_basis is PlaceBasis.COORDINATES or (
        original.names_spot and original.place_basis is PlaceBasis.KELURAHAN_NAME
    )
    is_plain = original.kind is Kind.COMPLETE and original.edited_at is None and not original.doubt
    return is_plain and has_place and original.problem in REPHRASINGS


def _channel(rng: np.random.Generator, original: Complaint, at: datetime, shares: Mapping[str, float]) -> str | None:
    """Where a follower reports: a point alone is told again by a point only."""
    own = original.channel
    possible = [
        channel
        for channel in shares
        if Missing.REPORTER not in (habits := CHANNELS[channel].habits).lacks
        and (original.names_spot or habits.is_geotagged)
        and (not habits.is_counter or 8 <= at.hour < 15)
    ]
    draw = rng.random()
    if not possible or (own in possible and draw < _SAME_CHANNEL_SHARE):
        return own if possible else None
    weights = np.array([shares[channel] for channel in possible])
    return possible[int(rng.choice(len(possible), p=weights / weights.sum()))]


def _begun(begin: str, report: Complaint) -> Complaint:
    return replace(report, text=f"{begin} {report.text}".strip())
