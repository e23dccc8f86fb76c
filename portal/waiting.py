"""Waiting for what becomes of something that was handed in, as long as a page may.

Belongs here: how long. Does not belong here: what is looked for.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

# Seconds that a page waits for a number before it is shown without; between two looks.
WAITS_S = 2.0
LOOKS_EACH_S = 0.1

Told = TypeVar("Told")


async def waited_for(look: Callable[[], Awaitable[Told | None]]) -> Told | None:
    """What is found at last; None where it is not there in time."""
    until = time.monotonic() + WAITS_S
    while (told := await look()) is None and time.monotonic() < until:
        await asyncio.sleep(LOOKS_EACH_S)
    return told
