"""Faults of the machine: processes and connections that end, a disk that is full, a clock that is set.

Belongs here: how each is made to happen to a job at work.
Does not belong here: what senders do wrong (senders.py), what must hold behind a fault (verdicts.py).
"""

import os
import random
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

from benchmarks.faults.trial import PATIENCE_S, SkippedError, Trial
from benchmarks.faults.verdicts import BrokenError
from benchmarks.faults.worker import Transaction, do
from benchmarks.own_server import own_server
from benchmarks.power import cut_power, new_database, restore_power

KILLS = 8
# The later ones may find a job that has nothing left to do.
FEWEST_KILLED = 4
# Of the small disk; the server's own files take half of it.
DISK_MB, LEFT_MB = 320, 6
SEED = 2019

# Steps of the job by what it leaves behind: the kill comes when the first row is there.
STEPS = {
    "the intake": "select count(*) from raw.inbox",
    "the ledger": "select count(*) from ledger.complaints",
}


def worker_killed(trial: Trial) -> str:
    """SIGKILL at any step, again and again: each run goes on where the one before was killed."""
    draw = random.Random(SEED)  # noqa: S311 - no secret
    killed = 0
    for number in range(KILLS):
        worker = trial.begin()
        time.sleep(draw.uniform(0.3, 1.5) * (1 + number / 2))
        worker.kill()
        worker.communicate()
        killed += worker.returncode == -signal.SIGKILL
    if killed < FEWEST_KILLED:
        raise BrokenError(f"expected {FEWEST_KILLED} kills in the middle of the work, found {killed}")
    return f"{KILLS} kills"


def database_killed(trial: Trial) -> str:
    """The server ends without a checkpoint, during the intake and during the ledger."""
    for step in ("the intake", "the ledger"):
        worker = trial.begin()
        wait_until(partial(_has_come_to, trial, step))
        cut_power(trial.settings)
        _, told = worker.communicate(timeout=PATIENCE_S)
        restore_power(trial.settings)
        if not worker.returncode:
            raise BrokenError(f"expected the job to fail without its database, found that it ended well: {told}")
    return "2 losses of power"


def _has_come_to(trial: Trial, step: str) -> bool:
    return bool(trial.count(STEPS[step]))


def wait_until(until: Callable[[], bool]) -> None:
    """Wait for what a fault needs to find."""
    end = time.monotonic() + PATIENCE_S
    while not until():
        if time.monotonic() > end:
            raise BrokenError(f"expected the job to come so far within {PATIENCE_S} s")
        time.sleep(0.02)


def connection_cut(trial: Trial) -> str:
    """The connection of each transaction in turn is cut before its commit; the job begins anew behind each cut."""
    number = 0
    while True:
        number += 1
        try:
            do(_cutting(trial.url, number), trial.work, trial.batch_id())
        except psycopg.OperationalError:
            continue
        return f"{number - 1} commits cut"


def _cutting(url: str, number: int) -> Transaction:
    """Transactions, of which the one of that number loses its connection before its commit."""
    opened = 0

    @contextmanager
    def transaction() -> Iterator[psycopg.Connection]:
        nonlocal opened
        opened += 1
        with psycopg.connect(url) as connection:
            is_cut = opened == number
            yield connection
            if is_cut:
                with psycopg.connect(url, autocommit=True) as other:
                    other.execute("select pg_terminate_backend(%s, 10000)", [connection.info.backend_pid])

    return transaction


def disk_full(trial: Trial) -> str:
    """The disk of the database is full in the middle of the job, and has room again."""
    place = _small_disk(trial)
    trial.settings = trial.stack.enter_context(own_server(place))
    trial.url = new_database(trial.settings, "disk_full")
    worker = trial.begin()
    wait_until(partial(_has_come_to, trial, "the intake"))
    filler = place / "filler"
    _fill(filler, place)
    _, told = worker.communicate(timeout=PATIENCE_S)
    filler.unlink()
    if not worker.returncode:
        raise BrokenError(f"expected the job to fail on a full disk, found that it ended well: {told}")
    if not _answers(trial.url):
        restore_power(trial.settings)
    [*_, error] = re.findall(r"^psycopg\.(?:errors\.)?(\w+): ", told, re.MULTILINE) or ["an error of another kind"]
    return f"the job ended with {error}"


def _small_disk(trial: Trial) -> Path:
    place = Path(trial.stack.enter_context(TemporaryDirectory(prefix="jsc-small-disk-", ignore_cleanup_errors=True)))
    size = f"size={DISK_MB}m,mode=755"
    mount = subprocess.run(  # noqa: S603
        ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(place)],  # noqa: S607
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    if mount.returncode:
        raise SkippedError(f"no small disk can be mounted here: {mount.stderr.strip() or mount.returncode}")
    trial.stack.callback(subprocess.run, ["umount", "--lazy", str(place)], check=False)
    return place


def _fill(filler: Path, place: Path) -> None:
    """Leave little room, and then none: the job goes on meanwhile."""
    with filler.open("wb", buffering=0) as file:
        status = os.statvfs(place)
        os.posix_fallocate(file.fileno(), 0, max(1, status.f_bavail * status.f_frsize - LEFT_MB * 2**20))


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True


def clock_stepped(trial: Trial) -> str:
    """The clock is a day ahead for the first run, two days behind for the second, and right for the last."""
    for days in (1, -1):
        trial.work = trial.moved(timedelta(days=days))
        trial.finish()
        trial.work = trial.moved(timedelta(days=-days))
    return f"a day ahead, a day behind; {_no_day_is_asked_for_twice()}"


def _no_day_is_asked_for_twice() -> str:
    """The daily schedule on a real storage of Dagster, whose clock is set back behind the run of a day."""
    import dagster as dg

    from assets.clock import city_zone
    from orchestration.schedules import build_schedules, days_as_tags

    [daily] = [one for one in build_schedules("production") if one.name == "daily_city"]
    with TemporaryDirectory(prefix="jsc-bench-") as folder, dg.DagsterInstance.local_temp(folder) as instance:
        done = date(2026, 3, 1)
        tags = days_as_tags(done, done)
        instance.add_run(dg.DagsterRun(job_name="city", tags=tags, status=dg.DagsterRunStatus.SUCCESS))
        for day, asked in ((2, 0), (1, 0), (2, 0), (3, 1)):
            tick = datetime(2026, 3, day, 2, tzinfo=city_zone())
            context = dg.build_schedule_context(instance=instance, scheduled_execution_time=tick)
            runs = daily.evaluate_tick(context).run_requests or []
            if len(runs) != asked:
                raise BrokenError(f"expected {asked} runs of the tick {tick}, found {len(runs)}")
    return "no day asked for twice"
