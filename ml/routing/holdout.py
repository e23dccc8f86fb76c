"""Training on older complaints, judged on the newest ones.

Belongs here: the split by time, the comparison with the vocabulary alone, the version of the code that learned.
Does not belong here: learning itself (trained.py), where complaints come from and models are kept (assets).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from ml.packing import digest_of
from ml.routing.classes import CLASSES
from ml.routing.model import RoutingModel
from ml.routing.reports import RoutedComplaint

# The newest share judges; with fewer judges than this a difference of a few points is chance.
HOLDOUT_SHARE = 0.2
LEAST_HOLDOUT = 100
# Standard deviations of the sign test by which the trained model has to win: one training in 40 then wins by luck.
LEAST_LEAD = 2.0


@dataclass(frozen=True)
class Training:
    """One training and its judgement.

    Attributes:
        model: Fitted to the older complaints only: it is the one that was judged.
        training_rows: Complaints that taught.
        holdout_rows: Complaints that judged, all of them later.
        accuracy_cold: Of the vocabulary alone on the holdout, in [0, 1].
        accuracy_trained: Of the trained model on the same complaints, in [0, 1].
        is_better: Whether the difference is more than chance.
    """

    model: RoutingModel
    training_rows: int
    holdout_rows: int
    accuracy_cold: float
    accuracy_trained: float
    is_better: bool


def train_and_judge(routed: Sequence[RoutedComplaint]) -> Training | None:
    """Train on the older complaints and judge on the newer.

    Args:
        routed: Complaints and who handled them, oldest first.

    Returns:
        None where there are too few to judge.
    """
    held = int(len(routed) * HOLDOUT_SHARE)
    if held < LEAST_HOLDOUT:
        return None
    lessons, judges = routed[:-held], routed[-held:]
    actual = np.array([CLASSES.index(one.skpd_class) for one in judges])
    complaints = [one.complaint for one in judges]
    model = RoutingModel()
    is_right_cold = model.class_probabilities(complaints).argmax(axis=1) == actual
    is_right = model.fit(lessons).class_probabilities(complaints).argmax(axis=1) == actual
    wins, losses = int((is_right & ~is_right_cold).sum()), int((~is_right & is_right_cold).sum())
    return Training(
        model=model,
        training_rows=len(lessons),
        holdout_rows=held,
        accuracy_cold=float(is_right_cold.mean()),
        accuracy_trained=float(is_right.mean()),
        is_better=wins - losses > LEAST_LEAD * (wins + losses) ** 0.5,
    )


@cache
def code_version() -> str:
    """Name the code, the vocabulary and the library that a stored model was made with."""
    return digest_of(Path(__file__).parent, "scikit-learn")
