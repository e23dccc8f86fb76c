"""The terminal that every verb writes to, and how it tells what the user can mend.

Belongs here: what several verbs share. Does not belong here: any verb.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer
from rich.console import Console

from assets.settings import Settings
from assets.sources.landing import LandingError
from database.server import DatabaseUnavailableError

# A pipe has no width of its own, and a table cut at 80 columns hides its figures.
console = Console(soft_wrap=True, width=None if sys.stdout.isatty() else 140)


@contextmanager
def in_words() -> Iterator[None]:
    """Tell an error that the user can mend in its own words, without a traceback."""
    try:
        yield
    except (DatabaseUnavailableError, LandingError) as error:
        console.print(f"[red]{error}[/red]")
        raise typer.Exit(1) from error


def address() -> str:
    """URL of the city's database, started and up to date."""
    from orchestration.run import prepare

    with in_words():
        return prepare(Settings())
