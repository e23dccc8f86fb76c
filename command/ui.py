"""`jsc ui`: the Dagster UI.

Belongs here: the verb. Does not belong here: what Dagster finds (orchestration/definitions).
"""

import os
from typing import Annotated

import typer

from assets.settings import Settings
from command.terminal import console, in_words
from database.settings import PROJECT


def ui(
    port: Annotated[int, typer.Option(help="Port on this machine.")] = 3000,
) -> None:
    """Open the Dagster UI with its daemon, on the same database as `jsc run`; stop it with Ctrl-C."""
    from orchestration.run import prepare

    with in_words():
        prepare(Settings())
    console.print(f"Dagster UI: http://127.0.0.1:{port}")
    binary = PROJECT / ".venv" / "bin" / "dagster"
    command = str(binary) if binary.exists() else "dagster"
    os.chdir(PROJECT)
    os.execvp(  # noqa: S606 - our own Dagster, no shell
        command, [command, "dev", "--workspace", "workspace.yaml", "--port", str(port)]
    )
