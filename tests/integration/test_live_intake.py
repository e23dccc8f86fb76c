"""Live intake: windows, receipts, and a vendor that fails halfway."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from assets.complaints.channels.channel import Channel
from assets.complaints.channels.registry import CHANNELS
from assets.complaints.intake import IntakeCounts, fetch_in
from assets.sources.landing import Batch
from assets.sources.records import Delivery, Window
from assets.sources.settings import Source
from assets.sources.transport import SourceError
from assets.sources.windows import Live, Transaction

NOW = datetime(2026, 3, 2, tzinfo=UTC)
DAY = timedelta(days=1)
TODAY = Window(NOW - DAY, NOW)
YESTERDAY = Window(NOW - 2 * DAY, NOW - DAY)


class City(Source):
    """A source that is configured."""

    url: str | None = "https://vendor.example"


class Nowhere(Source):
    """A source without a URL."""


class Vendor:
    """Pages of one report each; what it is asked for is kept, and it fails at the page it is told to."""

    def __init__(self, pages: int, *, is_final: bool = False) -> None:
        self.pages, self.is_final = pages, is_final
        self.fails_at: int | None = None
        self.asked: list[Window] = []
        self.read: list[int] = []

    def fetch(self, window: Window, source: Source) -> Iterator[Delivery]:
        self.asked.append(window)
        for page in range(self.pages):
            if page == self.fails_at:
                raise SourceError("expected page 2 of the vendor, found status 503; it is asked again in the next run")
            origin = f"https://vendor.example/{window.start:%Y%m%d}/{page}"
            yield Delivery(origin, lambda page=page, window=window: self._page(window, page), self.is_final)

    def _page(self, window: Window, page: int) -> bytes:
        self.read.append(page)
        report = {
            "id": f"{window.start:%d}-{page}",
            "content": "Lampu jalan mati",
            "createdAt": window.start.isoformat(),
        }
        return json.dumps({"data": [report]}).encode()

    @property
    def channel(self) -> Channel:
        return replace(CHANNELS["jaki"], live=Live(City, self.fetch))


def fetch(transaction: Transaction, channel: Channel, window: Window, batch_id: str) -> IntakeCounts:
    counts = IntakeCounts()
    fetch_in(transaction, channel, window, Batch(batch_id, "jaki", NOW, is_synthetic=True), counts)
    return counts


def inbox(connection: psycopg.Connection) -> set[str]:
    return {source for (source,) in connection.execute("select source_record_id from raw.inbox")}


def test_a_window_fetched_twice_adds_nothing(connection: psycopg.Connection, transaction: Transaction) -> None:
    vendor = Vendor(3)
    assert fetch(transaction, vendor.channel, TODAY, "1").records == 3
    again = fetch(transaction, vendor.channel, TODAY, "2")
    assert (again.records, again.repeated) == (3, 3)
    assert inbox(connection) == {"01-0", "01-1", "01-2"}
    assert connection.execute("select count(*) from raw.pending").fetchone() == (3,)


def test_what_never_changes_is_read_once(transaction: Transaction) -> None:
    vendor = Vendor(2, is_final=True)
    fetch(transaction, vendor.channel, TODAY, "1")
    vendor.pages = 3
    fetch(transaction, vendor.channel, TODAY, "2")
    assert vendor.read == [0, 1, 2]


def test_a_vendor_that_fails_halfway_loses_nothing_and_is_asked_again(
    connection: psycopg.Connection, transaction: Transaction
) -> None:
    vendor = Vendor(3)
    vendor.fails_at = 2
    counts = fetch(transaction, vendor.channel, YESTERDAY, "1")
    assert counts.failures == ["expected page 2 of the vendor, found status 503; it is asked again in the next run"]
    assert inbox(connection) == {"28-0", "28-1"}
    vendor.fails_at = None
    assert not fetch(transaction, vendor.channel, TODAY, "2").failures
    assert vendor.asked == [YESTERDAY, YESTERDAY, TODAY]
    assert len(inbox(connection)) == 6
    failures = connection.execute("select failure from raw.fetches order by window_start").fetchall()
    assert failures == [(None,), (None,)]


def test_a_channel_without_a_source_fetches_nothing(
    connection: psycopg.Connection, transaction: Transaction, monkeypatch: pytest.MonkeyPatch
) -> None:
    vendor = Vendor(1)
    channel = replace(CHANNELS["jaki"], live=Live(Nowhere, vendor.fetch))
    assert fetch(transaction, channel, TODAY, "1") == IntakeCounts()
    assert fetch(transaction, replace(channel, live=None), TODAY, "1") == IntakeCounts()
    assert not vendor.asked
    assert connection.execute("select count(*) from raw.fetches").fetchone() == (0,)
