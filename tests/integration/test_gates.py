"""The gates of the complaints on a real PostgreSQL: what they judge, and what they say."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from assets.city import city_folder
from assets.complaints.channels.registry import CHANNELS
from assets.complaints.expectations import intake_expectations, ledger_balance, newest_batch, triage_expectations
from assets.complaints.intake import take_in
from assets.complaints.ledger import decide_pending
from assets.complaints.triage.desk import Desk
from assets.quality import GateResult, as_markdown, store, validate
from assets.reference import load_reference
from assets.sources.landing import open_batch

# A synthetic city's clock stands still: every batch of it is received at the same moment.
NOW = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    (tmp_path / "facebook").mkdir()
    return tmp_path


def take(connection: psycopg.Connection, landing: Path, number: int, posts: list[dict[str, str]]) -> list[GateResult]:
    """Land a file, take it in as a batch, and judge."""
    (landing / "facebook" / f"{number:02d}.json").write_text(json.dumps({"data": posts}))
    # Batch ids are random; neither their order nor the clock says which came last.
    batch = open_batch(landing, "facebook", f"{99 - number:02d}", NOW)
    take_in(connection, CHANNELS["facebook"], landing, batch)
    frame = newest_batch(connection, "facebook")
    return validate("intake", frame, intake_expectations("facebook", frame))


def posts(count: int, *, with_id: bool, start: int = 0) -> list[dict[str, str]]:
    plain = [
        {"message": f"Lampu jalan mati di RW {n}", "created_time": "2026-03-01T08:00:00+0000"}
        for n in range(start, start + count)
    ]
    return [{"id": f"77_{start + n}", **post} for n, post in enumerate(plain)] if with_id else plain


def test_a_good_batch_passes_and_one_that_lost_its_ids_fails_with_the_reason(
    connection: psycopg.Connection, landing: Path
) -> None:
    assert [result.passed for result in take(connection, landing, 1, posts(20, with_id=True))] == [True]
    [failed] = take(connection, landing, 2, posts(20, with_id=False))
    assert not failed.passed
    assert failed.observed == "20 of 20 rows against it; commonest reason in the batch: expected id, found none"


def test_the_gate_stays_red_until_a_better_batch_comes(connection: psycopg.Connection, landing: Path) -> None:
    take(connection, landing, 1, posts(20, with_id=False))
    frame = newest_batch(connection, "facebook")
    assert not validate("intake", frame, intake_expectations("facebook", frame))[0].passed
    assert take(connection, landing, 2, posts(20, with_id=True))[0].passed


def test_some_bad_rows_stop_nothing(connection: psycopg.Connection, landing: Path) -> None:
    mixed = posts(15, with_id=True) + posts(5, with_id=False, start=100)
    assert take(connection, landing, 1, mixed)[0].passed


def test_a_single_odd_file_is_not_judged(connection: psycopg.Connection, landing: Path) -> None:
    assert take(connection, landing, 1, posts(3, with_id=False)) == []


def test_the_balance_of_the_ledger_fails_when_a_record_is_lost(connection: psycopg.Connection, landing: Path) -> None:
    take(connection, landing, 1, posts(20, with_id=True))
    decide_pending(connection, Desk.of(load_reference(city_folder())), "1", NOW)
    assert all(result.passed for result in validate("triage", ledger_balance(connection), triage_expectations()))
    connection.execute("delete from private.complaints")
    connection.execute("delete from ledger.complaints where inbox_id = (select min(inbox_id) from ledger.complaints)")
    failed = [r for r in validate("triage", ledger_balance(connection), triage_expectations()) if not r.passed]
    assert [result.subject for result in failed] == ["balance of the ledger"]


def test_results_are_kept_and_told_with_the_failed_first(connection: psycopg.Connection) -> None:
    good = GateResult("g", "e", "first", True, "fail", "x", "x")
    bad = GateResult("g", "e", "second", False, "fail", "one", "two")
    store(connection, [good, bad], "run", NOW)
    assert connection.execute("select passed, expected, observed from quality.gate_results order by 1").fetchall() == [
        (False, "one", "two"),
        (True, "x", "x"),
    ]
    assert as_markdown([good, bad]).splitlines()[2] == "| **FAILED** | second | one | two |"


def test_results_of_a_gate_are_kept_for_a_month_and_those_of_others_stay(connection: psycopg.Connection) -> None:
    def result(gate: str) -> list[GateResult]:
        return [GateResult(gate, "e", "s", True, "fail", "x", "x")]

    for gate, age in (("one", 40), ("other", 40), ("one", 20), ("one", 0)):
        store(connection, result(gate), f"{gate} {age}", NOW - timedelta(days=age))
    kept = connection.execute("select run_id from quality.gate_results order by 1").fetchall()
    assert kept == [("one 0",), ("one 20",), ("other 40",)]
