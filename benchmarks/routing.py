"""How many rows of its own a city needs until its router passes the bar.

Belongs here: learning curves on the synthetic city with honest confusion, and on files of labelled complaints.
Does not belong here: learning itself (ml/routing), the vocabulary's own figures (`jsc evaluate routing`).
"""

import csv
import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assets.city import city_folder
from assets.reference import load_reference
from ml.routing.classes import CLASSES, ReceivingClass
from ml.routing.evaluate import half_of
from ml.routing.metrics import macro_f1
from ml.routing.model import RoutingModel
from ml.routing.reports import Complaint, RoutedComplaint, read_reports
from ml.routing.vocabulary import category_key, read_vocabulary
from sample_city.complaints import Planner
from sample_city.model import Kind
from sample_city.reference import read_reference

BAR = 0.88
SEED = 5
FIRST_DAY, DAYS = date(2026, 3, 2), 12
# Share of the cases of which an agency that was not the right one took care in the end.
CONFUSED = 0.15
# Phrases that no lesson holds: what citizens say tomorrow is not what they said yesterday.
UNHEARD = 0.3
SIZES = (0, 50, 100, 200, 400, 800, 1600, 3200)
JUDGES = 2_000
COLUMNS = ("complaint_type", "descriptor", "category", "agency_name")

Tell = Callable[[str], None]
IntArray = npt.NDArray[np.int_]


class NoCasesError(ValueError):
    """A file of labelled cases that cannot be used."""


@dataclass(frozen=True)
class Told:
    """A complaint of the synthetic city, the phrase that it was made of, and the class that has to handle it."""

    complaint: Complaint
    phrase: str
    receiving: ReceivingClass
    category: str


def measure(tell: Tell, reports: Path | None = None, cases: Path | None = None) -> Iterator[str]:
    """Print the learning curves.

    Args:
        tell: Hears of each step.
        reports: TSV as for `jsc evaluate routing`: the half that is read teaches, the other judges.
        cases: CSV with `COLUMNS`, of any city: the agency is learned, without the vocabulary.

    Raises:
        NoCasesError: A column of `cases` is missing.
    """
    told = synthetic()
    yield from of_the_city(told, SIZES, tell)
    if reports is not None:
        yield from _of_reports(reports)
    if cases is not None:
        yield from _of_cases(cases, tell)


def synthetic(days: int = DAYS) -> list[Told]:
    """Complaints of the synthetic city that say what is wrong, in the order of reporting, by words alone."""
    city, reference = read_reference(city_folder()), load_reference(city_folder())
    planner = Planner(city, SEED)
    planned = [one for day in range(days) for one in planner.plan_day(FIRST_DAY + timedelta(days=day))]
    return [
        Told(
            Complaint(one.text, None, f"Kelurahan {one.kelurahan.name}"),
            one.problem,
            ReceivingClass(reference.skpd[one.skpd_code].receiving_class),
            one.category.name,
        )
        for one in planned
        if one.kind is Kind.COMPLETE and one.problem and one.text
    ]


def of_the_city(told: Sequence[Told], sizes: Sequence[int], tell: Tell) -> Iterator[str]:
    """Learn from earlier complaints, a share of them handled by a wrong agency; judge by who has to handle later ones.

    Judged apart are complaints in phrases that lessons hold too and in phrases that none of them holds.
    """
    lessons = [one for one in told[:-JUDGES] if not _is_unheard(one.phrase)]
    judges = told[-JUDGES:]
    routed = _confused(lessons)
    heard = np.array([not _is_unheard(one.phrase) for one in judges])
    actual = np.array([CLASSES.index(one.receiving) for one in judges])
    complaints = [one.complaint for one in judges]

    def judged(rows: int) -> list[float]:
        predicted = _fitted(routed[:rows]).class_probabilities(complaints).argmax(axis=1)
        return [macro_f1(actual[part], predicted[part]) for part in (heard, ~heard)]

    yield f"the synthetic city: a wrong agency handled {CONFUSED:.0%} of its lessons, {len(judges):,} later ones judge"
    yield from _curve(sizes, judged, ("phrases of lessons", "phrases of none"), len(routed), tell)


