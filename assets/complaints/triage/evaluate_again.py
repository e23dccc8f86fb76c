"""Duplicates and relapses judged: what the ledger linked against a truth that names the cases.

Belongs here: reading the truth, and the figures. Does not belong here: finding duplicates (again.py).
"""

import csv
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

COLUMNS = ("channel", "source_record_id", "kind", "duplicate_of", "relapse_of")
NEW, DUPLICATE, RELAPSE = "new", "duplicate", "relapse"

Name = tuple[str, str]


class TruthError(ValueError):
    """A file of truth that cannot be used."""


@dataclass(frozen=True)
class Linked:
    """What the ledger says of one complaint.

    Attributes:
        name: Channel and source record.
        is_judged: Whether it was compared at all: accepted, or rejected as a repetition; a returned one was not.
        duplicate_of: Name of the complaint whose open case it joined.
        relapse_of: Name of the complaint whose closed case came back.
        reported_at: Sortable time of the report.
    """

    name: Name
    is_judged: bool
    duplicate_of: Name | None
    relapse_of: Name | None
    reported_at: Any


@dataclass(frozen=True)
class Truth:
    """What is so of one complaint: why it exists, and which it belongs to."""

    kind: str
    duplicate_of: Name | None
    relapse_of: Name | None


def read_truth(path: Path) -> dict[Name, Truth]:
    """Read a CSV with the columns `COLUMNS`; `duplicate_of` and `relapse_of` are `channel/source_record_id` or empty.

    Raises:
        TruthError: A column is missing.
    """
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        missing = [column for column in COLUMNS if column not in (rows.fieldnames or ())]
        if missing:
            raise TruthError(f"{path.name}: expected the columns {', '.join(COLUMNS)}, found no {', '.join(missing)}")
        return {
            (row["channel"], row["source_record_id"]): Truth(
                row["kind"], _name(row["duplicate_of"]), _name(row["relapse_of"])
            )
            for row in rows
        }


def evaluate_again(truth: Mapping[Name, Truth], ledger: Sequence[Linked]) -> dict[str, Any]:
    """Compare links with the truth.

    A complaint counts as a duplicate where an earlier one of its case was accepted, as a relapse where the case that it
    came back from was; a link is right where it leads into the right case.

    Returns:
        `duplicate` and `relapse`: `true` (there are), `found`, `right` (counts), `precision`, `recall` (None without
        any); `confusion`: counts by kind of the truth, then by what the ledger says, a wrong case as `wrong case`.
    """
    known = [one for one in ledger if one.is_judged and one.name in truth]
    first = {NEW: Counter[str](), DUPLICATE: Counter[str](), RELAPSE: Counter[str]()}
    accepted: dict[Name, Any] = {}
    for one in known:
        case = _case(one.name, truth)
        accepted[case] = min(accepted.get(case, one.reported_at), one.reported_at)
    confusion: dict[str, Counter[str]] = {}
    for one in known:
        expected, found, is_right = _judged(one, truth, accepted)
        first[DUPLICATE].update(_tally(expected == DUPLICATE, found == DUPLICATE, is_right))
        first[RELAPSE].update(_tally(expected == RELAPSE, found == RELAPSE, is_right))
        said = found if is_right or found != expected else "wrong case"
        confusion.setdefault(truth[one.name].kind, Counter())[said] += 1
    return {
        **{what: _figures(first[what]) for what in (DUPLICATE, RELAPSE)},
        "confusion": {kind: dict(counts) for kind, counts in sorted(confusion.items())},
    }


def _judged(one: Linked, truth: Mapping[Name, Truth], accepted: Mapping[Name, Any]) -> tuple[str, str, bool]:
    """What it is, what the ledger says it is, and whether that leads into the right case."""
    told = truth[one.name]
    case = _case(one.name, truth)
    back = _case(told.relapse_of, truth) if told.relapse_of else None
    expected = DUPLICATE if accepted[case] < one.reported_at else RELAPSE if back in accepted else NEW
    if one.duplicate_of:
        return expected, DUPLICATE, _case(one.duplicate_of, truth) == case
    if one.relapse_of:
        return expected, RELAPSE, _case(one.relapse_of, truth) == back
    return expected, NEW, expected == NEW


def _case(name: Name, truth: Mapping[Name, Truth]) -> Name:
    """The first complaint of its case."""
    while name in truth and (earlier := truth[name].duplicate_of):
        name = earlier
    return name


def _name(text: str) -> Name | None:
    channel, _, source_record_id = text.partition("/")
    return (channel, source_record_id) if text else None


def _tally(is_true: bool, is_found: bool, is_right: bool) -> Iterable[str]:
    told = {"true": is_true, "found": is_found, "right": is_true and is_found and is_right}
    return [name for name, counts in told.items() if counts]


def _figures(counts: Counter[str]) -> dict[str, Any]:
    true, found, right = counts["true"], counts["found"], counts["right"]
    return {
        "true": true,
        "found": found,
        "right": right,
        "precision": right / found if found else None,
        "recall": right / true if true else None,
    }
