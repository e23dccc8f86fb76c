"""Complaints as the router reads them, and the file of routed ones.

Belongs here: the two records, reading the file. Does not belong here: what is concluded from them.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from ml.routing.classes import ReceivingClass, class_of_agency

COLUMNS = ("report_id", "description", "location", "category", "skpd")


class ReportsError(ValueError):
    """A file of routed complaints cannot be used."""

    def __init__(self, file: str, expected: str, found: str, do: str) -> None:
        super().__init__(f"{file}: expected {expected}; found {found}. {do}")


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is known of a complaint before anybody holds it."""

    text: str
    category: str | None = None
    location: str | None = None


@dataclass(frozen=True, slots=True)
class RoutedComplaint:
    """A complaint and who handled it."""

    report_id: str
    complaint: Complaint
    skpd_class: ReceivingClass


def read_reports(path: Path) -> list[RoutedComplaint]:
    r"""Read a tab-separated file with header `report_id, description, location, category, skpd`.

    A `\n` in a text is a line break; quotes mean nothing; further columns are ignored.

    Raises:
        FileNotFoundError: If there is no such file.
        ReportsError: If it is not UTF-8, lacks a column, or has a row without a value in a needed column.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise ReportsError(path.name, "UTF-8", f"another encoding at byte {error.start}", "Convert it.") from error
    rows = csv.DictReader((line.rstrip("\r") for line in lines), delimiter="\t", quoting=csv.QUOTE_NONE)
    missing = [column for column in COLUMNS if column not in (rows.fieldnames or ())]
    if missing:
        expected = f"the tab-separated columns {', '.join(COLUMNS)}"
        raise ReportsError(path.name, expected, f"none named {', '.join(missing)}", "Write the header.")
    return [_routed(row, f"{path.name}, line {rows.line_num}") for row in rows]


def _routed(row: dict[str, str | None], place: str) -> RoutedComplaint:
    empty = [column for column in COLUMNS if row[column] is None]
    if empty or not (row["skpd"] or "").strip():
        found = f"no {' and no '.join(empty or ['skpd'])}"
        raise ReportsError(place, f"{len(COLUMNS)} cells", found, "Complete the row or leave it out.")
    text = (row["description"] or "").replace("\\n", "\n")
    complaint = Complaint(text, row["category"] or None, row["location"] or None)
    return RoutedComplaint(row["report_id"] or "", complaint, class_of_agency(row["skpd"] or ""))
