"""Service levels of cases in a file: what they were within a limit, with every row accounted for.

Belongs here: the figures. Does not belong here: the clocks (sla.py), the columns (case_rows.py).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median, quantiles
from typing import Any

from assets.cases.case_rows import CaseRow, read_cases
from assets.cases.sla import Clock, WorkingDays, due_at, hours, is_within
from assets.sources.records import Unreadable

WINDOWS = (1, 3, 7, 14)


@dataclass(frozen=True)
class Limit:
    """A limit to resolve, on a clock."""

    hours: float
    clock: Clock
    days: WorkingDays


def evaluate_sla(content: bytes, origin: str, limit: Limit, as_of: datetime) -> dict[str, Any]:
    """Judge every case of an export.

    Args:
        content: CSV, one row a case.
        origin: The file's name.
        limit: To resolve.
        as_of: Until when it is known what happened.

    Returns:
        `rows` = `cases` + `quarantined`; `cases` = `within` + `late` + `overdue` + `running`; the reasons of what is
        quarantined; `without_place`; median and 90th percentile of the hours of the closed ones; and of the cases old
        enough, the share that was closed within 1, 3, 7 and 14 days, the open ones counted.

    Raises:
        PayloadError: No such export.
    """
    read = read_cases(content, origin)
    cases = [item for item in read if isinstance(item, CaseRow)]
    held = [item for item in read if isinstance(item, Unreadable)]
    verdicts = Counter(_verdict(case, limit, as_of) for case in cases)
    took = [hours(limit.clock, case.opened_at, case.closed_at, limit.days) for case in cases if case.closed_at]
    return {
        "rows": len(read),
        "quarantined": len(held),
        "reasons": dict(Counter(item.reason.partition(", found")[0] for item in held)),
        "cases": len(cases),
        "without_place": sum(case.point is None for case in cases),
        **{name: verdicts[name] for name in ("within", "late", "overdue", "running")},
        "share_within": verdicts["within"] / max(1, len(cases) - verdicts["running"]),
        "median_hours": median(took),
        "p90_hours": quantiles(took, n=10, method="inclusive")[-1],
        "closed_within_days": {str(window): _closed_within(cases, window, as_of) for window in WINDOWS},
    }


def _verdict(case: CaseRow, limit: Limit, as_of: datetime) -> str:
    due = due_at(limit.clock, case.opened_at, limit.hours, limit.days)
    match is_within(case.opened_at, case.closed_at, due, as_of):
        case True:
            return "within"
        case False:
            return "late" if case.closed_at else "overdue"
        case _:
            return "running"


def _closed_within(cases: Sequence[CaseRow], window: int, as_of: datetime) -> float | None:
    old = [case for case in cases if as_of - case.opened_at >= timedelta(days=window)]
    done = sum(case.closed_at is not None and case.closed_at - case.opened_at <= timedelta(days=window) for case in old)
    return done / len(old) if old else None
