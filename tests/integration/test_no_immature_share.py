"""No share is shown as final of which a case may still fail: not in the marts, the questions, the report, the extract.

What is not decided yet is decided the worst way, and every share that somebody reads stays what it was.
"""

import io
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from openpyxl import load_workbook
from psycopg.rows import dict_row

from assets.city import city_folder
from assets.reference import load_reference
from assets.reports.city_lists import CityLists
from assets.reports.issue import issue
from benchmarks.documents import questions
from tests.integration.city_of_truth import AS_OF
from tests.integration.test_report_figures import WEEK, forecast_week

SHARE = re.compile(r"share|percent|value|trend|hours_to_resolve")
ESTIMATE = re.compile(r"_(estimate|low|high)$")
# Shares of what is done and measured, or of curves that take those who are still under way into account.
NEVER_RIPENS = {
    "fct_camera_hours": {"coverage_share", "density_share", "macet_share"},
    "fct_complaints": {"hours_to_resolve"},
    "fct_evidence_flags": {"changed_share"},
    "mart_camera_health": {"uptime_share"},
    "mart_cohort_curves": {"open_share", "reached_share", "rejected_share", "kaplan_meier_share"},
    # Of spans that have ended.
    "mart_unit_ranking": {"share_within_limit"},
}
# What says that a share is final, by the share.
MATURITY = {
    **{f"share_resolved_{days}d": f"is_resolved_{days}d_mature" for days in (1, 3, 7, 14)},
    "share_within_sla": "is_within_sla_mature",
    "share_coordinated_within_sla": "is_coordinated_within_sla_mature",
    "value": "is_mature",
    "trend": "is_mature",
}
# An open case may still be resolved sooner than these hours.
HOURS = ("median_hours_to_resolve", "p90_hours_to_resolve")
# Decide what is undecided: it fails, and comes back.
WORST = """
    update marts.mart_skpd_sla_{period} set
        resolved_within_sla = case when is_within_sla_mature then resolved_within_sla else 0 end,
        coordinated_within_sla = case when is_coordinated_within_sla_mature then coordinated_within_sla else 0 end,
        resolved_1d = case when is_resolved_1d_mature then resolved_1d else 0 end,
        resolved_3d = case when is_resolved_3d_mature then resolved_3d else 0 end,
        resolved_7d = case when is_resolved_7d_mature then resolved_7d else 0 end,
        resolved_14d = case when is_resolved_14d_mature then resolved_14d else 0 end,
        relapsed = case when is_relapse_mature then relapsed else resolved end
"""
UNDECIDED = (
    WORST.format(period="daily"),
    WORST.format(period="weekly"),
    "update marts.mart_skpd_relapse_weekly set relapsed = resolved, watched_relapsed = watched where not is_mature",
    "update marts.fct_pillar_weeks set numerator = denominator / 2 where not is_mature",
    "update marts.fct_complaints set is_resolved_within_sla = false where resolve_due_at > as_of",
    "update marts.fct_complaints set first_relapsed_at = resolved_at, relapses = 1"
    " where resolved_at > as_of - interval '90 days'",
    "update marts.mart_unit_ranking set relapsed = worked",
)


@pytest.fixture
def connection(copy_of_marts: str) -> Iterator[psycopg.Connection[dict[str, Any]]]:
    with psycopg.connect(copy_of_marts, row_factory=dict_row) as connection:
        yield connection


def decide_the_worst(connection: psycopg.Connection[Any]) -> None:
    for statement in UNDECIDED:
        assert connection.execute(statement.encode()).rowcount > 0, statement


def test_every_share_of_the_marts_says_whether_it_is_final(connection: psycopg.Connection[dict[str, Any]]) -> None:
    found = connection.execute(
        "select table_name, column_name from information_schema.columns where table_schema = 'marts'"
        " and data_type in ('double precision', 'numeric', 'real')"
    ).fetchall()
    ripening = [
        (row["table_name"], row["column_name"])
        for row in found
        if SHARE.search(row["column_name"])
        and not ESTIMATE.search(row["column_name"])
        and row["column_name"] not in (*HOURS, "value_4_weeks_before")
        and row["column_name"] not in NEVER_RIPENS.get(row["table_name"], ())
    ]
    assert len(ripening) > 15
    for table, column in ripening:
        is_final = MATURITY.get(column) or ("is_relapse_mature" if "sla" in table else "is_mature")
        query = f"select count(*) as early from marts.{table} where {column} is not null and {is_final} is not true"
        [row] = connection.execute(query.encode()).fetchall()
        assert row["early"] == 0, (table, column)


def told(rows: list[dict[str, Any]]) -> list[str]:
    """What a question's rows say but for counts: labels, dates, shares."""
    kept = [
        {
            name: value
            for name, value in row.items()
            if not isinstance(value, int | float) or isinstance(value, bool) or SHARE.search(name)
            if not ESTIMATE.search(name) and "numerator" not in name
        }
        for row in rows
    ]
    return sorted(map(str, kept))


def test_no_question_of_the_documents_divides_what_is_undecided(
    connection: psycopg.Connection[dict[str, Any]],
) -> None:
    connection.execute("set local search_path to marts")
    before = [connection.execute(question.encode()).fetchall() for question in questions()]
    decide_the_worst(connection)
    for question, rows in zip(questions(), before, strict=True):
        assert told(connection.execute(question.encode()).fetchall()) == told(rows), question
    assert sum(bool(rows) for rows in before) >= 10


def test_a_question_that_divides_what_is_undecided_is_found(connection: psycopg.Connection[dict[str, Any]]) -> None:
    careless = (
        "select skpd_code, sum(resolved_within_sla) * 1.0 / sum(judged) as share from marts.mart_skpd_sla_daily"
        " group by skpd_code having sum(judged) > 0"
    )
    before = connection.execute(careless.encode()).fetchall()
    decide_the_worst(connection)
    assert told(connection.execute(careless.encode()).fetchall()) != told(before)


def test_the_extract_lists_no_share(connection: psycopg.Connection[dict[str, Any]]) -> None:
    columns = connection.execute(
        "select column_name from information_schema.columns where table_schema = 'marts'"
        " and table_name in ('mart_open_complaints', 'mart_open_counts')"
    ).fetchall()
    names = {row["column_name"] for row in columns}
    assert len(names) > 10
    assert not [name for name in names if SHARE.search(name)]


def test_nothing_undecided_moves_the_report_or_its_workbook(copy_of_marts: str, tmp_path: Path) -> None:
    with psycopg.connect(copy_of_marts) as connection:
        areas = [code for (code,) in connection.execute("select kecamatan_code from reference.kecamatan")]
        for week, is_hindcast in ((WEEK - timedelta(days=7), True), (WEEK, False)):
            forecast_week(connection, week, areas, is_hindcast=is_hindcast)
        before = issued(connection, tmp_path / "before")
        decide_the_worst(connection)
        assert issued(connection, tmp_path / "after") == before
    assert {Path(name).suffix for name in before} >= {".html", ".xlsx", ".csv"}


def issued(connection: psycopg.Connection[Any], folder: Path) -> dict[str, Any]:
    """The report's files as they are read."""
    folder.mkdir()
    _, written = issue(connection, folder, AS_OF, load_reference(city_folder()), None, ["id"], CityLists())
    told: dict[str, Any] = {}
    for file in written:
        if file.suffix == ".xlsx":
            book = load_workbook(io.BytesIO(file.read_bytes()))
            told[file.name] = [[cell.value for cell in row] for sheet in book for row in sheet.iter_rows()]
        elif file.suffix != ".pdf":
            told[file.name] = file.read_bytes()
    return told
