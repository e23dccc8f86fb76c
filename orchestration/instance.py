"""Dagster's instance: run, event and schedule storage on the city's PostgreSQL server.

Belongs here: dagster.yaml. Does not belong here: what runs (definitions).
"""

import os

import yaml

from assets.settings import Settings
from database.server import dagster_url


def write_instance(settings: Settings) -> None:
    """Write dagster.yaml and point this process, and those it starts, at it."""
    folder = settings.dagster_home
    folder.mkdir(parents=True, exist_ok=True)
    configuration = {
        "storage": {"postgres": {"postgres_url": dagster_url(settings)}},
        "telemetry": {"enabled": False},
        "nux": {"enabled": False},
        "run_retries": {"enabled": True},
    }
    file = folder / "dagster.yaml"
    file.touch(mode=0o600)
    file.write_text(yaml.safe_dump(configuration))
    os.environ["DAGSTER_HOME"] = str(folder)
