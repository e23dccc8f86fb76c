"""What is broken, as Dagster knows it: runs that failed, a daemon that is gone.

Belongs here: reading the instance. Does not belong here: what the database tells (assets/watch/conditions.py).
"""

from datetime import UTC, datetime, timedelta

import dagster as dg
from dagster._core.storage.tags import WILL_RETRY_TAG

from assets.watch.incidents import Incident, Kind
from orchestration.jobs import JOBS
from orchestration.progress import reason

# The job of what is materialized by hand in the UI.
BY_HAND = "__ASSET_JOB"
# Each part of a daemon writes its heartbeat every half minute.
_PARTS = ("SCHEDULER", "SENSOR", "QUEUED_RUN_COORDINATOR")
_HEARTBEAT = timedelta(minutes=5)
# Of a job; among so many is one that is not taken up again.
_NEWEST = 10
_ENDED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE]
_FAILURES = {dg.DagsterEventType.STEP_FAILURE, dg.DagsterEventType.RUN_FAILURE}


def failed_runs(instance: dg.DagsterInstance) -> list[Incident]:
    """Jobs whose newest run failed; one that is retried has not ended yet, one that a person stopped says nothing."""
    found = []
    for job in (*(job.name for job in JOBS), BY_HAND):
        records = instance.get_run_records(dg.RunsFilter(job_name=job, statuses=_ENDED), limit=_NEWEST)
        ended = (one for one in records if one.dagster_run.tags.get(WILL_RETRY_TAG) != "true")
        newest = next(ended, None)
        if newest is not None and newest.dagster_run.status is dg.DagsterRunStatus.FAILURE:
            found.append(_failed_run(instance, job, newest))
    return found


def _failed_run(instance: dg.DagsterInstance, job: str, record: dg.RunRecord) -> Incident:
    run_id = record.dagster_run.run_id
    ended_at = datetime.fromtimestamp(record.end_time, UTC) if record.end_time else record.update_timestamp
    name = "what was started by hand" if job == BY_HAND else job
    return Incident(
        Kind.FAILED_RUN,
        job,
        f"The run of {name} failed",
        ended_at,
        _first_failure(instance, run_id),
        "read the step that failed, mend its cause, and run it again from the failed step: what was done is kept",
        f"runs/{run_id}",
    )


def _first_failure(instance: dg.DagsterInstance, run_id: str) -> str:
    """The first line of the first failure; an error's further lines may quote a record."""
    told = f"run {run_id.partition('-')[0]}"
    for record in instance.get_records_for_run(run_id, of_type=_FAILURES, limit=1).records:
        event = record.event_log_entry.dagster_event
        if event is None:
            continue
        if event.event_type is dg.DagsterEventType.STEP_FAILURE:
            lines = reason(event.step_failure_data.error).splitlines()
            return f"{told}, step {event.step_key}: {lines[0] if lines else 'failed'}"
        return f"{told}: {(event.message or 'failed').splitlines()[0]}"
    return told


def daemon_down(instance: dg.DagsterInstance, now: datetime) -> list[Incident]:
    """The daemon, where a part of it that runs schedules gives no sign of life."""
    beats = instance.get_daemon_heartbeats()
    missing = [part for part in _PARTS if part not in beats]
    last = datetime.fromtimestamp(min((beats[part].timestamp for part in _PARTS if part in beats), default=0), UTC)
    if not missing and now - last <= _HEARTBEAT:
        return []
    found = f"never a heartbeat of {', '.join(missing)}" if missing else f"the last heartbeat {last:%Y-%m-%d %H:%M} UTC"
    return [
        Incident(
            Kind.DAEMON_DOWN,
            "dagster",
            "The Dagster daemon is gone: no schedule runs",
            now if missing else last,
            found,
            "start it again: jsc ui",
        )
    ]
