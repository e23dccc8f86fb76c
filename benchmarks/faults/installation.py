"""Faults of the installation: two daemons on one folder, a migration that is killed.

Belongs here: what its operator may do at the wrong moment. Does not belong here: the machine's faults (machine.py).
"""

import fcntl
import os
import random
import signal
import subprocess
import time
from contextlib import suppress
from functools import partial
from pathlib import Path

import psycopg

from benchmarks.faults.machine import wait_until
from benchmarks.faults.trial import PATIENCE_S, Trial, start_python, variables
from benchmarks.faults.verdicts import BrokenError, State, state
from benchmarks.verb import JSC, free_port
from database.settings import PROJECT

KILLS = 8
EARLIER = "0012"
SEED = 2019
MIGRATION = "import sys; from database.migrate import migrate; migrate(sys.argv[1])"


def two_daemons(trial: Trial) -> str:
    """A second daemon on the same folder is refused; one whose process was killed leaves no lock behind."""
    home = trial.folder / "home"
    with variables(JSC_HOME=str(home), JSC_DATABASE_URL=trial.url):
        first = subprocess.Popen(  # noqa: S603
            [*JSC, "ui", "--port", str(free_port())],
            cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True, start_new_session=True,
        )  # fmt: skip
        trial.stack.callback(_end_group, first)
        lock = home / "dagster" / "daemon.lock"
        wait_until(lambda: first.poll() is not None or (lock.is_file() and bool(lock.read_text())))
        second = subprocess.run(  # noqa: S603
            [*JSC, "ui", "--port", str(free_port())],
            check=False, cwd=PROJECT, capture_output=True, text=True, timeout=PATIENCE_S,
        )  # fmt: skip
    said = " ".join(second.stdout.split())
    if second.returncode != 1 or f"found process {first.pid}" not in said:
        raise BrokenError(f"expected the second daemon to be refused, found exit code {second.returncode}: {said}")
    _end_group(first)
    if not _is_free(lock):
        raise BrokenError("expected the lock to end with its daemon, found it held")
    return "the second ends with code 1"


def _end_group(process: "subprocess.Popen[str]") -> None:
    """Kill a process and all that it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _is_free(lock: Path) -> bool:
    with lock.open("r+") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def migration_in_the_middle(trial: Trial) -> str:
    """A database with the job's data at an earlier revision is migrated; the migration is killed again and again."""
    from database.migrate import migrate

    trial.finish()
    back_to(trial.url, EARLIER)
    trial.undisturbed = _migrated_undisturbed(trial)
    draw, killed = random.Random(SEED), 0  # noqa: S311 - no secret
    for _ in range(KILLS):
        migration = start_python("-c", MIGRATION, trial.url)
        wait_until(partial(_migrates_or_ended, trial.url, migration))
        time.sleep(draw.uniform(0, 0.1))
        migration.kill()
        migration.communicate()
        killed += migration.returncode == -signal.SIGKILL
    if not killed:
        raise BrokenError("expected migrations to be killed in the middle, found that each had ended")
    migrate(trial.url)
    return f"{KILLS} kills from revision {EARLIER} on"


def _migrated_undisturbed(trial: Trial) -> State:
    """What a migration that nobody kills makes of the database: earlier steps change data of today's code too."""
    from database.migrate import migrate
    from database.server import database_name, with_database

    copy = with_database(trial.url, "migrated_undisturbed")
    with psycopg.connect(with_database(trial.url, "postgres"), autocommit=True) as server:
        server.execute(f"create database migrated_undisturbed template {database_name(trial.url)}".encode())
    migrate(copy)
    return state(copy)


def _migrates_or_ended(url: str, migration: "subprocess.Popen[str]") -> bool:
    """Whether a migration holds its lock, or ended."""
    if migration.poll() is not None:
        return True
    with psycopg.connect(url) as connection:
        held = "select count(*) from pg_locks where locktype = 'advisory' and objid = 20190905 and granted"
        return connection.execute(held).fetchall() != [(0,)]


def back_to(url: str, revision: str) -> None:
    """Bring a database back to an earlier revision."""
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import create_engine
    from sqlalchemy.pool import NullPool

    from database.migrate import MIGRATIONS

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1), poolclass=NullPool)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
