"""A database server of a benchmark's own, in a temporary folder.

Belongs here: its start, its end, what it spends. Does not belong here: what is measured on it.
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


def server_seconds(settings: Settings) -> float:
    """Seconds of processors that the server's processes spent since its start, those that ended among them."""
    import psutil

    pid = int((settings.data / "postgres" / "postmaster.pid").read_text(encoding="ascii").splitlines()[0])
    server = psutil.Process(pid)
    own = server.cpu_times()
    total = own.user + own.system + own.children_user + own.children_system
    for process in server.children(recursive=True):
        try:
            spent = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += spent.user + spent.system
    return float(total)
