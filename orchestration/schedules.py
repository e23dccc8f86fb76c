"""Schedules: when jobs run, declared per environment.

Belongs here: times. Does not belong here: what runs (jobs).
Dagster keeps a toggled schedule's state for ever; one that is not registered cannot run by accident.
"""

from collections.abc import Sequence

import dagster as dg

from orchestration.jobs import CITY, INTAKE, ROUTING_TRAINING, WEEKLY_REPORT
from orchestration.partitions import TIMEZONE

ENVIRONMENTS = {
    # Every quarter of an hour: a reporter has the number in minutes, and the lurah's six hours are not ours to spend.
    "intake": frozenset({"production"}),
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
        dg.ScheduleDefinition(
            "intake",
            target=INTAKE,
            cron_schedule="*/15 * * * *",
            execution_timezone=TIMEZONE,
            execution_fn=_today,
        ),
        dg.ScheduleDefinition(
            "daily_city",
            target=CITY,
            cron_schedule="0 2 * * *",
            execution_timezone=TIMEZONE,
            execution_fn=_yesterday,
        ),
        dg.ScheduleDefinition(
            "routing_training",
            target=ROUTING_TRAINING,
            cron_schedule="0 3 1 * *",
            execution_timezone=TIMEZONE,
        ),
        dg.ScheduleDefinition(
            "weekly_congestion_report",
            target=WEEKLY_REPORT,
            cron_schedule="0 6 * * 5",
            execution_timezone=TIMEZONE,
        ),
    ]
    undeclared = [schedule.name for schedule in schedules if schedule.name not in ENVIRONMENTS]
    if undeclared:
        raise UndeclaredScheduleError(
            f"Expected every schedule in ENVIRONMENTS, found it without {', '.join(undeclared)}. Declare it there."
        )
    return [schedule for schedule in schedules if environment in ENVIRONMENTS[schedule.name]]


def _yesterday(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """The partition of the day before the tick, whole since midnight."""
    from datetime import timedelta

    day = (context.scheduled_execution_time - timedelta(days=1)).date()
    return dg.RunRequest(run_key=day.isoformat(), partition_key=day.isoformat())


def _today(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """The running day, unless the intake before is still at it: two would wait for each other's queue."""
    from datetime import timedelta

    tick = context.scheduled_execution_time
    # A run that was killed stays "started" for ever: it may hold up the next ones for an hour, not for ever.
    before = dg.RunsFilter(
        job_name=INTAKE.name,
        statuses=[dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.QUEUED],
        created_after=tick - timedelta(hours=1),
    )
    if context.instance.get_runs_count(before):
        return dg.SkipReason("Expected the intake before to have ended, found it running.")
    return dg.RunRequest(run_key=tick.isoformat(), partition_key=tick.date().isoformat())
