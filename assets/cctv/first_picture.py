"""How much of a segment has to come before its first key frame can be whole.

Belongs here: where pictures begin and end in MPEG-TS and in fragmented MP4, told by the first bytes alone.
Does not belong here: asking for bytes (hls.py), decoding them (key_frame.py).

A fragment of MP4 says where its pictures end before the first one begins. A transport stream does not, but the packet
that begins the next picture tells that the one before has ended: to look for it costs half of what it costs to try a
decoder with every step.
"""

from io import BytesIO

PACKET = 188
_SYNC, _VIDEO_STREAMS = 0x47, range(0xE0, 0xF0)


def bytes_needed(content: bytes) -> int:
    """How many bytes of a segment are needed at least before its first key frame can be whole.

    Args:
        content: What has come of it from its beginning on, behind its init section where it has one.

    Returns:
        At most `len(content)` where a decoder may find it, or where nothing can be told of such bytes.
    """
    if len(content) >= PACKET and content[0] == _SYNC:
        return _of_transport_stream(content)
    return _of_fragment(content)


def _of_transport_stream(content: bytes) -> int:
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
        head = content[start : min(start + 4, at + PACKET)]
        if len(head) == 4 and head.startswith(b"\0\0\1") and head[3] in _VIDEO_STREAMS:
            if first is not None:
                return at + PACKET
            first = program
    return len(content) + 1


def _of_fragment(content: bytes) -> int:
    import av

    try:
        with av.open(BytesIO(content), mode="r", format="mp4") as container:
            pictures = container.streams.video[0].index_entries
            return next((one.pos + one.size for one in pictures if one.is_keyframe), len(content))
    except (av.FFmpegError, ValueError, IndexError):
        return len(content)
