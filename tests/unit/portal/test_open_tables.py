"""The list of the open tables holds together with their views and the questions that may be asked."""

from typing import Any

import pytest
import yaml

from assets.parquet import TYPES
from database.settings import PROJECT
from portal.dictionary import UNITS
from portal.open_data import RowsAsked
from portal.tables import FILTERS, TABLES, OpenTable

MODELS = PROJECT / "dbt_project" / "models" / "portal"
NUMBERS = ("integer", "bigint", "double precision", "numeric(3,2)")


def columns(table: OpenTable) -> dict[str, str]:
    told: dict[str, Any] = yaml.safe_load((MODELS / f"portal_{table.view}.yml").read_text(encoding="utf-8"))
    return {column["name"]: column["data_type"] for column in told["models"][0]["columns"]}


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_a_table_is_asked_for_by_columns_that_it_has(table: OpenTable) -> None:
    found = columns(table)
    assert set(table.filters) <= {name for name, kind in found.items() if kind == "text"}
    assert table.day is None or found[table.day] == "date"


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_every_column_can_be_written_and_every_number_has_a_unit(table: OpenTable) -> None:
    found = columns(table)
    assert set(found.values()) <= set(TYPES)
    assert {name for name, kind in found.items() if kind in NUMBERS} == {name for name in found if name in UNITS}


def test_a_question_names_the_filters_of_the_tables_and_nothing_else() -> None:
    assert set(RowsAsked.model_fields) == {*FILTERS, "sejak", "sampai"}


def test_units_are_of_columns_that_are_there() -> None:
    assert set(UNITS) <= {name for table in TABLES.values() for name in columns(table)}
