"""Dagster's instance: run, event and schedule storage on the city's PostgreSQL server.

Belongs here: dagster.yaml. Does not belong here: what runs (definitions).
"""

import os
from typing import TYPE_CHECKING

import yaml

from assets.settings import Settings
from database.server import dagster_url

if TYPE_CHECKING:
    import dagster as dg

# Of Dagster's storage: seconds after which a connection is replaced, and how many beside the first.
CONNECTION_S, MOST_BESIDE = 3600, 10


def write_instance(settings: Settings) -> None:
    """Write dagster.yaml and point this process, and those it starts, at it."""
    folder = settings.dagster_home
    folder.mkdir(parents=True, exist_ok=True)
    configuration = {
        "storage": {"postgres": {"postgres_url": dagster_url(settings)}},
        "telemetry": {"enabled": False},
        "nux": {"enabled": False},
        # A run whose process died is ended, gives its pools back, and is run again (the jobs' tags say how often).
        "run_retries": {"enabled": True},
        "run_monitoring": {
            "enabled": True,
            "start_timeout_seconds": 300,
            "cancel_timeout_seconds": 180,
            "poll_interval_seconds": 60,
            "free_slots_after_run_end_seconds": 30,
        },
        # One writer for each pool, whichever run it is in; a backfill leaves room for a sweep.
        "concurrency": {
            "pools": {"granularity": "op", "default_limit": 1},
            "runs": {
                "max_concurrent_runs": 10,
                "tag_concurrency_limits": [{"key": "dagster/backfill", "limit": 3}],
            },
        },
        "retention": {
            name: {"purge_after_days": {"skipped": 2, "failure": 30, "success": 14}} for name in ("schedule", "sensor")
        },
    }
    # Whole or not at all: services that start beside each other read it, and an empty one means Dagster's defaults.
    draft = folder / f"dagster.yaml.{os.getpid()}"
    draft.touch(mode=0o600)
    draft.write_text(yaml.safe_dump(configuration))
    draft.replace(folder / "dagster.yaml")
    os.environ["DAGSTER_HOME"] = str(folder)


def hold_connections(instance: "dg.DagsterInstance") -> None:
    """Have the storage keep its connections: it else opens one for each question that it is asked.

    One that the server closed is replaced, as a new one would have been.
    """
    import psycopg2
    from sqlalchemy import event
    from sqlalchemy.exc import DisconnectionError
    from sqlalchemy.pool import QueuePool

    # Dagster makes the pools itself and has no setting for SQLAlchemy's own ping.
    def ping(connection: psycopg2.extensions.connection, *_: object) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("select 1")
        except (psycopg2.OperationalError, psycopg2.InterfaceError) as error:
            raise DisconnectionError from error

    event.listen(QueuePool, "checkout", ping)
    # 0: no statement is cut short.
    instance.optimize_for_webserver(statement_timeout=0, pool_recycle=CONNECTION_S, max_overflow=MOST_BESIDE)