def _curve(
    sizes: Sequence[int], judged: Callable[[int], list[float]], names: Sequence[str], most: int, tell: Tell
) -> Iterator[str]:
    """Macro-F1 by rows learned from, and from how many rows on each passes the bar for good."""
    known = [rows for rows in sizes if rows <= most]
    found: list[list[float]] = []
    yield "    rows  " + "  ".join(f"{name:>20}" for name in names)
    for rows in known:
        tell(f"learning from {rows:,} rows")
        found.append(judged(rows))
        yield f"{rows:8,}  " + "  ".join(f"{value:20.3f}" for value in found[-1])
    for column, name in enumerate(names):
        below = [number for number, values in enumerate(found) if values[column] < BAR]
        first = below[-1] + 1 if below else 0
        passed = f"from {known[first]:,} rows on" if first < len(known) else f"not with {known[-1]:,} rows"
        yield f"  macro-F1 {BAR} passed, {name}: {passed}"


def _fitted(routed: Sequence[RoutedComplaint]) -> RoutingModel:
    return RoutingModel().fit(routed) if routed else RoutingModel()


def _is_unheard(phrase: str) -> bool:
    return hashlib.sha256(phrase.encode()).digest()[0] < UNHEARD * 256


def _confused(lessons: Sequence[Told]) -> list[RoutedComplaint]:
    """Who handled the lessons: in a share of them another agency, mostly one that receives the category too."""
    rng = np.random.default_rng(SEED)
    receives = {
        category_key(one.name): {name for name in (one.usual, *one.sometimes) if name is not None}
        for one in read_vocabulary().categories
    }
    routed = []
    for number, one in enumerate(lessons):
        others = sorted(receives[category_key(one.category)] - {one.receiving})
        wrong = others or [other for other in CLASSES if other is not one.receiving]
        handled = wrong[int(rng.integers(len(wrong)))] if rng.random() < CONFUSED else one.receiving
        routed.append(RoutedComplaint(str(number), one.complaint, handled))
    return routed


def _of_reports(path: Path) -> Iterator[str]:
    routed = read_reports(path)
    lessons = [one for one in routed if half_of(one.complaint.text) == "read"]
    judges = [one for one in routed if half_of(one.complaint.text) != "read"]
    actual = [CLASSES.index(one.skpd_class) for one in judges]

    def judged(rows: int) -> list[float]:
        chances = _fitted(lessons[:rows]).class_probabilities([one.complaint for one in judges])
        return [macro_f1(actual, chances.argmax(axis=1))]

    yield f"{path.name}: half of it teaches, the other {len(judges):,} judge"
    yield from _curve((0, len(lessons) // 2, len(lessons)), judged, ("category given",), len(lessons), lambda _: None)


def _of_cases(path: Path, tell: Tell) -> Iterator[str]:
    """Learn a city's eight most frequent agencies and the rest of them from its own words, without any vocabulary."""
    from ml.routing.trained import train

    complaints, target = _labelled(path)
    order = np.random.default_rng(SEED).permutation(len(target))
    held, lessons = order[: len(order) // 3], order[len(order) // 3 :]
    nothing = np.full((len(target), len(CLASSES)), -np.log(len(CLASSES)))
    documents = [complaints[row] for row in held]

    def judged(rows: int) -> list[float]:
        taught = lessons[:rows]
        texts = [complaints[row] for row in taught]
        classifier = train(texts, target[taught].tolist(), nothing[taught], random_state=SEED)
        chances = nothing[held] if classifier is None else classifier.blend(documents, nothing[held])
        return [macro_f1(target[held], chances.argmax(axis=1))]

    ceiling = macro_f1(target, _most_frequent(complaints, target))
    yield f"{path.name}: {len(held):,} of {len(target):,} cases judge; the same words go to several agencies, so that"
    yield f"  whoever knew every case by its words would reach a macro-F1 of {ceiling:.3f}"
    yield from _curve(SIZES, judged, ("agencies",), len(lessons), tell)


def _labelled(path: Path) -> tuple[list[Complaint], IntArray]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    missing = [column for column in COLUMNS if not rows or column not in rows[0]]
    if missing:
        raise NoCasesError(f"{path.name}: expected rows with the columns {', '.join(COLUMNS)}; found no {missing[0]}")
    frequent = [agency for agency, _ in Counter(row["agency_name"] for row in rows).most_common(len(CLASSES) - 1)]
    index = {agency: number for number, agency in enumerate(frequent)}
    complaints = [Complaint(f"{row['complaint_type']} {row['descriptor']}", row["category"]) for row in rows]
    return complaints, np.array([index.get(row["agency_name"], len(frequent)) for row in rows])


def _most_frequent(complaints: Sequence[Complaint], target: IntArray) -> list[int]:
    """The most frequent agency of each complaint's words and category, in all of the file."""
    counts: dict[Complaint, Counter[int]] = {}
    for complaint, agency in zip(complaints, target, strict=True):
        counts.setdefault(complaint, Counter())[int(agency)] += 1
    return [counts[complaint].most_common(1)[0][0] for complaint in complaints]
