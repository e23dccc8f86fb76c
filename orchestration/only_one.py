"""One of each service for an installation: a lock that its process holds until it ends.

Belongs here: the lock. Does not belong here: what a service does (command).
"""

import fcntl
import os
from pathlib import Path


class AlreadyRunsError(Exception):
    """Another process of the installation is this service."""


def be_the_only(service: str, home: Path) -> None:
    """Hold the service's lock until this process ends: two daemons would start every run twice.

    Args:
        service: Its name, as a user reads it.
        home: Folder of the installation's dagster.yaml, made where it is not there.

    Raises:
        AlreadyRunsError: Another process holds it.
    """
    home.mkdir(parents=True, exist_ok=True)
    lock = os.open(home / f"{service.replace(' ', '_')}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        process = os.pread(lock, 20, 0).decode() or "unknown"
        os.close(lock)
        raise AlreadyRunsError(
            f"Expected no other {service} on {home}, found process {process}. Stop it, or give this installation a"
            " JSC_HOME of its own."
        ) from error
    os.ftruncate(lock, 0)
    os.pwrite(lock, str(os.getpid()).encode(), 0)
    # The process that Dagster's replaces this one with holds it on.
    os.set_inheritable(lock, True)
