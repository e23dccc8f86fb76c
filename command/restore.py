"""`jsc restore`: a city as a backup has it.

Belongs here: the verb. Does not belong here: what may be restored where (database/restore).
"""

from pathlib import Path
from typing import Annotated

import typer

from assets.settings import Settings
from command.backup import databases_of, folders_of
from command.terminal import address, console, in_words, progress
from database.disk import told_of_room


def restore(
    file: Annotated[Path, typer.Argument(help="Written by jsc backup.", exists=True, dir_okay=False)],
    replace: Annotated[
        bool, typer.Option("--replace", help="What is in the databases and folders gives way, for ever.")
    ] = False,
) -> None:
    """Restore a backup into empty databases and bring it to this version's migration.

    Everything belongs to the user of JSC_DATABASE_URL then. Each database is restored in one transaction.
    """
    from database.restore import restore_backup

    settings = Settings()
    with in_words(), told_of_room(settings.data), progress() as tell:
        urls, folders = databases_of(settings), folders_of(settings)
        manifest, made = restore_backup(file.expanduser().resolve(), urls, folders, tell, replace=replace)
    address()
    if made:
        console.print(f"Made the roles {', '.join(made)}; what they log in with is no part of a backup.")
    console.print(
        f"Restored as of {manifest.as_of}, from migration {manifest.revision} of version {manifest.platform}. The next"
        " run takes up what came since: jsc run"
    )
