"""`jsc up`: the database started, and how other tools reach it.

Belongs here: the verb. Does not belong here: the server (database/server).
"""

import shlex
from typing import Annotated

import typer

from assets.city import dbt_environment
from assets.settings import Settings
from command.terminal import address


def up(
    quiet: Annotated[bool, typer.Option(help="Print nothing: the lines hold the database's password.")] = False,
) -> None:
    """Start the database, bring its tables up to date, and say how other tools reach it.

    Prints lines that a shell can take over: `eval "$(jsc up)"`, and then `dagster dev`, `dbt build` (in dbt_project),
    `psql "$JSC_DATABASE_URL"`.
    """
    url, settings = address(), Settings()
    if quiet:
        return
    exports = {"DAGSTER_HOME": str(settings.dagster_home), "JSC_DATABASE_URL": url, **dbt_environment(url)}
    for name, value in exports.items():
        typer.echo(f"export {name}={shlex.quote(value)}")
