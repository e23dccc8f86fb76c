"""Live sources of the channels: vendors on loopback, and what a channel fetches from them.

Belongs here: fixtures that the tests of fetching share. Does not belong here: builders of one channel's data.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from assets.complaints.channels.registry import CHANNELS
from assets.sources.records import Record, Window
from sample_city.exchange import ACCOUNT_ID
from sample_city.model import Item
from sample_city.vendors import Vendors

# Two whole days of the city.
WINDOW = Window(datetime(2026, 3, 1, 17, tzinfo=UTC), datetime(2026, 3, 3, 17, tzinfo=UTC))

Serve = Callable[[Sequence[Item]], Vendors]
Fetched = Callable[..., list[str]]


@pytest.fixture
def window() -> Window:
    return WINDOW


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start vendors with so many items on a page; they stop with the test."""
    running: list[Vendors] = []

    def start(items: Sequence[Item], page_size: int = 2) -> Vendors:
        vendors = Vendors(items, token=uuid4().hex, page_size=page_size)
        running.append(vendors.__enter__())
        return vendors

    yield start
    for vendors in running:
        vendors.__exit__(None, None, None)


@pytest.fixture
def fetched() -> Fetched:
    """The ids of the records that a channel fetches from its vendor, in their order."""

    def fetch(vendors: Vendors, code: str, window: Window = WINDOW, **settings: Any) -> list[str]:
        live = CHANNELS[code].live
        account = {"account_id": ACCOUNT_ID} if "account_id" in live.settings.model_fields else {}
        patience = {"timeout_s": 10, "backoff_s": 0.001}
        # An export holds whole days of its own clock, LAPOR!'s those of UTC; these vendors serve days in WIB.
        zone = {"zone": "Asia/Pontianak"} if code == "lapor" else {}
        source = live.settings(
            **{**zone, "url": vendors.url(code), "token": vendors.token, **account, **patience, **settings}
        )
        entries = [
            entry
            for delivery in live.fetch(window, source)
            for entry in CHANNELS[code].split(delivery.read(), delivery.origin)
        ]
        assert all(isinstance(entry, Record) for entry in entries), entries
        for entry in entries:
            CHANNELS[code].parse(entry)
        return [entry.source_record_id for entry in entries]

    return fetch
