"""A process of our own beside another: started again where it ends, told to stop when the other stops.

Belongs here: that care. Does not belong here: what it runs (the verbs).
"""

import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

# Seconds before a process that ended is started again, and until one that was told to stop is killed.
RESTART_S = 5.0
PATIENCE_S = 20.0


@contextmanager
def supervised(command: Sequence[str]) -> Iterator[None]:
    """Keep a command running as long as the block does.

    Args:
        command: Program and arguments, of our own environment.
    """
    over = threading.Event()
    keeper = threading.Thread(target=_keep, args=(list(command), over))
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join()


def _keep(command: Sequence[str], over: threading.Event) -> None:
    while not over.is_set():
        process = subprocess.Popen(command)  # noqa: S603 - our own verb
        while process.poll() is None and not over.wait(0.1):
            pass
        if process.poll() is not None:
            over.wait(RESTART_S)
            continue
        process.terminate()
        try:
            process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
