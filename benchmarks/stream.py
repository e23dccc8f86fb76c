"""Claim: a still from a stream costs at most 0.35 times the bytes of its playlist and newest segment.

Belongs here: HLS streams of a drawn road, asked for by the sweep and, beside it, whole. Does not belong here: the time
that a sweep takes (sweep.py).

Streams of 2, 4 and 6 s a segment, each with one key frame, are asked for as the sweep does, then whole by the same
wire; the host, a process of its own, counts what it sends. What a still costs follows from the share of the segment
that is key frame, which is printed beside it: less cannot be had of a stream. A host that knows no byte ranges has sent
more than is received by the time that the sweep leaves the answer.
"""

import asyncio
import multiprocessing
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import cv2
import httpx
import numpy as np

if TYPE_CHECKING:
    import av

    from assets.cctv.answers import LiveCamera

SEGMENTS_S = (2, 4, 6)
# Size, bit rate of the video and whether there is sound: the first as public streams here are.
STREAMS = ((640, 360, 534_000, False), (640, 360, 534_000, True), (1280, 720, 2_000_000, False))
FRAMES_A_SECOND, SECONDS = 20, 12
STILLS, TURNS = 20, 3
BAR = 0.35

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Cost:
    """Of one still: bytes that the host sent, milliseconds of this process."""

    sent: int
    cpu_ms: float


def measure(tell: Tell) -> list[str]:
    """Measure each of the streams, in MPEG-TS and in fMP4.

    Args:
        tell: Called with each step as it begins.

    Returns:
        One line per stream, with its bar.
    """
    lines = []
    for width, height, rate, has_sound in STREAMS:
        pictures = list(_moving((width, height)))
        for seconds in SEGMENTS_S:
            for kind in ("mpegts", "fmp4"):
                said = ", with sound" if has_sound else ""
                name = f"{width}x{height}, {rate // 1000} kbit/s{said}, {seconds} s, {kind}"
                tell(f"encoding {SECONDS} s of {name}")
                with TemporaryDirectory(prefix="jsc-bench-") as folder:
                    _encode(Path(folder), pictures, rate, (kind, seconds), has_sound=has_sound)
                    lines.append(f"{name}: {_judged(Path(folder))}")
    return lines


def public_still() -> Cost:
    """What a still costs of a stream as public ones here are: without sound, in segments of 4 s of MPEG-TS."""
    width, height, rate, _ = STREAMS[0]
    with TemporaryDirectory(prefix="jsc-bench-") as folder:
        _encode(Path(folder), list(_moving((width, height))), rate, ("mpegts", 4), has_sound=False)
        with _host(Path(folder)) as (url, sent):
            return _costs(url, sent)[0]


def _judged(folder: Path) -> str:
    key = _key_frame_bytes(folder)
    with _host(folder) as (url, sent):
        own, whole = _costs(url, sent)
    return (
        f"{own.sent:,} bytes, whole {whole.sent:,}, {own.sent / whole.sent:.2f} times (bar: {BAR} times; the key frame"
        f" alone {key / whole.sent:.2f}); {own.cpu_ms:.1f} ms of processor, whole {whole.cpu_ms:.1f},"
        f" {own.cpu_ms / whole.cpu_ms:.2f} times"
    )


