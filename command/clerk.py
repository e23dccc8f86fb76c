"""`jsc clerk`: numbers at once for what the portal takes in.

Belongs here: the verb and its process. Does not belong here: the work (assets/complaints/clerk.py).
"""

import logging
import os
import signal
import sys
import threading
from typing import Annotated

import typer

from command.terminal import in_words


def clerk(
    parent: Annotated[
        int | None, typer.Option(hidden=True, help="Process that started it; it ends when that one is gone.")
    ] = None,
) -> None:
    """Take in and decide what was handed in over HTTP as soon as it is there; stop with Ctrl-C.

    `jsc portal` starts one. There is one at work for a database; others wait until it ends.
    """
    from assets.city import city_folder, claim_database
    from assets.city_time import city_now
    from assets.complaints.clerk import Clerk, Office
    from assets.places.boundaries import read_boundaries
    from assets.reference import load_reference
    from assets.settings import Settings
    from database.migrate import migrate
    from database.server import database_url

    logging.basicConfig(level=logging.INFO, format="clerk: %(message)s", stream=sys.stderr)
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    with in_words():
        settings = Settings()
        migrate(database_url(settings))
        claim_database(database_url(settings))
        reference = load_reference(city_folder())
        boundaries = read_boundaries(settings.boundaries, reference) if settings.boundaries else None
    landing = settings.landing or settings.sample / "landing"
    office = Office(
        address=lambda: database_url(settings), now=lambda: city_now(settings, landing), landing=landing,
        reference=reference, boundaries=boundaries,
    )  # fmt: skip
    Clerk(office, lambda: over.is_set() or (parent is not None and os.getppid() != parent)).work()
