"""The terminal that every verb writes to, and how it tells what the user can mend.

Belongs here: what several verbs share. Does not belong here: any verb.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.text import Text

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

# A pipe has no width of its own, and a table cut at 80 columns hides its figures. What others wrote (a value, a path,
# an error) stands in what is printed: its brackets and colons are signs, and no markup.
console = Console(soft_wrap=True, markup=False, emoji=False, width=None if sys.stdout.isatty() else 140)


def warn(lead: str, rest: str = "") -> None:
    """Print a line that begins in red.

    Args:
        lead: Its red beginning.
        rest: What follows, as other lines are.
    """
    console.print(Text.assemble((lead, "red"), rest))


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Tell step by step what is done, in one line that goes at the end."""
    with console.status("") as now:
        # A text alone would be read as markup.
        yield lambda text: now.update(Text(text))


@contextmanager
def in_words() -> Iterator[None]:
    """Tell an error that the user can mend in its own words, without a traceback."""
    try:
        yield
    except (
        AlreadyRunsError, BackupError, CityError, ClusterError, DatabaseUnavailableError, LandingError, NoMartsError,
        NoRoomError, OtherCityError, ProgramError, SeedError, ShelfError, UnfitDatabaseError,
    ) as error:  # fmt: skip
        warn(str(error))
        raise typer.Exit(1) from error
    except ValidationError as error:
        # Its own words quote the value, which may be a secret.
        for fault in error.errors(include_input=False, include_url=False):
            own = fault.get("ctx", {}).get("error")
            warn(str(own or "{}: {}".format(".".join(map(str, fault["loc"])), fault["msg"])))
        raise typer.Exit(1) from None


def address() -> str:
    """URL of the city's database, started and up to date."""
    from orchestration.run import prepare

    with in_words():
        return prepare(Settings())
