"""What the verbs share that become a program of Dagster's.

Belongs here: the change of programs, and runs that ended without a word. Does not belong here: any verb.
"""

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NoReturn

from command.terminal import console
from database.settings import PROJECT


def end_runs(is_dead: Callable[[Mapping[str, str]], bool]) -> None:
    """End the runs whose process is gone, and name them."""
    import dagster as dg

    from orchestration.dead_runs import end_dead_runs

    with dg.DagsterInstance.get() as instance:
        for run in end_dead_runs(instance, is_dead):
            console.print(f"Ended: {run.job_name} (run {run.run_id}), whose process is gone")


def become(program: str, *arguments: str) -> NoReturn:
    """Go on as a program of our own environment, from the project's folder; what this process holds, it holds."""
    os.chdir(PROJECT)
    binary = str(Path(sys.executable).parent / program)
    os.execv(binary, [binary, *arguments])  # noqa: S606 - our own Dagster, no shell
