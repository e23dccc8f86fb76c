"""What an officer takes along of a tab: the same cells as CSV and as a workbook, none of them computed."""

import csv
import io
from datetime import UTC, datetime

import pytest
from openpyxl import load_workbook

from assets.reports.language import language
from portal.office.export import Form, exported
from portal.office.inbox import HeldCase
from portal.pages import CATALOGUES
from tests.unit.portal.office.test_inbox import held

WORDS = language("id", CATALOGUES)


def read(form: Form, *cases: HeldCase) -> list[list[object]]:
    content = exported(form, cases, WORDS)
    if form is Form.CSV:
        return [[*row] for row in csv.reader(io.StringIO(content.decode()))]
    return [[*row] for row in load_workbook(io.BytesIO(content))["Kasus"].iter_rows(values_only=True)]


def test_both_have_the_same_columns_and_say_what_is_synthetic() -> None:
    case = HeldCase.of(held(due_at=datetime(2026, 3, 10, 2, 30, tzinfo=UTC)))
    [names, as_csv], [sheet_names, as_sheet] = read(Form.CSV, case), read(Form.XLSX, case)
    assert names == sheet_names
    told = dict(zip(names, as_csv, strict=True))
    assert (told["Nomor"], told["Batas waktu"], told["Data sintetis"]) == (
        "XX2603010001", "2026-03-10T09:30:00+07:00", "true",
    )  # fmt: skip
    shown = dict(zip(names, as_sheet, strict=True))
    assert (str(shown["Batas waktu"]), shown["Data sintetis"]) == ("2026-03-10 09:30:00", True)


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1"])
def test_no_cell_is_computed(start: str) -> None:
    case = HeldCase.of(held(category_name=start))
    assert read(Form.CSV, case)[1][1] == f"'{start}"
    book = load_workbook(io.BytesIO(exported(Form.XLSX, [case], WORDS)))
    cell = book["Kasus"].cell(2, 2)
    assert (cell.data_type, cell.quotePrefix) == ("s", True)


@pytest.mark.parametrize("form", Form)
def test_a_tab_of_nothing_is_a_row_of_names(form: Form) -> None:
    [names] = read(form)
    assert names[0] == "Nomor"
