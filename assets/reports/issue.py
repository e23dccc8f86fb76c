"""Issuing the report: all its files of one week, from one reading of the database.

Belongs here: which files there are.
Does not belong here: what they say, where they lie (archive.py), sending (sending.py).
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from psycopg import Connection

from assets.places.boundaries import Boundaries
from assets.reference import CityReference
from assets.reports.archive import language_ending, publish
from assets.reports.city_lists import CityLists
from assets.reports.column_words import in_words
from assets.reports.language import language
from assets.reports.maps import city_map
from assets.reports.model import WeeklyReport
from assets.reports.read import read_report
from assets.reports.render import render_mail, render_page, render_pdf
from assets.reports.tables import csv_text, hours_table, windows_table
from assets.reports.view import ReportView, compose
from assets.reports.workbook import workbook


def issue(
    connection: Connection,
    folder: Path,
    now: datetime,
    reference: CityReference,
    boundaries: Boundaries | None,
    languages: Sequence[str],
    lists: CityLists,
) -> tuple[WeeklyReport, list[Path]]:
    """Make the report of the coming week.

    Args:
        connection: Open connection, in one transaction.
        folder: The archive.
        now: As-of time.
        reference: Areas, for the map.
        boundaries: Of the kelurahan; None draws tiles.
        languages: ISO 639-1 codes.
        lists: What the city keeps of events and speeds.

    Returns:
        The report, and its files: page, PDF, workbook, mail and two tables as CSV of each language.
    """
    report = read_report(connection, now, lists)
    shapes = city_map(reference, boundaries)
    files: dict[str, bytes] = {}
    for code in languages:
        view = compose(report, shapes, language(code))
        files |= {language_ending(code, ending): file for ending, file in _files(view).items()}
    return report, publish(folder, report.week_start, files)


def _files(view: ReportView) -> dict[str, bytes]:
    return {
        ".html": render_page(view).encode(),
        ".pdf": render_pdf(view),
        ".xlsx": workbook(view),
        ".txt": render_mail(view).encode(),
        "_hours.csv": csv_text(in_words(hours_table(view.report), view.words)).encode(),
        "_windows.csv": csv_text(in_words(windows_table(view.report), view.words)).encode(),
    }
