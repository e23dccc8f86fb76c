"""The router judged on anyone's routed complaints: a file in, figures out.

Belongs here: what is trained on, what is judged.
Does not belong here: reading the file (reports.py), measures (metrics.py), showing the figures.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ml.routing.classes import CLASSES
from ml.routing.cold_start import FloatArray
from ml.routing.metrics import accuracy_at_coverage, macro_f1, top_share
from ml.routing.model import ABSTAIN_BELOW, TOP, RoutingModel
from ml.routing.reports import ReportsError, RoutedComplaint, read_reports
from ml.routing.vocabulary import category_key

HALVES = ("read", "unread")


def evaluate_reports(reports: Path, *, train: Path | None) -> dict[str, Any]:
    """Route the complaints of a file and compare with who handled them.

    Args:
        reports: Tab-separated file, see `ml.routing.reports.read_reports`.
        train: The same kind of file to learn from first; complaints of `reports`, by number or text, teach nothing.
            None judges the vocabulary alone.

    Returns:
        `rows` and `trained_on` (counts); `accuracy`, `macro_f1` (over the classes that occur) and `top3`, in [0, 1];
        `coverage`: accuracy on the surest share of the complaints, by share; `answered`: share not left to a person;
        `answered_accuracy`: accuracy of those, None without any; `category_accuracy`: share whose category is found
        from text and place alone; `confusion`: counts by handling class, then by predicted class, those that occur;
        `halves`: `rows`, `accuracy`, `macro_f1` and `category_accuracy` of each half by `half_of`, those with rows.

    Raises:
        FileNotFoundError: If there is no such file.
        ReportsError: If a file cannot be used, or no complaint is left to judge or to learn from.
    """
    judged = _some(read_reports(reports), reports)
    model = RoutingModel()
    lessons: list[RoutedComplaint] = []
    if train is not None:
        lessons = _some(_others(read_reports(train), judged), train)
        model.fit(lessons)
    chances = model.class_probabilities([one.complaint for one in judged])
    found = _categories_found(judged)
    parts = {half: [row for row, one in enumerate(judged) if half_of(one.complaint.text) == half] for half in HALVES}
    halves = {half: _part(judged, chances, found, rows) for half, rows in parts.items() if rows}
    figures = _figures(judged, chances)
    return {
        "rows": len(judged),
        "trained_on": len(lessons),
        **figures,
        "category_accuracy": _share(found),
        "halves": halves,
    }


def half_of(text: str) -> str:
    """Half of a complaint, one of `HALVES`, by its text alone.

    Whoever mends the vocabulary reads the errors of the first half only; the second, which nobody reads, judges.
    """
    return HALVES[1 - hashlib.sha256(text.encode()).digest()[-1] % 2]


def leave_one_out(reports: Path) -> dict[str, Any]:
    """Judge what training on a file adds: each complaint is routed by a model of all the others.

    Trains six classifiers per complaint: about a second each.

    Args:
        reports: Tab-separated file, see `ml.routing.reports.read_reports`.

    Returns:
        The figures of `evaluate_reports` that classes have.

    Raises:
        FileNotFoundError: If there is no such file.
        ReportsError: If the file cannot be used or holds no complaint.
    """
    judged = _some(read_reports(reports), reports)
    model = RoutingModel()
    rows = [model.fit(_others(judged, [one])).class_probabilities([one.complaint]) for one in judged]
    return {"rows": len(judged), **_figures(judged, np.concatenate(rows))}


def _some(routed: list[RoutedComplaint], path: Path) -> list[RoutedComplaint]:
    if not routed:
        raise ReportsError(path.name, "at least one complaint, judged ones excepted", "none", "Name a file with some.")
    return routed


def _others(routed: Sequence[RoutedComplaint], judged: Sequence[RoutedComplaint]) -> list[RoutedComplaint]:
    """Those that are none of the judged, by number or by text."""
    numbers, texts = {one.report_id for one in judged}, {one.complaint.text for one in judged}
    return [one for one in routed if one.report_id not in numbers and one.complaint.text not in texts]


def _figures(judged: Sequence[RoutedComplaint], chances: FloatArray) -> dict[str, Any]:
    actual = np.array([CLASSES.index(one.skpd_class) for one in judged])
    predicted = chances.argmax(axis=1)
    is_answered = chances.max(axis=1) >= ABSTAIN_BELOW
    is_right = predicted == actual
    return {
        "accuracy": top_share(actual, chances, 1),
        "macro_f1": macro_f1(actual, predicted),
        "top3": top_share(actual, chances, TOP),
        "coverage": accuracy_at_coverage(actual, chances),
        "answered": float(is_answered.mean()),
        "answered_accuracy": float(is_right[is_answered].mean()) if is_answered.any() else None,
        "confusion": {
            CLASSES[one].value: {
                CLASSES[guess].value: int(count)
                for guess, count in zip(*np.unique(predicted[actual == one], return_counts=True), strict=True)
            }
            for one in np.unique(actual)
        },
    }


def _part(
    judged: Sequence[RoutedComplaint], chances: FloatArray, found: Sequence[bool | None], rows: list[int]
) -> dict[str, Any]:
    figures = _figures([judged[row] for row in rows], chances[rows])
    kept = {name: figures[name] for name in ("accuracy", "macro_f1")}
    return {"rows": len(rows), **kept, "category_accuracy": _share([found[row] for row in rows])}


def _categories_found(judged: Sequence[RoutedComplaint]) -> list[bool | None]:
    """Whether text and place alone lead to the chosen category; None where none was chosen."""
    routings = RoutingModel().route([replace(one.complaint, category=None) for one in judged])
    chosen = [category_key(one.complaint.category or "") for one in judged]
    return [
        category_key(routing.category) == key if key else None for routing, key in zip(routings, chosen, strict=True)
    ]


def _share(found: Sequence[bool | None]) -> float | None:
    known = [one for one in found if one is not None]
    return float(np.mean(known)) if known else None
