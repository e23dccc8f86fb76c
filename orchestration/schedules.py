"""Schedules: when jobs run, declared per environment.

Belongs here: times. Does not belong here: what runs (jobs).
Dagster keeps a toggled schedule's state for ever; one that is not registered cannot run by accident.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import dagster as dg

from assets.clock import TIMEZONE
from assets.partitions import SLOTS
from orchestration.jobs import CAMERA_SWEEP, CITY, INTAKE, ROUTING_TRAINING, WEEKLY_CONGESTION_REPORT

if TYPE_CHECKING:
    from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

ENVIRONMENTS = {
    # Every quarter of an hour: the reporter gets the number soon, and little of the lurah's limit of six hours passes.
    "intake": frozenset({"production"}),
    # Every ten minutes: one slot.
    "camera_sweep": frozenset({"production"}),
    # 02:00 WIB: the day that ended is complete, and the marts are ready before offices open.
    "daily_city": frozenset({"production"}),
    # The first of the month 03:00 WIB, behind the night's run: agencies change slowly.
    "routing_training": frozenset({"production"}),
    # Friday 06:00 WIB: planners meet at nine.
    "weekly_congestion_report": frozenset({"production"}),
}


class UndeclaredScheduleError(Exception):
    """A schedule without an environment."""


def build_schedules(environment: str) -> Sequence[dg.ScheduleDefinition]:
    """Schedules that exist in an environment.

    Raises:
        UndeclaredScheduleError: A schedule is not listed in ENVIRONMENTS.
    """
    schedules = [
        _schedule("intake", INTAKE, "*/15 * * * *", _today),
        _schedule("camera_sweep", CAMERA_SWEEP, "*/10 * * * *", _this_slot),
        _schedule("daily_city", CITY, "0 2 * * *", _yesterday),
        _schedule("routing_training", ROUTING_TRAINING, "0 3 1 * *"),
        _schedule("weekly_congestion_report", WEEKLY_CONGESTION_REPORT, "0 6 * * 5"),
    ]
    undeclared = [schedule.name for schedule in schedules if schedule.name not in ENVIRONMENTS]
    if undeclared:
        raise UndeclaredScheduleError(
            f"Expected every schedule in ENVIRONMENTS, found it without {', '.join(undeclared)}. Declare it there."
        )
    return [schedule for schedule in schedules if environment in ENVIRONMENTS[schedule.name]]


def _schedule(
    name: str,
    job: "UnresolvedAssetJobDefinition",
    cron: str,
    ask: Callable[[dg.ScheduleEvaluationContext], dg.RunRequest | dg.SkipReason] | None = None,
) -> dg.ScheduleDefinition:
    """A schedule in Jakarta's time; what it asks for, where that is more than the job."""
    return dg.ScheduleDefinition(name, target=job, cron_schedule=cron, execution_timezone=TIMEZONE, execution_fn=ask)


def _yesterday(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """The partition of the day before the tick, whole since midnight."""
    from datetime import timedelta

    day = (context.scheduled_execution_time - timedelta(days=1)).date()
    return dg.RunRequest(run_key=day.isoformat(), partition_key=day.isoformat())


def _this_slot(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """The slot that begins with the tick."""
    slot = context.scheduled_execution_time.strftime(SLOTS.fmt)
    return dg.RunRequest(run_key=slot, partition_key=slot)


def _today(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """The running day, unless the intake before is still at it: two would wait for each other's queue."""
    from datetime import timedelta

    tick = context.scheduled_execution_time
    # A run that was killed stays "started" for ever: it holds up the next ones for an hour only.
    before = dg.RunsFilter(
        job_name=INTAKE.name,
        statuses=[dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.QUEUED],
        created_after=tick - timedelta(hours=1),
    )
    if context.instance.get_runs_count(before):
        return dg.SkipReason("Expected the intake before to have ended, found it running.")
    return dg.RunRequest(run_key=tick.isoformat(), partition_key=tick.date().isoformat())
