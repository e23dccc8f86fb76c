"""Silence for the image decoders, which write to file descriptor 2 past Python.

Belongs here: what libjpeg, libpng and OpenCV print about damaged frames. Does not belong here: judging damage
(ml/vision/health.py sees it in the picture).
"""

import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_DECODER_LINE = re.compile(r"JPEG|libpng|^\[ *(WARN|ERROR|INFO)")

# The descriptor belongs to the process, so one thread at a time may swap it.
_swapping = threading.Lock()


@contextmanager
def without_decoder_noise() -> Iterator[None]:
    """Drop the decoders' lines; what other threads write to stderr meanwhile is passed on when the block ends.

    A city with 1 % torn frames would print 10,000 such lines a day. Costs about 10 microseconds.
    """
    with _swapping:
        stderr, caught = os.dup(2), os.memfd_create("decoder-noise")
        os.dup2(caught, 2)
        try:
            yield
        finally:
            os.dup2(stderr, 2)
            for line in _written(caught):
                if not _DECODER_LINE.search(line):
                    os.write(stderr, line.encode())
            os.close(stderr)
            os.close(caught)


def _written(descriptor: int) -> list[str]:
    size = os.lseek(descriptor, 0, os.SEEK_CUR)
    return os.pread(descriptor, size, 0).decode(errors="replace").splitlines(keepends=True) if size else []
