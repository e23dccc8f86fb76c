"""The windows of a live source: which are fetched, and how fetching twice adds nothing.

Belongs here: open windows, receipts, failures. Does not belong here: how a source is asked (its reader's `fetch`), what
is done with what it delivers (*/intake.py).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from psycopg import Connection

from assets.sources.landing import Batch
from assets.sources.records import Delivery, Window
from assets.sources.settings import Source
from assets.sources.transport import SourceError
from assets.storage import merge_rows

Transaction = Callable[[], AbstractContextManager[Connection]]
# Stores what was delivered: content and origin of each delivery.
Store = Callable[[Connection, Sequence[tuple[bytes, str]]], None]

# Deliveries that one transaction stores; no transaction is open while a vendor is asked.
CHUNK = 100
# A vendor that was away for a week is caught up with in one run, without the run taking all day.
MOST_OPEN_WINDOWS = 7

FETCH_COLUMNS = ("channel", "window_start", "window_end", "fetched_at", "batch_id", "delivery_count", "failure")
RECEIPT_COLUMNS = ("channel", "origin", "received_at", "batch_id")


@dataclass(frozen=True)
class Live:
    """A live source.

    Attributes:
        settings: Its settings class; read from the environment when the source is fetched.
        fetch: What the source says happened in a window, as deliveries; the same window gives the same records. Raises
            `SourceError` only.
    """

    settings: type[Source]
    fetch: Callable[[Window, Any], Iterator[Delivery]]


@dataclass
class Fetched:
    """What one reading of a live source found."""

    deliveries: int = 0
    failures: list[str] = field(default_factory=list)


def fetch_windows(transaction: Transaction, live: Live, window: Window, batch: Batch, store: Store) -> Fetched:
    """Fetch a window of a source, and those that failed before.

    A vendor that does not answer fails no run: what it delivered is kept, its window stays open with the failure
    in `raw.fetches`, a check says so, and the next run fetches it again. A source that is not configured is not asked.

    Args:
        transaction: Opens a connection and a transaction.
        live: The source.
        window: What to fetch.
        batch: This reading.
        store: Stores deliveries in the transaction that books them as read.
    """
    fetched = Fetched()
    source = live.settings()
    if not source.is_configured:
        return fetched
    with transaction() as connection:
        windows = dict.fromkeys([*_open_windows(connection, batch.channel), window])
    for each in windows:
        failures: list[str] = []
        count = _take_in(transaction, _until_it_fails(live.fetch(each, source), failures), failures, batch, store)
        fetched.deliveries += count
        fetched.failures += failures
        failure = failures[0] if failures else None
        row = (batch.channel, each.start, each.end, batch.received_at, batch.batch_id, count, failure)
        with transaction() as connection:
            merge_rows(connection, "raw.fetches", FETCH_COLUMNS, [row], key=FETCH_COLUMNS[:3], update=FETCH_COLUMNS[3:])
    return fetched


def _take_in(
    transaction: Transaction, deliveries: Iterator[Delivery], failures: list[str], batch: Batch, store: Store
) -> int:
    count = 0
    while not failures and (some := list(islice(deliveries, CHUNK))):
        with transaction() as connection:
            unread = _unread(connection, batch.channel, some)
        read = list(_read(unread, failures))
        with transaction() as connection:
            store(connection, [(content, delivery.origin) for delivery, content in read])
            receipts = [
                (batch.channel, delivery.origin, batch.received_at, batch.batch_id)
                for delivery, _ in read
                if delivery.is_final
            ]
            merge_rows(connection, "raw.receipts", RECEIPT_COLUMNS, receipts, key=RECEIPT_COLUMNS[:2])
        count += len(read)
    return count


def _until_it_fails(deliveries: Iterator[Delivery], failures: list[str]) -> Iterator[Delivery]:
    """Deliveries until the source fails."""
    try:
        yield from deliveries
    except SourceError as error:
        failures.append(str(error))


def _read(deliveries: Iterable[Delivery], failures: list[str]) -> Iterator[tuple[Delivery, bytes]]:
    for delivery in deliveries:
        try:
            yield delivery, delivery.read()
        except SourceError as error:
            failures.append(str(error))
            return


def _unread(connection: Connection, channel: str, deliveries: list[Delivery]) -> list[Delivery]:
    """Deliveries without those final ones that were read before."""
    rows = connection.execute(
        "select origin from raw.receipts where channel = %s and origin = any(%s)",
        [channel, [delivery.origin for delivery in deliveries if delivery.is_final]],
    ).fetchall()
    known = {origin for (origin,) in rows}
    return [delivery for delivery in deliveries if delivery.origin not in known]


def _open_windows(connection: Connection, channel: str) -> list[Window]:
    rows = connection.execute(
        """
        select window_start, window_end
        from raw.fetches
        where channel = %s and failure is not null
        order by window_start
        limit %s
        """,
        [channel, MOST_OPEN_WINDOWS],
    ).fetchall()
    return [Window(start, end) for start, end in rows]
