"""The PDF, the workbook, the CSV and the archive."""

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import Workbook, load_workbook
from pypdf import PdfReader

from assets.clock import city_zone
from assets.reports.archive import NoReportError, archived, newest, publish, week_of
from assets.reports.language import language
from assets.reports.model import Forecast, NoForecast, WeeklyReport
from assets.reports.render import render_pdf
from assets.reports.tables import csv_text, hours_table, windows_table
from assets.reports.view import ReportView
from assets.reports.workbook import workbook

Build = Callable[..., WeeklyReport]
Look = Callable[..., ReportView]
MONDAY = date(2026, 10, 12)
A4 = (595, 842)


def solid(text: str) -> str:
    """A text without blanks: where lines end is the typesetter's affair."""
    return re.sub(r"\s+", "", text)


def few_areas(make_report: Build) -> Forecast:
    """The forecast of three kecamatan: what does not show the whole city is faster without it."""
    forecast = make_report().forecast
    assert isinstance(forecast, Forecast)
    codes = {f"98.71.{number:02d}" for number in (1, 2, 3)}
    return replace(
        forecast,
        hours=forecast.hours[forecast.hours["area_code"].isin(codes)],
        windows=tuple(window for window in forecast.windows if window.area_code in codes),
    )


def pages(pdf: bytes) -> list[str]:
    """The solid text of each page."""
    return [solid(page.extract_text()) for page in PdfReader(io.BytesIO(pdf)).pages]


@pytest.fixture(scope="module")
def pdf(look: Look) -> bytes:
    return render_pdf(look())


@pytest.fixture(scope="module")
def printed(pdf: bytes) -> list[str]:
    return pages(pdf)


@pytest.mark.slow
def test_the_pdf_is_a4_and_its_first_page_is_the_summary(pdf: bytes, printed: list[str], look: Look) -> None:
    boxes = [page.mediabox for page in PdfReader(io.BytesIO(pdf)).pages]
    sizes = {tuple(sorted((round(box.width), round(box.height)))) for box in boxes}
    assert sizes == {A4}
    first, second, *_ = printed
    view = look()
    assert view.week is not None
    for item in view.week.top:
        assert solid(item.window.area_name) in first
    for said in ("change", "accuracy", "trust"):
        assert solid(view.statements[said]) in first, said
    assert solid("Di mana: peta kecamatan") in second
    assert len(pdf) < 3_000_000


@pytest.mark.slow
def test_every_page_says_that_the_data_are_synthetic_when_it_was_made_and_its_number(printed: list[str]) -> None:
    assert all("DATASINTETIS" in page for page in printed)
    assert all(solid("Disusun Jumat, 9 Oktober 2026 pukul 06.05 WIB.") in page for page in printed)
    assert all(f"{number}/{len(printed)}" in page for number, page in enumerate(printed, start=1))


@pytest.mark.slow
def test_the_pdf_is_the_same_of_the_same_report(pdf: bytes, look: Look) -> None:
    assert render_pdf(look()) == pdf


@pytest.mark.slow
def test_no_text_is_taken_for_markup(look: Look, make_report: Build) -> None:
    odd = '#panic() *b* _i_ $x$ \\ "q" [c] <d> @e'
    gates = make_report().gates.assign(observed=odd)
    report = {
        "forecast": replace(few_areas(make_report), published_as="four_week_median", reason=odd),
        "gates": gates,
        "code_version": odd,
        "is_synthetic": False,
    }
    text = "".join(pages(render_pdf(look(language("en"), **report))))
    assert text.count(solid(odd)) > 2
    assert "SYNTHETIC" not in text


@pytest.mark.parametrize("reason", list(NoForecast))
def test_a_week_without_forecast_has_a_pdf_too(look: Look, reason: NoForecast) -> None:
    nothing = dict.fromkeys(("accuracy", "last_week", "beside", "coverage"))
    view = look(forecast=reason, is_synthetic=False, **nothing)
    text = "".join(pages(render_pdf(view)))
    assert solid(view.no_forecast_reason) in text
    assert "SINTETIS" not in text
    assert load_workbook(io.BytesIO(workbook(view))).sheetnames[2] == "rentang macet"
    assert csv_text(hours_table(view.report)).count("\r\n") == 1


