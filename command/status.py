"""The platform's state in a few lines: `jsc status`.

Belongs here: the verb, reading the state. Does not belong here: changing it.
"""

from datetime import UTC, datetime

import psycopg

from assets.settings import Settings
from command.terminal import console, in_words
from database.server import dagster_url, database_url, without_password

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
        row = connection.execute(
            "select run_id, status, create_timestamp from runs order by create_timestamp desc limit 1"
        ).fetchone()
    if row is None:
        return "none yet; run: jsc run"
    return f"{row[0]} {row[1]}, started {row[2]:%Y-%m-%d %H:%M} UTC"


def status() -> None:
    """Say whether the database runs, what the last run did, and how old the marts and the report are.

    Exit code 1 when the database does not answer.
    """
    settings = Settings()
    with in_words():
        url = database_url(settings)
    console.print(f"as of {datetime.now(UTC):%Y-%m-%d %H:%M} UTC")
    console.print(f"database: {without_password(url)}")
    console.print(f"last run: {_last_run(settings)}")
    with psycopg.connect(url) as connection:
        for name, query in LINES.items():
            [(count, newest)] = connection.execute(query.encode()).fetchall()
            as_of = f", newest {newest:%Y-%m-%d %H:%M} UTC" if newest else ""
            console.print(f"{name}: {count}{as_of}")
    for report in sorted(settings.reports.glob("weekly_jam_forecast.[hpx]*")):
        console.print(f"report: {report}")
