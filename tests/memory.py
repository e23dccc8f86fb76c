"""The folder of the tests' own server: in memory where there is room.

Belongs here: where it lies, and what a killed session left there. Does not belong here: the server (conftest.py).
"""

import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from assets.settings import Settings
from database.server import stop

# A folder in memory, and the room there for the server of each process: three times what one was seen to take.
IN_MEMORY, ROOM_FOR_EACH = Path("/dev/shm"), 1024**3  # noqa: S108


def settings_in(home: Path) -> Settings:
    """Of an installation of its own, whatever the environment says."""
    return Settings(home=home, database_url=None, landing=None, cameras=[])


def own_folder() -> TemporaryDirectory[str]:
    """A folder of this process.

    Not below pytest's own: the next session closes that to all but its user, and the server, which runs as another one
    where root runs the tests, then loses its data directory. In memory, because a database of one test has a thousand
    files, and a disk takes six times as long to make and drop them.
    """
    room = ROOM_FOR_EACH * int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", 1))
    has_room = IN_MEMORY.is_dir() and shutil.disk_usage(IN_MEMORY).free >= room
    place = IN_MEMORY if has_room else None
    return TemporaryDirectory(prefix=f"jsc-test-{os.getpid()}-", dir=place, ignore_cleanup_errors=True)


def forget_the_killed() -> None:
    """Stop the servers that killed sessions of this user left in memory, and give it back."""
    for home in IN_MEMORY.glob("jsc-test-*-*"):
        if home.stat().st_uid == os.geteuid() and not psutil.pid_exists(int(home.name.split("-")[2])):
            stop(settings_in(home))
            shutil.rmtree(home, ignore_errors=True)
