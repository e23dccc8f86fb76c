"""Exports: tables in CSV, in the landing folder and as a vendor answers them.

Belongs here: rows as files of a span of days. Does not belong here: what a row holds (its channel's module).
"""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sample_city.channels.channel import File, Packer
from sample_city.exchange import Answer, Feed, Host, Question, Vendor, unknown
from sample_city.model import Item


def csv_files(columns: Sequence[str], delimiter: str = ",") -> Packer:
    """Pack each day's rows into one file."""

    def pack(day: date, items: Sequence[Item]) -> Iterator[File]:
        bodies = [item.body for item in items]
        yield File(f"{day:%Y-%m-%d}.csv", bodies, lambda rows: _csv(columns, rows, delimiter), row_of_table)

    return pack


def export(columns: Sequence[str], delimiter: str = ",") -> Vendor:
    """A vendor that serves `export.csv` of the days `dari` to `sampai`, both included."""

    def feed(items: Sequence[Item], _: Host) -> Feed:
        def answer(question: Question) -> Answer:
            if question.path != "export.csv":
                return unknown(question)
            first, last = (date.fromisoformat(question.query[name]) for name in ("dari", "sampai"))
            rows = [item.body for item in of_days(items, first, last)]
            return Answer(_csv(columns, rows, delimiter), "text/csv")

        return answer

    return Vendor(path="export.csv?dari={start}&sampai={end}", feed=feed)


def blank(column: str) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """A row to the same with an empty cell."""
    return lambda row: {**row, column: ""}


def row_of_table(number: int) -> str:
    """The place of a row below the header, which is row 1."""
    return f"row {number + 2}"


def of_days(items: Sequence[Item], first: date, last: date) -> list[Item]:
    """Items of some days, by their own clocks, both ends included, in the order of time."""
    dated = sorted(items, key=lambda item: item.at)
    return [item for item in dated if first <= item.at.date() <= last]


def _csv(columns: Sequence[str], rows: Sequence[Mapping[str, str]], delimiter: str) -> bytes:
    """Rows in UTF-8 with the mark that Excel puts first."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")
