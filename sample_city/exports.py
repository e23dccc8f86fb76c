"""Vendors that answer files: exports in CSV, the desks' workbooks, and feeds in RSS.

Belongs here: rows and letters as files of a span of days.
Does not belong here: JSON (answers.py), the server and its connections (vendors.py), landing files (landing.py).
"""

from collections.abc import Sequence
from datetime import date
from email.utils import format_datetime

from sample_city.exchange import Answer, Feed, Question, unknown
from sample_city.feeds import Item
from sample_city.reference import WIB
from sample_city.wire_press import feed
from sample_city.wire_tables import csv_table, workbook

_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def csv_export(items: Sequence[Item], columns: Sequence[str], delimiter: str) -> Feed:
    """Serve `export.csv` of the days `dari` to `sampai` (WIB), both included."""

    def answer(question: Question) -> Answer:
        if question.path != "export.csv":
            return unknown(question)
        first, last = (date.fromisoformat(question.query[name]) for name in ("dari", "sampai"))
        rows = [item.body for item in _of_days(items, first, last)]
        return Answer(csv_table(columns, rows, delimiter), "text/csv")

    return answer


def workbooks(items: Sequence[Item]) -> Feed:
    """Serve the desks' workbook of each day (WIB), `<day>.xlsx`."""

    def answer(question: Question) -> Answer:
        name, _, suffix = question.path.partition(".")
        if suffix != "xlsx":
            return unknown(question)
        day = date.fromisoformat(name)
        return Answer(workbook([item.body for item in _of_days(items, day, day)]), _WORKBOOK)

    return answer


def rss(items: Sequence[Item]) -> Feed:
    """Serve all letters as one feed, `rss`, newest first; a body is a letter's elements by their names."""

    def answer(question: Question) -> Answer:
        if question.path != "rss":
            return unknown(question)
        newest_first = sorted(items, key=lambda item: item.at, reverse=True)
        return Answer(
            feed([{"pubDate": format_datetime(item.at), **item.body} for item in newest_first]), "application/rss+xml"
        )

    return answer


def _of_days(items: Sequence[Item], first: date, last: date) -> list[Item]:
    dated = sorted(items, key=lambda item: item.at)
    return [item for item in dated if first <= item.at.astimezone(WIB).date() <= last]
