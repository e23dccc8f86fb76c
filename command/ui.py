"""`jsc ui`: the Dagster UI with its daemon and its code server, in one program.

Belongs here: the verb. Does not belong here: what Dagster finds (orchestration/definitions), the same as services of
their own (daemon.py, code.py).
"""

from typing import Annotated

import typer

from assets.settings import Settings
from command.services import become, end_runs
from command.terminal import console, in_words


def ui(
    port: Annotated[int, typer.Option(help="Port on this machine.")] = 3000,
    host: Annotated[str, typer.Option(help="Address to listen at; 0.0.0.0 for all, behind a proxy that asks who.")] = (
        "127.0.0.1"
    ),
) -> None:
    """Open the Dagster UI with its daemon, on the same database as `jsc run`; stop it with Ctrl-C."""
    from orchestration.dead_runs import nobody_but_alive
    from orchestration.only_one import be_the_only
    from orchestration.run import prepare

    settings = Settings()
    with in_words():
        be_the_only("daemon", settings.dagster_home)
        be_the_only("code server", settings.dagster_home)
        prepare(settings)
    end_runs(nobody_but_alive)
    console.print(f"Dagster UI: http://{host}:{port}")
    become("dagster", "dev", "--workspace", "workspace.yaml", "--host", host, "--port", str(port))
