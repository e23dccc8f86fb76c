"""Probabilities without any training: the city's table of categories, and terms as log-odds.

Belongs here: scores of classes and categories from the vocabulary.
Does not belong here: learning from routed complaints (trained.py), the decision (model.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from ml.routing.classes import CLASSES
from ml.routing.reports import Complaint
from ml.routing.vocabulary import MAX_STRENGTH, Category, Sign, Vocabulary, category_key, read_vocabulary
from ml.routing.words import Lexicon, Mention, Phrase, Standing, tokens

FloatArray = npt.NDArray[np.float64]

# Chances of a class in a category, before the text: most go to the usual one, any may go anywhere.
USUAL, SOMETIMES, SELDOM = 12.0, 3.0, 0.5
# A category that somebody chose is mostly right: as a term that decides (5) and a hint.
CHOSEN_LOG_ODDS = 6.0
# A term of a rare category names it in spite of its rareness: the strengths of its terms are on one scale with all.
VOLUME_WEIGHT = 0.5
# Terms of one text tell much the same: the second strongest counts half, the third a quarter.
REPETITION = 0.5
# And they repeat the category: taken at their word they claim 0.92 on the half of the real complaints whose errors were
# read, where 0.82 is right; so they claim 0.82.
SHARPNESS = 0.6
# What a term counts by how the text speaks of it: "dekat pohon" is mostly no tree's matter.
STANDING = {Standing.SAID: 1.0, Standing.BESIDE: 0.4, Standing.DENIED: 0.0}
# The matter comes first, what it leads to and who is to blame behind it: each term counts less than the one before.
LATER = 0.9
# Words that name an area rather than a place in it.
_AREA_KINDS = frozenset({"kelurahan", "kecamatan", "kota", "kabupaten", "kel", "kec"})

_CLASS_INDEX = {skpd_class: index for index, skpd_class in enumerate(CLASSES)}


class ColdStart:
    """The vocabulary as a model; the same tables always give the same figures."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.categories = tuple(category.name for category in vocabulary.categories)
        self._lexicon = Lexicon(vocabulary.signs, vocabulary.spellings)
        self._category_index = {category_key(name): index for index, name in enumerate(self.categories)}
        self._classes_of = {
            term: [(_CLASS_INDEX[sign.skpd_class], sign.strength) for sign in signs]
            for term, signs in vocabulary.signs.items()
        }
        # Whatever happens in such a place is its operator's, also where the place is told last.
        self._operated = {
            term for term, signs in vocabulary.signs.items() if max(sign.strength for sign in signs) == MAX_STRENGTH
        }
        self._categories_of = {term: self._pointed(signs) for term, signs in vocabulary.signs.items()}
        volume = 10.0 ** np.array([category.volume for category in vocabulary.categories])
        shares = np.stack([_shares(category) for category in vocabulary.categories])
        self._log_volume = VOLUME_WEIGHT * np.log(volume / volume.sum())
        # The last row serves complaints without a category, or with one that the table lacks.
        self._log_prior = np.log(np.vstack([shares, volume / volume.sum() @ shares]))

    def scores(self, complaints: Sequence[Complaint]) -> tuple[FloatArray, FloatArray]:
        """Log-probabilities of classes, shape (n, 9), and of categories, shape (n, categories)."""
        chosen = np.array([self._chosen(complaint) for complaint in complaints], dtype=int)
        by_class = self._log_prior[chosen]
        by_category = np.tile(self._log_volume, (len(complaints), 1))
        by_category[chosen >= 0, chosen[chosen >= 0]] += CHOSEN_LOG_ODDS
        for row, complaint in enumerate(complaints):
            weights = self._weights(complaint)
            for scores, pointed in ((by_class, self._classes_of), (by_category, self._categories_of)):
                found = ((to, weight * strength) for term, weight in weights for to, strength in pointed[term])
                for column, evidence in _evidence(found):
                    scores[row, column] += evidence
        return log_normalised(SHARPNESS * by_class), log_normalised(SHARPNESS * by_category)

    def _chosen(self, complaint: Complaint) -> int:
        """Row of the chosen category; -1, the last row, for none."""
        return self._category_index.get(category_key(complaint.category or ""), -1)

    def _pointed(self, signs: Sequence[Sign]) -> list[tuple[int, int]]:
        """Categories that a term points to, each once, whichever class its sign names."""
        strongest: dict[int, int] = {}
        for sign in signs:
            if sign.category:
                index = self._category_index[category_key(sign.category)]
                strongest[index] = max(sign.strength, strongest.get(index, 0))
        return list(strongest.items())

    def _weights(self, complaint: Complaint) -> list[tuple[str, float]]:
        """Terms of a complaint, each with what it counts, in [0, 1]."""
        return [
            (one.term, STANDING[one.standing] * (1.0 if one.term in self._operated else LATER**rank))
            for rank, one in enumerate(self._mentions(complaint))
        ]

    def _mentions(self, complaint: Complaint) -> list[Mention]:
        """Terms of the text and of the address; the name of an area says nothing about the matter."""
        place = tokens(complaint.location or "")
        area: Phrase = tuple(word for word in place if word not in _AREA_KINDS)
        if len(area) < len(place):
            return self._lexicon.mentions_in(complaint.text, silent=area)
        mentions = self._lexicon.mentions_in(complaint.text)
        said = {mention.term for mention in mentions}
        return [
            *mentions,
            *(one for one in self._lexicon.mentions_in(complaint.location or "") if one.term not in said),
        ]


@cache
def usual_cold_start() -> ColdStart:
    """That of the project's own vocabulary, made once in a process."""
    return ColdStart(read_vocabulary())


def log_normalised(scores: FloatArray) -> FloatArray:
    """Shift log-scores, shape (n, k), so that their exponentials sum to 1 in each row."""
    peak = scores.max(axis=1, keepdims=True)
    return scores - peak - np.log(np.exp(scores - peak).sum(axis=1, keepdims=True))


def _shares(category: Category) -> FloatArray:
    """Chances of the nine classes in a category, sum 1."""
    shares = np.full(len(CLASSES), SELDOM)
    shares[[_CLASS_INDEX[skpd_class] for skpd_class in category.sometimes]] = SOMETIMES
    if category.usual is not None:
        shares[_CLASS_INDEX[category.usual]] = USUAL
    return shares / shares.sum()


def _evidence(signs: Iterable[tuple[int, float]]) -> list[tuple[int, float]]:
    """Sum strengths by column, the strongest first, each further one with half the weight of the one before."""
    strengths: dict[int, list[float]] = {}
    for column, strength in signs:
        strengths.setdefault(column, []).append(strength)
    return [
        (column, sum(strength * REPETITION**rank for rank, strength in enumerate(sorted(found, reverse=True))))
        for column, found in strengths.items()
    ]
