"""Sixty-four hosts that each send as much as they may: together they cost little, and a usual picture comes through."""

import asyncio
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path

import pytest

from assets.cctv.answers import MOST_BYTES, Captured, LiveCamera
from assets.cctv.budget import Budget
from assets.cctv.capture import capture_all
from assets.cctv.wire import AT_ONCE, MOST_HELD
from database.settings import PROJECT
from sample_city.raw_host import RawHost, answer

PICTURE = b"\xff\xd8\xff\xe0" + bytes(range(1, 200)) * 1_000 + b"\xff\xd9"
LARGE = PICTURE[:-2] + b"\0" * (MOST_BYTES - len(PICTURE)) + PICTURE[-2:]
MOST_MEMORY = 200 * 1024 * 1024

# Asks every address given, and tells how far the memory of the process grew and what came.
SWEEP = """
import asyncio, json, re, sys, time
from pathlib import Path
from assets.cctv import capture
from assets.cctv.answers import Captured, LiveCamera

capture.CAMERA_S = 4.0

def peak():
    # Not getrusage's: that begins with what the process held that started this one.
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) * 1024

async def sweep(urls):
    cameras = [LiveCamera(url, "p", "still", url) for url in urls]
    said = {}
    async for camera, answer in capture.capture_all(cameras, time.monotonic() + 60):
        said[camera.url] = len(answer.content) if isinstance(answer, Captured) else answer.reason
    return said

[warm, *urls] = sys.argv[1:]
asyncio.run(sweep([warm]))
before = peak()
print(json.dumps([asyncio.run(sweep(urls)), peak() - before]))
"""


def withheld(end: threading.Event) -> Callable[[str], Iterable[bytes]]:
    """As long as an answer may be, but for its end, which does not come."""

    def said(_: str) -> Iterable[bytes]:
        yield answer(LARGE)[:-2]
        end.wait(20)

    return said


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells the most that a process held")
def test_sixty_four_hosts_at_once_stay_under_200_mb_and_a_usual_picture_comes_through() -> None:
    assert AT_ONCE * MOST_BYTES > 3 * MOST_MEMORY, "without a budget they would not"
    end = threading.Event()
    with ExitStack() as stack:
        usual = stack.enter_context(RawHost({"/a": answer(PICTURE)}))
        hosts = [stack.enter_context(RawHost({"/a": withheld(end)})) for _ in range(AT_ONCE - 1)]
        stack.callback(end.set)
        done = subprocess.run(  # noqa: S603 - the lines above
            [sys.executable, "-c", SWEEP, usual.url("/a"), *(host.url("/a") for host in hosts), usual.url("/a")],
            cwd=PROJECT, capture_output=True, text=True, check=True, timeout=120,
        )  # fmt: skip
    said, grown = json.loads(done.stdout)
    assert said.pop(usual.url("/a")) == len(PICTURE)
    assert all("within 4 s, found none" in str(one) for one in said.values())
    assert 0 < grown < MOST_MEMORY


def test_large_pictures_that_are_too_many_for_the_budget_all_come() -> None:
    count = MOST_HELD // MOST_BYTES * 3
    with ExitStack() as stack:
        hosts = [stack.enter_context(RawHost({"/a": answer(LARGE)})) for _ in range(count)]
        cameras = [LiveCamera(host.url("/a"), "p", "still", host.url("/a")) for host in hosts]

        async def lengths() -> list[int]:
            deadline = time.monotonic() + 60
            answers = [said async for _, said in capture_all(cameras, deadline)]
            return [len(said.content) for said in answers if isinstance(said, Captured)]

        assert asyncio.run(lengths()) == [MOST_BYTES] * count


def test_one_answer_at_a_time_grows_beyond_its_share_once_the_budget_is_spent() -> None:
    async def take() -> None:
        budget = Budget(most=100, share=10)
        with budget.account() as waits, budget.account() as small:
            with budget.account() as large, budget.account() as beyond:
                await large.take(95)
                await small.take(10)
                await beyond.take(50)
                waiting = asyncio.create_task(waits.take(50))
                await asyncio.sleep(0)
                assert not waiting.done()
            await waiting
        assert budget.held == 0

    asyncio.run(take())
