"""Has it been reported before? Duplicates of an open case, relapses of a closed one.

Belongs here: which earlier complaint a report repeats, by its words, its spot and matter, or a number that it quotes.
Does not belong here: what is one spot (spot.py), what is one matter (matter.py), where earlier ones are
(complaints/history.py).
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from assets.complaints.triage.filed import Filed
from assets.complaints.triage.matter import has_come_back, likeness, same_matter
from assets.complaints.triage.spot import asked_keys, same_spot, stored_keys
from assets.places.spelling import words

# Within the 7 days that the city has to resolve a case, the same words mean the same case. Both ways: a walk-in
# counter types its reports in days later.
WINDOW = timedelta(days=7)
# An open case that nobody has joined for a month is more likely forgotten than meant.
OPEN_FOR = timedelta(days=30)
# The same spot and matter this long after the case was closed is the same trouble again.
RELAPSE_WITHIN = timedelta(days=90)
SENT_TWICE = timedelta(days=1)
MIN_WORDS = 4
MOST_AT_A_SPOT = 100


class LinkKind(StrEnum):
    """What a report is to an earlier complaint."""

    DUPLICATE_OF = "duplicate_of"
    RELAPSE_OF = "relapse_of"
    QUOTES = "quotes"


@dataclass(frozen=True)
class Link:
    """A report and an earlier complaint.

    Attributes:
        kind: What the report is to it.
        other_id: The earlier complaint, for a duplicate or a relapse the one whose case it is.
        evidence: Why, without anything personal.
    """

    kind: LinkKind
    other_id: UUID
    evidence: Mapping[str, Any]


@dataclass(frozen=True)
class Again:
    """What earlier complaints make of a report.

    Attributes:
        links: To earlier complaints; at most one is a duplicate or a relapse.
        is_own_words: Whether its own reporter repeats an open case in the same words.
    """

    links: tuple[Link, ...] = ()
    is_own_words: bool = False

    def other(self, kind: LinkKind) -> UUID | None:
        """The complaint that the report is linked to in this way."""
        return next((link.other_id for link in self.links if link.kind is kind), None)


@dataclass(frozen=True)
class Known:
    """Complaints accepted before a batch.

    Attributes:
        complaints: Those that a report of the batch may repeat.
        spots: Under which keys of the batch each of them lies, see `spot.asked_keys`; none for one that was found by
            words or number alone.
        numbers: Complaint behind each tracking number that the batch quotes.
        closed: When cases that the batch itself opens were closed: a backlog brings reports of cases long done.
    """

    complaints: Sequence[Filed] = ()
    spots: Mapping[UUID, Sequence[int]] = field(default_factory=dict)
    numbers: Mapping[str, UUID] = field(default_factory=dict)
    closed: Mapping[UUID, datetime] = field(default_factory=dict)


def joins_openly(again: Again) -> bool:
    """Say whether a report joins the case whose number it quotes: many do so in the same words, those of a page."""
    return any("number" in link.evidence for link in again.links)


def is_comparable(text: str) -> bool:
    """Say whether a text is long enough to be one person's: "lampu mati" is everyone's.

    >>> is_comparable("lampu mati"), is_comparable("lampu jalan mati di depan sekolah")
    (False, True)
    """
    return len(set(words(text))) >= MIN_WORDS


class Earlier:
    """The complaints that a report may repeat.

    Args:
        known: Those of before the batch.
    """

    def __init__(self, known: Known) -> None:
        self._numbers = dict(known.numbers)
        self._by_id: dict[UUID, Filed] = {}
        self._closers: dict[UUID, str] = {}
        self._relapses: dict[UUID, list[Filed]] = defaultdict(list)
        # Of each case the newest: a text that thousands send is compared with one of them.
        self._by_words: dict[tuple[str, str], dict[UUID, Filed]] = defaultdict(dict)
        self._by_spot: dict[int, deque[Filed]] = defaultdict(lambda: deque(maxlen=MOST_AT_A_SPOT))
        for complaint in known.complaints:
            self._remember(complaint, known.spots.get(complaint.complaint_id, ()))

    def add(self, own: Filed, again: Again) -> None:
        """Remember an accepted report as later ones are compared with it: with the case that it joined or continues."""
        case_id = again.other(LinkKind.DUPLICATE_OF)
        if case_id is None:
            own = replace(own, relapse_of=again.other(LinkKind.RELAPSE_OF))
        else:
            own = replace(own, case_id=case_id, closed_at=self.closed_at(case_id), closed_by=self.closed_by(case_id))
        self._remember(own, stored_keys(own))

    def _remember(self, complaint: Filed, keys: Iterable[int]) -> None:
        self._by_id[complaint.complaint_id] = complaint
        if complaint.closed_by is not None:
            self._closers[complaint.case_id] = complaint.closed_by
        if complaint.relapse_of is not None:
            self._relapses[complaint.relapse_of].append(complaint)
        if complaint.source_code:
            # Later reports quote the number that this one's reporter already held.
            self._numbers[complaint.source_code.upper()] = complaint.complaint_id
        for words_key in _word_keys(complaint):
            newest = self._by_words[words_key].get(complaint.case_id)
            if newest is None or newest.reported_at <= complaint.reported_at:
                self._by_words[words_key][complaint.case_id] = complaint
        for key in keys:
            self._by_spot[key].append(complaint)

    def closed_at(self, case_id: UUID) -> datetime | None:
        """When the case of a remembered complaint was closed; None while it is open, or where nobody remembers it."""
        return self._by_id[case_id].closed_at if case_id in self._by_id else None

    def closed_by(self, case_id: UUID | None) -> str | None:
        """Agency that closed a case; None while it is open, or where nobody remembers it."""
        return None if case_id is None else self._closers.get(case_id)

    def judge(self, report: Filed, quoted: Iterable[str]) -> Again:
        """Find what a report repeats.

        A number that it quotes decides, then the same words, then the same spot and matter; an open case before a
        closed one, the earliest open case and the newest closed one. A number stands for what became of its case too:
        where it was closed and came back, the report is of the case that it came back as. A version of the report
        itself is none of them.

        Args:
            report: The report as it would be filed.
            quoted: Tracking numbers in its text.
        """
        quotes = self._quoted(report, quoted)
        worded = list(self._same_words(report))
        own = [
            other
            for other in worded
            if _is_of_reporter(other, report) and (_is_open(other, report, WINDOW) or _is_same_day(other, report))
        ]
        for found in (
            [(other, {"number": True}) for other in self._with_relapses(report, quotes)],
            [(other, {"words": "same"}) for other in worded],
            list(self._same_matter(report)),
        ):
            if (link := _best(report, found)) is not None:
                break
        else:
            link = None
        quoting = tuple(Link(LinkKind.QUOTES, other.complaint_id, {}) for other in quotes)
        return Again((*quoting, link) if link else quoting, is_own_words=bool(own))

    def _quoted(self, report: Filed, quoted: Iterable[str]) -> list[Filed]:
        ids = [self._numbers[number] for number in quoted if number in self._numbers]
        return [self._by_id[one] for one in ids if one in self._by_id and one != report.complaint_id]

    def _with_relapses(self, report: Filed, quotes: Sequence[Filed]) -> list[Filed]:
        """Complaints that are quoted, and those as which their cases came back, and came back again."""
        found = list(quotes)
        met = {one.complaint_id for one in found} | {report.complaint_id}
        # The list grows while it is walked.
        for one in found:
            later = [back for back in self._relapses.get(one.case_id, ()) if back.complaint_id not in met]
            met |= {back.complaint_id for back in later}
            found += later
        return found

    def _same_words(self, report: Filed) -> Iterator[Filed]:
        """Complaints in the same words by the same reporter or at the same place.

        The same words by one reporter about two kelurahan are two complaints.
        """
        met = {other.complaint_id: other for key in _word_keys(report) for other in self._by_words[key].values()}
        for other in met.values():
            places = (other.kelurahan_code, report.kelurahan_code)
            if other.complaint_id != report.complaint_id and (None in places or places[0] == places[1]):
                yield other

    def _same_matter(self, report: Filed) -> Iterator[tuple[Filed, Mapping[str, Any]]]:
        met = {other.complaint_id: other for key in asked_keys(report) for other in self._by_spot.get(key, ())}
        for complaint_id, other in met.items():
            basis = same_spot(report, other) if complaint_id != report.complaint_id else None
            if basis is None or not same_matter(report, other):
                continue
            if _is_open(other, report, OPEN_FOR) or has_come_back(report, other, basis):
                yield other, {"spot": basis.value, "likeness": round(likeness(report, other), 2)}


def _word_keys(complaint: Filed) -> list[tuple[str, str]]:
    """Under which the same words meet: by the same reporter, or in the same kelurahan."""
    if not is_comparable(complaint.text):
        return []
    return [(complaint.text_hash, who) for who in (complaint.reporter_key, complaint.kelurahan_code) if who]


def _is_of_reporter(other: Filed, report: Filed) -> bool:
    return report.reporter_key is not None and other.reporter_key == report.reporter_key


def _is_open(other: Filed, report: Filed, within: timedelta) -> bool:
    """Whether the case was open when the report was made, and either was reported within a time of the other."""
    is_closed = other.closed_at is not None and other.closed_at <= report.reported_at
    return not is_closed and -WINDOW <= report.reported_at - other.reported_at <= within


def _is_same_day(other: Filed, report: Filed) -> bool:
    """Whether the same words came within a day: sent twice, also where the case was closed in between."""
    return abs(report.reported_at - other.reported_at) < SENT_TWICE


def _best(report: Filed, found: Sequence[tuple[Filed, Mapping[str, Any]]]) -> Link | None:
    """The link to the earliest open case, else to the newest one that was closed not too long ago."""
    is_quoted = any("number" in evidence for _, evidence in found)
    is_worded = any("words" in evidence for _, evidence in found)
    within = timedelta.max if is_quoted else WINDOW if is_worded else OPEN_FOR
    still_open = [
        one for one in found if _is_open(one[0], report, within) or (is_worded and _is_same_day(one[0], report))
    ]
    if still_open:
        other, evidence = min(still_open, key=lambda one: (one[0].reported_at, one[0].complaint_id))
        return Link(LinkKind.DUPLICATE_OF, other.case_id, {**evidence, "days": _days(report, other.reported_at)})
    closed = [
        (other, evidence, other.closed_at)
        for other, evidence in found
        if other.closed_at is not None
        and other.closed_at <= report.reported_at
        and (is_quoted or report.reported_at - other.closed_at <= RELAPSE_WITHIN)
    ]
    if not closed:
        return None
    other, evidence, at = max(closed, key=lambda one: (one[2], one[0].complaint_id))
    return Link(LinkKind.RELAPSE_OF, other.case_id, {**evidence, "days": _days(report, at)})


def _days(report: Filed, since: datetime) -> float:
    return round((report.reported_at - since) / timedelta(days=1), 1)
