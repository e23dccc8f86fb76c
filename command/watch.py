"""`jsc watch`: one look at everything, told to whoever is to know.

Belongs here: the verb. Does not belong here: what is looked at and told (orchestration/watch.py).
"""

import typer

from assets.settings import Settings
from command.terminal import console, in_words, warn


def watch() -> None:
    """Look at everything once, and tell by mail and webhook what broke and what is over, each once.

    For a timer beside the daemon: it also says that the daemon is gone, or the database. Nothing is started.
    Exit code 1 when somebody could not be told; the next look tries again.
    """
    from orchestration.watch import BusyError, evaluate, installed

    with in_words():
        try:
            done = evaluate(installed(Settings()))
        except BusyError as error:
            console.print(str(error))
            return
    for one in done.broken:
        warn("broken", f" {one.title}")
        console.print(f"       {one.found}", highlight=False)
    if not done.broken:
        console.print("Nothing is broken.")
    console.print(f"Readers see {done.readers}. Messages sent: {done.told}.", highlight=False)
    for failure in done.failures:
        warn("Not told:", f" {failure}")
    if done.failures:
        raise typer.Exit(1)