@pytest.fixture(scope="module")
def book(look: Look, make_report: Build) -> Workbook:
    """The workbook of a report in which two names look like a formula."""
    beside = make_report().beside
    assert beside is not None
    odd = replace(beside, areas=beside.areas.assign(area_name='=HYPERLINK("x")', kota_name="@x"))
    return load_workbook(io.BytesIO(workbook(look(beside=odd, forecast=few_areas(make_report)))))


def test_the_workbook_holds_the_tables(book: Workbook, make_report: Build) -> None:
    forecast = few_areas(make_report)
    tables = ["rentang macet", "jam", "perubahan", "ketepatan", "tilang", "kamera", "kanal", "pemeriksaan"]
    assert book.sheetnames == ["baca dulu", "kolom", *tables]
    names = {(sheet, shown): name for sheet, shown, name, _ in book["kolom"].iter_rows(min_row=2, values_only=True)}
    for table in tables:
        [heads] = book[table].iter_rows(max_row=1, values_only=True)
        assert len({(table, head) for head in heads} & names.keys()) == len(heads), table
    shown, first, *rest = book["jam"].iter_rows(values_only=True)
    assert "Indeks kemacetan (0–1)" in shown
    header = [names["jam", column] for column in shown]
    assert len(rest) + 1 == len(forecast.hours) == 3 * 168
    row = dict(zip(header, first, strict=True))
    expected = forecast.hours.iloc[0]
    assert row["jam_index"] == expected["jam_index"]
    assert row["hour_start"] == expected["hour_start"].tz_localize(None)
    assert len(list(book["rentang macet"].iter_rows())) == len(forecast.windows) + 1 > 3
    told = {str(cell) for line in book["baca dulu"].iter_rows(values_only=True) for cell in line}
    assert "DATA SINTETIS" in told


def test_a_text_that_begins_like_a_formula_stays_a_text(book: Workbook) -> None:
    cell = book["tilang"]["B2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == ('=HYPERLINK("x")', "s", True)


@pytest.mark.parametrize("text", ['=HYPERLINK("x")', "+62", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1"])
def test_a_spreadsheet_computes_no_text_of_the_csv(text: str) -> None:
    [_, row] = csv.reader(io.StringIO(csv_text(pd.DataFrame({"name": [text], "value": [-1.5]})), newline=""))
    assert row == [f"'{text}", "-1.5"]


def test_the_csv_has_times_with_their_offset(make_report: Build) -> None:
    rows = list(csv.DictReader(io.StringIO(csv_text(windows_table(make_report())), newline="")))
    starts = [datetime.fromisoformat(row["window_start"]) for row in rows]
    assert all(start.utcoffset() == datetime.now(city_zone()).utcoffset() for start in starts)
    assert starts[0].isoformat() == rows[0]["window_start"]
    assert rows[0]["is_synthetic"] == "true"


def test_csv_quotes_what_needs_it() -> None:
    table = pd.DataFrame({"name": ['a "b", c\nd', "Soka"], "value": [None, 0.5]})
    assert csv_text(table) == 'name,value\r\n"a ""b"", c\nd",\r\nSoka,0.5\r\n'


def test_the_archive_keeps_weeks_and_languages_and_the_newest_beside_them(tmp_path: Path) -> None:
    files = {".html": b"a", ".pdf": b"ab", "_hours.csv": b"c", "_en.html": b"b", "_en_hours.csv": b"def"}
    publish(tmp_path, MONDAY, files)
    publish(tmp_path, date(2026, 10, 19), {".html": b"new", ".pdf": b"new"})
    assert (tmp_path / "weekly_jam_forecast.html").read_bytes() == b"new"
    assert (tmp_path / "weekly_jam_forecast_2026-W42.html").read_bytes() == b"a"
    assert not list(tmp_path.glob("*.unfinished"))
    found = [(one.week_start, one.language, len(one.files), one.size) for one in archived(tmp_path)]
    assert found == [(date(2026, 10, 19), "id", 2, 6), (MONDAY, "id", 3, 4), (MONDAY, "en", 2, 4)]
    assert [one.language for one in newest(tmp_path, ["en", "id"], MONDAY)] == ["en", "id"]
    [of_now] = newest(tmp_path, ["en", "id"])
    with pytest.raises(NoReportError, match=r"2026-W43 with a \.xlsx"):
        of_now.file(".xlsx")
    assert newest(tmp_path / "absent", ["id"]) == []
    with pytest.raises(NoReportError, match="found '2026-W60'"):
        week_of("2026-W60")
