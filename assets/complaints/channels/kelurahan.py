"""Walk-in counters of the kelurahan: one register at every desk, many desks in one workbook.

Belongs here: how a kelurahan's register names a report.
Does not belong here: the workbook (counter_workbook.py), whether a report is clear (triage/).
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from assets.complaints.channels.counter_workbook import REGISTER, desk_identity, read_row, split_rows
from assets.complaints.model import Delivery, Record, Report, Unreadable, Window
from assets.sources.exports import fetch_export
from assets.sources.settings import KelurahanSource

_NAMES_ITS_DESK = re.compile(r"\d{2}\.\d{2}\.\d{2}\.\d{4}/")


def fetch(window: Window, source: KelurahanSource) -> Iterator[Delivery]:
    """Fetch the desks' shared workbooks of the days of a window.

    Raises:
        SourceError: No answer, or one that is no such workbook.
    """
    return fetch_export(window, source, split)


def split(content: bytes, origin: str) -> list[Record | Unreadable]:
    """Split one workbook into its rows.

    Args:
        content: The bytes of an `.xlsx` file.
        origin: The file's path, for what cannot be read.

    Returns:
        One entry for each row that is not blank; one for the whole file where it is no such workbook.
    """
    return split_rows(content, origin, _identity)


def parse(record: Record) -> Report:
    """Read one row of the workbook.

    Raises:
        PayloadError: No day in Tanggal, no time in a filled Jam, or a value of the wrong kind.
    """
    return read_row(record)


def _identity(row: Mapping[str, Any]) -> object:
    register = row.get(REGISTER)
    return register if _NAMES_ITS_DESK.match(str(register)) else desk_identity(row, "Kelurahan")
