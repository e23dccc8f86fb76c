"""A database server of a benchmark's own, in a temporary folder.

Belongs here: its start and its end. Does not belong here: what is measured on it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from assets.settings import Settings


@contextmanager
def own_server(place: Path | None = None) -> Iterator[Settings]:
    """Settings of an installation without any data, whatever the environment says.

    Args:
        place: Where its folder lies; the system's own place for temporary folders when None.
    """
    from database.server import start, stop

    with TemporaryDirectory(prefix="jsc-bench-", dir=place, ignore_cleanup_errors=True) as home:
        settings = Settings(home=Path(home), database_url=None, landing=None, cameras=[])
        start(settings)
        try:
            yield settings
        finally:
            stop(settings)
