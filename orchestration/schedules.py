"""Schedules: when jobs run, declared per environment, and which days a tick asks for.

Belongs here: times, days that nobody asked for yet. Does not belong here: what runs (jobs).
Dagster keeps a toggled schedule's state for ever; one that is not registered cannot run by accident.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

import dagster as dg
from dagster._core.storage.tags import (
    ASSET_PARTITION_RANGE_END_TAG,
    ASSET_PARTITION_RANGE_START_TAG,
    PARTITION_NAME_TAG,
    SCHEDULE_NAME_TAG,
)

from assets.clock import city_zone
from orchestration.jobs import CAMERA_SWEEP, CITY, INTAKE, MARTS, RETENTION, ROUTING_TRAINING, WEEKLY_CONGESTION_REPORT

if TYPE_CHECKING:
    from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

ENVIRONMENTS = {
    # Every five minutes: the reporter gets the number soon, and little of the lurah's limit of six hours passes.
    "intake": frozenset({"production"}),
    # Every ten minutes: one slot.
    "camera_sweep": frozenset({"production"}),
    # Every hour at 20 past: what is overdue, what is open, how the streets are.
    "marts": frozenset({"production"}),
    # 02:00: the day that ended is complete, and the marts are ready before offices open.
    "daily_city": frozenset({"production"}),
    # The first of the month 03:00, behind the night's run: agencies change slowly.
    "routing_training": frozenset({"production"}),
    # Friday 06:00: planners meet at nine.
    "weekly_congestion_report": frozenset({"production"}),
    # 04:00: what Dagster keeps of runs that nobody looks at any more.
    "retention": frozenset({"production"}),
}

# Of a downtime: what is older is backfilled by hand, for a vendor may not have it any more.
MOST_CAUGHT_UP = timedelta(days=14)
# A run of these does its days, or did.
COUNTS = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.SUCCESS,
]
ACTIVE = COUNTS[:-1]

Ask = Callable[[dg.ScheduleEvaluationContext], dg.RunRequest | dg.SkipReason]


class UndeclaredScheduleError(Exception):
    """A schedule without an environment."""


def build_schedules(environment: str) -> Sequence[dg.ScheduleDefinition]:
    """Schedules that exist in an environment; each runs from the start.

    Raises:
        UndeclaredScheduleError: A schedule is not listed in ENVIRONMENTS.
    """
    schedules = [
        _schedule("intake", INTAKE, "*/5 * * * *", _asks_for_days("intake", INTAKE.name, whole=False)),
        _schedule(
            "camera_sweep", CAMERA_SWEEP, "*/10 * * * *", _asks_for_days("camera_sweep", CAMERA_SWEEP.name, whole=False)
        ),
        _schedule("marts", MARTS, "20 * * * *", _unless_active(MARTS.name)),
        _schedule("daily_city", CITY, "0 2 * * *", _asks_for_days("daily_city", CITY.name, whole=True)),
        _schedule("routing_training", ROUTING_TRAINING, "0 3 1 * *"),
        _schedule("weekly_congestion_report", WEEKLY_CONGESTION_REPORT, "0 6 * * 5"),
        _schedule("retention", RETENTION, "0 4 * * *"),
    ]
    undeclared = [schedule.name for schedule in schedules if schedule.name not in ENVIRONMENTS]
    if undeclared:
        raise UndeclaredScheduleError(
            f"Expected every schedule in ENVIRONMENTS, found it without {', '.join(undeclared)}. Declare it there."
        )
    return [schedule for schedule in schedules if environment in ENVIRONMENTS[schedule.name]]


def _schedule(
    name: str, job: "UnresolvedAssetJobDefinition | dg.JobDefinition", cron: str, ask: Ask | None = None
) -> dg.ScheduleDefinition:
    """A schedule in the city's time; what it asks for, where that is more than the job."""
    return dg.ScheduleDefinition(
        name,
        target=job,
        cron_schedule=cron,
        execution_timezone=city_zone().key,
        execution_fn=ask,
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )


def _unless_active(job: str) -> Ask:
    """The job, unless the run before is still at it or waits: a second one would only wait for the same tables."""

    def ask(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        if context.instance.get_runs_count(dg.RunsFilter(job_name=job, statuses=ACTIVE)):
            return dg.SkipReason(f"Expected the {job} before to have ended, found it running or queued.")
        return dg.RunRequest(run_key=context.scheduled_execution_time.isoformat())

    return ask


def _asks_for_days(schedule: str, job: str, *, whole: bool) -> Ask:
    """The days up to the tick that no run of the schedule did, as one run.

    Dagster evaluates the newest of the ticks that a machine slept through, and none of the days before it.

    Args:
        schedule: Its name.
        job: Name of its job.
        whole: Only days that ended, each once; else the running day too, again at each tick.
    """

    def ask(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        if not whole and isinstance(skipped := _unless_active(job)(context), dg.SkipReason):
            return skipped
        tick = context.scheduled_execution_time
        last = tick.date() - timedelta(days=int(whole))
        newest = newest_day(context.instance, schedule)
        first = last if newest is None else min(newest + timedelta(days=int(whole)), last + timedelta(days=1))
        if first > last:
            return dg.SkipReason(f"The days up to {newest} are done or being done.")
        if (oldest := last - MOST_CAUGHT_UP + timedelta(days=1)) > first:
            context.log.warning(
                "Expected at most %d days to catch up with, found %s to %s. Backfill %s to %s by hand.",
                MOST_CAUGHT_UP.days, first, last, first, oldest - timedelta(days=1),
            )  # fmt: skip
            first = oldest
        return dg.RunRequest(run_key=last.isoformat() if whole else tick.isoformat(), tags=days_as_tags(first, last))

    return ask


def days_as_tags(first: date, last: date) -> dict[str, str]:
    """Tags of a run over days, as Dagster reads them."""
    if first == last:
        return {PARTITION_NAME_TAG: first.isoformat()}
    return {
        ASSET_PARTITION_RANGE_START_TAG: first.isoformat(),
        ASSET_PARTITION_RANGE_END_TAG: last.isoformat(),
    }


def newest_day(instance: dg.DagsterInstance, schedule: str) -> date | None:
    """Last of the days that a schedule's runs did, or are at; None where it never ran.

    Runs of the same job that a person started do not count: one over a day of long ago, or over the day that is not
    over yet, would have the schedule repeat a fortnight or pass over a day.
    """
    own = dg.RunsFilter(statuses=COUNTS, tags={SCHEDULE_NAME_TAG: schedule})
    for record in instance.get_run_records(own, limit=1):
        tags = record.dagster_run.tags
        day = tags.get(ASSET_PARTITION_RANGE_END_TAG) or tags.get(PARTITION_NAME_TAG)
        return date.fromisoformat(day) if day else None
    return None
