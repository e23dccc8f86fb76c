"""Claim: two workers of a Dask cluster sweep nearly twice the cameras of one.

Belongs here: cameras a second with one and two workers, beside what two processes that do nothing but decode gain on
the same cores. Does not belong here: what a sweep costs (sweep.py), workers that die (a test of the sweep).

Scheduler, workers and whoever waits for them share this machine's cores. Everything is timed by turns in one run, and
the least time counts: what else a machine does only ever adds.
"""

import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from assets.cluster import open_cluster
from benchmarks.own_cluster import own_cluster
from benchmarks.sweep import ATTEMPTS, RESOLUTIONS, decode_all, seasoned_states, sweep_of, write_pictures
from ml.vision.state import State

Tell = Callable[[str], None]


def measure(cameras: int, tell: Tell) -> list[str]:
    """Measure sweeps from files by one worker and by two.

    Args:
        cameras: How many.
        tell: Called with each step as it begins.

    Returns:
        One line per claim, with its bar.
    """
    sweeping: dict[int, float] = {}
    decoding: dict[int, float] = {}
    with TemporaryDirectory(prefix="jsc-bench-") as folder:
        home = Path(folder)
        tell("drawing the roads")
        taught, pictures = write_pictures(home / "pictures", RESOLUTIONS["720p"])
        seasoned = seasoned_states(taught)
        shown = [pictures[number % len(pictures)] for number in range(cameras)]
        for attempt in range(ATTEMPTS):
            for workers in (1, 2):
                tell(f"{workers} of 2 workers, {attempt + 1} of {ATTEMPTS} times")
                sweeping[workers] = min(_sweep(shown, home, seasoned, workers), sweeping.get(workers, float("inf")))
                decoding[workers] = min(_decode(shown, workers), decoding.get(workers, float("inf")))
    gains = [times[1] / times[2] for times in (sweeping, decoding)]
    cores = len(os.sched_getaffinity(0))
    return [
        f"{workers} of 2 workers: {cameras / seconds:,.0f} cameras a second" for workers, seconds in sweeping.items()
    ] + [
        f"two workers: {gains[0]:.2f} times the cameras a second of one (bar: 1.8 times);"
        f" two processes that decode alone: {gains[1]:.2f} times one, which is what {cores} cores allow"
    ]


def _sweep(shown: Sequence[Path], home: Path, seasoned: State, workers: int) -> float:
    """Seconds of a sweep by so many workers, which have their imports behind them."""
    addresses = [path.as_uri() for path in shown]
    with own_cluster(workers) as cluster:
        with open_cluster(cluster.scheduler) as client:
            client.run(_import_all)
        return sweep_of(addresses, "file", home / "states", seasoned, _unheard, cluster.scheduler).wall


def _import_all() -> None:
    import assets.cctv.live  # noqa: F401


def _decode(shown: Sequence[Path], processes: int) -> float:
    """Seconds of so many processes to decode all pictures once, each its share."""
    shares = [shown[start::processes] for start in range(processes)]
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        # Both have their imports behind them then.
        list(pool.map(decode_all, [share[:1] for share in shares]))
        begin = time.perf_counter()
        list(pool.map(decode_all, shares))
        return time.perf_counter() - begin


def _unheard(_: str) -> None:
    """Nobody listens."""
