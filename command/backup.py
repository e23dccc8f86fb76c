"""`jsc backup`: what cannot be rebuilt, in one file.

Belongs here: the verb, and what is kept. Does not belong here: how (database/backup).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from assets.settings import Settings
from command.terminal import console, in_words, progress
from database.disk import told_of_room
from database.server import dagster_url, start


def databases_of(settings: Settings) -> Mapping[str, str]:
    """URLs by name in a backup; the databases are started, and made where they are missing."""
    return {"city": start(settings), "dagster": dagster_url(settings)}


def folders_of(settings: Settings) -> Mapping[str, Path]:
    """Folders by name in a backup, or in the store of JSC_SHELF: what is learned of the cameras, what was published."""
    return {
        "camera_states": settings.camera_states,
        "camera_sheets": settings.camera_sheets,
        "reports": settings.reports,
    }


def backup(
    file: Annotated[Path, typer.Argument(help="To write; replaced when the new one is whole.", dir_okay=False)],
) -> None:
    """Write both databases, the camera states and the reports into one file, also while runs are going on.

    It holds personal data: nobody but its owner may read it. Not in it: landing files, `.env`, the sample city.
    """
    from database.backup import write_backup

    settings, file = Settings(), file.expanduser().resolve()
    with in_words():
        if not file.parent.is_dir():
            raise typer.BadParameter(f"there is no folder {file.parent}")
        with told_of_room(file.parent), progress() as tell:
            manifest = write_backup(file, databases_of(settings), folders_of(settings), tell)
    console.print(
        f"{file}: {file.stat().st_size / 1e6:,.1f} MB as of {manifest.as_of}, migration {manifest.revision} of version"
        f" {manifest.platform}, PostgreSQL {manifest.postgresql}. It holds personal data: keep it as safe as the city."
    )
    for name in manifest.left_out:
        console.print(f"Left out: {name}, which reads where the next build is written. Make it a mart of the project.")
