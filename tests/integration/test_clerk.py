"""The clerk on a real PostgreSQL: what is handed in is decided at once, once, and survives whatever is lost between."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.errors import InvalidParameterValue

from assets.city import city_folder
from assets.complaints import reception
from assets.complaints.channels.registry import CHANNELS
from assets.complaints.clerk import Clerk, Office
from assets.complaints.forget import ForgetError, forget
from assets.complaints.intake import IntakeCounts
from assets.complaints.reception import RECEIPTS_KEPT_DAYS, forget_receipts, hand_in, take_all
from assets.sources.landing import SYNTHETIC_MARKER, Batch
from benchmarks.verb import free_port
from database.settings import PROJECT
from tests import served
from tests.integration.test_webhooks import BODY
from tests.served import HERE, HERE_AREA, REFERENCE

NOW = datetime(2026, 3, 2, 3, tzinfo=UTC)
PATIENCE_S = 60.0


def report(number: int, **fields: Any) -> bytes:
    """A report of the portal that lacks nothing."""
    return json.dumps({
        "kind": "report", "id": str(UUID(int=number)), "created_at": NOW.isoformat(), "name": "Rini Contoh",
        "contact": f"0812 0000 00{number:02d}", "text": f"Lampu jalan nomor {number} mati", "kelurahan": HERE.name,
        "kecamatan": HERE_AREA.name, "address": f"Jl. Mawar {number}", **fields,
    }).encode()  # fmt: skip


@pytest.fixture
def give(database_url: str) -> Callable[..., UUID]:
    """Hands in a report of the portal."""

    def once(body: bytes, channel: str = "portal", receipt: UUID | None = None) -> UUID:
        with psycopg.connect(database_url) as connection:
            [(given,)] = connection.execute("select front.hand_in(%s, %s, %s)", [channel, body, receipt]).fetchall()
            assert isinstance(given, UUID)
            return given

    return once


class Working:
    """A clerk at work in a thread."""

    def __init__(self, url: str, landing: Path, clock: Callable[[], datetime] = lambda: NOW) -> None:
        self.over, self.asked = threading.Event(), 0

        def address() -> str:
            self.asked += 1
            return url

        office = Office(address, clock, landing, REFERENCE)
        self._thread = threading.Thread(target=Clerk(office, self.over.is_set).work)

    def __enter__(self) -> "Working":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive()


@pytest.fixture
def working(database_url: str, tmp_path: Path, no_settings: None) -> Iterator[Working]:
    with Working(database_url, tmp_path) as clerk:
        yield clerk


def told(url: str, receipt: UUID) -> dict[str, Any] | None:
    """What the portal is told of a receipt."""
    with psycopg.connect(url) as connection:
        [(answer,)] = connection.execute("select front.receipt(%s)", [receipt]).fetchall()
        return answer


def until(true: Callable[[], Any]) -> Any:
    end = time.monotonic() + PATIENCE_S
    while not (found := true()):
        assert time.monotonic() < end
        time.sleep(0.02)
    return found


def rows(url: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(query.encode()).fetchall()


def test_a_report_has_its_number_at_once(working: Working, database_url: str, give: Callable[..., UUID]) -> None:
    until(lambda: told(database_url, give(report(1), receipt=UUID(int=1))))
    begun = time.monotonic()
    receipt = give(report(2))
    answer = until(lambda: told(database_url, receipt))
    assert time.monotonic() - begun < 2
    assert (answer["decision"], answer["missing"]) == ("accepted", [])
    assert answer["tracking_number"] == served.number("2603025002")


def test_what_lacks_something_is_told_what(working: Working, database_url: str, give: Callable[..., UUID]) -> None:
    receipt = give(report(1, kelurahan=None, kecamatan=None, address=None))
    answer = until(lambda: told(database_url, receipt))
    assert (answer["decision"], answer["missing"]) == ("returned", ["place"])


def test_a_webhook_is_answered_in_the_outbox(working: Working, database_url: str, give: Callable[..., UUID]) -> None:
    give(BODY, "whatsapp")
    [(body,)] = until(lambda: rows(database_url, "select body from ledger.messages"))
    assert served.number("26") in body
    assert rows(database_url, "select count(*) from ledger.outbox") == [(1,)]
    # Nobody comes back for what a vendor pushed.
    assert rows(database_url, "select count(*) from front.receipts") == [(0,)]


def test_a_report_that_is_sent_again_is_one(working: Working, database_url: str, give: Callable[..., UUID]) -> None:
    receipt = uuid4()
    for minute in range(2):
        body = report(1, created_at=(NOW + timedelta(minutes=minute)).isoformat())
        assert [give(body, receipt=receipt), give(body, receipt=receipt)] == [receipt] * 2
        until(lambda: told(database_url, receipt))
    assert rows(database_url, "select count(*) from ledger.complaints") == [(1,)]
    assert rows(database_url, "select count(*) from private.arrivals") == [(0,)]


def test_two_clerks_are_one_and_the_other_takes_its_place(
    database_url: str, tmp_path: Path, give: Callable[..., UUID], no_settings: None
) -> None:
    with Working(database_url, tmp_path) as first:
        until(lambda: told(database_url, give(report(1), receipt=UUID(int=1))))
        with Working(database_url, tmp_path):
            assert rows(database_url, LOCKS) == [(1,)]
            first.over.set()
            assert until(lambda: told(database_url, give(report(2), receipt=UUID(int=2))))
    assert rows(database_url, "select count(*) from ledger.complaints") == [(2,)]


def test_a_lost_connection_loses_nothing(working: Working, database_url: str, give: Callable[..., UUID]) -> None:
    until(lambda: told(database_url, give(report(1), receipt=UUID(int=1))))
    asked = working.asked
    kill = (
        "select pg_terminate_backend(pid) from pg_locks"
        " where locktype = 'advisory' and granted and pid <> pg_backend_pid()"
    )
    assert rows(database_url, kill) == [(True,)]
    receipt = give(report(2))
    assert until(lambda: told(database_url, receipt))
    assert working.asked > asked


def test_what_cannot_be_read_is_held_and_stops_nothing(
    working: Working, database_url: str, give: Callable[..., UUID]
) -> None:
    broken, sound = give(b"{"), give(report(1))
    assert until(lambda: told(database_url, sound))
    assert told(database_url, broken) is None
    [(origin, reason)] = rows(database_url, "select origin, reason from raw.quarantine")
    assert origin == f"arrival {broken}"
    assert reason.startswith("expected ")


def test_what_cannot_be_stored_costs_itself_only(
    connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(1, 6):
        hand_in(connection, "portal", report(number))
    store = reception.store_delivered

    def fails_on_the_third(*arguments: Any) -> None:
        if any(item.record.source_record_id == str(UUID(int=3)) for item in arguments[2]):
            raise ValueError("no jsonb")
        store(*arguments)

    monkeypatch.setattr(reception, "store_delivered", fails_on_the_third)
    counts = IntakeCounts()
    take_all(connection, CHANNELS["portal"], Batch("1", "portal", NOW, is_synthetic=False), counts)
    assert (counts.deliveries, counts.records, counts.quarantined) == (5, 5, 1)
    assert connection.execute("select count(*) from raw.inbox").fetchone() == (4,)
    assert connection.execute("select record_count, quarantined_count from raw.batches").fetchall() == [(5, 1)]


def test_an_arrival_counts_as_received_when_it_was_handed_in(connection: psycopg.Connection) -> None:
    """Not when a clerk that was away came back."""
    hand_in(connection, "portal", report(1))
    connection.execute("update private.arrivals set received_at = %s", [NOW - timedelta(hours=5)])
    take_all(connection, CHANNELS["portal"], Batch("1", "portal", NOW, is_synthetic=False), IntakeCounts())
    assert connection.execute("select fetched_at from raw.inbox").fetchall() == [(NOW - timedelta(hours=5),)]


def test_what_comes_into_a_synthetic_city_is_synthetic(
    database_url: str, tmp_path: Path, give: Callable[..., UUID], no_settings: None
) -> None:
    (tmp_path / SYNTHETIC_MARKER).touch()
    with Working(database_url, tmp_path):
        until(lambda: told(database_url, give(report(1), receipt=UUID(int=1))))
    assert rows(database_url, "select is_synthetic from raw.inbox") == [(True,)]
    answer = told(database_url, UUID(int=1))
    assert answer is not None
    assert answer["is_synthetic"]


def test_doors_are_those_of_channels_that_are_handed_in(give: Callable[..., UUID]) -> None:
    for code, channel in CHANNELS.items():
        if channel.push or code == "portal":
            give(b"{}", code)
        else:
            with pytest.raises(InvalidParameterValue, match="expected a channel that is handed in"):
                give(b"{}", code)
    with pytest.raises(InvalidParameterValue, match="at most 30 MB"):
        give(b" " * (30 * 1024 * 1024 + 1))


def test_receipts_are_kept_for_a_month(connection: psycopg.Connection) -> None:
    connection.execute(
        "insert into front.receipts (receipt, taken_at) select gen_random_uuid(), now() - make_interval(days => days)"
        " from unnest(array[1, %s, %s]) as past (days)",
        [RECEIPTS_KEPT_DAYS - 1, RECEIPTS_KEPT_DAYS + 1],
    )
    forget_receipts(connection)
    assert connection.execute("select count(*) from front.receipts").fetchone() == (2,)


def test_nobody_is_forgotten_while_something_waits(connection: psycopg.Connection, tmp_path: Path) -> None:
    hand_in(connection, "portal", report(1))
    with pytest.raises(ForgetError, match="found some waiting"):
        forget(connection, "0812 0000 0001", NOW, tmp_path)


def environment(url: str, home: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    return {**kept, "JSC_HOME": str(home), "JSC_DATABASE_URL": url, "JSC_CITY": str(city_folder())}


JSC = Path(sys.executable).with_name("jsc")
LOCKS = "select count(*) from pg_locks where locktype = 'advisory' and granted"


@pytest.mark.slow
def test_the_verb_works_until_it_is_told_to_stop(database_url: str, tmp_path: Path, give: Callable[..., UUID]) -> None:
    receipt = give(report(1))
    with subprocess.Popen([JSC, "clerk"], cwd=PROJECT, env=environment(database_url, tmp_path)) as process:
        try:
            assert until(lambda: told(database_url, receipt))
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE_S) == 0
        finally:
            process.kill()


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_the_portal_keeps_a_clerk_that_ends_with_it(
    database_url: str, tmp_path: Path, give: Callable[..., UUID], how: signal.Signals
) -> None:
    command = [JSC, "portal", "--port", str(free_port())]
    with subprocess.Popen(command, cwd=PROJECT, env=environment(database_url, tmp_path)) as process:
        try:
            assert until(lambda: told(database_url, give(report(1), receipt=UUID(int=1))))
            process.send_signal(how)
            assert process.wait(PATIENCE_S) in (0, -signal.SIGKILL)
            until(lambda: rows(database_url, LOCKS) == [(0,)])
        finally:
            process.kill()
