"""What people read now, in one sentence: for alerts and for `jsc status`, without Dagster.

Belongs here: the sentence. Does not belong here: how a build becomes what they read (builds.py).
"""

from pathlib import Path

import psycopg
from psycopg import Connection

from assets.reports.archive import archived, week_name
from assets.shelf import ShelfError
from assets.watch.words import clock
from orchestration.builds import published


def readers_see(connection: Connection, reports: Path) -> str:
    """What people read: the marts that were published last, and the newest report."""
    newest = published(connection)
    marts = f"the marts as of {clock(newest.as_of)}" if newest is not None else "no marts yet"
    return f"{marts} and {newest_report(reports)}"


def readers_see_without_database(reports: Path) -> str:
    """What people read while nothing answers: the files of the report."""
    return f"no mart until the database is up again, and {newest_report(reports)}"


def what_readers_see(url: str, reports: Path) -> str:
    """The same by the database's URL, whether it answers or not."""
    try:
        with psycopg.connect(url) as connection:
            return readers_see(connection, reports)
    except psycopg.OperationalError:
        return readers_see_without_database(reports)


def newest_report(reports: Path) -> str:
    """The newest report of the archive; a store that does not answer is told of, for readers do not see it either."""
    try:
        weeks = [one.week_start for one in archived(reports)]
    except ShelfError as error:
        return f"no report ({error})"
    return f"the report of {week_name(max(weeks))}" if weeks else "no report yet"
