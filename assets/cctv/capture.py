"""One picture of each live camera, asked for at the same time and within a deadline.

Belongs here: how many are asked at once, patience, which host is left alone. Does not belong here: each kind of source
(web.py, rtsp.py, recorder_file.py), what a picture shows (ml/vision), which cameras there are (registry.py).

A slow or broken host delays only its own cameras: so many requests at a time for each host, a few seconds for each
camera, and a host that answered none of its first cameras is left alone for the rest of the sweep. Messages name hosts,
never an address.
"""

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from urllib.parse import urlsplit

import httpcore
import httpx
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_fixed

from assets.cctv.answers import Answer, Captured, Failed, LiveCamera, NoPictureError
from assets.cctv.reach import Reach
from assets.cctv.recorder_file import read_file
from assets.cctv.rtsp import allowed_url, read_rtsp
from assets.cctv.web import ask_web
from assets.cctv.wire import AT_ONCE, Connections

AT_ONCE_A_HOST = 8
CAMERA_S = 10.0

# A host that answered none of so many cameras is taken to be down.
FEWEST_UNANSWERED = 6

# A connection that was cut is tried once more.
_BROKEN = (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError)
_AGAIN = AsyncRetrying(
    stop=stop_after_attempt(2), wait=wait_fixed(0.2), retry=retry_if_exception_type(_BROKEN), reraise=True
)


async def capture_all(
    cameras: Sequence[LiveCamera],
    deadline: float,
    reach: Reach = Reach(),  # noqa: B008 - it is frozen
) -> AsyncIterator[tuple[LiveCamera, Answer]]:
    """Ask every camera, and give its answer as it comes.

    Args:
        cameras: Each once.
        deadline: Of `time.monotonic`; what has not come by then has failed.
        reach: What may be asked beyond public addresses and those that the list names by number.

    Yields:
        Each camera with its answer, in the order of the answers.
    """
    hosts = _Hosts(cameras)
    everywhere = asyncio.Semaphore(AT_ONCE)
    async with Connections(reach) as connections:

        async def ask(camera: LiveCamera) -> tuple[LiveCamera, Answer]:
            host = _host(camera.url)
            try:
                return await _ask(connections, camera, reach, hosts, everywhere, deadline)
            finally:
                hosts.left[host] -= 1
                if not hosts.left[host]:
                    await connections.close_host(host)

        # A task that is done holds its picture: kept to the end, all pictures of a shard would lie there together.
        finished: asyncio.Queue[asyncio.Task[tuple[LiveCamera, Answer]]] = asyncio.Queue()
        waiting = {asyncio.create_task(ask(camera)) for camera in _dealt(cameras)}
        for task in waiting:
            task.add_done_callback(finished.put_nowait)
            task.add_done_callback(waiting.discard)
        try:
            for _ in cameras:
                yield (await finished.get()).result()
        finally:
            for task in waiting:
                task.cancel()


def _dealt(cameras: Sequence[LiveCamera]) -> list[LiveCamera]:
    """Cameras host by host in turn, so that a slow host's do not stand in the way of the others'."""
    by_host: defaultdict[str, list[LiveCamera]] = defaultdict(list)
    for camera in cameras:
        by_host[_host(camera.url)].append(camera)
    turns = [(turn, host, camera) for host, own in by_host.items() for turn, camera in enumerate(own)]
    return [camera for _, _, camera in sorted(turns, key=lambda one: one[:2])]


def _host(url: str) -> str:
    """Host and port, without a password; all files are of one host."""
    return urlsplit(url).netloc.rpartition("@")[2] or "a file"


class _Hosts:
    """How each host has answered so far."""

    def __init__(self, cameras: Sequence[LiveCamera]) -> None:
        # Cameras that are not done.
        self.left = Counter(_host(camera.url) for camera in cameras)
        self.limits: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(AT_ONCE_A_HOST))
        self._answered: Counter[str] = Counter()
        self._unanswered: Counter[str] = Counter()

    def note(self, host: str, *, answered: bool) -> None:
        (self._answered if answered else self._unanswered)[host] += 1

    def is_down(self, host: str) -> bool:
        return not self._answered[host] and self._unanswered[host] >= FEWEST_UNANSWERED


async def _ask(
    connections: Connections,
    camera: LiveCamera,
    reach: Reach,
    hosts: _Hosts,
    everywhere: asyncio.Semaphore,
    deadline: float,
) -> tuple[LiveCamera, Answer]:
    host = _host(camera.url)
    try:
        async with asyncio.timeout(max(deadline - time.monotonic(), 0)), hosts.limits[host], everywhere:
            if hosts.is_down(host):
                return camera, Failed(f"not asked: {host} answered for none of its first {FEWEST_UNANSWERED} cameras")
            answer = await _one(connections, camera, reach, host)
    except TimeoutError:
        return camera, Failed(f"expected a picture from {host} before the sweep's deadline, found none")
    hosts.note(host, answered=not isinstance(answer, Failed))
    return camera, answer


async def _one(connections: Connections, camera: LiveCamera, reach: Reach, host: str) -> Answer:
    """The answer of one camera within its own seconds."""
    try:
        async with asyncio.timeout(CAMERA_S):
            return await _AGAIN(KINDS[camera.source_kind], connections, camera, reach)
    except TimeoutError:
        return Failed(f"expected a picture from {host} within {CAMERA_S:.0f} s, found none")
    except NoPictureError as error:
        return Failed(f"expected a picture from {host}, found {error}")
    except httpcore.RemoteProtocolError:
        return Failed(f"expected a picture from {host}, found an answer that breaks HTTP or breaks off")
    except (*_BROKEN, httpx.HTTPError, httpx.InvalidURL, OSError, ValueError, ExceptionGroup) as error:
        return Failed(f"expected a picture from {host}, found {type(error).__name__}")
    except NotImplementedError:
        # httpx's word for the one kind of Digest that it does not know.
        return Failed(f"expected a picture from {host}, found a Digest login of kind auth-int")


async def _rtsp(connections: Connections, camera: LiveCamera, reach: Reach) -> Captured:
    del connections
    return await asyncio.to_thread(read_rtsp, await allowed_url(camera, reach), CAMERA_S)


async def _file(connections: Connections, camera: LiveCamera, reach: Reach) -> Captured:
    del connections
    return read_file(camera, reach)


# How each kind of source is asked; camera_list.py says what their addresses look like.
KINDS: dict[str, Callable[[Connections, LiveCamera, Reach], Awaitable[Answer]]] = {
    "still": ask_web,
    "mjpeg": ask_web,
    "hls": ask_web,
    "rtsp": _rtsp,
    "file": _file,
}
