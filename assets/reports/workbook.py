"""The report's tables as one workbook, and a table of others as one of its own.

Belongs here: sheets, cells and their formats. Does not belong here: which columns a table has (tables.py).
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from assets.city import city
from assets.clock import city_zone
from assets.reports import tables
from assets.reports.column_words import COLUMNS, in_words
from assets.reports.language import Language, mark
from assets.reports.model import Period
from assets.reports.tables import is_like_a_formula
from assets.reports.view import ReportView

WIDEST = 44
# What a cell of Excel holds, in signs.
MOST_SIGNS = 32_767

# How cells look; a text that looks like a formula is marked as a text, or editing its cell would make it one.
_HEAD, _TEXT, _MOMENT, _DAY = "head", "text", "moment", "day"
_LOOKS: Mapping[str, Mapping[str, Any]] = {
    _HEAD: {"bold": True},
    _TEXT: {"quote_prefix": True},
    _MOMENT: {"num_format": "yyyy-mm-dd hh:mm:ss"},
    _DAY: {"num_format": "yyyy-mm-dd"},
}


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
    sheets = _sheets(view)
    readme = pd.DataFrame(_readme(view, sheets), columns=["", " "])
    by_name = {
        words.gettext("baca dulu"): readme,
        words.gettext("kolom"): _columns(sheets, words),
        **{sheet.name: in_words(sheet.table, words) for sheet in sheets},
    }
    return _written(by_name)


def one_sheet(name: str, table: pd.DataFrame) -> bytes:
    """A workbook of one table, its columns as they are named; times are the city's, without their offset.

    Args:
        name: Of the sheet, at most 31 signs.
        table: Its rows.
    """
    return _written({name: table})


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


def _written(by_name: Mapping[str, pd.DataFrame]) -> bytes:
    """A workbook with a sheet for each table, by the sheet's name."""
    file = io.BytesIO()
    with Workbook(file, {"in_memory": True, "nan_inf_to_errors": True}) as book:
        book.set_properties({"author": city().publisher})
        looks = {name: book.add_format(look) for name, look in _LOOKS.items()}
        for name, table in by_name.items():
            _fill(book.add_worksheet(name), table, looks)
    return file.getvalue()


def _fill(sheet: Worksheet, table: pd.DataFrame, looks: Mapping[str, Format]) -> None:
    """Fill a sheet, its first row the names of the columns."""
    sheet.freeze_panes(1, 0)
    for column, name in enumerate(table.columns):
        longest = max([len(str(name)), *(len(str(value)) for value in table.iloc[:50, column])])
        sheet.set_column(column, column, min(longest + 2, WIDEST))
        sheet.write_string(0, column, str(name), looks[_HEAD])
    for row, values in enumerate(table.itertuples(index=False), start=1):
        for column, value in enumerate(values):
            _write(sheet, row, column, value, looks)


def _write(sheet: Worksheet, row: int, column: int, value: Any, looks: Mapping[str, Format]) -> None:
    """Write a value as what it is; a text is a text, whatever it begins with."""
    if isinstance(value, str):
        look = looks[_TEXT] if is_like_a_formula(value) else None
        sheet.write_string(row, column, value[:MOST_SIGNS], look)
    elif pd.isna(value):
        return
    elif isinstance(value, datetime):
        sheet.write_datetime(row, column, value.astimezone(city_zone()).replace(tzinfo=None), looks[_MOMENT])
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, looks[_DAY])
    elif isinstance(value, bool | np.bool_):
        sheet.write_boolean(row, column, bool(value))
    else:
        sheet.write_number(row, column, value)
