"""The `jsc` command.

Belongs here: verbs, their help and their exit codes. Does not belong here: the work (run, postgres, ml).
"""

import os
import shlex
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from assets.settings import PROJECT, Settings
from assets.sources.landing import LandingError
from command import bench, evaluate, forecast, outbox, quarantine, report
from command.analysis import docs, rebuild, sql
from command.forget import forget
from command.webhooks import webhooks
from database.server import DatabaseUnavailableError

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="Open city data platform: complaints, cameras, service levels and the weekly jam forecast.\n\n"
    "Start with **jsc run**: it starts a database, makes a synthetic city, walks its data to the weekly report"
    " and says where the report lies. Then **jsc ui** shows the same run in Dagster.",
)
app.add_typer(evaluate.app, name="evaluate")
app.add_typer(bench.app, name="bench")
app.add_typer(forecast.app, name="forecast")
app.add_typer(outbox.app, name="outbox")
app.add_typer(quarantine.app, name="quarantine")
app.add_typer(report.app, name="report")
app.command()(docs)
app.command()(sql)
app.command()(rebuild)
app.command()(forget)
app.command()(webhooks)

# A pipe has no width of its own, and a table cut at 80 columns hides its figures.
console = Console(width=None if sys.stdout.isatty() else 140)


@app.callback()
def _quiet() -> None:
    # Both are for the authors of the libraries: a beta of Dagster's backfills, a folder that systemd would give.
    warnings.filterwarnings("ignore", message=".*currently in beta.*")
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set.*")


def _tell_step(name: str, done: int, total: int) -> None:
    console.print(f"  sample city: {name} {done}/{total}", style="dim")


@contextmanager
def _in_words() -> Iterator[None]:
    """Tell an error that the user can mend in its own words, without a traceback."""
    try:
        yield
    except (DatabaseUnavailableError, LandingError) as error:
        console.print(f"[red]{error}[/red]", soft_wrap=True)
        raise typer.Exit(1) from error


@app.command()
def run(
    landing: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            file_okay=False,
            help="Folder with one folder of files per channel. Default: JSC_LANDING, else the synthetic sample city.",
        ),
    ] = None,
    cameras: Annotated[
        list[Path] | None,
        typer.Option(
            exists=True,
            file_okay=False,
            help="Folder with one folder of snapshots per camera; may be given again. Default: JSC_CAMERAS, else the"
            " sample city's.",
        ),
    ] = None,
) -> None:
    """Run the whole job once: intake, triage, sweep, marts, forecast and the weekly report.

    Safe to repeat: what was read is not read again, and a run that was killed is taken up by the next.
    Exit code 1 when a step or a blocking check failed; the last good marts and report are then still there.
    """
    import psycopg

    from command.summary import print_summary
    from orchestration.run import ensure_sample_city, prepare, run_city

    settings = Settings()
    with _in_words():
        url = prepare(settings)
        if landing is None and cameras is None and settings.landing is None:
            ensure_sample_city(settings, _tell_step)
        outcome = run_city(landing, cameras)
    if not outcome.succeeded:
        console.print(
            f"[red]The run {outcome.run_id} failed.[/red] Marts and report are as the last good run left them."
            " See it with: jsc ui"
        )
        raise typer.Exit(1)
    with psycopg.connect(url) as connection:
        print_summary(connection, console)
    newest = settings.reports / "weekly_jam_forecast.html"
    console.print(f"Report: {newest}, and beside it as PDF, XLSX and CSV", soft_wrap=True)


@app.command()
def ui(
    port: Annotated[int, typer.Option(help="Port on this machine.")] = 3000,
) -> None:
    """Open the Dagster UI with its daemon, on the same database as `jsc run`; stop it with Ctrl-C."""
    from orchestration.run import prepare

    with _in_words():
        prepare(Settings())
    console.print(f"Dagster UI: http://127.0.0.1:{port}")
    binary = PROJECT / ".venv" / "bin" / "dagster"
    command = str(binary) if binary.exists() else "dagster"
    os.chdir(PROJECT)
    os.execvp(  # noqa: S606 - our own Dagster, no shell
        command, [command, "dev", "--workspace", "workspace.yaml", "--port", str(port)]
    )


@app.command()
def up() -> None:
    """Start the database, bring its tables up to date, and say how other tools reach it.

    Prints lines that a shell can take over: `eval "$(jsc up)"`, and then `dagster dev`, `dbt build` (in dbt_project),
    `psql "$JSC_DATABASE_URL"`.
    """
    from database.server import libpq_environment
    from orchestration.run import prepare

    settings = Settings()
    with _in_words():
        url = prepare(settings)
    exports = {"DAGSTER_HOME": str(settings.dagster_home), "JSC_DATABASE_URL": url, **libpq_environment(url)}
    for name, value in exports.items():
        typer.echo(f"export {name}={shlex.quote(value)}")


@app.command()
def down() -> None:
    """Stop the embedded database; its data stay."""
    from database.server import stop

    stopped = stop(Settings())
    console.print("The database is stopped." if stopped else "No embedded database was running.")


@app.command()
def status() -> None:
    """Say whether the database runs, what the last run did, and how old the marts and the report are.

    Exit code 1 when the database does not answer.
    """
    from command.status import print_status

    with _in_words():
        print_status(Settings(), console)
