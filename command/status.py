"""The platform's state in a few lines: `jsc status`.

Belongs here: the verb, reading the state. Does not belong here: changing it, looking for what is broken
(orchestration/watch.py).
"""

import shutil
from datetime import UTC, datetime

import psycopg
import typer

from assets.city import CityError
from assets.settings import Settings
from assets.shelf import files
from command.terminal import console, in_words, warn
from database.server import DatabaseUnavailableError, dagster_url, database_url, without_password

LINES = {
    "complaints in the ledger": "select count(distinct complaint_id)::text, max(decided_at) from ledger.complaints",
    "payloads in quarantine": "select count(*)::text, max(quarantined_at) from raw.quarantine",
    "camera observations": "select count(*)::text, max(swept_at) from raw.camera_observations",
    "forecast weeks": "select count(*)::text, max(issued_at) from forecast.runs",
    "failed expectations, newest run": """
        select count(*) filter (where not passed)::text, max(evaluated_at) from quality.gate_results
        where run_id = (select run_id from quality.gate_results order by result_id desc limit 1)
    """,
}


def _last_run(settings: Settings) -> str:
    with psycopg.connect(dagster_url(settings)) as connection:
        if connection.execute("select to_regclass('runs')").fetchone() == (None,):
            return "none yet; run: jsc run"
        row = connection.execute(
            "select run_id, status, create_timestamp from runs order by create_timestamp desc limit 1"
        ).fetchone()
    if row is None:
        return "none yet; run: jsc run"
    return f"{row[0]} {row[1]}, started {row[2]:%Y-%m-%d %H:%M} UTC"


@in_words()
def status() -> None:
    """Say what is broken, what readers see and how old it is, what the last run did, and how much room is left.

    What is broken was found by the last look: the sensor `watch`, or jsc watch. Whether reports wait for a clerk is
    looked at now. Exit code 1 when the database does not answer or the city's folder has a fault; what can be
    said without it is said.
    """
    settings = Settings()
    console.print(f"as of {datetime.now(UTC):%Y-%m-%d %H:%M} UTC")
    is_sound = _tell_folder()
    try:
        url = database_url(settings)
        console.print(f"database: {without_password(url)}")
        with psycopg.connect(url, connect_timeout=10) as connection:
            if connection.execute("select to_regclass('quality.incidents')").fetchone() == (None,):
                raise DatabaseUnavailableError("Expected the tables of this version, found an earlier one. Run: jsc up")
            _tell_city(settings, connection)
        console.print(f"last run: {_last_run(settings)}")
        is_up = True
    except (DatabaseUnavailableError, psycopg.OperationalError) as error:
        warn("The database cannot be used:", f" {str(error).strip().splitlines()[0]}")
        is_up = False
    _tell_files(settings, is_up=is_up)
    if not (is_up and is_sound):
        raise typer.Exit(1)


def _tell_folder() -> bool:
    """Whether the city's folder is sound, and what is wrong with it: nothing is built from one with a fault."""
    from assets.cities.check import require_sound_city

    try:
        require_sound_city()
    except CityError as error:
        warn("The city's folder cannot be used:", f" {error}")
        return False
    return True


def _tell_city(settings: Settings, connection: psycopg.Connection) -> None:
    """What the city's database knows."""
    from assets.watch.book import open_incidents
    from assets.watch.conditions import waiting_arrivals
    from assets.watch.words import clock
    from orchestration.readers import readers_see

    booked = [one.incident for one in open_incidents(connection)]
    # People wait meanwhile: said at once, without a look before.
    found = [one for one in waiting_arrivals(connection) if one.key not in {other.key for other in booked}]
    for one in [*booked, *found]:
        warn("broken", f" since {clock(one.since)}: {one.title}")
    console.print(f"readers see: {readers_see(connection, settings.reports)}", highlight=False)
    for name, query in LINES.items():
        [(count, newest)] = connection.execute(query.encode()).fetchall()
        as_of = f", newest {newest:%Y-%m-%d %H:%M} UTC" if newest else ""
        console.print(f"{name}: {count}{as_of}")


def _tell_files(settings: Settings, *, is_up: bool) -> None:
    """What the disk knows."""
    from assets.watch.conditions import LITTLE_ROOM, room
    from orchestration.readers import readers_see_without_database

    if not is_up:
        console.print(f"readers see: {readers_see_without_database(settings.reports)}", highlight=False)
    free = shutil.disk_usage(settings.data).free
    console.print(f"disk: {room(free)} free{', which is little' if free < LITTLE_ROOM else ''}", highlight=False)
    for report in files(settings.reports, "weekly_jam_forecast.[hpx]*"):
        made = datetime.fromtimestamp(report.stat().st_mtime, UTC)
        console.print(f"report: {report}, made {made:%Y-%m-%d %H:%M} UTC")
