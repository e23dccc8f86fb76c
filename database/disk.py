"""Room on the disk of the platform's folder: asked for before a job begins, and the word for what a full disk broke.

Belongs here: how much room a job wants. Does not belong here: what is kept when there is none (each writer does that).
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# PostgreSQL stops when it cannot extend its log, and wants 16 MB for each piece of it.
LEAST_FREE = 64 * 1024 * 1024


class NoRoomError(Exception):
    """A disk with less room than a job needs."""

    def __init__(self, folder: Path, free: int) -> None:
        super().__init__(
            f"Expected at least {LEAST_FREE // 1024**2} MB free on the disk of {folder}, found {free // 1024**2} MB."
            " Make room and run it again: what was booked is kept, and it goes on from there"
        )


def require_room(folder: Path) -> None:
    """Refuse to begin what a full disk would break.

    Raises:
        NoRoomError: There is less than `LEAST_FREE`.
    """
    free = shutil.disk_usage(_existing(folder)).free
    if free < LEAST_FREE:
        raise NoRoomError(folder, free)


@contextmanager
def told_of_room(folder: Path) -> Iterator[None]:
    """Ask for room before a job, and say that the disk is full where that is what broke it.

    Raises:
        NoRoomError: There was too little room before, or when something failed.
    """
    require_room(folder)
    try:
        yield
    except Exception as error:
        try:
            require_room(folder)
        except NoRoomError as full:
            raise full from error
        raise


def _existing(folder: Path) -> Path:
    return next(path for path in (folder, *folder.parents) if path.exists())
