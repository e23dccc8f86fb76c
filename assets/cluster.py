"""A Dask cluster that several machines work for: opened, and waited for.

Belongs here: the client, and the words for a cluster that does not answer or has nobody at work. Does not belong here:
what is spread (cctv/live.py, traffic/spread.py).

Each task carries what it needs: one whose worker died is done by another, and done again it gives the same.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from distributed import Client, Future

ANSWER_S = 30


class ClusterError(RuntimeError):
    """A cluster that does not do what it was given."""


@contextmanager
def open_cluster(scheduler: str, answer_s: float = ANSWER_S) -> Iterator["Client"]:
    """Open a cluster that has a worker.

    Args:
        scheduler: Address, such as `tcp://10.0.0.5:8786`.
        answer_s: Seconds for it to answer, and for a worker to come.

    Raises:
        ClusterError: Nobody answers there, or there is no worker.
    """
    import distributed

    try:
        client = distributed.Client(scheduler, timeout=answer_s)
    except (OSError, ValueError) as error:
        raise ClusterError(
            f"Expected a Dask scheduler at {scheduler} (JSC_DASK_SCHEDULER), found none: {error}. Start it with"
            " `dask scheduler`, or leave the variable out to use the processors of this machine"
        ) from error
    with client:
        try:
            client.wait_for_workers(1, timeout=answer_s)
        except TimeoutError as error:
            raise ClusterError(
                f"Expected workers of the Dask scheduler at {scheduler}, found none in {answer_s:.0f} s. Start one for"
                f" each core of a machine with this version of the platform: dask worker {scheduler} --nthreads 1"
            ) from error
        yield client


def each_done(futures: Sequence["Future"], seconds: float) -> Iterator[Any]:
    """Results of tasks as they come.

    Args:
        futures: The tasks.
        seconds: For all of them together.

    Raises:
        ClusterError: Some are not done by then.
    """
    import distributed

    done = 0
    try:
        for future in distributed.as_completed(futures, timeout=seconds):
            yield future.result()
            done += 1
    except TimeoutError as error:
        raise ClusterError(
            f"Expected {len(futures)} tasks of the cluster to be done in {seconds:.0f} s, found {done}. See that its"
            " workers run and are as many as the work wants"
        ) from error
