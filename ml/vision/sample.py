"""Which of a camera's many frames stand for all of them.

Belongs here: the choice. Does not belong here: what the chosen ones teach (camera.py).
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime

MOST_FRAMES = 96


def sample_of(captures: Sequence[datetime]) -> list[int]:
    """Positions of at most MOST_FRAMES captures that stand for all of them.

    The choice depends on each capture's own time alone: the same day always gets the same sample.

    Args:
        captures: Times of capture, in any order.

    Returns:
        Positions in ascending order.
    """
    ranked = sorted(range(len(captures)), key=lambda position: _shuffled(captures[position]))
    return sorted(ranked[:MOST_FRAMES])


def _shuffled(captured_at: datetime) -> bytes:
    instant = str(captured_at.timestamp()).encode()
    return hashlib.blake2b(instant, digest_size=8).digest()
