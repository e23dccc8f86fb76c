"""The router: who should receive a complaint, how surely, and when a person had better decide.

Belongs here: the decision from probabilities.
Does not belong here: where the probabilities come from (cold_start.py, trained.py), judging them (evaluate.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from ml.routing.classes import CLASSES, ReceivingClass
from ml.routing.cold_start import ColdStart, FloatArray, usual_cold_start
from ml.routing.reports import Complaint, RoutedComplaint
from ml.routing.vocabulary import Vocabulary

if TYPE_CHECKING:
    from ml.routing.trained import TextClassifier

TOP = 3
# Forwarding by hand takes two hours; a wrong agency costs its own two before the same: sending pays above one half.
ABSTAIN_BELOW = 0.5


@dataclass(frozen=True, slots=True)
class Routing:
    """Where one complaint should go.

    Attributes:
        skpd_class: The most probable class.
        probability: Its probability, in [0, 1].
        top3: The three most probable classes with their probabilities, descending.
        abstains: True where a person should decide.
        category: The most probable category, as the vocabulary spells it; the chosen one unless the text denies it.
        category_probability: Its probability, in [0, 1].
    """

    skpd_class: ReceivingClass
    probability: float
    top3: tuple[tuple[ReceivingClass, float], ...]
    abstains: bool
    category: str
    category_probability: float


class RoutingModel:
    """Routes by the vocabulary alone, and by routed complaints too once it has been fitted to some.

    Args:
        vocabulary: The city's tables; None reads those of this package.
        abstain_below: A complaint whose best class is less probable than this is left to a person.
        random_state: Seed of the folds that weigh training against vocabulary.

    Attributes:
        classifier_: What routed complaints taught; None before `fit`, or where they were too few.
    """

    def __init__(
        self,
        vocabulary: Vocabulary | None = None,
        *,
        abstain_below: float = ABSTAIN_BELOW,
        random_state: int = 0,
    ) -> None:
        self.abstain_below = abstain_below
        self.random_state = random_state
        self.classifier_: TextClassifier | None = None
        self._cold = ColdStart(vocabulary) if vocabulary else usual_cold_start()

    def fit(self, routed: Sequence[RoutedComplaint]) -> Self:
        """Learn from complaints that were handled; replaces what was learned before."""
        # scikit-learn takes over a second to import and a cold start needs none of it.
        from ml.routing.trained import train

        complaints = [one.complaint for one in routed]
        classes = [CLASSES.index(one.skpd_class) for one in routed]
        cold = self._cold.scores(complaints)[0]
        self.classifier_ = train(complaints, classes, cold, random_state=self.random_state)
        return self

    def route(self, complaints: Sequence[Complaint]) -> list[Routing]:
        """Route each complaint on its own: the others change nothing."""
        by_class, by_category = self._probabilities(complaints)
        ranked = np.argsort(-by_class, axis=1, kind="stable")[:, :TOP]
        categories = by_category.argmax(axis=1)
        return [
            self._routing(by_class[row, ranked[row]], ranked[row], int(category), float(by_category[row, category]))
            for row, category in enumerate(categories)
        ]

    def class_probabilities(self, complaints: Sequence[Complaint]) -> FloatArray:
        """Probabilities of the classes in the order of `CLASSES`, shape (n, 9), each row of sum 1."""
        return self._probabilities(complaints)[0]

    def _probabilities(self, complaints: Sequence[Complaint]) -> tuple[FloatArray, FloatArray]:
        by_class, by_category = self._cold.scores(complaints)
        if self.classifier_ is not None and complaints:
            by_class = self.classifier_.blend(complaints, by_class)
        return np.exp(by_class), np.exp(by_category)

    def _routing(self, chances: FloatArray, classes: Sequence[int], category: int, category_chance: float) -> Routing:
        top = tuple((CLASSES[index], float(chance)) for index, chance in zip(classes, chances, strict=True))
        best, probability = top[0]
        name = self._cold.categories[category]
        return Routing(best, probability, top, probability < self.abstain_below, name, category_chance)
