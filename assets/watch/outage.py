"""A database that cannot be used: remembered in a file, for there is nowhere else, and told once.

Belongs here: what is kept while the book (book.py) cannot be opened. Does not belong here: the ways (telling.py).
"""

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from assets.watch.conditions import room
from assets.watch.incidents import Booked, Incident, Kind
from assets.watch.telling import Way, hand_over
from assets.watch.words import message

# A block of most disks. A full one is what most often stops a database, and a file that cannot be written would have
# the same told at every look.
_LENGTH = 4096
_ERROR = 500


@dataclass(frozen=True)
class Outage:
    """What is remembered.

    Attributes:
        since: When it was found.
        found: The first error.
        told: Ways that took it.
    """

    since: datetime
    found: str
    told: Sequence[str]

    @property
    def incident(self) -> Incident:
        """What is told of it."""
        return Incident(
            Kind.DATABASE_DOWN,
            "database",
            "The database cannot be used: nothing runs",
            self.since,
            self.found,
            "make room where the disk is full, then: jsc up; its log lies in postgres/log below JSC_HOME",
        )


def remembered(file: Path) -> Outage | None:
    """The outage that a file tells of; None where none can be read."""
    try:
        kept = json.loads(file.read_bytes())
        return Outage(datetime.fromisoformat(kept["since"]), kept["found"], kept["told"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def forget(file: Path) -> None:
    """Forget the outage; the file stays, so that a full disk has room for the next one."""
    _overwrite(file, b"")


def tell_outage(
    file: Path, error: str, ways: Sequence[Way], readers: str, ui_url: str | None, now: datetime
) -> tuple[Incident, int, list[str]]:
    """Tell by each way what it has not told yet.

    Returns:
        The incident, how many messages got out, and why others did not.
    """
    free = shutil.disk_usage(file.parent).free
    outage = remembered(file) or Outage(now, f"{error[:_ERROR]} (free on the disk: {room(free)})", [])
    told, failures = list(outage.told), []
    for way in ways:
        if way.name in told:
            continue
        failure = hand_over(way, message([Booked(0, outage.incident, None)], readers, ui_url, now))
        if failure is None:
            told.append(way.name)
        else:
            failures.append(failure)
    try:
        _remember(file, Outage(outage.since, outage.found, told))
    except OSError as error:
        failures.append(f"expected to remember it in {file}, found {error.strerror}: the next look tells it again")
    return outage.incident, len(told) - len(outage.told), failures


def _remember(file: Path, outage: Outage) -> None:
    kept = {"since": outage.since.isoformat(), "found": outage.found, "told": list(outage.told)}
    _overwrite(file, json.dumps(kept).encode())


def _overwrite(file: Path, content: bytes) -> None:
    """Write in place, always the same length: it needs no room where the file is there."""
    padded = content.ljust(_LENGTH)
    if file.exists():
        if file.read_bytes() != padded:
            with file.open("r+b") as there:
                there.write(padded)
    else:
        file.write_bytes(padded)
