"""`jsc docs`: the tables with their lineage in a browser.

Belongs here: the verb. Does not belong here: the tables (dbt_project/).
"""

import os
import subprocess
from typing import Annotated

import typer

from assets.settings import Settings
from command.terminal import address, console


def docs(
    port: Annotated[int, typer.Option(help="Port on this machine.")] = 8580,
    build_only: Annotated[bool, typer.Option("--build-only", help="Write the pages and serve nothing.")] = False,
) -> None:
    """Build the documentation of all tables with lineage and exposures, and serve it; stop it with Ctrl-C."""
    from assets.city import dbt_environment
    from orchestration.manifest import DBT, DBT_PROJECT

    settings = Settings()
    environment = {**os.environ, **dbt_environment(address())}
    folder = settings.data / "docs"
    project = os.fspath(DBT_PROJECT)
    where = ["--project-dir", project, "--profiles-dir", project, "--target-path", os.fspath(folder)]
    subprocess.run([DBT, "--quiet", "docs", "generate", *where], env=environment, check=True)  # noqa: S603 - our own dbt
    console.print(f"Documentation: {folder / 'index.html'}")
    if build_only:
        return
    console.print(f"Served at http://127.0.0.1:{port}")
    serve = [os.fspath(DBT), "docs", "serve", *where, "--host", "127.0.0.1", "--port", str(port), "--no-browser"]
    os.execve(DBT, serve, environment)  # noqa: S606 - our own dbt
