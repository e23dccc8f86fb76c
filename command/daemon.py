"""`jsc daemon`: Dagster's daemon as a service of its own.

Belongs here: the verb. Does not belong here: schedules and sensors (orchestration), the code server (code.py).
"""

from typing import Annotated

import typer

from assets.settings import Settings
from command.services import become, end_runs
from command.terminal import in_words


def daemon(
    workspace: Annotated[str, typer.Option(help="File that says where the code server is.")] = "deploy/workspace.yaml",
) -> None:
    """Start schedules, sensors and queued runs, beside a code server (**jsc code**); one for each installation.

    The code server's address is taken from JSC_CODE_HOST and JSC_CODE_PORT.
    """
    from orchestration.dead_runs import own_processes_gone
    from orchestration.only_one import be_the_only
    from orchestration.run import prepare

    settings = Settings()
    with in_words():
        be_the_only("daemon", settings.dagster_home)
        prepare(settings)
    # Not those of the code server: it outlives a daemon, and its runs do.
    end_runs(own_processes_gone)
    become("dagster-daemon", "run", "--workspace", workspace)
