"""Indonesian as citizens write it, brought to the words of a vocabulary.

Belongs here: spelling, stems, misspellings, phrases. Does not belong here: what a word points to (vocabulary.csv).
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

Phrase = tuple[str, ...]
# A word, and the number of the token of the text that it begins at.
Placed = tuple[str, int]

_TOKEN = re.compile(r"[a-z]+|[0-9]+")
_LENGTHENED = re.compile(r"([a-z])\1{2,}")
# One letter of a word hidden, "p!rkir" or "p4rkir": as a letter it is a misspelling.
_MASKED = re.compile(r"\b([a-z])[!@*$0-9]([a-z]{3,})\b")
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

# "dekat pohon", "depan kantor lurah": what follows says where, not what.
_BESIDE = frozenset(
    {
        "belakang", "berdekatan", "bersebelahan", "berseberangan", "blakang", "blkg", "deket", "dekat", "depan", "dkt",
        "dpn", "menuju", "nuju", "patokan", "patokannya", "samping", "sblh", "sbrg", "sebelah", "seberang", "sebrang",
    }
)  # fmt: skip
# "bukan parkir liar": only these deny. What is not there, not yet done or forbidden is still what the text is about.
_DENIALS = frozenset({"bkn", "bukan", "bukanlah", "bukannya"})
# No token of a text.
FENCE = "|"
_FENCES = _BESIDE | _DENIALS | {FENCE}
# What may stand between such a word and what it speaks of; "bukan hanya macet" affirms.
_BETWEEN = frozenset(
    {
        "dari", "dengan", "dgn", "di", "jawab", "karena", "kewenangan", "krn", "masalah", "masuk", "oleh", "pas",
        "persis", "ranah", "sebuah", "soal", "tanggung", "tugas", "urusan", "wewenang", "wilayah", "yang", "yg",
    }
)  # fmt: skip


class Standing(Enum):
    """How a text speaks of a term, the weakest first."""

    DENIED = 0
    BESIDE = 1
    SAID = 2


@dataclass(frozen=True, slots=True)
class Mention:
    """A term of a text, and how the text speaks of it."""

    term: str
    standing: Standing


def tokens(text: str) -> list[str]:
    """Cut a text into plain words; any number is "0", HTML entities are read, lengthened letters are one.

    >>> tokens("Jalaaaan RUSAK&amp;gelap, pohon2 3 hari")
    ['jalan', 'rusak', 'gelap', 'pohon', 'pohon', '0', 'hari']
    """
    plain = html.unescape(text).casefold()
    if not plain.isascii():
        decomposed = unicodedata.normalize("NFKD", plain)
        plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    plain = _MASKED.sub(r"\1x\2", plain)
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

    def __init__(self, terms: Collection[str], spellings: Mapping[str, str]) -> None:
        self._spellings = {tuple(tokens(written)): tuple(tokens(means)) for written, means in spellings.items()}
        # "kartu keluarga" keeps the word that says nothing elsewhere: "kartu" alone is another matter.
        silent = {phrase[0] for phrase, means in self._spellings.items() if len(phrase) == 1 and not means}
        phrases = {term: tuple(tokens(term)) for term in terms}
        whole = (phrase for phrase in phrases.values() if len(phrase) > 1)
        self._spellings |= {phrase: phrase for phrase in whole if not silent.isdisjoint(phrase)}
        self._words = frozenset(word for phrase in (*self._spellings, *phrases.values()) for word in phrase)
        self._long_words = sorted(word for word in self._words if len(word) >= MIN_MISSPELT)
        self._longest_spelling = max(map(len, self._spellings), default=0)
        self._respelt = _beginnings(self._spellings)
        self._terms = {self.canonical(phrase): term for term, phrase in phrases.items()}
        # "rusaknya trotoar" and "trotoar rusak" are one, unless the other order is a term of its own.
        pairs = {phrase[::-1]: term for phrase, term in self._terms.items() if len(phrase) == 2}
        self._terms = pairs | self._terms
        self._longest_term = max(map(len, self._terms), default=0)
        self._named = _beginnings(self._terms)
        self._known: dict[str, str] = {}

    def canonical(self, words: Sequence[str], silent: Phrase = ()) -> Phrase:
        """Respell words, without those that say nothing.

        Args:
            words: From `tokens`, each already repaired.
            silent: A phrase, such as the name of a place, that says nothing here.
        """
        return tuple(word for word, _ in self._respell([(word, at) for at, word in enumerate(words)], silent))

    def _respell(self, placed: Sequence[Placed], silent: Phrase = ()) -> list[Placed]:
        spellings = {**self._spellings, silent: ()} if silent else self._spellings
        beginnings = self._respelt | {silent[0]} if silent else self._respelt
        longest = max(self._longest_spelling, len(silent))
        words = [word for word, _ in placed]
        return [
            (word, placed[start][1])
            for start, phrase in _longest_matches(words, spellings, beginnings, longest)
            for word in spellings.get(phrase, phrase)
        ]

    def terms_in(self, text: str, silent: Phrase = ()) -> list[str]:
        """Find the terms of a text, the longest at each place, each once, in order of appearance."""
        return [mention.term for mention in self.mentions_in(text, silent)]

    def mentions_in(self, text: str, silent: Phrase = ()) -> list[Mention]:
        """Find the terms of a text as `terms_in` does, each with the strongest way in which the text speaks of it."""
        written = tokens(text)
        placed = [(word, at) for at, word in enumerate(written)]
        # The name of a place is compared as it is written: repair would make another word of it.
        placed = self._respell(placed, silent) if silent else placed
        placed = _fenced(self._respell([(self.repaired(word), at) for word, at in placed]), written)
        found: dict[str, Standing] = {}
        for start, term in self._found([word for word, _ in placed]):
            standing = _standing(written[: placed[start][1]])
            found[term] = max(standing, found.get(term, standing), key=lambda one: one.value)
        return [Mention(term, standing) for term, standing in found.items()]

    def _found(self, words: Sequence[str]) -> Iterator[tuple[int, str]]:
        """Terms of canonical words, each with where it starts; one other word may part a term: "lampu depan mati"."""
        matches = list(_longest_matches(words, self._terms, self._named, self._longest_term))
        number = 0
        while number < len(matches):
            start, phrase = matches[number]
            parted = self._parted(*(one for _, one in matches[number : number + 3]))
            term = parted or self._terms.get(phrase)
            if term is not None:
                yield start, term
            number += 3 if parted else 1

    def _parted(self, before: Phrase, between: Phrase = (), behind: Phrase = ()) -> str | None:
        is_apart = between in self._terms or not _FENCES.isdisjoint(between)
        return None if is_apart or not behind else self._terms.get((*before, *behind))

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


def _fenced(placed: Sequence[Placed], written: Sequence[str]) -> list[Placed]:
    """Put `FENCE` where a word that changes the standing was left out: "lampu dekat pohon" is no "lampu pohon"."""
    fenced: list[Placed] = []
    end = 0
    for word, at in placed:
        if not _FENCES.isdisjoint(written[end:at]):
            fenced.append((FENCE, at))
        fenced.append((word, at))
        end = at + 1
    return fenced


def _standing(before: Sequence[str]) -> Standing:
    """How the words before a term make the text speak of it."""
    for word in reversed(before):
        if word in _BESIDE:
            return Standing.BESIDE
        if word in _DENIALS:
            return Standing.DENIED
        if word not in _BETWEEN:
            break
    return Standing.SAID


def _beginnings(phrases: Iterable[Phrase]) -> frozenset[str]:
    return frozenset(phrase[0] for phrase in phrases if phrase)


def _longest_matches(
    words: Sequence[str], phrases: Mapping[Phrase, object], beginnings: Collection[str], longest: int
) -> Iterator[tuple[int, Phrase]]:
    """Cut words into the longest known phrases, left to right, each with where it starts; any other word is its own.

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
        yield start, phrase
        start += len(phrase)


def _without_suffix(word: str) -> Iterator[str]:
    yield from (word.removesuffix(suffix) for suffix in _SUFFIXES if word.endswith(suffix))


def _without_prefix(word: str) -> Iterator[str]:
    yield from (swallowed + word.removeprefix(prefix) for prefix, swallowed in _PREFIXES if word.startswith(prefix))
