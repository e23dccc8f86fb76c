"""What routed complaints teach: a text classifier, and how far to trust it against the vocabulary.

Belongs here: learning and the learned log-probabilities.
Does not belong here: the vocabulary (cold_start.py), the decision (model.py). Imports scikit-learn: import it late.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
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
# A class that the training lacks is not impossible.
FLOOR = 1e-3


@dataclass(frozen=True)
class TextClassifier:
    """A fitted classifier, its weight against the vocabulary, and the sharpness that calibrates both.

    Attributes:
        pipeline: Words, letter n-grams and the category to a logistic regression over the classes seen.
        share: Weight of the classifier in the log-probabilities, 0 to 1; the vocabulary has the rest.
        sharpness: Factor on the pooled log-probabilities.
    """

    pipeline: Pipeline
    share: float
    sharpness: float

    def blend(self, complaints: Sequence[Complaint], cold: FloatArray) -> FloatArray:
        """Pool with the vocabulary's log-probabilities, shape (n, 9)."""
        return _pool(_learned(self.pipeline, [_document(one) for one in complaints]), cold, self.share, self.sharpness)


def train(
    complaints: Sequence[Complaint], classes: Sequence[int], cold: FloatArray, *, random_state: int
) -> TextClassifier | None:
    """Learn from routed complaints; share and sharpness are those that predict complaints held out best.

    Args:
        complaints: Routed complaints.
        classes: Index of the class that handled each.
        cold: The vocabulary's log-probabilities of them, shape (n, 9).
        random_state: Seed of the folds.

    Returns:
        None unless two classes have two complaints each: less cannot be held out.
    """
    target = np.asarray(classes, dtype=int)
    if (np.bincount(target, minlength=len(CLASSES)) >= 2).sum() < 2:
        return None
    documents = np.array([_document(complaint) for complaint in complaints], dtype=object)
    held_out = np.empty_like(cold)
    fold = _folds(target, random_state)
    for number in range(FOLDS):
        later = fold == number
        if later.any():
            held_out[later] = _learned(_fitted(documents[~later], target[~later]), documents[later])
    share, sharpness = min(
        ((share, sharpness) for share in SHARES for sharpness in SHARPNESS),
        key=lambda pair: -_pool(held_out, cold, *pair)[np.arange(len(target)), target].mean(),
    )
    return TextClassifier(_fitted(documents, target), share, sharpness)


def _folds(target: IntArray, random_state: int) -> IntArray:
    """Fold of each row, shape (n,): each class is dealt out in turn, so two of a class are never in one fold alone."""
    order = np.random.default_rng(random_state).permutation(len(target))
    order = order[np.argsort(target[order], kind="stable")]
    fold = np.empty(len(target), dtype=int)
    fold[order] = np.arange(len(target)) % FOLDS
    return fold


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


def _learned(pipeline: Pipeline, documents: Sequence[str] | DocumentArray) -> FloatArray:
    """Log-probabilities of the nine classes, shape (n, 9)."""
    chances = np.zeros((len(documents), len(CLASSES)))
    chances[:, pipeline.classes_] = pipeline.predict_proba(documents)
    return log_normalised(np.log(chances + FLOOR))


def _pool(learned: FloatArray, cold: FloatArray, share: float, sharpness: float) -> FloatArray:
    return log_normalised(sharpness * (share * learned + (1 - share) * cold))
