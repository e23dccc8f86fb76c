"""`jsc forget`: one reporter erased everywhere.

Belongs here: the verb and what it says. Does not belong here: what is erased (assets/complaints/forget).
"""

from datetime import UTC, datetime
from typing import Annotated

import typer

from command.terminal import address, console


def forget(
    reporter: Annotated[
        str,
        typer.Argument(help="Telephone number, e-mail address, account id, or the number of one of their complaints."),
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase one reporter everywhere and leave every count intact (UU 27/2022). Cannot be undone."""
    import psycopg

    from assets.complaints.forget import ForgetError, delete_files
    from assets.complaints.forget import forget as erase
    from assets.resources import City

    if not yes:
        typer.confirm("Erase this reporter everywhere? This cannot be undone.", abort=True)
    landing = City().landing_folder()
    try:
        with psycopg.connect(address()) as connection:
            erasure = erase(connection, reporter, datetime.now(UTC))
    except ForgetError as error:
        console.print(f"[red]{error}[/red]")
        raise typer.Exit(1) from error
    delete_files(landing, erasure.own_files)
    console.print(
        f"Erased: {erasure.complaints:,} complaints in {erasure.versions:,} versions, {erasure.quarantined:,} payloads"
        f" in quarantine, {len(erasure.own_files):,} landing files. Their numbers and counts stay."
    )
    for path in erasure.shared_files:
        console.print(f"Still theirs among others', to be mended by hand: {landing / path}")
