"""`jsc key`: keys of programs that file reports by Open311.

Belongs here: the verbs and what they say. Does not belong here: the work (portal/open311/keys.py).
"""

from typing import Annotated

import typer
from rich.table import Table

from assets.clock import city_zone, zone_name
from command.terminal import address, console, warn

app = typer.Typer(no_args_is_help=True, help="Keys of programs that file reports by Open311: make, list, revoke.")
Name = Annotated[str, typer.Argument(help="Whose key it is, such as the program and who answers for it.")]


@app.command("make")
def make(name: Name) -> None:
    """Make a key and show it, this once: what is kept is a digest."""
    import psycopg

    from portal.open311.keys import KeyNameError, make_key

    try:
        with psycopg.connect(address()) as connection:
            key = make_key(connection, name)
    except KeyNameError as error:
        warn(str(error))
        raise typer.Exit(1) from error
    typer.echo(key)


@app.command("list")
def list_all() -> None:
    """List whose keys there are, since when, and which were revoked; shows no key."""
    import psycopg

    from portal.open311.keys import list_keys

    with psycopg.connect(address()) as connection:
        keys = list_keys(connection)
    table = Table(title=f"{len(keys):,} keys", title_justify="left")
    for column in ("name", f"made ({zone_name()})", f"revoked ({zone_name()})"):
        table.add_column(column, overflow="fold")
    for key in keys:
        moments = (
            f"{moment.astimezone(city_zone()):%Y-%m-%d %H:%M}" if moment else ""
            for moment in (key.created_at, key.revoked_at)
        )
        table.add_row(key.name, *moments)
    console.print(table)


@app.command("revoke")
def revoke(name: Name) -> None:
    """Take a key back: from now on it files nothing."""
    import psycopg

    from portal.open311.keys import KeyNameError, revoke_key

    try:
        with psycopg.connect(address()) as connection:
            revoke_key(connection, name)
    except KeyNameError as error:
        warn(str(error))
        raise typer.Exit(1) from error
    console.print(f"{name} files nothing any more.")
