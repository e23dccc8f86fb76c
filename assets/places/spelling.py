"""Names and words as they are compared, whatever their spelling.

Belongs here: what makes two spellings one.
Does not belong here: which words say something (complaints/triage/words.py).
"""

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")


def words(text: str) -> list[str]:
    """Cut a text into its words, without case, accents or punctuation.

    >>> words("Jl. Kali-Baru,  RÉPÉT!")
    ['jl', 'kali', 'baru', 'repet']
    """
    return _WORD.findall(plain(text).casefold())


def spans(text: str) -> list[tuple[int, int]]:
    """Where each word of a text stands, in the order of `words`; the text has to be `plain`.

    >>> spans("Jl. Baru")
    [(0, 2), (4, 8)]
    """
    return [match.span() for match in _WORD.finditer(text)]


def plain(text: str) -> str:
    """Take the accents off a text.

    >>> plain("Répét")
    'Repet'
    """
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def squash(text: str) -> str:
    """Spell a name without case, blanks or punctuation.

    >>> squash("KALI BARU") == squash("Kalibaru ")
    True
    """
    return "".join(words(text))
