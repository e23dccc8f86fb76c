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
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(char for char in decomposed if not unicodedata.combining(char))
    return _WORD.findall(text.casefold())


def squash(text: str) -> str:
    """Spell a name without case, blanks or punctuation.

    >>> squash("KALI BARU") == squash("Kalibaru ")
    True
    """
    return "".join(words(text))
