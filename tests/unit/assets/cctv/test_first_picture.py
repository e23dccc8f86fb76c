"""How much of a segment has to come, by its first bytes: as encoders write them, and as nobody does."""

from functools import cache
from io import BytesIO

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.cctv.first_picture import PACKET, bytes_needed
from assets.cctv.key_frame import key_frame

FRAGMENTED = {"movflags": "empty_moov+default_base_moof+frag_keyframe"}


@cache
def video(kind: str, *, has_sound: bool = False) -> bytes:
    """A second of noise, ten frames with one key frame."""
    out = BytesIO()
    rng = np.random.default_rng(1)
    with av.open(out, "w", format=kind, options=FRAGMENTED if kind == "mp4" else {}) as container:
        stream = container.add_stream("libx264", rate=10, options={"preset": "ultrafast", "bf": "0"})
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        stream.codec_context.gop_size = 10
        sound = container.add_stream("aac", rate=44_100) if has_sound else None
        for number in range(10):
            picture = rng.integers(60, 120, (180, 320, 3), dtype=np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
            if sound is not None:
                silence = av.AudioFrame.from_ndarray(np.zeros((1, 4096), np.float32), format="fltp", layout="mono")
                silence.sample_rate, silence.pts = 44_100, number * 4096
                container.mux(sound.encode(silence))
        container.mux(stream.encode(None))
        if sound is not None:
            container.mux(sound.encode(None))
    return out.getvalue()


def reached(content: bytes) -> int:
    """Bytes that somebody asks for who knows nothing but what came: at first two thousand."""
    come = 2000
    while (needed := bytes_needed(content[:come])) > come:
        come = needed
    return come


@pytest.mark.parametrize("kind", ["mpegts", "mp4"])
@pytest.mark.parametrize("has_sound", [False, True])
@pytest.mark.slow
def test_so_many_bytes_give_the_picture_that_all_give_and_fewer_none(kind: str, *, has_sound: bool) -> None:
    content = video(kind, has_sound=has_sound)
    come = reached(content)
    assert 2000 < come < len(content) / 2
    part, whole = key_frame(content[:come], is_whole=False), key_frame(content, is_whole=True)
    assert part is not None
    assert whole is not None
    assert part == whole
    less = PACKET if kind == "mpegts" else 1
    assert key_frame(content[: come - less], is_whole=False) is None


@pytest.mark.parametrize("content", [b"", b"G", b"no video", bytes(2000), video("mp4")[:500]])
def test_where_nothing_is_told_a_decoder_may_try(content: bytes) -> None:
    assert bytes_needed(content) == len(content)


@given(st.sampled_from(["mpegts", "mp4"]), st.data())
def test_a_flipped_byte_costs_bytes_and_not_the_sweep(kind: str, data: st.DataObject) -> None:
    content = bytearray(video(kind))
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, 1500))] = data.draw(st.integers(0, 255))
    assert bytes_needed(bytes(content)) >= 0
