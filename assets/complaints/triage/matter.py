"""Is it the same matter? What is wrong, in whatever words.

Belongs here: how alike two complaints at one spot are in what they say, and whether one says that something came back.
Does not belong here: where they are (spot.py), whether the earlier case is open (again.py).
"""

import re
from datetime import timedelta

from assets.complaints.triage.filed import Filed
from assets.complaints.triage.spot import SpotBasis

# Judgements, tried on the sample city's rephrased reports. Where both categories are known, the likeliest agencies have
# to agree a little more than by chance: "Jalan" holds both holes and wrong-way drivers.
LEAST_IN_A_CATEGORY = 0.3
LEAST_IN_A_GUESS = 0.5
# Who says that it came back, at this very spot, means what was there.
LEAST_COME_BACK = 0.3
# Who does not say so may mean something new, the more so the longer the case has been closed: agencies have to agree.
LEAST_UNSAID = 0.65
LEAST_UNSAID_LATER = 0.8
LATER = timedelta(days=7)
LEAST_WORDS = 0.5

_COME_BACK = re.compile(
    r"\b(?:"
    r"(?:muncul|kambuh|kumat|terjadi|terulang) lagi|seperti semula|buka (?:lagi|kembali)|baru kemarin di\w+"
    r"|(?:dulu|pernah|sempat|tadinya) (?:sudah |sdh |udah |telah )?di\w+,? (?:\w+,? ){0,4}(?:lagi|kembali)"
    r"|(?:status\w*|katanya|dinyatakan|dibilang|ditulis) (?:sudah |sdh |udah |telah )?selesai"
    r"|(?:belum|blm|tidak|tdk) (?:tuntas|beres)"
    r")\b",
    re.IGNORECASE,
)


def says_come_back(text: str) -> bool:
    """Say whether a text tells of something that was done and is there again.

    >>> says_come_back("padahal statusnya selesai, lubangnya masih ada"), says_come_back("jalan rusak lagi")
    (True, False)
    >>> says_come_back("sempat ditertibkan, sekarang mangkal lagi"), says_come_back("dulu dijanjikan akan dibangun")
    (True, False)
    """
    return _COME_BACK.search(text) is not None


def likeness(one: Filed, other: Filed) -> float:
    """How alike the matters of two complaints are, in [0, 1].

    The likeliest agencies speak for what is wrong even where no word is shared, "bolong" and "berlubang"; shared words
    speak where the agencies are unsure.
    """
    return max(agencies_likeness(one, other), words_likeness(one, other))


def same_matter(report: Filed, other: Filed) -> bool:
    """Say whether a report speaks of the same thing as an earlier complaint at its spot.

    Two categories that are known and differ are two matters. Who reports from one spot again mostly means what is
    there, as does who says that it came back.
    """
    agencies, words = agencies_likeness(report, other), words_likeness(report, other)
    if report.category_code and other.category_code:
        is_one = report.category_code == other.category_code
        return is_one and (agencies >= LEAST_IN_A_CATEGORY or words >= LEAST_WORDS)
    is_one_guess = report.category_guess == other.category_guess
    if is_of_reporter(report, other):
        return is_one_guess or agencies >= LEAST_IN_A_CATEGORY
    if says_come_back(report.text):
        return is_one_guess or agencies >= LEAST_COME_BACK or words >= LEAST_WORDS
    return (is_one_guess and agencies >= LEAST_IN_A_GUESS) or words >= LEAST_WORDS


def has_come_back(report: Filed, other: Filed, basis: SpotBasis) -> bool:
    """Say whether a report of the same matter means a closed case at its spot, rather than something new.

    A street is long: what comes up somewhere on it is the old case only where the report says that it came back, or
    its own reporter reports again.
    """
    if says_come_back(report.text) or is_of_reporter(report, other):
        return True
    if basis is SpotBasis.STREET or report.category_guess != other.category_guess or other.closed_at is None:
        return False
    is_later = report.reported_at - other.closed_at > LATER
    return agencies_likeness(report, other) >= (LEAST_UNSAID_LATER if is_later else LEAST_UNSAID)


def is_of_reporter(report: Filed, other: Filed) -> bool:
    """Say whether one reporter, of whom something is known, made both."""
    return report.reporter_key is not None and report.reporter_key == other.reporter_key


def agencies_likeness(one: Filed, other: Filed) -> float:
    """Probability that both mean one agency: the Bhattacharyya coefficient of their likeliest."""
    shared = one.agencies.keys() & other.agencies.keys()
    return float(sum((one.agencies[code] * other.agencies[code]) ** 0.5 for code in shared))


def words_likeness(one: Filed, other: Filed) -> float:
    """Share of the telling words of the text that has fewer that the other has too, in [0, 1]."""
    fewer = min(len(one.telling), len(other.telling))
    return len(one.telling & other.telling) / fewer if fewer else 0.0
