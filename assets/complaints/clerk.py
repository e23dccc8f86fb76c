"""The clerk: takes what was handed in as soon as it is there and decides it: a reporter has the number at once.

Belongs here: the loop, its one connection, and the desk that it keeps. Does not belong here: taking in (reception.py),
the decision (ledger.py), the process (command/clerk.py).

There is one clerk for a database: the others wait for its lock. Without any, the next intake takes what waits.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

from psycopg import Connection, InterfaceError, OperationalError, connect

from assets.complaints.channels.registry import CHANNELS
from assets.complaints.intake import IntakeCounts
from assets.complaints.ledger import decide_all
from assets.complaints.lessons import load_model
from assets.complaints.photos import PhotoSettings, hash_photos
from assets.complaints.reception import forget_receipts, take_arrivals, waiting_channels
from assets.complaints.triage.desk import Desk
from assets.places.boundaries import Boundaries
from assets.reference import CityReference
from assets.sources.landing import SYNTHETIC_MARKER, Batch
from database.server import DatabaseUnavailableError

# Its lock among those of the database.
LOCK = 0x636C65726B
# Seconds until it looks without having been called, and between two attempts to reach the database.
POLL_S = 1.0
PATIENCE_S = 2.0
# What is judged together as a channel's batch: a minute's few arrivals would say nothing of a channel.
BATCH_LASTS = timedelta(hours=1)

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Office:
    """What the clerk works with.

    Attributes:
        address: How to connect; asked again after each loss.
        now: What time it is in the city.
        landing: The landing folder, whose marker says that a city is synthetic.
        reference: The city's reference data.
        boundaries: Of its kelurahan, where they are given.
        photos: Which photos may be fetched.
    """

    address: Callable[[], str]
    now: Callable[[], datetime]
    landing: Path
    reference: CityReference
    boundaries: Boundaries | None = None
    photos: PhotoSettings = field(default_factory=PhotoSettings)


@dataclass
class _Book:
    """The batches of an hour: what they found in each channel so far."""

    batch_id: str
    opened_at: datetime
    counts: dict[str, IntakeCounts] = field(default_factory=dict)


class Clerk:
    """Takes and decides until it is told to stop.

    Args:
        office: What it works with.
        is_over: Whether to stop; asked each second at least.
    """

    def __init__(self, office: Office, is_over: Callable[[], bool]) -> None:
        self._office, self._is_over = office, is_over
        self._book: _Book | None = None
        self._desk: Desk | None = None
        self._model_id: int | None = None

    def work(self) -> None:
        """Work; a database that is lost is waited for."""
        while not self._is_over():
            try:
                with connect(self._office.address(), autocommit=True) as connection:
                    self._serve(connection)
            except (OperationalError, InterfaceError, DatabaseUnavailableError) as error:
                _log.warning("Expected the database, found: %s. Trying again.", str(error).partition("\n")[0])
                time.sleep(PATIENCE_S)

    def _serve(self, connection: Connection) -> None:
        if not self._is_the_one(connection):
            return
        connection.execute("listen arrivals")
        self._load_desk(connection)
        _log.info("At work.")
        # What was taken before a kill or a lost connection is decided first.
        self._decide(connection)
        forget_receipts(connection)
        while not self._is_over():
            if self._take(connection):
                self._decide(connection)
                continue
            for _ in connection.notifies(timeout=POLL_S, stop_after=1):
                pass

    def _is_the_one(self, connection: Connection) -> bool:
        """Wait for the lock; False where it is told to stop before."""
        told = False
        while not self._is_over():
            [(is_ours,)] = connection.execute("select pg_try_advisory_lock(%s)", [LOCK]).fetchall()
            if is_ours:
                return True
            if not told:
                _log.info("Another clerk is at work; this one waits for its place.")
                told = True
            time.sleep(POLL_S)
        return False

    def _take(self, connection: Connection) -> int:
        """Take the oldest arrivals of each channel; returns how many."""
        taken, now = 0, self._office.now()
        for code in waiting_channels(connection):
            book = self._book_of(connection, now)
            counts = deepcopy(book.counts.get(code, IntakeCounts()))
            batch = Batch(book.batch_id, code, now, (self._office.landing / SYNTHETIC_MARKER).exists())
            with connection.transaction():
                taken += take_arrivals(connection, CHANNELS[code], batch, counts)
            # What a transaction that failed counted does not count.
            book.counts[code] = counts
        return taken

    def _book_of(self, connection: Connection, now: datetime) -> _Book:
        if self._book is None or not timedelta(0) <= now - self._book.opened_at < BATCH_LASTS:
            self._book = _Book(f"clerk {uuid4()}", now)
            forget_receipts(connection)
        return self._book

    def _decide(self, connection: Connection) -> None:
        desk, now = self._load_desk(connection), self._office.now()

        @contextmanager
        def transaction() -> Iterator[Connection]:
            with connection.transaction():
                yield connection

        hash_photos(transaction, self._office.photos, now)
        decide_all(transaction, desk, self._book_of(connection, now).batch_id, now)

    def _load_desk(self, connection: Connection) -> Desk:
        """The desk, loaded once and again when another routing model was published."""
        [(model_id,)] = connection.execute(
            "select max(model_id) from ledger.routing_models where is_published"
        ).fetchall()
        if self._desk is None or model_id != self._model_id:
            model, refusal = load_model(connection)
            if refusal:
                _log.warning(refusal)
            self._desk = Desk.of(self._office.reference, model=model, boundaries=self._office.boundaries)
            self._model_id = model_id
        return self._desk
