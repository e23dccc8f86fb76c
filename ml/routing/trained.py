"""What routed complaints teach: a text classifier, and how far to trust it against the vocabulary.

Belongs here: learning and the learned log-probabilities.
Does not belong here: the vocabulary (cold_start.py), the decision (model.py). Imports scikit-learn: import it late.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from sklearn.cluster import KMeans
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline, make_union
from threadpoolctl import threadpool_limits

from ml.routing.classes import CLASSES
from ml.routing.cold_start import FloatArray, log_normalised
from ml.routing.reports import Complaint
from ml.routing.vocabulary import category_key
from ml.routing.words import tokens

IntArray = npt.NDArray[np.int_]
DocumentArray = npt.NDArray[np.object_]

FOLDS = 5
# What the classifier may weigh against the vocabulary, and how sharply both together may speak.
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
SHARPNESS = (0.5, 0.7, 1.0, 1.4, 2.0)
# How fast the weight falls with what lessons lack of a complaint: the power of the share that they hold.
STEEPNESS = (1, 2, 4, 8)
# What a complaint has to say to teach anything, as the vectorizer of words reads it.
_WORD = re.compile(r"\w\w")
# A class that the training lacks is not impossible.
FLOOR = 1e-3


@dataclass(frozen=True)
class TextClassifier:
    """A fitted classifier, its weight against the vocabulary, and the sharpness that calibrates both.

    Attributes:
        pipeline: Words, letter n-grams and the category to a logistic regression over the classes seen.
        weighing: How it is pooled with the vocabulary.
    """

    pipeline: Pipeline
    weighing: Weighing

    def blend(self, complaints: Sequence[Complaint], cold: FloatArray) -> FloatArray:
        """Pool with the vocabulary's log-probabilities, shape (n, 9)."""
        return _pool(_learned(self.pipeline, [_document(one) for one in complaints]), cold, self.weighing)


class Weighing(NamedTuple):
    """What the classifier counts against the vocabulary, by how much of a complaint its lessons said too.

    Attributes:
        heard: Weight in the log-probabilities where lessons hold all pairs of words, 0 to 1.
        unheard: Where they hold none, 0 to `heard`.
        steepness: Power of the share that they hold, by which the weight grows between both.
        sharpness: Factor on the pooled log-probabilities.
    """

    heard: float
    unheard: float
    steepness: int
    sharpness: float


class Learned(NamedTuple):
    """What a classifier says of complaints.

    Attributes:
        scores: Log-probabilities of the classes, shape (n, 9).
        known: Share of the pairs of words of each complaint that its lessons held, shape (n,), in [0, 1].
    """

    scores: FloatArray
    known: FloatArray


def train(
    complaints: Sequence[Complaint], classes: Sequence[int], cold: FloatArray, *, random_state: int
) -> TextClassifier | None:
    """Learn from routed complaints; the weighing is the one that predicts held-out complaints best.

    They are held out in two ways, which count the same: some of each matter, and all that is said in like words.

    Args:
        complaints: Routed complaints.
        classes: Index of the class that handled each.
        cold: The vocabulary's log-probabilities of them, shape (n, 9).
        random_state: Seed of the folds.

    Returns:
        None unless two classes have two complaints with words each: less cannot be held out.
    """
    documents = np.array([_document(complaint) for complaint in complaints], dtype=object)
    has_words = np.array([_WORD.search(document) is not None for document in documents], dtype=bool)
    documents, target, cold = documents[has_words], np.asarray(classes, dtype=int)[has_words], cold[has_words]
    if (np.bincount(target, minlength=len(CLASSES)) >= 2).sum() < 2:
        return None
    folds = (_folds(target, random_state), _matter_folds(documents, random_state))
    heard, unheard = (_held_out(documents, target, fold) for fold in folds)
    rows = np.arange(len(target))
    # Of equals the first: where nothing new was held out, as where all words are the same, it counts as what was heard.
    weighing = max(
        (Weighing(*one) for one in product(SHARES, SHARES[::-1], STEEPNESS, SHARPNESS) if one[1] <= one[0]),
        key=lambda one: sum(np.nansum(_pool(held, cold, one)[rows, target]) for held in (heard, unheard)),
    )
    return TextClassifier(_fitted(documents, target), weighing)


def _held_out(documents: DocumentArray, target: IntArray, fold: IntArray) -> Learned:
    """What classifiers say of each row that learned from the other folds only; nan where those lack its class."""
    held = Learned(np.zeros((len(target), len(CLASSES))), np.full(len(target), np.nan))
    for number in np.unique(fold):
        others = fold != number
        judged = ~others & np.isin(target, target[others])
        if judged.any() and len(np.unique(target[others])) > 1:
            said = _learned(_fitted(documents[others], target[others]), documents[judged])
            held.scores[judged], held.known[judged] = said
    return held


def _folds(target: IntArray, random_state: int) -> IntArray:
    """Fold of each row, shape (n,): each class is dealt out in turn, so two of a class are never in one fold alone."""
    order = np.random.default_rng(random_state).permutation(len(target))
    order = order[np.argsort(target[order], kind="stable")]
    fold = np.empty(len(target), dtype=int)
    fold[order] = np.arange(len(target)) % FOLDS
    return fold


def _matter_folds(documents: DocumentArray, random_state: int) -> IntArray:
    """Fold of each row, shape (n,): what is said in like words is held out together, as if nobody had said it yet."""
    most = min(round(len(documents) ** 0.5), len(np.unique(documents)))
    clusters = KMeans(most, n_init=1, random_state=random_state)
    with threadpool_limits(limits=1, user_api="blas"):
        return clusters.fit_predict(TfidfVectorizer(sublinear_tf=True).fit_transform(documents)) % FOLDS


def _fitted(documents: DocumentArray, target: IntArray) -> Pipeline:
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)
    pipeline = make_pipeline(make_union(words, letters), LogisticRegression(C=10.0, max_iter=1000))
    # Two BLAS threads on two busy cores spin on each other: a fit of 76 texts then takes a second.
    with threadpool_limits(limits=1, user_api="blas"):
        return pipeline.fit(documents, target)


def _document(complaint: Complaint) -> str:
    """The words of a complaint and, as one word that no text contains, its category."""
    category = f" category_{category_key(complaint.category)}" if complaint.category else ""
    return " ".join(tokens(complaint.text)) + category


def _learned(pipeline: Pipeline, documents: Sequence[str] | DocumentArray) -> Learned:
    """What a classifier says of the nine classes, and what share of the pairs of words it knows."""
    chances = np.zeros((len(documents), len(CLASSES)))
    chances[:, pipeline.classes_] = pipeline.predict_proba(documents)
    words = pipeline[0].transformer_list[0][1]
    terms = words.build_analyzer()
    pairs = [[term for term in terms(document) if " " in term] for document in documents]
    known = [sum(pair in words.vocabulary_ for pair in each) / max(len(each), 1) for each in pairs]
    return Learned(log_normalised(np.log(chances + FLOOR)), np.array(known))


def _pool(learned: Learned, cold: FloatArray, weighing: Weighing) -> FloatArray:
    heard, unheard, steepness, sharpness = weighing
    share = (unheard + (heard - unheard) * learned.known**steepness)[:, None]
    return log_normalised(sharpness * (share * learned.scores + (1 - share) * cold))
