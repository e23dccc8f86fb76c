"""Marts as Parquet: what an analyst reads in the database is in the files, in a folder and in a store."""

from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest

from assets.clock import city_zone
from assets.marts_export import NoMartsError, export_marts
from assets.shelf import shelf
from benchmarks.readers import ask_files, ask_postgres
from database.roles import analyst_login

MARTS = """
create table marts.fct_cases as
select number as case_number, 'c' || number % 7 as category_code, (number % 11)::numeric / 4 as days,
    number::real as weight, number::smallint as rank, array['a', 'b,"c"'] as reasons, '{"a": 1}'::jsonb as evidence,
    timestamptz '2026-03-01 00:00+07' + make_interval(hours => number) as closed_at,
    date '2026-03-01' + number as day, case when number % 3 > 0 then '' end as note, number % 2 = 0 as is_open
from generate_series(1, 500) as number;
create view marts.open_cases as select case_number from marts.fct_cases where is_open;
create table marts.secret as select 1 as figure;
revoke all on marts.secret from analyst, jsc_sql;
grant select on marts.fct_cases, marts.open_cases to analyst;
"""
QUESTIONS = (
    "select category_code, count(*), avg(days), min(closed_at), max(day) from fct_cases group by category_code",
    "select case_number from fct_cases where note is null or closed_at::date = date '2026-03-02' order by 1",
    "select rank, weight, reasons::text, evidence::text, note from fct_cases where case_number <= 5",
    "select count(*) from open_cases",
)


@pytest.fixture
def city(database_url: str) -> str:
    """A city with marts of every kind of column."""
    with psycopg.connect(database_url) as connection:
        connection.execute(MARTS.encode())
    return database_url


def test_the_files_answer_as_the_database_does(city: str, tmp_path: Path) -> None:
    told: list[str] = []
    rows = export_marts(city, tmp_path / "marts", told.append)
    # Only what an analyst may read.
    assert rows == {"fct_cases": 500, "open_cases": 250}
    assert told == list(rows)
    assert sorted(path.name for path in (tmp_path / "marts").iterdir()) == ["fct_cases.parquet", "open_cases.parquet"]
    theirs = ask_files(str(tmp_path / "marts"), QUESTIONS)
    ours = ask_postgres(analyst_login(city, city_zone().key), QUESTIONS)
    # As PostgreSQL writes jsonb and arrays as text.
    assert theirs == ours
    assert [len(found or []) for found in theirs] == [7, 182, 5, 1]


def test_all_files_are_of_one_build(city: str, tmp_path: Path) -> None:
    with psycopg.connect(city) as building:

        def build_in_the_middle(table: str) -> None:
            if table == "open_cases":
                building.execute("delete from marts.fct_cases")
                building.commit()

        rows = export_marts(city, tmp_path, build_in_the_middle)
    assert rows == {"fct_cases": 500, "open_cases": 250}


def test_a_store_takes_them_and_the_next_export_replaces_them(city: str, tmp_path: Path) -> None:
    place = shelf("memory://marts")
    for expected in (500, 1):
        export_marts(city, place, lambda _: None)
        file = tmp_path / "copy.parquet"
        file.write_bytes((place / "fct_cases.parquet").read_bytes())
        assert found("select count(*) from read_parquet(?)", file) == [(expected,)]
        with psycopg.connect(city) as connection:
            connection.execute("delete from marts.fct_cases where case_number > 1")
    assert b"as_of" in dict(found("select key, value from parquet_kv_metadata(?)", file))


def found(question: str, file: Path) -> list[tuple[Any, ...]]:
    with duckdb.connect(":memory:") as engine:
        return engine.execute(question, [str(file)]).fetchall()


def test_a_city_without_marts_is_told_of(database_url: str, tmp_path: Path) -> None:
    with pytest.raises(NoMartsError, match="found none. Run: jsc run"):
        export_marts(database_url, tmp_path, lambda _: None)
