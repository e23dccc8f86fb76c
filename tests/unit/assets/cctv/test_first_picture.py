"""How much of a segment has to come, by its first bytes: as encoders write them, and as nobody does."""

import struct
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
    """Bytes that somebody asks for who knows nothing but what came: at first a thousand."""
    come = 1000
    while (needed := bytes_needed(content[:come])) > come:
        come = needed
    return come


@pytest.mark.parametrize("kind", ["mpegts", "mp4"])
@pytest.mark.parametrize("has_sound", [False, True])
def test_so_many_bytes_give_the_picture_that_all_give_and_fewer_none(kind: str, *, has_sound: bool) -> None:
    content = video(kind, has_sound=has_sound)
    come = reached(content)
    assert come < len(content) / 2
    part, whole = key_frame(content[:come], is_whole=False), key_frame(content, is_whole=True)
    assert part is not None
    assert whole is not None
    assert part == whole
    less = PACKET if kind == "mpegts" else 1
    assert key_frame(content[: come - less], is_whole=False) is None


@given(st.binary(max_size=400))
def test_of_what_is_no_video_nothing_more_is_needed(content: bytes) -> None:
    if content[:1] != b"G":
        assert bytes_needed(content) <= len(content) or content[4:8] in (b"moof", b"moov")


@given(st.sampled_from(["mpegts", "mp4"]), st.data())
def test_a_flipped_byte_costs_bytes_and_not_the_sweep(kind: str, data: st.DataObject) -> None:
    content = bytearray(video(kind))
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, 1500))] = data.draw(st.integers(0, 255))
    assert bytes_needed(content) >= 0


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(body), kind) + body


def test_a_run_that_tells_of_four_billion_samples_is_not_counted() -> None:
    handler = box(b"hdlr", bytes(8) + b"vide" + bytes(12))
    track = box(b"trak", box(b"tkhd", bytes(12) + struct.pack(">I", 1) + bytes(68)) + box(b"mdia", handler))
    run = box(b"trun", struct.pack(">IIi", 0x1, 2**32 - 1, 0))
    head = box(b"tfhd", struct.pack(">IIII", 0x20030, 1, 0, 0x10000))
    content = box(b"moov", track) + box(b"moof", box(b"traf", head + run))
    assert bytes_needed(content) == len(content)


def test_a_fragment_of_a_key_frame_in_the_middle_ends_there() -> None:
    handler = box(b"hdlr", bytes(8) + b"vide" + bytes(12))
    track = box(b"trak", box(b"tkhd", bytes(12) + struct.pack(">I", 7) + bytes(68)) + box(b"mdia", handler))
    samples = b"".join(struct.pack(">II", size, flags) for size, flags in ((100, 0x10000), (200, 0), (50, 0x10000)))
    head = box(b"tfhd", struct.pack(">II", 0x20000, 7))

    def fragment(offset: int) -> bytes:
        return box(b"moof", box(b"traf", head + box(b"trun", struct.pack(">IIi", 0x601, 3, offset) + samples)))

    moof = fragment(len(fragment(0)) + 8)
    init = box(b"moov", track)
    assert bytes_needed(init + moof[:20]) == len(init) + len(moof)
    assert bytes_needed(init + moof) == len(init) + len(moof) + 8 + 100 + 200
