"""What place and time alone, or the text alone, would link: how much each brings to finding duplicates and relapses.

Belongs here: triage's comparison without one of its two halves, and links of a whole ledger made anew.
Does not belong here: the comparison itself (again.py), the figures (evaluate_again.py), reading the ledger
(complaints/history.py).
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from assets.complaints.tracking import quoted_numbers
from assets.complaints.triage.again import Earlier, Known, LinkKind
from assets.complaints.triage.evaluate_again import Linked
from assets.complaints.triage.filed import Filed
from assets.complaints.triage.matter import LEAST_WORDS, words_likeness
from assets.complaints.triage.spot import asked_keys, same_spot

# Of the complaints that share one word the newest: "jalan" is in thousands.
MOST_OF_A_WORD = 100


class EarlierByPlaceAndTime(Earlier):
    """Links what lies at one spot while a case is open or not long closed, whatever it says."""

    def _quoted(self, report: Filed, quoted: Iterable[str]) -> list[Filed]:
        return []

    def _same_words(self, report: Filed) -> Iterator[Filed]:
        return iter(())

    def _same_matter(self, report: Filed) -> Iterator[tuple[Filed, Mapping[str, Any]]]:
        met = {other.complaint_id: other for key in asked_keys(report) for other in self._by_spot.get(key, ())}
        for other in met.values():
            basis = same_spot(report, other) if other.complaint_id != report.complaint_id else None
            if basis is not None:
                yield other, {"spot": basis.value}


class EarlierByText(Earlier):
    """Links what says the same, the most alike first, wherever it is; a number that is quoted is text too.

    Args:
        known: As for `Earlier`.
    """

    def __init__(self, known: Known) -> None:
        self._by_text: dict[str, deque[Filed]] = defaultdict(lambda: deque(maxlen=MOST_OF_A_WORD))
        self._by_word: dict[str, deque[Filed]] = defaultdict(lambda: deque(maxlen=MOST_OF_A_WORD))
        super().__init__(known)

    def _remember(self, complaint: Filed, keys: Iterable[int]) -> None:
        super()._remember(complaint, keys)
        self._by_text[complaint.text_hash].append(complaint)
        for word in complaint.telling:
            self._by_word[word].append(complaint)

    def _same_words(self, report: Filed) -> Iterator[Filed]:
        return (other for other in self._by_text[report.text_hash] if other.complaint_id != report.complaint_id)

    def _same_matter(self, report: Filed) -> Iterator[tuple[Filed, Mapping[str, Any]]]:
        met = {other.complaint_id: other for word in report.telling for other in self._by_word[word]}
        met.pop(report.complaint_id, None)
        alike = {complaint_id: words_likeness(report, other) for complaint_id, other in met.items()}
        most = max(alike.values(), default=0.0)
        if most >= LEAST_WORDS:
            yield from ((met[one], {"likeness": round(most, 2)}) for one, found in alike.items() if found == most)


def relinked(complaints: Sequence[Filed], earlier: Earlier) -> list[Linked]:
    """Link complaints anew, in the order of reporting.

    Args:
        complaints: Those that triage compared, each as a case of its own.
        earlier: How; nothing of these complaints is remembered in it.
    """
    names: dict[UUID, tuple[str, str]] = {one.complaint_id: (one.channel, one.source_record_id) for one in complaints}
    linked = []
    for own in sorted(complaints, key=lambda one: (one.reported_at, one.complaint_id)):
        again = earlier.judge(own, quoted_numbers(own.text))
        duplicate, relapse = again.other(LinkKind.DUPLICATE_OF), again.other(LinkKind.RELAPSE_OF)
        linked.append(
            Linked(
                name=names[own.complaint_id],
                is_judged=True,
                duplicate_of=names[duplicate] if duplicate else None,
                relapse_of=names[relapse] if relapse else None,
                reported_at=own.reported_at,
            )
        )
        if not again.is_own_words:
            earlier.add(own, again)
    return linked
