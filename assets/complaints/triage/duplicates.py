"""Is a report a repetition of an earlier one?

Belongs here: the same words again, by the same reporter or by another one at the same place.
Does not belong here: a problem that came back after it was solved, which is a relapse and a complaint anew.
"""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from assets.complaints.triage.model import KnownComplaint
from assets.complaints.triage.words import words

# Within the 7 days that the city has to resolve a case, the same words mean the same case.
WINDOW = timedelta(days=7)
MIN_WORDS = 4


def is_comparable(text: str) -> bool:
    """Say whether a text is long enough to be one person's: "lampu mati" is everyone's.

    >>> is_comparable("lampu mati"), is_comparable("lampu jalan mati di depan sekolah")
    (False, True)
    """
    return len(set(words(text))) >= MIN_WORDS


@dataclass(frozen=True)
class Repetition:
    """What an earlier complaint makes of a report.

    Attributes:
        duplicate_of: The earlier complaint.
        by_same_reporter: True where the same reporter repeats it; False where another confirms it.
    """

    duplicate_of: UUID
    by_same_reporter: bool


@dataclass
class Earlier:
    """The complaints that a report may repeat, in order of time under their words."""

    _by_reporter: dict[tuple[str, str], list[KnownComplaint]] = field(default_factory=lambda: defaultdict(list))
    _by_place: dict[tuple[str, str], list[KnownComplaint]] = field(default_factory=lambda: defaultdict(list))

    def add_all(self, complaints: Iterable[KnownComplaint]) -> None:
        """Remember complaints, in any order."""
        for complaint in complaints:
            self.add(complaint)

    def add(self, complaint: KnownComplaint) -> None:
        """Remember one complaint."""
        if complaint.reporter_key is not None:
            insort(self._by_reporter[complaint.text_hash, complaint.reporter_key], complaint, key=_when)
        if complaint.kelurahan_code is not None:
            insort(self._by_place[complaint.text_hash, complaint.kelurahan_code], complaint, key=_when)

    def repeated_by(self, report: KnownComplaint) -> Repetition | None:
        """Find the earliest complaint within `WINDOW` of a report that the report repeats.

        A version of the report itself is none. The same words by the same reporter about two kelurahan are
        two complaints. `WINDOW` counts both ways: a walk-in counter types its reports in days later.
        """
        if report.reporter_key is not None:
            for complaint in _near(self._by_reporter.get((report.text_hash, report.reporter_key), []), report):
                if _may_be_the_same_place(complaint, report):
                    return Repetition(complaint.complaint_id, by_same_reporter=True)
        if report.kelurahan_code is not None:
            for complaint in _near(self._by_place.get((report.text_hash, report.kelurahan_code), []), report):
                return Repetition(complaint.complaint_id, by_same_reporter=False)
        return None


def _when(complaint: KnownComplaint) -> tuple[object, ...]:
    return complaint.reported_at, complaint.complaint_id


def _near(complaints: list[KnownComplaint], report: KnownComplaint) -> Iterator[KnownComplaint]:
    start = bisect_left(complaints, report.reported_at - WINDOW, key=lambda complaint: complaint.reported_at)
    for position in range(start, len(complaints)):
        complaint = complaints[position]
        if complaint.reported_at > report.reported_at + WINDOW:
            return
        if complaint.complaint_id != report.complaint_id:
            yield complaint


def _may_be_the_same_place(complaint: KnownComplaint, report: KnownComplaint) -> bool:
    return None in (complaint.kelurahan_code, report.kelurahan_code) or (
        complaint.kelurahan_code == report.kelurahan_code
    )
