"""What Dagster keeps of finished runs, bounded: events, and what the processes wrote.

Belongs here: which runs are forgotten. Does not belong here: rows of the platform (a sweep drops its old days itself).
"""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
from dagster._core.storage.dagster_run import FINISHED_STATUSES
from dagster._core.storage.tags import (
    ASSET_PARTITION_RANGE_END_TAG,
    ASSET_PARTITION_RANGE_START_TAG,
    PARTITION_NAME_TAG,
)

from assets.clock import city_zone

# Jobs of many small runs a day: after a few days one run of each day is enough, which keeps its partition materialized.
FREQUENT = ("intake", "camera_sweep", "marts", "retention")
FREQUENT_KEPT = timedelta(days=3)
# As long as observations are kept by default.
KEPT = timedelta(days=400)
# Runs looked at by one retention; the next takes up the rest.
CHUNK = 2000


def forgettable(instance: dg.DagsterInstance, now: datetime) -> list[str]:
    """Runs whose record serves nobody: old ones, and of a frequent job all but the newest of each day or span of days.

    Args:
        instance: Dagster's.
        now: Time of the retention.
    """
    old = dg.RunsFilter(statuses=FINISHED_STATUSES, created_before=now - KEPT)
    found = [record.dagster_run.run_id for record in instance.get_run_records(old, limit=CHUNK, ascending=True)]
    for job in FREQUENT:
        asked = dg.RunsFilter(job_name=job, statuses=FINISHED_STATUSES, created_before=now - FREQUENT_KEPT)
        seen: set[tuple[str, str, bool]] = set()
        for record in instance.get_run_records(asked):
            tags = record.dagster_run.tags
            began = record.create_timestamp.astimezone(city_zone()).date().isoformat()
            last = tags.get(ASSET_PARTITION_RANGE_END_TAG) or tags.get(PARTITION_NAME_TAG) or began
            first = tags.get(ASSET_PARTITION_RANGE_START_TAG, last)
            # Where the newest run failed, the newest good one holds the partition.
            kind = (first, last, record.dagster_run.is_success)
            if kind in seen:
                found.append(record.dagster_run.run_id)
            seen.add(kind)
    return found[:CHUNK]


@dg.op
def forget_runs(context: dg.OpExecutionContext) -> None:
    """Forget what serves nobody: the runs' events, and the folders of what their processes wrote."""
    written = Path(context.instance.storage_directory())
    runs = forgettable(context.instance, datetime.now(UTC))
    for run_id in runs:
        context.instance.delete_run(run_id)
        shutil.rmtree(written / run_id, ignore_errors=True)
    context.log.info("Forgot %d runs.", len(runs))
