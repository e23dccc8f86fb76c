"""Sensors: what starts a run beside the clock.

Belongs here: what is watched, and how often. Does not belong here: what runs (jobs).
"""

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import dagster as dg

from assets.clock import city_zone
from assets.resources import City
from orchestration.jobs import INTAKE
from orchestration.schedules import ACTIVE, days_as_tags

# A folder that changed so long ago is no longer being copied into; what comes later is a change of its own.
SETTLED_S = 20


def build_sensors(environment: str) -> Sequence[dg.SensorDefinition]:
    """Sensors that exist in an environment: production alone, as with schedules; each runs from the start."""
    return [landing_folder] if environment == "production" else []


def newest_change(landing: Path) -> float:
    """When something last came into the landing folder or left it, as seconds since 1970; 0.0 where there is none.

    Folders tell it of the files in them: the cost is that of the folders, however many files lie there.
    """
    if not landing.is_dir():
        return 0.0
    channels = [entry for entry in os.scandir(landing) if entry.is_dir()]
    inner = [entry for channel in channels for entry in os.scandir(channel) if entry.is_dir()]
    return max(folder.stat().st_mtime for folder in (landing, *map(Path, channels), *map(Path, inner)))


@dg.sensor(
    target=INTAKE,
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Starts the intake when something came into the landing folder.",
)
def landing_folder(context: dg.SensorEvaluationContext, city: City) -> dg.RunRequest | dg.SkipReason:
    """A run of the intake for each change that has settled."""
    now = datetime.now(city_zone())
    changed = newest_change(city.landing_folder())
    if not changed or str(changed) == context.cursor:
        return dg.SkipReason("Nothing came into the landing folder.")
    if now.timestamp() - changed < SETTLED_S:
        return dg.SkipReason("Something is coming into the landing folder.")
    if context.instance.get_runs_count(dg.RunsFilter(job_name=INTAKE.name, statuses=ACTIVE)):
        return dg.SkipReason("Expected the intake before to have ended, found it running or queued.")
    context.update_cursor(str(changed))
    return dg.RunRequest(run_key=f"landing {changed}", tags=days_as_tags(now.date(), now.date()))
