"""Cases in a file: every row accounted for; the real ones of another city."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from assets.cases.case_rows import CaseRow, last_moment, read_cases
from assets.cases.evaluate_sla import Limit, evaluate_sla
from assets.cases.sla import Clock, read_working_days
from assets.city import COUNTRY
from assets.sources.records import PayloadError, Unreadable

WEEK = Limit(168, Clock.CALENDAR, read_working_days(COUNTRY / "holidays.csv"))
HEADER = "unique_key,created_date,closed_date,latitude,longitude\n"


def test_a_case_that_was_closed_before_it_was_opened_is_none() -> None:
    rows = "1,2016-01-02 00:00:00+00:00,2016-01-01 00:00:00+00:00,0,0\n2,2016-01-02 00:00:00,,0.0,0.0\n3,gestern,,1,2\n"
    early, fine, when = read_cases((HEADER + rows).encode(), "a.csv")
    assert isinstance(early, Unreadable)
    assert early.reason == "expected closed_date not before created_date, found 1 day, 0:00:00 before it"
    assert fine == CaseRow("2", datetime(2016, 1, 2, tzinfo=UTC), None, None)
    assert isinstance(when, Unreadable)


def test_every_case_is_within_late_overdue_or_running() -> None:
    rows = (
        "1,2016-01-01 00:00:00,2016-01-05 00:00:00,1,2\n2,2016-01-01 00:00:00,2016-01-09 00:00:00,1,2\n"
        "3,2016-01-01 00:00:00,,1,2\n4,2016-01-09 00:00:00,,0,0\n"
    )
    figures = evaluate_sla((HEADER + rows).encode(), "a.csv", WEEK, datetime(2016, 1, 10, tzinfo=UTC))
    assert [figures[name] for name in ("within", "late", "overdue", "running", "without_place")] == [1, 1, 1, 1, 1]
    assert figures["share_within"] == pytest.approx(1 / 3)
    assert figures["closed_within_days"]["7"] == pytest.approx(1 / 3)


def test_another_file_is_refused() -> None:
    with pytest.raises(PayloadError, match="unique_key"):
        evaluate_sla(b"a,b\n1,2\n", "a.csv", WEEK, datetime(2016, 1, 10, tzinfo=UTC))


def test_the_cases_of_san_francisco_reconcile(real: Path) -> None:
    content = (real / "complaints" / "sf311" / "cases.csv").read_bytes()
    figures = evaluate_sla(content, "cases.csv", WEEK, last_moment(content))
    assert (figures["rows"], figures["quarantined"], figures["cases"]) == (5000, 10, 4990)
    assert figures["reasons"] == {"expected closed_date not before created_date": 10}
    assert figures["within"] + figures["late"] + figures["overdue"] + figures["running"] == 4990
    assert (figures["within"], figures["overdue"] + figures["running"]) == (2702, 195)
    assert figures["without_place"] == 2131
