"""Status events in the database: corrections in whatever order they come, and deliveries that repeat."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path
from typing import Any

import psycopg
import pytest

from assets.cases.expectations import events_expectations, events_watch
from assets.cases.intake import EventCounts, fetch_events, replay_events, take_in_events
from assets.quality import validate
from assets.sources.landing import Batch, open_batch
from assets.sources.quarantine import entries
from assets.sources.records import Window
from sample_city.exchange import Trouble
from sample_city.model import Item
from sample_city.vendors import Vendors

NOW = datetime(2026, 10, 25, tzinfo=UTC)
FIRST = {
    "event_id": "e1",
    "complaint": {"channel": "lapor", "source_record_id": "9"},
    "status": {"name": "Koordinasi"},
    "skpd": {"code": "satpol_pp"},
    "occurred_at": "2026-10-19T08:00:00+07:00",
}
CORRECTED = {**FIRST, "skpd": {"code": "dinas_sosial"}, "booked_at": "2026-10-20T08:00:00+07:00"}
WITHDRAWN = {**CORRECTED, "is_withdrawn": True, "booked_at": "2026-10-21T08:00:00+07:00"}
CREDENTIAL = "t"
SKPD = {"satpol_pp", "dinas_sosial"}


def deliver(connection: psycopg.Connection, landing: Path, name: str, *events: dict[str, Any]) -> dict[str, int]:
    (landing / "case_events").mkdir(parents=True, exist_ok=True)
    (landing / "case_events" / name).write_text(json.dumps({"data": events}))
    return asdict(take_in_events(connection, landing, open_batch(landing, "case_events", name, NOW), SKPD))


def current(connection: psycopg.Connection) -> list[tuple[Any, ...]]:
    return connection.execute("select holder_code, is_withdrawn from raw.case_events where is_current").fetchall()


def told(connection: psycopg.Connection) -> list[tuple[bool, str]]:
    """What the watch says of the held events, and of the CRM."""
    frame = events_watch(connection)
    results = validate("events_watch", frame, events_expectations(frame), severity="warn")
    return [(result.passed, result.observed) for result in results]


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


def test_a_correction_that_does_not_say_when_it_was_booked_counts_from_its_receipt(
    connection: psycopg.Connection, tmp_path: Path
) -> None:
    changed = {**FIRST, "skpd": {"code": "dinas_sosial"}}
    deliver(connection, tmp_path, "a.json", FIRST)
    assert deliver(connection, tmp_path, "b.json", changed, FIRST)["events"] == 1
    assert current(connection) == [("dinas_sosial", False)]
    again = deliver(connection, tmp_path, "c.json", FIRST, changed)
    assert (again["events"], again["repeated"]) == (0, 2)
    assert current(connection) == [("dinas_sosial", False)]


def test_an_event_of_a_unit_that_was_unknown_is_taken_in_once_it_is_known(
    connection: psycopg.Connection, tmp_path: Path
) -> None:
    unknown = {**FIRST, "event_id": "e2", "skpd": {"code": "dinas_baru"}}
    assert deliver(connection, tmp_path, "a.json", FIRST, unknown)["quarantined"] == 1
    [entry] = entries(connection, "case_events")
    assert told(connection) == [(False, f"1 of 1 rows against it: 1; {entry.reason}"), (True, "0 of 1 rows against it")]
    assert entry.origin == "case_events/a.json#/data/1"
    batch = open_batch(tmp_path, "case_events", "again", NOW)
    assert replay_events(connection, [entry.quarantine_id], batch, SKPD).quarantined == 1
    replayed = replay_events(connection, [entry.quarantine_id], batch, SKPD | {"dinas_baru"})
    assert (replayed.events, replayed.quarantined) == (1, 0)
    assert entries(connection, "case_events") == []
    assert told(connection) == [(True, "0 of 1 rows against it")] * 2
    assert set(current(connection)) == {("satpol_pp", False), ("dinas_baru", False)}


def test_the_crm_is_asked_page_by_page_and_asking_twice_adds_nothing(
    database_url: str, connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = [{**FIRST, "event_id": f"e{number}"} for number in range(250)]
    items = [Item("case_events", datetime(2026, 10, 19, 1, tzinfo=UTC), event) for event in events]
    window = Window(datetime(2026, 10, 18, 17, tzinfo=UTC), datetime(2026, 10, 19, 17, tzinfo=UTC))
    batch = Batch("1", "case_events", NOW, is_synthetic=True)
    with Vendors(items, token=CREDENTIAL) as vendors:
        for name, value in vendors.environment.items():
            monkeypatch.setenv(name, value)
        vendors.misbehave("case_events", Trouble.SERVER_ERROR, times=9, after=1)
        monkeypatch.setenv("JSC_CASE_EVENTS_ATTEMPTS", "2")
        monkeypatch.setenv("JSC_CASE_EVENTS_BACKOFF_S", "0.01")
        counts = EventCounts()
        [failure] = fetch_events(lambda: psycopg.connect(database_url), window, batch, SKPD, counts)
        assert "503" in failure
        assert counts.events == 100
        vendors.behave()
        assert fetch_events(lambda: psycopg.connect(database_url), window, batch, SKPD, counts) == []
        assert (counts.events, counts.repeated) == (250, 100)
    assert connection.execute("select count(*) from raw.case_events where is_current").fetchall() == [(250,)]
