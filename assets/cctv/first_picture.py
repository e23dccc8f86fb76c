"""How much of a segment has to come before its first key frame can be whole.

Belongs here: where pictures begin and end in MPEG-TS and in fragmented MP4, read from the first bytes alone.
Does not belong here: asking for bytes (hls.py), decoding them (key_frame.py).

To ask a decoder costs milliseconds, and to ask for too much costs the camera's uplink. A fragment of MP4 says where its
pictures end before the first one begins. A transport stream does not, but the next picture's first packet tells that
the one before has ended.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

PACKET = 188
_SYNC, _VIDEO_STREAMS = 0x47, range(0xE0, 0xF0)

# Flags of ISO/IEC 14496-12: of `tfhd`, of `trun`, of a sample.
_HAS_BASE, _HAS_DESCRIPTION, _HAS_DURATION, _HAS_SIZE, _HAS_FLAGS = 0x1, 0x2, 0x8, 0x10, 0x20
_OFFSET, _FIRST_FLAGS, _DURATIONS, _SIZES, _FLAGS, _COMPOSITION = 0x1, 0x4, 0x100, 0x200, 0x400, 0x800
_IS_NO_KEY, _BOX_HEAD = 0x10000, 8

# No real stream has more of one kind side by side; whoever sends more gets no other look.
_MOST_BOXES, _MOST_SAMPLES = 256, 1024


def bytes_needed(content: bytes | bytearray) -> int:
    """How many bytes of a segment are needed at least before its first key frame can be whole.

    Args:
        content: What has come of it from its beginning on, behind its init section where it has one.

    Returns:
        At most `len(content)` where a decoder may find it, or where nothing can be told of such bytes.
    """
    if len(content) >= PACKET and content[0] == _SYNC:
        return _of_transport_stream(content)
    try:
        return _of_fragment(bytes(content))
    except (struct.error, IndexError):
        return len(content)


def _of_transport_stream(content: bytes | bytearray) -> int:
    """One byte more than came until a second picture of the first video has begun."""
    first = None
    for at in range(0, len(content) - PACKET + 1, PACKET):
        if content[at] != _SYNC:
            return len(content)
        said = int.from_bytes(content[at + 1 : at + 3], "big")
        program = said & 0x1FFF
        if not said & 0x4000 or (first is not None and program != first):
            continue
        start = at + 4 + (1 + content[at + 4] if content[at + 3] & 0x20 else 0)
        head = bytes(content[start : min(start + 4, at + PACKET)])
        if len(head) == 4 and head.startswith(b"\0\0\1") and head[3] in _VIDEO_STREAMS:
            if first is not None:
                return at + PACKET
            first = program
    return len(content) + 1


@dataclass(slots=True)
class _Video:
    """What the init section says of the video; sizes in bytes."""

    track: int = 0
    size: int = 0
    flags: int = 0
    is_fragmented: bool = False


def _of_fragment(content: bytes) -> int:
    """Where the first key frame ends that a fragment describes; before its description is whole, where that ends."""
    video, last = _Video(), 0
    for kind, start, body, end in _boxes(content, 0, len(content)):
        if kind in (b"moov", b"moof") and end > len(content):
            return end
        if kind == b"moov":
            video = _video_of(content, body, end)
        elif kind == b"moof":
            return _key_end(content, start, body, end, video) or len(content)
        last = end
    return last + _BOX_HEAD if video.is_fragmented else len(content)


def _boxes(content: bytes, at: int, end: int) -> Iterator[tuple[bytes, int, int, int]]:
    """Kind, start, body and end of the boxes in a stretch; the last may end behind what has come."""
    for _ in range(_MOST_BOXES):
        if at + _BOX_HEAD > min(end, len(content)):
            return
        size, kind = struct.unpack_from(">I4s", content, at)
        body = at + _BOX_HEAD
        if size == 1:
            (size,) = struct.unpack_from(">Q", content, body)
            body += 8
        if size < body - at:
            return
        yield kind, at, body, at + size
        at += size


def _video_of(content: bytes, body: int, end: int) -> _Video:
    video = _Video()
    defaults: dict[int, tuple[int, int]] = {}
    for kind, _, inner, inner_end in _boxes(content, body, end):
        if kind == b"trak" and not video.track:
            video.track = _track_of(content, inner, inner_end)
        elif kind == b"mvex":
            for name, _, at, _ in _boxes(content, inner, inner_end):
                if name == b"trex":
                    track, _, _, size, flags = struct.unpack_from(">5I", content, at + 4)
                    defaults[track] = size, flags
    video.is_fragmented = video.track in defaults
    video.size, video.flags = defaults.get(video.track, (0, 0))
    return video


def _track_of(content: bytes, body: int, end: int) -> int:
    """Number of a track that shows pictures; 0 of others."""
    track, is_video = 0, False
    for kind, _, inner, inner_end in _boxes(content, body, end):
        if kind == b"tkhd":
            (track,) = struct.unpack_from(">I", content, inner + (20 if content[inner] else 12))
        elif kind == b"mdia":
            is_video = any(
                name == b"hdlr" and content[at + 8 : at + 12] == b"vide"
                for name, _, at, _ in _boxes(content, inner, inner_end)
            )
    return track if is_video else 0


def _key_end(content: bytes, start: int, body: int, end: int, video: _Video) -> int | None:
    """Where the first key frame of a fragment ends; None without one, or where its place is told in another way."""
    for kind, _, inner, inner_end in _boxes(content, body, end):
        if kind != b"traf":
            continue
        size, flags = video.size, video.flags
        for name, _, at, _ in _boxes(content, inner, inner_end):
            said = int.from_bytes(content[at + 1 : at + 4], "big")
            if name == b"tfhd":
                (track,) = struct.unpack_from(">I", content, at + 4)
                if track != video.track or said & _HAS_BASE:
                    break
                at += 8 + (4 if said & _HAS_DESCRIPTION else 0) + (4 if said & _HAS_DURATION else 0)
                if said & _HAS_SIZE:
                    (size,), at = struct.unpack_from(">I", content, at), at + 4
                if said & _HAS_FLAGS:
                    (flags,) = struct.unpack_from(">I", content, at)
            elif name == b"trun" and said & _OFFSET:
                found = _key_end_of_run(content, at, said, size, flags)
                if found is not None:
                    return start + found
    return None


def _key_end_of_run(content: bytes, at: int, said: int, size: int, flags: int) -> int | None:
    """Where the first key frame of a run of samples ends, counted from the fragment's beginning."""
    count, place = struct.unpack_from(">Ii", content, at + 4)
    at += 12
    first = None
    if said & _FIRST_FLAGS:
        (first,), at = struct.unpack_from(">I", content, at), at + 4
    for number in range(min(count, _MOST_SAMPLES)):
        at += 4 if said & _DURATIONS else 0
        if said & _SIZES:
            (size,), at = struct.unpack_from(">I", content, at), at + 4
        if said & _FLAGS:
            (flags,), at = struct.unpack_from(">I", content, at), at + 4
        at += 4 if said & _COMPOSITION else 0
        place += size
        if not (first if first is not None and number == 0 else flags) & _IS_NO_KEY:
            return place
    return None
