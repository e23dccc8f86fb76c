"""A database server of one's own, which loses its power and gets it back.

Belongs here: the server's databases, its end and its return. Does not belong here: what is lost or kept meanwhile.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg

from assets.settings import Settings
from database.migrate import migrate
from database.server import start, with_database
from database.settings import PROJECT


def new_database(own: Settings, name: str) -> str:
    """URL of an empty, migrated database of the server."""
    url = with_database(start(own), name)
    with psycopg.connect(with_database(url, "postgres"), autocommit=True) as server:
        server.execute(f"create database {name}".encode())
    migrate(url)
    return url


def cut_power(own: Settings) -> None:
    """End the server without a checkpoint and without a goodbye."""
    postmaster = int((own.data / "postgres" / "postmaster.pid").read_text().split()[0])
    os.kill(postmaster, signal.SIGQUIT)
    while Path(f"/proc/{postmaster}").exists():
        time.sleep(0.05)


def restore_power(own: Settings) -> None:
    """Start the server again, in a process of its own as `jsc run` is: this one's library believes that it runs."""
    again = f"from database.server import start; from assets.settings import Settings; start({own!r})"
    program = f"from pathlib import PosixPath; {again}"
    done = subprocess.run(  # noqa: S603 - our own
        [sys.executable, "-c", program],
        check=False, env={**os.environ, "PYTHONPATH": str(PROJECT)}, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"expected the server to start again, found: {done.stderr}")
