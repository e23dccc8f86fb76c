"""Killed at any step, or the database gone in the middle: nothing lost, nothing doubled, no number issued twice."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest

from assets.settings import Settings
from benchmarks.power import cut_power, new_database, restore_power
from database.settings import PROJECT
from tests.served import HERE

pytestmark = pytest.mark.system

REPORTS, MAILS, TORN = 1_600, 150, 5
KILLS = 14

# What the intake job does, in small chunks so that a kill finds it between two of them; says when it begins.
WORKER = """
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from assets.complaints import intake, ledger
from assets.complaints.channels.registry import CHANNELS
from assets.complaints.outbox.sending import send_all
from assets.complaints.triage.desk import Desk
from assets.sources.landing import open_batch
from assets.reference import load_reference
from assets.city import city_folder

url, landing, batch_id = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
intake.CHUNK, ledger.CHUNK = 100, 100
now = datetime(2026, 3, 3, tzinfo=UTC)
desk = Desk.of(load_reference(city_folder()))

@contextmanager
def transaction():
    with psycopg.connect(url) as connection:
        yield connection

print("begun", flush=True)
for code in ("facebook", "email"):
    with transaction() as connection:
        intake.take_in(connection, CHANNELS[code], landing, open_batch(landing, code, batch_id, now))
ledger.decide_all(transaction, desk, batch_id, now)
send_all(transaction, {}, now, is_dry=True)
"""


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A day's files: reports in pages, mails, some that repeat each other and some that cannot be read."""
    folder = tmp_path_factory.mktemp("landing")
    (folder / "facebook").mkdir()
    (folder / "email").mkdir()
    items = [report(number) for number in range(REPORTS)]
    for page in range(0, REPORTS, 200):
        (folder / f"facebook/{page:05d}.json").write_text(json.dumps({"data": items[page : page + 200]}))
    for number in range(TORN):
        (folder / f"facebook/torn{number}.json").write_text('{"data": [{"id": ' + str(number))
    for number in range(MAILS):
        (folder / f"email/{number}.eml").write_text(
            f"From: Budi Contoh <budi{number % 40}@mail.example>\nDate: Mon, 2 Mar 2026 08:00:{number % 60:02d} +0700\n"
            f"Message-ID: <m{number}@mail.example>\nSubject: Laporan\n\n"
            f"Lampu jalan mati di Jl. Mawar nomor {number % 120}, kelurahan {HERE.name}\n"
        )
    return folder


def report(number: int) -> dict[str, Any]:
    return {
        "id": f"5_{number}",
        "from": {"id": f"9{number % 900:05d}", "name": "Budi Contoh"},
        "message": f"Jalan berlubang di depan rumah nomor {number % 900}",
        "place": {"name": HERE.name, "location": {"latitude": HERE.latitude, "longitude": HERE.longitude}},
        "created_time": f"2026-03-02T{number % 24:02d}:{number % 60:02d}:00+0700",
    }


def begin(url: str, landing: Path, batch_id: str) -> subprocess.Popen[str]:
    """Start the worker and wait until it begins."""
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, url, str(landing), batch_id],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert worker.stdout is not None
    assert worker.stdout.readline() == "begun\n", worker.communicate()[1]
    return worker


def finish(url: str, landing: Path, batch_id: str) -> float:
    """Run the worker to its end; seconds that it took."""
    worker = begin(url, landing, batch_id)
    began = time.monotonic()
    _, errors = worker.communicate(timeout=120)
    assert worker.returncode == 0, errors
    return time.monotonic() - began


def state(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that a kill could lose or double."""
    queries = {
        "inbox": "select channel, source_record_id, content_hash from raw.inbox order by 1, 2, 3",
        "payloads": "select count(*) from private.payloads",
        "quarantine": "select channel, origin, content_hash from raw.quarantine order by 1, 2, 3",
        "pending": "select count(*) from raw.pending",
        "decisions": "select complaint_id, version, decision, duplicate_of from ledger.complaints order by 1, 2",
        "people": "select complaint_id, version from private.complaints order by 1, 2",
        "set_aside": "select count(*) from ledger.set_aside",
        "numbered": "select complaint_id from ledger.tracking_numbers order by 1",
        "messages": "select complaint_id, version, kind, state from ledger.message_states order by 1, 2, 3",
        "waiting": "select count(*) from ledger.outbox",
    }
    with psycopg.connect(url) as connection:
        return {name: connection.execute(query.encode()).fetchall() for name, query in queries.items()}


@pytest.fixture(scope="module")
def undisturbed(own: Settings, landing: Path) -> tuple[dict[str, list[tuple[Any, ...]]], float]:
    """What the files come to when nothing happens, and how long that takes."""
    url = new_database(own, "undisturbed")
    seconds = finish(url, landing, "1")
    told = state(url)
    assert len(told["inbox"]) == REPORTS + MAILS
    assert len(told["numbered"]) == len({complaint for complaint, *_ in told["decisions"]}) == REPORTS + MAILS
    assert len(told["quarantine"]) == TORN
    assert told["pending"] == told["waiting"] == [(0,)]
    assert {decision for _, _, decision, _ in told["decisions"]} >= {"accepted", "rejected"}
    return told, seconds


def test_killed_at_any_step_nothing_is_lost_and_nothing_doubled(
    own: Settings, landing: Path, undisturbed: tuple[dict[str, list[tuple[Any, ...]]], float]
) -> None:
    told, seconds = undisturbed
    url = new_database(own, "killed")
    rng = random.Random(2019)  # noqa: S311
    killed_at = set()
    for number in range(KILLS):
        worker = begin(url, landing, f"kill {number}")
        # Each run does what the one before left: early kills find the intake, later ones the later steps.
        time.sleep(seconds * rng.uniform(0.2, 1) * (number + 1) / KILLS / 3)
        worker.send_signal(signal.SIGKILL)
        worker.communicate()
        now = state(url)
        killed_at.add((bool(now["inbox"]), now["pending"] != [(0,)], bool(now["decisions"])))
    assert len(killed_at) >= 3, "kills met the intake, the queue and the ledger"
    finish(url, landing, "last")
    assert state(url) == told


def test_a_database_that_restarts_in_the_middle_loses_and_doubles_nothing(
    own: Settings, landing: Path, undisturbed: tuple[dict[str, list[tuple[Any, ...]]], float]
) -> None:
    told, _ = undisturbed
    url = new_database(own, "restarted")
    worker = begin(url, landing, "1")
    with psycopg.connect(url, autocommit=True) as watcher:
        while watcher.execute("select count(*) from ledger.complaints").fetchall() == [(0,)]:
            time.sleep(0.01)
    cut_power(own)
    _, errors = worker.communicate(timeout=60)
    assert worker.returncode != 0
    assert "OperationalError" in errors or "AdminShutdown" in errors or "CrashShutdown" in errors
    restore_power(own)
    finish(url, landing, "2")
    assert state(url) == told
