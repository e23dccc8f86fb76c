"""The report's tables as one workbook, and a table of others as one of its own.

Belongs here: sheets, cells and their formats. Does not belong here: which columns a table has (tables.py).
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from assets.city import city
from assets.clock import city_zone
from assets.reports import tables
from assets.reports.column_words import COLUMNS, in_words
from assets.reports.language import Language, mark
from assets.reports.model import Period
from assets.reports.tables import is_like_a_formula
from assets.reports.view import ReportView

WIDEST = 44


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name, its table with the columns in the marts' names, where they come from, and what it holds."""

    name: str
    table: pd.DataFrame
    source: str
    holds: str


def workbook(view: ReportView) -> bytes:
    """A sheet on what the others hold, one on their columns, and the tables; times without an offset are the city's."""
    words = view.words
    book = Workbook(write_only=True)
    book.properties.creator = city().publisher
    sheets = _sheets(view)
    readme = pd.DataFrame(_readme(view, sheets), columns=["", " "])
    _sheet(book.create_sheet(words.gettext("baca dulu")), readme)
    _sheet(book.create_sheet(words.gettext("kolom")), _columns(sheets, words))
    for sheet in sheets:
        _sheet(book.create_sheet(sheet.name), in_words(sheet.table, words))
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def one_sheet(name: str, table: pd.DataFrame) -> bytes:
    """A workbook of one table, its columns as they are named; times are the city's, without their offset.

    Args:
        name: Of the sheet, at most 31 signs.
        table: Its rows.
    """
    book = Workbook(write_only=True)
    book.properties.creator = city().publisher
    _sheet(book.create_sheet(name), table)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _sheets(view: ReportView) -> list[Sheet]:
    """The tables of the report; a week that lacks one has the sheet empty, but for the city's own list."""
    report, gettext = view.report, view.words.gettext
    intake = report.intake.period
    sheets = [
        Sheet(
            gettext("rentang macet"), tables.windows_table(report), "forecast.jam_windows",
            gettext("Rentang macet; indeks 0–1, peluang 0–1, jam macet yang diharapkan dalam jam."),
        ),
        Sheet(
            gettext("jam"), tables.hours_table(report), "forecast.jam_hours",
            gettext("Tiap kecamatan dan jam: indeks yang diharapkan (0–1), P10–P90, peluang macet (0–1)."),
        ),
        Sheet(
            gettext("perubahan"), tables.change_table(report), "marts.mart_area_hours, forecast.jam_hours",
            gettext("Jam macet yang diharapkan, terukur pekan lalu pada jam yang sama, dan pekan biasa."),
        ),
        Sheet(
            gettext("ketepatan"), tables.accuracy_table(report), "marts.fct_forecast_accuracy",
            view.statements["accuracy"],
        ),
        Sheet(
            gettext("tilang"), tables.tickets_table(report), "marts.mart_area_hours",
            _of(gettext("Jumlah tilang, laporan dan jam macet"), report.beside.period if report.beside else None, view),
        ),
        Sheet(
            gettext("kamera"), tables.coverage_table(report), "marts.mart_camera_health, marts.fct_area_hours",
            _of(gettext("Kamera, dan dasar tiap jam"), report.coverage.period if report.coverage else None, view),
        ),
        Sheet(
            gettext("kanal"), report.intake.channels, "marts.mart_channel_daily, marts.mart_intake_by_channel",
            _of(gettext("Pesan menurut hari diterima"), intake, view),
        ),
        Sheet(
            gettext("pemeriksaan"), report.gates, "quality.gate_results",
            gettext("Hasil pemeriksaan mutu, dengan kata-kata aslinya (bahasa Inggris)."),
        ),
    ]  # fmt: skip
    if report.corridors is not None:
        holds = gettext("Kecepatan koridor menurut daftar kota")
        sheets.append(Sheet(gettext("koridor"), tables.corridors_table(report), "JSC_CORRIDOR_SPEEDS", holds))
    return sheets


def _columns(sheets: Sequence[Sheet], words: Language) -> pd.DataFrame:
    """Which column of which table a heading stands for."""
    rows = [
        (sheet.name, words.gettext(COLUMNS[column]), column, sheet.source)
        for sheet in sheets
        for column in sheet.table.columns
    ]
    heads = [words.gettext(head) for head in (mark("Lembar"), mark("Judul"), mark("Nama mesin"), mark("Sumber"))]
    return pd.DataFrame(rows, columns=heads)


def _readme(view: ReportView, sheets: Sequence[Sheet]) -> Iterator[tuple[str, str]]:
    """What the sheets hold, of when, by which code, in which units."""
    report, words = view.report, view.words
    yield words.gettext("Laporan kemacetan mingguan · %(city)s"), words.week_range(report.week_start)
    if report.is_synthetic:
        warning = words.gettext(
            "Laporan ini dibuat dari data buatan untuk uji coba. Tidak satu angka pun menggambarkan %(city)s yang "
            "sebenarnya."
        )
        yield words.gettext("DATA SINTETIS"), warning
    yield words.gettext("Disusun"), words.moment(report.as_of)
    yield words.gettext("Versi kode"), report.code_version
    yield words.gettext("Waktu"), words.gettext("Semua jam dalam %(zone)s (%(utc)s); tiap jam disebut menurut awalnya.")
    for sheet in sheets:
        yield sheet.name, sheet.holds
    for paragraph in view.methods:
        yield words.gettext("Cara menghitung"), paragraph


def _of(said: str, period: Period | None, view: ReportView) -> str:
    return said if period is None else f"{said}, {view.words.period_range(period.start, period.end)}"


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
        return value.astimezone(city_zone()).replace(tzinfo=None)
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
