"""Claim: a still from a stream costs at most 0.6 times the bytes of its playlist and newest segment.

Belongs here: HLS streams of a drawn road, asked for by the sweep and, beside it, whole. Does not belong here: the time
that a sweep takes (sweep.py).

The newest segment, of four seconds, is asked for as the sweep does, then whole; the host counts what it sends.
A host that knows no byte ranges has sent more than is received by the time that the sweep leaves the answer.
"""

import asyncio
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from urllib.request import urlopen

import cv2
import numpy as np

if TYPE_CHECKING:
    import av

# Size, bit rate of the video and whether there is sound: the first as Jakarta's public streams are.
STREAMS = ((640, 360, 534_000, False), (640, 360, 534_000, True), (1280, 720, 2_000_000, False))
FRAMES_A_SECOND, SEGMENT_S, SECONDS = 20, 4, 12

Tell = Callable[[str], None]


def measure(tell: Tell) -> list[str]:
    """Measure each of the streams, in MPEG-TS and in fMP4.

    Args:
        tell: Called with each step as it begins.

    Returns:
        One line per stream, with its bar.
    """
    lines = []
    for width, height, rate, has_sound in STREAMS:
        for kind in ("mpegts", "fmp4"):
            name = f"{width}x{height}, {rate // 1000} kbit/s{', with sound' if has_sound else ''}, {kind}"
            tell(f"encoding {SECONDS} s of {name}")
            with TemporaryDirectory(prefix="jsc-bench-") as folder:
                _encode(Path(folder), (width, height), rate, kind, has_sound=has_sound)
                own, whole = _cost(Path(folder))
            lines.append(f"{name}: {own:,} bytes, whole {whole:,}, {own / whole:.2f} times (bar: 0.6 times)")
    return lines


def _encode(folder: Path, size: tuple[int, int], rate: int, kind: str, *, has_sound: bool) -> None:
    import av

    options = {"hls_time": str(SEGMENT_S), "hls_segment_type": kind, "hls_flags": "program_date_time"}
    with av.open(str(folder / "v.m3u8"), "w", format="hls", options=options) as container:
        video = container.add_stream("libx264", rate=FRAMES_A_SECOND, options={"sc_threshold": "0"})
        video.width, video.height, video.pix_fmt, video.bit_rate = *size, "yuv420p", rate
        video.codec_context.gop_size = SEGMENT_S * FRAMES_A_SECOND
        sound = container.add_stream("aac", rate=44_100) if has_sound else None
        silence = _silence() if sound is not None else iter(())
        for picture in _moving(size):
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


def _cost(folder: Path) -> tuple[int, int]:
    """Bytes that the host sent for the sweep's still, and for the playlist and the whole newest segment."""
    from assets.cctv.answers import Captured, LiveCamera
    from assets.cctv.capture import capture_all
    from sample_city.raw_host import RawHost, file_of

    with RawHost({f"/{path.name}": file_of(path) for path in folder.iterdir()}) as host:

        async def still() -> None:
            cameras = [LiveCamera("x", "p", "hls", host.url("/v.m3u8"))]
            async for _, answer in capture_all(cameras, time.monotonic() + 60):
                if not isinstance(answer, Captured):
                    raise RuntimeError(f"expected a picture, found {answer}")

        asyncio.run(still())
        own = host.sent.total()
        host.sent.clear()
        text = (folder / "v.m3u8").read_text()
        init = re.findall(r'MAP:URI="([^"]+)"', text)
        for name in ("v.m3u8", *init[-1:], re.findall(r"^[^#\n]+$", text, re.MULTILINE)[-1]):
            with urlopen(host.url(f"/{name}")) as whole:  # noqa: S310 - of this machine
                whole.read()
        return own, host.sent.total()
