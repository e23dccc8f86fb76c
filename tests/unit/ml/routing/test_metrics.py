"""Measures against scikit-learn, which shares no line with them, and against figures reckoned by hand."""

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, f1_score, top_k_accuracy_score

from ml.routing.metrics import accuracy_at_coverage, macro_f1, top_share


@pytest.fixture(params=range(5))
def drawn(request):
    rng = np.random.default_rng(request.param)
    return rng.integers(0, 9, 60), rng.dirichlet(np.ones(9), 60)


def test_shares_and_f1_agree_with_scikit_learn(drawn):
    actual, chances = drawn
    predicted = chances.argmax(axis=1)
    assert top_share(actual, chances, 1) == pytest.approx(accuracy_score(actual, predicted))
    assert top_share(actual, chances, 3) == pytest.approx(top_k_accuracy_score(actual, chances, k=3, labels=range(9)))
    assert macro_f1(actual, predicted) == pytest.approx(f1_score(actual, predicted, average="macro"))


def test_coverage_by_hand():
    sureness = np.array([0.95, 0.9, 0.8, 0.7, 0.6])
    chances = np.column_stack([sureness, 1 - sureness])
    assert accuracy_at_coverage([0, 0, 1, 0, 1], chances) == {"1.0": 0.6, "0.9": 0.6, "0.8": 0.75, "0.5": 2 / 3}
