"""Measures of a routing against who handled the complaint.

Belongs here: pure functions of the classes that handled, classes predicted and probabilities.
Does not belong here: which complaints are judged (evaluate.py).

Everywhere: `actual` holds class indices, shape (n,); `probabilities` has shape (n, k); n is at least 1.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

COVERAGES = (1.0, 0.9, 0.8, 0.5)


def top_share(actual: npt.ArrayLike, probabilities: npt.ArrayLike, k: int) -> float:
    """Share of complaints whose class is among the k most probable, in [0, 1]; k = 1 is accuracy.

    >>> top_share([0, 2], [[0.5, 0.3, 0.2], [0.5, 0.3, 0.2]], k=1)
    0.5
    """
    ranked = np.argsort(-np.asarray(probabilities, dtype=float), axis=1, kind="stable")[:, :k]
    return float((ranked == np.asarray(actual)[:, None]).any(axis=1).mean())


def macro_f1(actual: npt.ArrayLike, predicted: npt.ArrayLike) -> float:
    """Mean over the classes that occur, in either, of the harmonic mean of precision and recall, in [0, 1].

    >>> round(macro_f1([0, 0, 1], [0, 1, 1]), 3)
    0.667
    """
    truth, guess = np.asarray(actual), np.asarray(predicted)
    scores = [
        2 * ((truth == one) & (guess == one)).sum() / ((truth == one).sum() + (guess == one).sum())
        for one in np.union1d(truth, guess)
    ]
    return float(np.mean(scores))


def accuracy_at_coverage(actual: npt.ArrayLike, probabilities: npt.ArrayLike) -> dict[str, float]:
    """Accuracy on the surest complaints alone, by the share of complaints that are answered.

    >>> accuracy_at_coverage([0, 1], [[0.9, 0.1], [0.6, 0.4]])
    {'1.0': 0.5, '0.9': 0.5, '0.8': 0.5, '0.5': 1.0}
    """
    chances = np.asarray(probabilities, dtype=float)
    is_right = (chances.argmax(axis=1) == np.asarray(actual))[np.argsort(-chances.max(axis=1), kind="stable")]
    # Rounded before it is rounded up: 0.8 of 5 must be 4 however the product is represented.
    answered = {coverage: math.ceil(round(coverage * len(is_right), 6)) for coverage in COVERAGES}
    return {str(coverage): float(is_right[:count].mean()) for coverage, count in answered.items()}
