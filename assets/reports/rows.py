"""The rows of the report's tables beside the forecast, ready to be shown.

Belongs here: order, totals and shares of rows. Does not belong here: queries (read*.py), sentences (narrative.py).
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from assets.reports import narrative
from assets.reports.ahead import Corridors
from assets.reports.check_words import check_in_words
from assets.reports.language import Language
from assets.reports.model import UNPLACED_COLUMNS, Beside, Cameras, Coverage, Intake
from assets.reports.overview import Trust
from assets.reports.skill import AccuracySummary

Row = dict[str, Any]
INTAKE_PARTS = ("accepted", "returned", "rejected", "set_aside", "quarantined", "pending")
INTAKE_EVER = ("received_ever", "accepted_ever")


def area_accuracy(accuracy: AccuracySummary | None) -> list[Row]:
    """Errors by area, the worst first."""
    return [] if accuracy is None else _records(accuracy.areas.sort_values("mae_model", ascending=False))


def beside(found: Beside | None, words: Language) -> list[Row]:
    """Tickets and complaints by area, most jam hours first; what names no kecamatan has a row behind them."""
    if found is None:
        return []
    ranked = _records(found.areas.sort_values(["jam_hours", "area_name"], ascending=[False, True]))
    if not any(found.unplaced.values()):
        return ranked
    nowhere: Row = dict.fromkeys(found.areas.columns)
    counts = {column: found.unplaced[column] for column in UNPLACED_COLUMNS}
    return [*ranked, {**nowhere, **counts, "area_code": "", "area_name": words.gettext("Tanpa kecamatan")}]


def coverage(found: Coverage | None, trusted: Mapping[str, Trust], words: Language) -> list[Row]:
    """Areas by what they rest on, the least to be trusted first."""
    if found is None:
        return []
    order = list(Trust)
    named = [
        {
            **row,
            "rests_on": narrative.trust_name(trusted[row["area_code"]], words),
            "uptime_share": row["slots_usable"] / row["slots_expected"] if row["slots_expected"] else None,
        }
        for row in _records(found.areas)
    ]
    return sorted(named, key=lambda row: (-order.index(trusted[row["area_code"]]), row["area_name"]))


def intake(found: Intake, words: Language) -> list[Row]:
    """Channels and their total, each with the records that no column accounts for."""
    counts = ["received", *INTAKE_PARTS, *INTAKE_EVER]
    channels = found.channels.astype(dict.fromkeys(counts, int))
    total = {"channel": words.gettext("Semua kanal"), **{count: int(channels[count].sum()) for count in counts}}
    shown = [*_records(channels), total]
    return [{**row, "unexplained": row["received"] - sum(row[part] for part in INTAKE_PARTS)} for row in shown]


def cameras(found: Cameras, words: Language) -> list[Row]:
    """Slots by what became of them in the order of narrative.FRAME_STATUSES, best first, then those never swept.

    Each has a letter, by which a bar is read without its colours.
    """
    names = {status: narrative.frame_status_name(status, words) for status in found.statuses}
    order = list(narrative.FRAME_STATUSES)
    counts = {status: found.statuses[status] for status in sorted(found.statuses, key=order.index)}
    if found.slots_unswept:
        counts[narrative.UNSWEPT] = found.slots_unswept
        names[narrative.UNSWEPT] = words.gettext("tidak disapu")
    total = sum(counts.values())
    shown = [status for status, count in counts.items() if count]
    return [
        {
            "status": status,
            "letter": letter,
            "name": names[status],
            "count": counts[status],
            "share": counts[status] / total,
        }
        for letter, status in zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", shown, strict=False)
    ]


def usable_share(found: Cameras) -> float | None:
    """Share of the slots that should have been whose picture is used."""
    total = max(found.slots_expected, sum(found.statuses.values()))
    usable = sum(count for status, count in found.statuses.items() if status in narrative.USABLE_STATUSES)
    return usable / total if total else None


def gates(found: pd.DataFrame, words: Language) -> list[Row]:
    """Checks in words, those that failed first, then those that were skipped."""
    told = [check_in_words(row, words) for row in _records(found)]
    order = {False: 0, None: 1, True: 2}
    return sorted(told, key=lambda row: (order[row["passed"]], row["name"]))


def corridors(found: Corridors | None, names: Mapping[str, str]) -> list[Row]:
    """Corridors of the city's list with the names of their kecamatan."""
    if found is None:
        return []
    return [{**vars(row), "area_name": names.get(row.area_code, row.area_code)} for row in found.rows]


def _records(frame: pd.DataFrame) -> list[Row]:
    return [{str(column): value for column, value in row.items()} for row in frame.to_dict("records")]
