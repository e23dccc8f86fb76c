"""Training on a Dask cluster.

Belongs here: how fits get there and back. Does not belong here: the cluster itself (assets/cluster.py), what is fitted
(ml/forecast).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from joblib import parallel_config
from joblib.parallel import ParallelBackendBase

from assets.cluster import open_cluster

if TYPE_CHECKING:
    from distributed import Client, Future


@contextmanager
def fits_on(scheduler: str | None) -> Iterator[None]:
    """Have what joblib runs side by side done by a cluster; by the processes of this machine where there is none.

    Args:
        scheduler: Address of a Dask scheduler, JSC_DASK_SCHEDULER.

    Raises:
        ClusterError: It does not answer, or has no worker.
    """
    if scheduler is None:
        yield
        return
    with open_cluster(scheduler) as client, parallel_config(backend=_ClusterBackend(client)):
        yield


class _ClusterBackend(ParallelBackendBase):
    """Joblib's calls as tasks of a cluster.

    Joblib's own backend for Dask hands a large argument to one worker, and waits for ever where that one died. Here
    each task carries its arguments.
    """

    supports_timeout = True

    def __init__(self, client: "Client") -> None:
        super().__init__()
        self._client = client

    def effective_n_jobs(self, n_jobs: int) -> int:
        """How many tasks are at work at once; what is too small to be spread stays here."""
        return 1 if n_jobs == 1 else max(2, sum(self._client.ncores().values()))

    def submit(self, func: Callable[[], Any], callback: Callable[[Any], None] | None = None) -> "Future":
        """Give a task to the cluster."""
        future = self._client.submit(func, pure=False)
        if callback is not None:
            future.add_done_callback(callback)
        return future

    def retrieve_result(self, out: "Future", timeout: float | None = None) -> Any:
        """What a task gave."""
        return out.result(timeout)
