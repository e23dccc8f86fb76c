"""The schedules of production by a clock of the city's own: which tick is due, and the run that it asks for.

Belongs here: ticks by that clock. Does not belong here: when a schedule ticks and what it asks for (schedules.py), the
clock (assets/settings.py), the city (sample_city/live.py).

Dagster's daemon ticks by the machine's clock and by no other. Here the same schedules are evaluated by the same code at
the moments of a faster clock, and their runs are handed to Dagster's queue as the daemon would hand them.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime

import dagster as dg
from dagster._core.storage.tags import SCHEDULE_NAME_TAG
from dagster._utils.schedules import reverse_cron_string_iterator

from assets.clock import city_zone, zone_name
from orchestration.schedules import build_schedules

# Of a run: the moment of the city that its schedule asked for it.
TICK_TAG = "jsc/tick"

Launch = Callable[[str, Mapping[str, str]], object]


class Ticker:
    """Evaluates what is due.

    Args:
        instance: Dagster's, whose runs the schedules look at.
        launch: Hands a run to Dagster's queue: name of the job, tags.

    Attributes:
        ticks: Number of ticks by schedule and by what became of them: `asked`, `skipped`.
    """

    def __init__(self, instance: dg.DagsterInstance, launch: Launch) -> None:
        self._instance, self._launch = instance, launch
        self._schedules = build_schedules("production")
        self.ticks: Counter[tuple[str, str]] = Counter()

    def advance(self, since: datetime, now: datetime) -> list[str]:
        """Evaluate the ticks in (since, now], of each schedule the newest one, as Dagster does behind a pause.

        Returns:
            A line for each run that was asked for.
        """
        lines = []
        for schedule in self._schedules:
            tick = newest_tick(str(schedule.cron_schedule), now)
            if tick > since:
                lines += self._evaluate(schedule, tick)
        return lines

    def _evaluate(self, schedule: dg.ScheduleDefinition, tick: datetime) -> list[str]:
        context = dg.build_schedule_context(instance=self._instance, scheduled_execution_time=tick)
        requests = schedule.evaluate_tick(context).run_requests or []
        self.ticks[schedule.name, "asked" if requests else "skipped"] += 1
        for request in requests:
            tags = {**request.tags, SCHEDULE_NAME_TAG: schedule.name, TICK_TAG: f"{tick:%Y-%m-%d %H:%M} {zone_name()}"}
            self._launch(schedule.job_name, tags)
        return [f"{tick:%a %H:%M} {schedule.name}" for _ in requests]


def newest_tick(cron: str, now: datetime) -> datetime:
    """The newest tick of a schedule up to a moment, in the city's time.

    >>> newest_tick("20 * * * *", datetime(2026, 3, 1, 8, 19, 59, tzinfo=city_zone())).isoformat()
    '2026-03-01T07:20:00+07:00'
    >>> newest_tick("0 2 * * *", datetime(2026, 3, 1, 2, tzinfo=city_zone())).isoformat()
    '2026-03-01T02:00:00+07:00'
    """
    return next(reverse_cron_string_iterator(now.timestamp(), cron, city_zone().key)).astimezone(city_zone())
