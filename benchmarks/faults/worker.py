"""What the jobs do with a landing folder and a folder of snapshots, in an order in which a fault may find it.

Belongs here: the walk from the files to the answers and the observations, alone as a process that can be killed.
Does not belong here: faults, what must hold behind them (verdicts.py).

Dagster calls the same functions, one asset for each; a process of Dagster's own costs more than what it does here.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

import psycopg

from assets.city import city_folder

if TYPE_CHECKING:
    from assets.complaints.triage.desk import Desk

# Records and deliveries of one transaction: small, so that a fault finds the job between two of them.
CHUNK = 200

Transaction = Callable[[], AbstractContextManager[psycopg.Connection]]


@dataclass(frozen=True)
class Work:
    """What is to be done.

    Attributes:
        landing: Landing folder.
        cameras: Folder of snapshots.
        now: As-of time; the day before it is swept.
    """

    landing: Path
    cameras: Path
    now: datetime


@cache
def desk() -> "Desk":
    """What triage knows of the city."""
    from assets.complaints.triage.desk import Desk
    from assets.reference import load_reference

    return Desk.of(load_reference(city_folder()))


def connections(url: str) -> Transaction:
    """Opens a connection and a transaction, as the platform does."""

    @contextmanager
    def transaction() -> Iterator[psycopg.Connection]:
        with psycopg.connect(url) as connection:
            yield connection

    return transaction


def do(transaction: Transaction, work: Work, batch_id: str) -> None:
    """Take in, decide and answer what lies in the landing folder; sweep the snapshots of the last day."""
    from assets.complaints import intake, ledger

    with patch.object(intake, "CHUNK", CHUNK), patch.object(ledger, "CHUNK", CHUNK):
        take_in_all(transaction, work, batch_id)
        decide(transaction, work.now, batch_id)
    sweep(transaction, work)


def take_in_all(transaction: Transaction, work: Work, batch_id: str) -> None:
    """Read every channel's new files, and the agencies' and the officers' beside them."""
    from assets.cases.intake import take_in_events
    from assets.complaints.channels.registry import CHANNELS
    from assets.complaints.intake import take_in
    from assets.enforcement.intake import read_streets, take_in_tickets
    from assets.sources.folders import CASE_EVENTS, TICKETS
    from assets.sources.landing import open_batch

    for code, channel in CHANNELS.items():
        with transaction() as connection:
            take_in(connection, channel, work.landing, open_batch(work.landing, code, batch_id, work.now))
    known_skpd = frozenset(desk().reference.skpd)
    with transaction() as connection:
        take_in_events(connection, work.landing, open_batch(work.landing, CASE_EVENTS, batch_id, work.now), known_skpd)
    with transaction() as connection:
        batch = open_batch(work.landing, TICKETS, batch_id, work.now)
        take_in_tickets(connection, work.landing, batch, read_streets(city_folder()))


def decide(transaction: Transaction, now: datetime, batch_id: str) -> None:
    """Decide what waits, and book the answers as those of a city that sends none."""
    from assets.complaints.ledger import decide_all
    from assets.complaints.outbox.sending import send_all

    decide_all(transaction, desk(), batch_id, now)
    send_all(transaction, {}, now, is_dry=True)


def sweep(transaction: Transaction, work: Work) -> None:
    """Judge the snapshots of the day that ended last."""
    from assets.cctv.snapshots import camera_lists
    from assets.cctv.store import sweep_into, write_registry
    from assets.clock import city_zone, midnight

    today = midnight(work.now.astimezone(city_zone()).date())
    with transaction() as connection:
        write_registry(connection, camera_lists([work.cameras]), work.now)
    with transaction() as connection:
        sweep_into(connection, [work.cameras], (today - timedelta(days=1), today), work.now, lambda _: None)


if __name__ == "__main__":
    url, landing, cameras, now, batch = sys.argv[1:]
    sys.stdout.write("begun\n")
    sys.stdout.flush()
    do(connections(url), Work(Path(landing), Path(cameras), datetime.fromisoformat(now)), batch)
