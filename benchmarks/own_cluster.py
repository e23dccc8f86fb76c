"""A Dask cluster of a benchmark's own: a scheduler and workers, each a process as `dask` starts it on a machine.

Belongs here: their start and their end. Does not belong here: what is measured on it.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.verb import free_port


class OwnCluster:
    """A scheduler on loopback, and workers of one thread each.

    Attributes:
        scheduler: Its address.
        workers: The processes that were started, also those that ended.
    """

    def __init__(self, folder: Path) -> None:
        port = free_port()
        self.scheduler = f"tcp://127.0.0.1:{port}"
        self.workers: list[subprocess.Popen[bytes]] = []
        self._folder = folder
        self._head = self._start("scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard")

    def add_worker(self) -> "subprocess.Popen[bytes]":
        """Start one more worker; it takes work as soon as it has found the scheduler."""
        here = ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1"]
        folder = ["--local-directory", str(self._folder)]
        self.workers.append(self._start("worker", self.scheduler, *here, *folder))
        return self.workers[-1]

    def end(self) -> None:
        """End all of them."""
        for process in (*self.workers, self._head):
            process.kill()
            process.wait()

    def _start(self, part: str, *arguments: str) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", f"distributed.cli.dask_{part}", *arguments]
        with (self._folder / f"{part}-{len(self.workers)}.log").open("wb") as told:
            return subprocess.Popen(command, stdout=told, stderr=told)  # noqa: S603 - Dask's own


@contextmanager
def own_cluster(workers: int) -> Iterator[OwnCluster]:
    """Start a cluster, and wait until all its workers are there.

    Args:
        workers: How many.
    """
    import distributed

    with TemporaryDirectory(prefix="jsc-dask-", ignore_cleanup_errors=True) as folder:
        cluster = OwnCluster(Path(folder))
        try:
            for _ in range(workers):
                cluster.add_worker()
            with distributed.Client(cluster.scheduler, timeout=120, set_as_default=False) as client:
                if workers:
                    client.wait_for_workers(workers, timeout=120)
            yield cluster
        finally:
            cluster.end()
