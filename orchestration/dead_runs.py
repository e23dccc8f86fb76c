"""Runs whose process is gone: ended, so that they neither hold a pool nor fill the queue.

Belongs here: how a run's process is known, and what becomes of a run without one. Does not belong here: how long a run
may take (jobs.py), when it is run again (Dagster's retries).
"""

import os
import socket
from collections.abc import Callable, Mapping

import dagster as dg
import psutil

from assets.clock import city_zone, zone_name

# Of a run in a process of its own, `jsc run`: host, process and when that began, for numbers of processes come again.
PROCESS_TAG = "jsc/process"
UNFINISHED = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]


def this_process() -> str:
    """This process, as a run's tag names it."""
    return f"{socket.gethostname()} {os.getpid()} {psutil.Process().create_time():.0f}"


def is_alive(process: str) -> bool:
    """Whether the process of a tag runs; one of another machine is taken to."""
    host, number, began = process.split()
    if host != socket.gethostname():
        return True
    try:
        return f"{psutil.Process(int(number)).create_time():.0f}" == began
    except psutil.NoSuchProcess:
        return False


def own_processes_gone(tags: Mapping[str, str]) -> bool:
    """Whether a run was of `jsc run` and its process is gone."""
    return PROCESS_TAG in tags and not is_alive(tags[PROCESS_TAG])


def nobody_but_alive(tags: Mapping[str, str]) -> bool:
    """Whether a run is of no living `jsc run`: when a code server starts, it is of an earlier one, which is gone."""
    return PROCESS_TAG not in tags or own_processes_gone(tags)


def at_work(instance: dg.DagsterInstance) -> list[str]:
    """Lines on the runs that are under way: a step waits while one of them writes the same tables."""
    return [
        f"Also at work: {record.dagster_run.job_name} (run {record.dagster_run.run_id}), started"
        f" {record.create_timestamp.astimezone(city_zone()):%Y-%m-%d %H:%M} {zone_name()}."
        " What writes the same tables waits for it."
        for record in instance.get_run_records(dg.RunsFilter(statuses=UNFINISHED))
    ]


def end_dead_runs(instance: dg.DagsterInstance, is_dead: Callable[[Mapping[str, str]], bool]) -> list[dg.DagsterRun]:
    """End unfinished runs whose process is gone; a daemon runs them again where their job says so.

    Args:
        instance: Dagster's.
        is_dead: Whether the run of these tags has no process.

    Returns:
        Those that were ended.
    """
    ended = []
    for run in instance.get_runs(dg.RunsFilter(statuses=UNFINISHED)):
        if is_dead(run.tags):
            instance.report_run_failed(run, "Its process is gone: it was killed, or the machine went off.")
            instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)
            ended.append(run)
    return ended
