"""Every live source into the inbox: from the vendors on loopback, through trouble, without a credential left behind."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from assets.complaints.channels.registry import CHANNELS
from assets.complaints.intake import IntakeCounts, fetch_in
from assets.sources.landing import Batch
from assets.sources.records import Window
from database.server import with_database
from sample_city.exchange import Trouble
from sample_city.model import Item
from sample_city.smsd import fill_inbox, make_inbox
from sample_city.vendors import Vendors

CREDENTIAL = "kunci-rahasia-kota"
START = datetime(2026, 3, 1, 17, tzinfo=UTC)
DAY = timedelta(days=1)
FIRST, SECOND = Window(START, START + DAY), Window(START + DAY, START + 2 * DAY)
PAGED = ("facebook", "instagram", "x", "jaki", "qlue", "jakarta_aman")
OVER_HTTP = (*PAGED, "media_massa", "lapor", "balai_warga", "kelurahan", "kecamatan")
A_DAY = 5

Fetch = Callable[[str, Window, str], IntakeCounts]
Build = Callable[[str, int, datetime], Item]


@pytest.fixture
def items(wire_item: Build) -> list[Item]:
    """Five complaints a day of each channel; the second day's have the higher numbers."""
    hours = [START + day * DAY + number * timedelta(hours=4) for day in range(2) for number in range(A_DAY)]
    codes = (*OVER_HTTP, "sms")
    return [wire_item(code, number, at) for code in codes for number, at in enumerate(hours, start=1)]


@pytest.fixture
def smsd(template: str, items: list[Item]) -> Iterator[str]:
    """URL of a gateway's database that holds the day's messages."""
    with psycopg.connect(with_database(template, "postgres"), autocommit=True) as server:
        server.execute("create database smsd")
        url = with_database(template, "smsd")
        with psycopg.connect(url) as connection:
            make_inbox(connection)
            fill_inbox(connection, items)
        yield url
        server.execute("drop database smsd with (force)")


@pytest.fixture
def vendors(items: list[Item], smsd: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Vendors]:
    """All vendors, and the environment that names them; patient twice, in milliseconds."""
    with Vendors(items, token=CREDENTIAL, page_size=2) as vendors:
        for name, value in vendors.environment.items():
            monkeypatch.setenv(name, value)
        for code in OVER_HTTP:
            monkeypatch.setenv(f"JSC_{code.upper()}_ATTEMPTS", "2")
            monkeypatch.setenv(f"JSC_{code.upper()}_BACKOFF_S", "0.001")
            monkeypatch.setenv(f"JSC_{code.upper()}_TIMEOUT_S", "10")
        monkeypatch.setenv("JSC_SMS_URL", smsd)
        yield vendors


@pytest.fixture
def fetch(database_url: str) -> Fetch:
    def transaction() -> AbstractContextManager[psycopg.Connection]:
        return psycopg.connect(database_url)

    def run(code: str, window: Window, batch_id: str) -> IntakeCounts:
        counts = IntakeCounts()
        fetch_in(transaction, CHANNELS[code], window, Batch(batch_id, code, window.end, is_synthetic=True), counts)
        return counts

    return run


def inbox(connection: psycopg.Connection) -> Counter[str]:
    """Versions of records in the inbox, by channel."""
    connection.rollback()
    rows = connection.execute("select channel, count(*) from raw.inbox group by channel").fetchall()
    return Counter(dict(rows))


def dump(connection: psycopg.Connection) -> str:
    """Everything that the database holds, bytes as text."""
    tables = connection.execute(
        """
        select format('%I.%I', table_schema, table_name) from information_schema.tables
        where table_schema in ('raw', 'private', 'ledger', 'quality') and table_type = 'BASE TABLE'
        """
    ).fetchall()
    rows = [row for (table,) in tables for row in connection.execute(f"select * from {table}")]
    return "\n".join(
        value.decode("latin-1") if isinstance(value, bytes) else str(value) for row in rows for value in row
    )


def test_two_days_of_every_vendor_are_taken_in_once(
    vendors: Vendors, fetch: Fetch, connection: psycopg.Connection
) -> None:
    for round_, window in enumerate((FIRST, SECOND, FIRST, SECOND)):
        for code in (*OVER_HTTP, "sms"):
            counts = fetch(code, window, f"{round_}-{code}")
            assert not counts.failures
            assert not counts.reasons
    assert inbox(connection) == Counter(dict.fromkeys((*OVER_HTTP, "sms"), 2 * A_DAY))


@pytest.mark.parametrize(
    "trouble",
    [
        Trouble.RATE_LIMIT, Trouble.USED_UP, Trouble.SERVER_ERROR, Trouble.CUT_OFF, Trouble.LOGIN_PAGE,
        Trouble.REDIRECT,
    ],
)  # fmt: skip
def test_a_window_that_failed_is_fetched_by_the_next_run_and_no_credential_stays(
    vendors: Vendors,
    fetch: Fetch,
    connection: psycopg.Connection,
    caplog: pytest.LogCaptureFixture,
    trouble: Trouble,
) -> None:
    caplog.set_level(logging.DEBUG)
    for code in OVER_HTTP:
        # The first page comes where there are more.
        vendors.misbehave(code, trouble, times=2, after=1 if code in PAGED else 0)
        counts = fetch(code, FIRST, f"1-{code}")
        [failure] = counts.failures
        assert "expected" in failure
        assert "found" in failure
    partly = inbox(connection)
    assert all(partly[code] < A_DAY for code in OVER_HTTP if code != "media_massa")
    for code in OVER_HTTP:
        vendors.behave()
        assert not fetch(code, SECOND, f"2-{code}").failures
    assert inbox(connection) == Counter(dict.fromkeys(OVER_HTTP, 2 * A_DAY))
    open_windows = connection.execute("select count(*) from raw.fetches where failure is not null").fetchone()
    assert open_windows == (0,)
    assert "127.0.0.1" in caplog.text
    assert CREDENTIAL not in caplog.text
    assert CREDENTIAL not in dump(connection)


def test_a_failure_names_no_credential_where_it_stays(
    vendors: Vendors, fetch: Fetch, connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JSC_SMS_URL", f"postgresql://gammu:{CREDENTIAL}@127.0.0.1:1/smsd")
    for code in OVER_HTTP:
        monkeypatch.setenv(f"JSC_{code.upper()}_TOKEN", CREDENTIAL[::-1])
    for code in (*OVER_HTTP, "sms"):
        assert fetch(code, FIRST, f"1-{code}").failures
    held = dump(connection)
    assert held.count("expected") == len(OVER_HTTP) + 1
    assert CREDENTIAL not in held
    assert CREDENTIAL[::-1] not in held
