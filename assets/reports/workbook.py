"""The report's tables as one workbook.

Belongs here: sheets, cells and their formats. Does not belong here: which columns a table has (tables.py).
"""

import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from assets.clock import WIB
from assets.reports import tables
from assets.reports.model import Period
from assets.reports.tables import is_like_a_formula
from assets.reports.view import ReportView

WIDEST = 44


def workbook(view: ReportView) -> bytes:
    """Sheets readme, windows, hours, accuracy, tickets and coverage; times are of WIB, without their offset."""
    report = view.report
    book = Workbook(write_only=True)
    book.properties.creator = "Jakarta Smart City"
    _sheet(book.create_sheet("readme"), pd.DataFrame(_readme(view), columns=["", " "]))
    for name, table in {
        "windows": tables.windows_table(report),
        "hours": tables.hours_table(report),
        "accuracy": tables.accuracy_table(report),
        "tickets": tables.tickets_table(report),
        "coverage": tables.coverage_table(report),
    }.items():
        _sheet(book.create_sheet(name), table)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _readme(view: ReportView) -> Iterator[tuple[str, str]]:
    """What the sheets hold, of when, by which code, in which units."""
    report, words = view.report, view.words
    yield words.gettext("Laporan kemacetan mingguan · Jakarta"), words.week_range(report.week_start)
    if report.is_synthetic:
        warning = words.gettext(
            "Laporan ini dibuat dari data buatan untuk uji coba. Tidak satu angka pun menggambarkan Jakarta yang "
            "sebenarnya."
        )
        yield words.gettext("DATA SINTETIS"), warning
    yield words.gettext("Disusun"), words.moment(report.as_of)
    yield words.gettext("Versi kode"), report.code_version
    yield words.gettext("Waktu"), words.gettext("Semua jam dalam WIB (UTC+7); tiap jam disebut menurut awalnya.")
    yield "windows", words.gettext("Rentang macet; indeks 0–1, peluang 0–1, expected_jam_hours dalam jam.")
    yield "hours", words.gettext("Tiap kecamatan dan jam: indeks yang diharapkan (0–1), P10–P90, peluang macet (0–1).")
    yield "accuracy", view.statements["accuracy"]
    if report.beside is not None:
        yield "tickets", _of(words.gettext("Jumlah tilang, laporan dan jam macet"), report.beside.period, view)
    if report.coverage is not None:
        yield "coverage", _of(words.gettext("Kamera, dan dasar tiap jam"), report.coverage.period, view)
    for paragraph in view.methods:
        yield words.gettext("Cara menghitung"), paragraph


def _of(said: str, period: Period, view: ReportView) -> str:
    return f"{said}, {view.words.period_range(period.start, period.end)}"


def _sheet(sheet: Any, table: pd.DataFrame) -> None:
    """Fill a sheet, its first row the names of the columns."""
    sheet.freeze_panes = "A2"
    for number, name in enumerate(table.columns):
        longest = max([len(str(name)), *(len(str(value)) for value in table.iloc[:50, number])])
        sheet.column_dimensions[get_column_letter(number + 1)].width = min(longest + 2, WIDEST)
    sheet.append([_cell(sheet, name, is_bold=True) for name in table.columns])
    for row in table.itertuples(index=False):
        sheet.append([_cell(sheet, value) for value in row])


def _cell(sheet: Any, value: Any, *, is_bold: bool = False) -> Any:
    """A value, or a cell where a value alone would be read as another; a text is a text, whatever it begins with."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, datetime):
        return value.astimezone(WIB).replace(tzinfo=None)
    if not isinstance(value, str):
        return None if pd.isna(value) else value
    is_to_stay = is_like_a_formula(value)
    if not is_bold and not is_to_stay:
        return value
    cell: Cell = WriteOnlyCell(sheet, value)
    cell.data_type = "s"
    cell.quotePrefix = is_to_stay
    cell.font = Font(bold=is_bold)
    return cell
