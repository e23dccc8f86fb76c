"""`jsc officer`: who may sign in at the desk.

Belongs here: the verbs and their table. Does not belong here: the list (portal/office/officers.py).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from assets.clock import city_zone, zone_name
from command.terminal import address, console, warn

if TYPE_CHECKING:
    from psycopg import Connection

app = typer.Typer(no_args_is_help=True, help="Officers who may sign in at the portal's desk: add, list, disable.")
Login = Annotated[str, typer.Argument(help="What they type to sign in.")]


@app.command("add")
def add(
    login: Login,
    name: Annotated[str, typer.Option(help="Who it is.")],
    unit: Annotated[str, typer.Option(help="SKPD code of their agency (skpd.csv).")],
    area: Annotated[
        str | None, typer.Option(help="Code of their kelurahan, kecamatan or kota, where the agency is one of these.")
    ] = None,
    verifier: Annotated[bool, typer.Option("--verifier", help="They verify what was flagged for a person.")] = False,
) -> None:
    """Put an officer on the list, and show their password this once."""
    from assets.city import city_folder
    from assets.reference import load_reference
    from portal.office.officers import Listed, add_officer

    with _list() as connection:
        password = add_officer(connection, Listed(login, name, unit, area, verifier), load_reference(city_folder()))
    _show(login, password)


@app.command("renew")
def renew(login: Login) -> None:
    """Give an officer a new password, shown this once; the old one and open sessions end."""
    from portal.office.officers import renew_password

    with _list() as connection:
        password = renew_password(connection, login)
    _show(login, password)


@app.command("disable")
def disable(login: Login) -> None:
    """Let an officer sign in no more; open sessions end."""
    from portal.office.officers import disable_officer

    with _list() as connection:
        disable_officer(connection, login)
    console.print(f"{login} can sign in no more.")


@app.command("list")
def list_all() -> None:
    """Show everybody on the list."""
    from portal.office.officers import list_officers

    with _list() as connection:
        officers = list_officers(connection)
    table = Table(title=f"{len(officers):,} officers", title_justify="left")
    for column in ("login", "name", "unit", "area", "verifies", f"seen last ({zone_name()})", "disabled"):
        table.add_column(column, overflow="fold")
    for one in officers:
        seen = f"{one.last_seen_at.astimezone(city_zone()):%Y-%m-%d %H:%M}" if one.last_seen_at else ""
        since = f"{one.disabled_at.astimezone(city_zone()):%Y-%m-%d}" if one.disabled_at else ""
        verifies = "yes" if one.is_verifier else ""
        table.add_row(one.login, one.name, one.skpd_code, one.area_code or "", verifies, seen, since)
    console.print(table)


@contextmanager
def _list() -> "Iterator[Connection]":
    import psycopg

    from portal.office.officers import OfficerError

    try:
        with psycopg.connect(address()) as connection:
            yield connection
    except OfficerError as error:
        warn(str(error))
        raise typer.Exit(1) from error


def _show(login: str, password: str) -> None:
    console.print(f"login     {login}\npassword  {password}")
    console.print("It is shown this once and kept nowhere. Hand it over in person.")
