"""`jsc ui`: the Dagster UI with its daemon.

Belongs here: the verb, and that there is one daemon.
Does not belong here: what Dagster finds (orchestration/definitions).
"""

import fcntl
import os
from pathlib import Path
from typing import Annotated

import typer

from assets.settings import Settings
from command.terminal import console, in_words
from database.settings import PROJECT


def ui(
    port: Annotated[int, typer.Option(help="Port on this machine.")] = 3000,
    host: Annotated[str, typer.Option(help="Address to listen at; 0.0.0.0 for all, behind a proxy that asks who.")] = (
        "127.0.0.1"
    ),
) -> None:
    """Open the Dagster UI with its daemon, on the same database as `jsc run`; stop it with Ctrl-C."""
    import dagster as dg

    from orchestration.dead_runs import end_dead_runs, nobody_but_alive
    from orchestration.run import prepare

    settings = Settings()
    with in_words():
        prepare(settings)
    _be_the_only_daemon(settings.dagster_home)
    with dg.DagsterInstance.get() as instance:
        for run in end_dead_runs(instance, nobody_but_alive):
            console.print(f"Ended: {run.job_name} (run {run.run_id}), whose process is gone")
    console.print(f"Dagster UI: http://{host}:{port}")
    binary = PROJECT / ".venv" / "bin" / "dagster"
    command = str(binary) if binary.exists() else "dagster"
    os.chdir(PROJECT)
    os.execvp(  # noqa: S606 - our own Dagster, no shell
        command, [command, "dev", "--workspace", "workspace.yaml", "--host", host, "--port", str(port)]
    )


def _be_the_only_daemon(home: Path) -> None:
    """Hold the installation's lock until this process ends: two daemons would start every run twice."""
    lock = os.open(home / "daemon.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        console.print(
            f"[red]Expected no other daemon on {home}, found process {os.pread(lock, 20, 0).decode() or 'unknown'}."
            " Stop it, or give this installation a JSC_HOME of its own.[/red]"
        )
        raise typer.Exit(1) from None
    os.ftruncate(lock, 0)
    os.pwrite(lock, str(os.getpid()).encode(), 0)
    # The process that Dagster's replaces this one with holds it on.
    os.set_inheritable(lock, True)
