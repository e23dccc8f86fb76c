"""`jsc code`: the code server as a service of its own.

Belongs here: the verb. Does not belong here: what it serves (orchestration/definitions).
"""

from typing import Annotated

import typer

from assets.settings import Settings
from command.services import become, end_runs
from command.terminal import in_words


def code(
    host: Annotated[str, typer.Option(help="Address to listen at; whoever reaches it can run the jobs.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(envvar="JSC_CODE_PORT", help="Port to listen at.")] = 4000,
) -> None:
    """Serve the definitions and run the jobs, for a webserver and a daemon (**jsc daemon**) in processes of their own.

    One for each installation: runs of the code server before, whose processes ended with it, are ended first.
    """
    from orchestration.dead_runs import nobody_but_alive
    from orchestration.only_one import be_the_only
    from orchestration.run import prepare

    settings = Settings()
    with in_words():
        be_the_only("code server", settings.dagster_home)
        prepare(settings)
    end_runs(nobody_but_alive)
    module = "orchestration.definitions"
    become(
        "dagster", "code-server", "start", "--module-name", module, "--location-name", module,
        "--host", host, "--port", str(port),
    )  # fmt: skip
