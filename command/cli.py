"""The `jsc` command: its verbs.

Belongs here: the list. Does not belong here: any verb (its own module).
"""

import warnings

import typer

from command import bench, cameras, city, evaluate, forecast, key, officer, outbox, quarantine, report
from command.backup import backup
from command.clerk import clerk
from command.code import code
from command.daemon import daemon
from command.demo import demo
from command.docs import docs
from command.down import down
from command.export import export
from command.forget import forget
from command.portal import portal
from command.rebuild import rebuild
from command.restore import restore
from command.run import run
from command.sql import sql
from command.status import status
from command.ui import ui
from command.up import up
from command.watch import watch

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="Open city data platform: complaints, cameras, service levels and the weekly jam forecast.\n\n"
    "Start with **jsc run**: it starts a database, makes a synthetic city, walks its data to the weekly report"
    " and says where the report lies. Then **jsc ui** shows the same run in Dagster.",
)
VERBS = (
    run, demo, ui, up, down, status, watch, docs, sql, export, rebuild, forget, portal, clerk, code, daemon, backup,
    restore,
)  # fmt: skip
for verb in VERBS:
    app.command()(verb)
for group in (city, evaluate, bench, cameras, forecast, key, officer, outbox, quarantine, report):
    app.add_typer(group.app, name=group.__name__.rpartition(".")[2])


@app.callback()
def _quiet() -> None:
    # Both are for the authors of the libraries: a beta of Dagster's backfills, a folder that systemd would give.
    warnings.filterwarnings("ignore", message=".*currently in beta.*")
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set.*")
