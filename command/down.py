"""`jsc down`: the embedded database stopped.

Belongs here: the verb. Does not belong here: the server (database/server).
"""

from assets.settings import Settings
from command.terminal import console
from database.server import stop


def down() -> None:
    """Stop the embedded database; its data stay."""
    stopped = stop(Settings())
    console.print("The database is stopped." if stopped else "No embedded database was running.")