def _encode(folder: Path, pictures: list[np.ndarray], rate: int, form: tuple[str, int], *, has_sound: bool) -> None:
    import av

    kind, seconds = form
    options = {"hls_time": str(seconds), "hls_segment_type": kind, "hls_list_size": "0"}
    options |= {"hls_flags": "program_date_time"}
    with av.open(str(folder / "v.m3u8"), "w", format="hls", options=options) as container:
        video = container.add_stream(
            "libx264", rate=FRAMES_A_SECOND, options={"preset": "veryfast", "sc_threshold": "0"}
        )
        video.height, video.width = pictures[0].shape[:2]
        video.pix_fmt, video.bit_rate = "yuv420p", rate
        video.codec_context.gop_size = seconds * FRAMES_A_SECOND
        sound = container.add_stream("aac", rate=44_100) if has_sound else None
        silence = _silence() if sound is not None else iter(())
        for picture in pictures:
            container.mux(video.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
            if sound is not None:
                for _ in range(44_100 // 1024 // FRAMES_A_SECOND):
                    container.mux(sound.encode(next(silence)))
        container.mux(video.encode(None))
        if sound is not None:
            container.mux(sound.encode(None))


def _moving(size: tuple[int, int]) -> Iterator[np.ndarray]:
    """A road with traffic that moves, under the noise of a sensor."""
    from sample_city.scene import make_scene
    from sample_city.vehicles import draw_vehicles, place_vehicles

    rng = np.random.default_rng(1)
    scene = make_scene(rng, is_lit=True)
    vehicles = place_vehicles(rng, scene.view, 0.3).vehicles
    for number in range(SECONDS * FRAMES_A_SECOND):
        canvas = scene.daylight.copy()
        driven = [replace(one, z_m=9 + (one.z_m - 9 - 6 * number / FRAMES_A_SECOND) % 60) for one in vehicles]
        draw_vehicles(canvas, scene.view, sorted(driven, key=lambda one: -one.z_m))
        picture = cv2.resize(canvas, size, interpolation=cv2.INTER_CUBIC).astype(np.float32)
        yield np.clip(picture + rng.normal(0, 2, picture.shape), 0, 255).astype(np.uint8)


def _silence() -> "Iterator[av.AudioFrame]":
    import av

    for number in count():
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        frame.sample_rate, frame.pts = 44_100, number * 1024
        yield frame


def _key_frame_bytes(folder: Path) -> int:
    """Of the newest segment's first picture, without what a container adds."""
    import av

    with av.open(str(folder / "v.m3u8")) as container:
        sizes = [packet.size for packet in container.demux(video=0) if packet.is_keyframe]
    return sizes[-1]


def _costs(url: str, sent: Callable[[], int]) -> tuple[Cost, Cost]:
    """Least cost of a still as the sweep asks for it, and by the whole segment; both give the same picture."""
    from assets.cctv.answers import LiveCamera

    camera = LiveCamera("x", "p", "hls", url)
    least: dict[Callable[[LiveCamera], bytes], Cost] = {}
    pictures = set()
    for _ in range(TURNS):
        for way in (_still, _whole):
            sent()
            begin = time.process_time()
            pictures |= {way(camera) for _ in range(STILLS)}
            cost = Cost(sent() // STILLS, (time.process_time() - begin) * 1000 / STILLS)
            least[way] = min(cost, least.get(way, cost), key=lambda cost: cost.cpu_ms)
    if len(pictures) != 1:
        raise RuntimeError(f"expected one picture both ways, found {len(pictures)}")
    return least[_still], least[_whole]


def _still(camera: "LiveCamera") -> bytes:
    """The picture as the sweep gets it."""
    from assets.cctv.answers import Captured
    from assets.cctv.capture import capture_all

    async def ask() -> bytes:
        async for _, answer in capture_all([camera], time.monotonic() + 60):
            if isinstance(answer, Captured):
                return answer.content
            raise RuntimeError(f"expected a picture, found {answer}")
        raise RuntimeError("expected an answer, found none")

    return asyncio.run(ask())


def _whole(camera: "LiveCamera") -> bytes:
    """The picture by the playlist, the init section where there is one, and all of the newest segment."""
    from assets.cctv.key_frame import key_frame
    from assets.cctv.playlist import read_playlist
    from assets.cctv.reach import Reach
    from assets.cctv.wire import Connections, Wire

    async def ask() -> bytes:
        async with Connections(Reach()) as connections:
            with connections.budget.account() as account:
                wire = Wire(connections, camera, Reach(), account)

                async def read(url: httpx.URL) -> bytes:
                    async with wire.get(url) as reply:
                        return await reply.whole()

                newest = read_playlist((await read(wire.url)).decode(), wire.url).segments[0]
                before = b"" if newest.init is None else await read(newest.init.url)
                frame = key_frame(before + await read(newest.part.url), is_whole=True)
        if frame is None:
            raise RuntimeError("expected a key frame in the newest segment, found none")
        return frame.content

    return asyncio.run(ask())


@contextmanager
def _host(folder: Path) -> Iterator[tuple[str, Callable[[], int]]]:
    """Serve a folder from another process; gives its playlist's address, and what tells the bytes sent since then."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=[folder, theirs], daemon=True)
    process.start()

    def sent() -> int:
        ours.send("sent")
        return int(ours.recv())

    try:
        yield str(ours.recv()), sent
    finally:
        ours.send("end")
        process.join()


def _serve(folder: Path, pipe: Connection) -> None:
    from sample_city.raw_host import RawHost, file_of

    with RawHost({f"/{path.name}": file_of(path) for path in folder.iterdir()}) as host:
        pipe.send(host.url("/v.m3u8"))
        while pipe.recv() == "sent":
            pipe.send(host.sent.total())
            host.sent.clear()
