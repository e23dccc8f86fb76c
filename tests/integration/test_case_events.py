"""Status events in the database: corrections in whatever order they come, and deliveries that repeat."""

import json
from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path
from typing import Any

import psycopg
import pytest

from assets.cases.intake import take_in_events
from assets.landing import open_batch

NOW = datetime(2026, 10, 25, tzinfo=UTC)
FIRST = {
    "event_id": "e1",
    "complaint": {"channel": "jaki", "source_record_id": "9"},
    "status": {"name": "Koordinasi"},
    "skpd": {"code": "satpol_pp"},
    "occurred_at": "2026-10-19T08:00:00+07:00",
}
CORRECTED = {**FIRST, "skpd": {"code": "dinas_sosial"}, "booked_at": "2026-10-20T08:00:00+07:00"}
WITHDRAWN = {**CORRECTED, "is_withdrawn": True, "booked_at": "2026-10-21T08:00:00+07:00"}
SKPD = {"satpol_pp", "dinas_sosial"}


def deliver(connection: psycopg.Connection, landing: Path, name: str, *events: dict[str, Any]) -> dict[str, int]:
    (landing / "case_events").mkdir(parents=True, exist_ok=True)
    (landing / "case_events" / name).write_text(json.dumps({"data": events}))
    return dict(take_in_events(connection, landing, open_batch(landing, "case_events", name, NOW), SKPD))


def current(connection: psycopg.Connection) -> list[tuple[Any, ...]]:
    return connection.execute("select holder_code, is_withdrawn from raw.case_events where is_current").fetchall()


@pytest.mark.parametrize("order", list(permutations((FIRST, CORRECTED, WITHDRAWN))))
def test_the_version_that_was_booked_last_counts_in_whatever_order_they_come(
    connection: psycopg.Connection, tmp_path: Path, order: tuple[dict[str, Any], ...]
) -> None:
    for number, event in enumerate(order):
        deliver(connection, tmp_path, f"{number}.json", event)
    assert current(connection) == [("dinas_sosial", True)]
    assert connection.execute("select count(*) from raw.case_events").fetchall() == [(3,)]


def test_versions_of_one_file_and_a_delivery_that_repeats(connection: psycopg.Connection, tmp_path: Path) -> None:
    assert deliver(connection, tmp_path, "a.json", CORRECTED, FIRST)["events"] == 2
    again = deliver(connection, tmp_path, "b.json", FIRST, CORRECTED)
    assert (again["events"], again["repeated"]) == (0, 2)
    assert current(connection) == [("dinas_sosial", False)]
