"""`jsc forget`: one reporter erased everywhere, and a search that proves it.

Belongs here: the verb and what it says. Does not belong here: what is erased (assets/complaints/forget), how a person
is written (assets/complaints/spellings).
"""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from command.terminal import address, console, warn

if TYPE_CHECKING:
    from pathlib import Path

    from assets.complaints.forget import Erasure


def forget(
    reporter: Annotated[
        str,
        typer.Argument(
            help="Telephone number, e-mail address, account id, handle, or the number of one of their complaints."
        ),
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase one reporter everywhere and leave every count intact (UU 27/2022). Cannot be undone.

    Afterwards every text of both databases and every landing file is searched; what is left is named, and ends in 1.
    """
    import psycopg

    from assets.complaints.forget import ForgetError, delete_files
    from assets.complaints.forget import forget as erase
    from assets.complaints.traces import mask_tables
    from assets.resources import City
    from assets.settings import Settings
    from database.server import dagster_url

    if not yes:
        typer.confirm("Erase this reporter everywhere? This cannot be undone.", abort=True)
    landing, url = City().landing_folder(), address()
    try:
        with psycopg.connect(url) as connection:
            erasure = erase(connection, reporter, datetime.now(UTC), landing)
    except ForgetError as error:
        warn(str(error))
        raise typer.Exit(1) from error
    delete_files(landing, erasure.own_files)
    runs = dagster_url(Settings())
    with psycopg.connect(runs) as connection:
        mask_tables(connection, erasure.spellings)
    _tell(erasure, landing)
    _prove(erasure, landing, {"the city's database": url, "Dagster's database": runs})


def _tell(erasure: "Erasure", landing: "Path") -> None:
    masked = {path for path in erasure.masked_files if path not in erasure.own_files}
    console.print(
        f"Erased: {erasure.complaints:,} complaints in {erasure.versions:,} versions, {erasure.set_aside:,} other"
        f" records, {erasure.quarantined:,} payloads in quarantine, {erasure.followings:,} contacts of followers,"
        f" {len(erasure.own_files):,} landing files; taken out"
        f" of {erasure.masked:,} values of others and {len(masked):,} more landing files. Numbers and counts stay."
    )
    for path in sorted({*erasure.shared_files} | masked):
        console.print(
            f"{landing / path}: contact and accounts were taken out of it. It holds records of others too, so that name"
            " and words stay: delete theirs by hand, or the file, which was read and is not needed again."
        )


def _prove(erasure: "Erasure", landing: "Path", databases: dict[str, str]) -> None:
    """Search what was erased; say what is left and end in 1."""
    import psycopg

    from assets.complaints.trace_files import find_in_files
    from assets.complaints.traces import find_in_tables

    if erasure.spellings.is_empty:
        console.print("The reporter left no contact and no account: there is nothing to search for.")
        return
    left = [f"{landing / path}" for path in find_in_files(landing, erasure.spellings)]
    for name, url in databases.items():
        with psycopg.connect(url) as connection:
            found = find_in_tables(connection, erasure.spellings)
        left += [f"{column} of {name}, in {count:,} rows" for column, count in found.items()]
    for place in left:
        warn(f"Still theirs: {place}. Take it out by hand, then forget again.")
    if left:
        raise typer.Exit(1)
    console.print("Searched: every text of both databases and every landing file. Nothing of theirs is left.")
