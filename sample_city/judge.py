"""How well links between complaints were found, judged by the truth.

Belongs here: precision, recall and what was taken for what.
Does not belong here: finding links, and the truth itself (truth.py).
"""

import csv
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

# Columns of complaints.csv that name another complaint.
DUPLICATE, RELAPSE = "duplicate_of", "relapse_of"

Truth = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Judgement:
    """What links are worth.

    Attributes:
        precision: Share of the links found that are true, in [0, 1]; 1 where none was found.
        recall: Share of the true links that were found, in [0, 1]; 1 where there are none.
        confusions: Links that are not true, by the kinds of both complaints.
        missed: True links that were not found, by the kind of the complaint.
    """

    precision: float
    recall: float
    confusions: Counter[tuple[str, str]]
    missed: Counter[str]


def read_truth(folder: Path) -> Truth:
    """Read complaints.csv of a truth folder, by `channel/source_record_id`."""
    with (folder / "complaints.csv").open(encoding="utf-8", newline="") as file:
        return {f"{row['channel']}/{row['source_record_id']}": row for row in csv.DictReader(file)}


def judge(truth: Truth, found: Mapping[str, str], column: str) -> Judgement:
    """Judge links of one kind.

    A link is true where it leads to the right case, whichever of the complaints about that case it names. Originals
    that the sample does not hold cannot be found and are not missed.

    Args:
        truth: As `read_truth` gives it.
        found: The complaint that each complaint was linked to, by `channel/source_record_id`.
        column: `DUPLICATE` or `RELAPSE`.

    >>> truth = {
    ...     "jaki/1": {"kind": "complete", "duplicate_of": "", "relapse_of": ""},
    ...     "x/2": {"kind": "rephrased", "duplicate_of": "jaki/1", "relapse_of": ""},
    ...     "x/3": {"kind": "rephrased", "duplicate_of": "jaki/1", "relapse_of": ""},
    ... }
    >>> judge(truth, {"x/3": "x/2"}, DUPLICATE).precision, judge(truth, {"x/3": "x/2"}, DUPLICATE).recall
    (1.0, 0.5)
    """
    wanted = {name: row[column] for name, row in truth.items() if row[column] in truth}
    right = {name for name, other in found.items() if name in wanted and _case(truth, other) == wanted[name]}
    wrong = found.keys() - right
    return Judgement(
        precision=len(right) / len(found) if found else 1.0,
        recall=len(right) / len(wanted) if wanted else 1.0,
        confusions=Counter((truth[name]["kind"], truth[found[name]]["kind"]) for name in wrong),
        missed=Counter(truth[name]["kind"] for name in wanted.keys() - right),
    )


def _case(truth: Truth, name: str) -> str:
    """The first complaint of a case."""
    return truth[name]["duplicate_of"] or name
