"""`jsc rebuild`: the way from a figure back to its raw records.

Belongs here: the verb. Does not belong here: the lineage (assets/lineage.py).
"""

from typing import Annotated

import typer
from rich.table import Table

from command.terminal import address, console, warn


def rebuild(
    number: Annotated[str, typer.Argument(help="A tracking number, e.g. JK2610195001.")],
) -> None:
    """Show what the figures say of one complaint and what they rest on: records, decisions, events, spans, cohorts."""
    import psycopg

    from assets.lineage import LineageError, trace

    try:
        with psycopg.connect(address()) as connection:
            steps = trace(connection, number)
    except LineageError as error:
        warn(str(error))
        raise typer.Exit(1) from error
    for step in steps:
        table = Table(title=f"{step.title} ({step.source})", title_justify="left")
        for column in step.columns:
            table.add_column(column, overflow="fold")
        for row in step.rows:
            table.add_row(*row)
        console.print(table)
