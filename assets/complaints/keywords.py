"""Words that people send instead of a report: LACAK or KABAR and a number, BERHENTI, YA.

Belongs here: reading a message as one of them. Does not belong here: what is done then (outbox/requested.py).

A whole message is such a word, or it is a report: "lacak pencuri motor di Gambir" and "stop pungli" are reports.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from assets.city import city
from assets.complaints.tracking import is_number

# Channels whose messages come from one person alone and are answered to that person.
CHANNELS = ("sms", "whatsapp")
# Longer than any word with a number, however it is spaced.
LONGEST = 80


class Word(StrEnum):
    """What is asked for."""

    TRACK = "lacak"
    FOLLOW = "kabar"
    STOP = "berhenti"
    YES = "ya"


@dataclass(frozen=True)
class Keyword:
    """A message that is such a word.

    Attributes:
        word: Which.
        number: The tracking number that it names; None where it names none that can be read.
    """

    word: Word
    number: str | None = None


_WORDS = {"lacak": Word.TRACK, "kabar": Word.FOLLOW, "berhenti": Word.STOP, "stop": Word.STOP, "ya": Word.YES}
_MESSAGE = re.compile(r"\W*(lacak|kabar|berhenti|stop|ya)\b(.*)", re.IGNORECASE | re.DOTALL)


def read_keyword(text: str) -> Keyword | None:
    """Read a message; None for one that is no such word.

    >>> read_keyword("Lacak jk 250305-0007"), read_keyword("STOP!")
    (Keyword(word=<Word.TRACK: 'lacak'>, number='JK2503050007'), Keyword(word=<Word.STOP: 'berhenti'>, number=None))
    >>> read_keyword("lacak JK25"), read_keyword("lacak pencuri motor"), read_keyword("ya pak lampunya mati")
    (Keyword(word=<Word.TRACK: 'lacak'>, number=None), None, None)
    """
    found = _MESSAGE.fullmatch(text) if len(text) <= LONGEST else None
    if found is None:
        return None
    word, rest = _WORDS[found[1].casefold()], found[2]
    signs = re.sub(r"[^0-9A-Z]", "", rest.upper())
    prefix = city().number_prefix
    number = f"{prefix}{signs.removeprefix('LAPORAN').removeprefix('NOMOR').removeprefix('NO').removeprefix(prefix)}"
    if is_number(number):
        return Keyword(word, number)
    # A report that names its number and more is read by people.
    is_word_alone = not signs or (word in (Word.TRACK, Word.FOLLOW) and _is_like_a_number(rest))
    return Keyword(word) if is_word_alone else None


def _is_like_a_number(text: str) -> bool:
    """Whether what follows the word was meant to be a number."""
    return re.fullmatch(rf"(?:laporan|nomor|no|{city().number_prefix}|[\d\W_])*", text, re.IGNORECASE) is not None
