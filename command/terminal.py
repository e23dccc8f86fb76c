"""The terminal that every verb writes to, and how it tells what the user can mend.

Belongs here: what several verbs share. Does not belong here: any verb.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer
from pydantic import ValidationError
from rich.console import Console

from assets.city import CityError
from assets.cluster import ClusterError
from assets.marts_export import NoMartsError
from assets.reference import SeedError
from assets.settings import Settings
from assets.shelf import ShelfError
from assets.sources.landing import LandingError
from database.backup_file import BackupError
from database.city import OtherCityError
from database.disk import NoRoomError
from database.programs import ProgramError
from database.rights import UnfitDatabaseError
from database.server import DatabaseUnavailableError
from orchestration.only_one import AlreadyRunsError

# A pipe has no width of its own, and a table cut at 80 columns hides its figures.
console = Console(soft_wrap=True, width=None if sys.stdout.isatty() else 140)


@contextmanager
def in_words() -> Iterator[None]:
    """Tell an error that the user can mend in its own words, without a traceback."""
    try:
        yield
    except (
        AlreadyRunsError, BackupError, CityError, ClusterError, DatabaseUnavailableError, LandingError, NoMartsError,
        NoRoomError, OtherCityError, ProgramError, SeedError, ShelfError, UnfitDatabaseError,
    ) as error:  # fmt: skip
        console.print(f"[red]{error}[/red]")
        raise typer.Exit(1) from error
    except ValidationError as error:
        # Its own words quote the value, which may be a secret.
        for fault in error.errors(include_input=False, include_url=False):
            own = fault.get("ctx", {}).get("error")
            console.print(f"[red]{own or '{}: {}'.format('.'.join(map(str, fault['loc'])), fault['msg'])}[/red]")
        raise typer.Exit(1) from None


def address() -> str:
    """URL of the city's database, started and up to date."""
    from orchestration.run import prepare

    with in_words():
        return prepare(Settings())
