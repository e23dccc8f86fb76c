"""Indonesian as citizens write it, brought to the words of a vocabulary.

Belongs here: spelling, stems, misspellings, phrases. Does not belong here: what a word points to (vocabulary.csv).
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

Phrase = tuple[str, ...]

_TOKEN = re.compile(r"[a-z]+|[0-9]+")
_LENGTHENED = re.compile(r"([a-z])\1{2,}")
_DOUBLED = re.compile(r"\b([a-z]{3,})2\b")

# Below six letters one edit leads from one common word to another: pagar, pasar, pasir.
MIN_MISSPELT = 6
# From ten letters on two edits are still nearer to the word meant than to any other.
MIN_TWICE_MISSPELT = 10
MIN_ROOT = 4

_SUFFIXES = ("nya", "lah", "kah", "pun", "kan", "an", "i", "ku", "mu")
# Each prefix with the first letter of the root that it swallows: menutup is tutup, pemangkasan is pangkas.
_PREFIXES = (
    ("di", ""), ("ke", ""), ("se", ""), ("ter", ""), ("ber", ""), ("be", ""), ("per", ""), ("nge", ""), ("ng", ""),
    ("meng", ""), ("meng", "k"), ("meny", "s"), ("mem", ""), ("mem", "p"), ("men", ""), ("men", "t"), ("me", ""),
    ("peng", ""), ("peng", "k"), ("peny", "s"), ("pem", ""), ("pem", "p"), ("pen", ""), ("pen", "t"), ("pe", ""),
    ("ny", "s"),
)  # fmt: skip


def tokens(text: str) -> list[str]:
    """Cut a text into plain words; any number is "0", HTML entities are read, lengthened letters are one.

    >>> tokens("Jalaaaan RUSAK&amp;gelap, pohon2 3 hari")
    ['jalan', 'rusak', 'gelap', 'pohon', 'pohon', '0', 'hari']
    """
    plain = html.unescape(text).casefold()
    if not plain.isascii():
        decomposed = unicodedata.normalize("NFKD", plain)
        plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    plain = _DOUBLED.sub(r"\1 \1", _LENGTHENED.sub(r"\1", plain))
    return ["0" if token.isdigit() else token for token in _TOKEN.findall(plain)]


def roots(word: str) -> Iterator[str]:
    """What may be left of a word without its affixes, longest first; not every root is a word.

    >>> "tutup" in roots("menutupi"), "pangkas" in roots("pemangkasan"), "lubang" in roots("berlubangnya")
    (True, True, True)
    """
    found = {word}
    for strip in (_without_suffix, _without_suffix, _without_prefix, _without_prefix):
        found |= {root for form in found for root in strip(form) if len(root) >= MIN_ROOT}
    yield from sorted(found - {word}, key=lambda root: (-len(root), root))


class Lexicon:
    """Reads texts as the terms of a vocabulary.

    Args:
        terms: Terms to find, of one or more words.
        spellings: What is written and what it means; an empty meaning says nothing and is left out.
    """

    def __init__(self, terms: Iterable[str], spellings: Mapping[str, str]) -> None:
        self._spellings = {tuple(tokens(written)): tuple(tokens(means)) for written, means in spellings.items()}
        self._words = frozenset(
            word for phrase in (*self._spellings, *map(tuple, map(tokens, terms))) for word in phrase
        )
        self._long_words = sorted(word for word in self._words if len(word) >= MIN_MISSPELT)
        self._longest_spelling = max(map(len, self._spellings), default=0)
        self._respelt = _beginnings(self._spellings)
        self._terms = {self.canonical(tokens(term)): term for term in terms}
        self._longest_term = max(map(len, self._terms), default=0)
        self._named = _beginnings(self._terms)
        self._known: dict[str, str] = {}

    def canonical(self, words: Sequence[str], silent: Phrase = ()) -> Phrase:
        """Respell words, without those that say nothing.

        Args:
            words: From `tokens`, each already repaired.
            silent: A phrase, such as the name of a place, that says nothing here.
        """
        spellings = {**self._spellings, silent: ()} if silent else self._spellings
        beginnings = self._respelt | {silent[0]} if silent else self._respelt
        respelt: list[str] = []
        for phrase in _longest_matches(words, spellings, beginnings, max(self._longest_spelling, len(silent))):
            respelt.extend(spellings.get(phrase, phrase))
        return tuple(respelt)

    def terms_in(self, text: str, silent: Phrase = ()) -> list[str]:
        """Find the terms of a text, the longest at each place, each once, in order of appearance."""
        # The name of a place is compared as it is written: repair would make another word of it.
        written = tokens(text)
        words = self.canonical(written, silent) if silent else written
        respelt = self.canonical([self.repaired(word) for word in words])
        found = _longest_matches(respelt, self._terms, self._named, self._longest_term)
        return list(dict.fromkeys(self._terms[phrase] for phrase in found if phrase in self._terms))

    def knows(self, token: str) -> bool:
        """Say whether a token is a word of the vocabulary, or a form or a misspelling of one."""
        return self.repaired(token) in self._words

    def repaired(self, token: str) -> str:
        """The word of the vocabulary that a token is a form or a misspelling of; else the token."""
        if token not in self._known:
            self._known[token] = self._repair(token)
        return self._known[token]

    def _repair(self, token: str) -> str:
        if token in self._words:
            return token
        root = next((root for root in roots(token) if root in self._words), None)
        if root is not None:
            return root
        if len(token) < MIN_MISSPELT:
            return token
        edits = 2 if len(token) >= MIN_TWICE_MISSPELT else 1
        near = extract(token, self._long_words, scorer=OSA.distance, score_cutoff=edits, limit=2)
        # Two words equally near: either would be a guess.
        is_clear = bool(near) and (len(near) == 1 or near[0][1] < near[1][1])
        return near[0][0] if is_clear else token


def _beginnings(phrases: Iterable[Phrase]) -> frozenset[str]:
    return frozenset(phrase[0] for phrase in phrases if phrase)


def _longest_matches(
    words: Sequence[str], phrases: Mapping[Phrase, object], beginnings: Collection[str], longest: int
) -> Iterator[Phrase]:
    """Cut words into the longest known phrases, left to right; a word of none is a phrase of its own.

    Args:
        words: To cut.
        phrases: Those that are known.
        beginnings: Their first words: most words of a text begin none.
        longest: Words of the longest.
    """
    start = 0
    while start < len(words):
        phrase: Phrase = (words[start],)
        if words[start] in beginnings:
            several = (tuple(words[start : start + length]) for length in range(longest, 1, -1))
            phrase = next((one for one in several if one in phrases), phrase)
        yield phrase
        start += len(phrase)


def _without_suffix(word: str) -> Iterator[str]:
    yield from (word.removesuffix(suffix) for suffix in _SUFFIXES if word.endswith(suffix))


def _without_prefix(word: str) -> Iterator[str]:
    yield from (swallowed + word.removeprefix(prefix) for prefix, swallowed in _PREFIXES if word.startswith(prefix))
