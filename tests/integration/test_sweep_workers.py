"""The processes of a sweep end with it, however that is."""

import os
import signal
import subprocess
import sys
from multiprocessing import active_children
from pathlib import Path

import psutil

from assets.cctv.workers import worker_pool
from database.settings import PROJECT

SWEEP = """
import os, time
from assets.cctv.workers import worker_pool

if __name__ == "__main__":
    with worker_pool(2) as pool:
        print(*{pool.submit(os.getpid).result() for _ in range(8)}, flush=True)
        time.sleep(600)
"""


def test_workers_of_a_killed_sweep_end(tmp_path: Path) -> None:
    program = tmp_path / "sweep.py"
    program.write_text(SWEEP)
    with subprocess.Popen(
        [sys.executable, str(program)],
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        stdout=subprocess.PIPE,
        text=True,
    ) as sweep:
        assert sweep.stdout is not None
        workers = [psutil.Process(int(number)) for number in sweep.stdout.readline().split()]
        assert workers
        sweep.send_signal(signal.SIGKILL)
        _, alive = psutil.wait_procs(workers, timeout=60)
        for worker in alive:
            worker.kill()
    assert not alive


def test_workers_of_a_sweep_that_ends_well_are_gone() -> None:
    with worker_pool(1) as pool:
        assert pool.submit(os.getpid).result() != os.getpid()
    assert not active_children()
