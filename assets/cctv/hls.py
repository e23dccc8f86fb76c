"""HLS: the newest key frame of a stream, for as few bytes as it can be had.

Belongs here: which playlist and which segment is asked for, and how much of it. Does not belong here: what a playlist
says (playlist.py), decoding (key_frame.py).

A segment is received until its first key frame is whole: by byte ranges where the host knows them, else by leaving the
answer. A playlist of the key frames alone tells their bytes, where a stream has one. What is gone, empty or without a
key frame gives way to the segment before it; a stream without a picture to the next dearer one.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from datetime import UTC, datetime

import httpcore
import httpx

from assets.cctv.answers import MOST_BYTES, Captured, NoPictureError, TooMuchError
from assets.cctv.first_picture import bytes_needed
from assets.cctv.key_frame import KeyFrame, NoVideoError, key_frame
from assets.cctv.picture_time import is_plausible, taken_at
from assets.cctv.playlist import Key, Part, Playlist, Segment, read_playlist
from assets.cctv.still import END
from assets.cctv.wire import Reply, Wire, part_begins_at, part_of

MOST_VARIANTS, MOST_SEGMENTS, MOST_LEVELS = 4, 3, 3

# A key frame of 640 x 360 has 20 to 50 kB. Each further step is a request, and what it brings too much is wasted: a
# thirty-second part of the segment at most.
FIRST_BYTES, LEAST_STEP, MOST_STEPS = 16 * 1024, 4 * 1024, 32

# An encoder that knows no bit rate writes a master playlist that names no stream; the stream lies beside it.
USUAL_NAMES = ("index", "stream", "playlist", "live", "out", "stream_0", "out_0")

# Of AES, in bytes.
_BLOCK = 16

# Statuses of hosts that know no byte ranges, instead of the whole.
_NO_RANGES = frozenset({400, 405, 416, 501})


async def read_hls(wire: Wire, reply: Reply) -> Captured:
    """The newest picture of a stream.

    Args:
        wire: The way to the camera.
        reply: The playlist.

    Raises:
        NoPictureError: No segment gave one, nor did the still that some hosts keep beside the playlist.
        httpcore.NetworkError: The connection broke.
    """
    try:
        return await _of_playlist(wire, await _playlist_of(reply), reply.url, MOST_LEVELS)
    except NoPictureError as error:
        still = await _preview(wire, reply.url)
        if still is None:
            raise error from None
        return still


async def _playlist_of(reply: Reply) -> Playlist:
    return read_playlist((await reply.whole()).decode("utf-8-sig", errors="replace"), reply.url)


async def _of_playlist(wire: Wire, playlist: Playlist, url: httpx.URL, levels: int) -> Captured:
    if playlist.segments:
        return await _of_segments(wire, playlist.segments[:MOST_SEGMENTS])
    if not levels:
        raise NoPictureError("playlists that name nothing but each other")
    variants = (*playlist.key_frames, *playlist.variants[:MOST_VARIANTS])
    if not variants:
        beside = (url.join(f"{name}.m3u8") for name in USUAL_NAMES)
        variants = tuple(one for one in beside if one.path != url.path) if levels == MOST_LEVELS else ()
    found = NoPictureError("a playlist without a segment")
    for variant in variants:
        try:
            async with wire.get(variant) as reply:
                reply.check()
                other = await _playlist_of(reply)
            return await _of_playlist(wire, other, reply.url, levels - 1)
        except NoPictureError as error:
            found = error if playlist.variants else found
    raise found


async def _of_segments(wire: Wire, segments: tuple[Segment, ...]) -> Captured:
    reasons = []
    for segment in segments:
        try:
            frame = await _key_frame_of(wire, segment)
        except NoVideoError:
            raise
        except NoPictureError as error:
            reasons.append(error)
            continue
        now = datetime.now(UTC)
        moment = segment.started_at + frame.offset if segment.started_at else now
        return Captured(frame.content, *((moment, "stream") if _is_told(segment, moment, now) else (now, "received")))
    raise reasons[0]


def _is_told(segment: Segment, moment: datetime, now: datetime) -> bool:
    return segment.started_at is not None and is_plausible(moment, now)


async def _key_frame_of(wire: Wire, segment: Segment) -> KeyFrame:
    before = b"" if segment.init is None else await _whole(wire, segment.init)
    key = None if segment.key is None else await _whole(wire, Part(segment.key.url))

    def plain(content: bytearray) -> bytes:
        return before + (
            bytes(content) if key is None or segment.key is None else _decrypted(content, key, segment.key)
        )

    def needed(content: bytearray) -> int:
        least = bytes_needed(plain(content)) - len(before)
        return least if key is None else least + -least % _BLOCK

    async with aclosing(_growing(wire, segment.part, _all_of if segment.is_key_frame else needed)) as growing:
        async for content, is_whole in growing:
            frame = await asyncio.to_thread(key_frame, plain(content), is_whole=is_whole)
            if frame is not None:
                return frame
    raise NoPictureError("a segment without a key frame")


def _all_of(content: bytearray) -> int:
    del content
    return MOST_BYTES


def _decrypted(content: bytearray, key: bytes, said: Key) -> bytes:
    """As many whole blocks as came; the padding of the last one disturbs no decoder."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    if len(key) != _BLOCK:
        raise NoPictureError(f"a key of {len(key)} bytes, not {_BLOCK}")
    decryptor = Cipher(algorithms.AES(key), modes.CBC(said.iv)).decryptor()
    return decryptor.update(bytes(content[: len(content) // _BLOCK * _BLOCK]))


async def _whole(wire: Wire, part: Part) -> bytes:
    async with aclosing(_growing(wire, part, _all_of)) as growing:
        async for content, is_whole in growing:
            if is_whole:
                return bytes(content)
    raise NoPictureError("a file of the stream that broke off")


async def _growing(
    wire: Wire, part: Part, needed: Callable[[bytearray], int]
) -> AsyncGenerator[tuple[bytearray, bool], None]:
    """What has come of some bytes, again whenever there is a step more and enough, and whether it is all.

    Args:
        wire: The way to the camera.
        part: Which bytes.
        needed: How many are needed at least by what has come.

    Raises:
        NoPictureError: The host does not give them, or too many of them.
    """
    content, wanted = bytearray(), part.length
    knows_ranges = True
    while True:
        least = max(len(content) + _step(len(content), wanted), needed(content))
        end = least if wanted is None else min(least, wanted)
        headers = part_of(part.start + len(content), part.start + end) if knows_ranges else {}
        async with wire.get(part.url, headers) as reply:
            begin, length = part_begins_at(reply.headers)
            if reply.status in _NO_RANGES and knows_ranges:
                knows_ranges = False
                continue
            if reply.status != httpx.codes.PARTIAL_CONTENT or begin != part.start + len(content):
                reply.check()
                async for grown in _streamed(reply, part, needed):
                    yield grown
                return
            before = len(content)
            async for piece in reply.pieces():
                content += piece[: end - len(content)]
        if wanted is None and length is not None:
            wanted = length - part.start
        is_whole = len(content) - before < end - before or (wanted is not None and len(content) >= wanted)
        if len(content) > MOST_BYTES:
            raise TooMuchError
        if is_whole or needed(content) <= len(content):
            yield content, is_whole
        if is_whole:
            return


def _step(come: int, wanted: int | None) -> int:
    """How many bytes more to ask for, where nothing tells how many are needed."""
    if not come:
        return FIRST_BYTES
    return max(LEAST_STEP, come // 4 if wanted is None else wanted // MOST_STEPS)


async def _streamed(
    reply: Reply, part: Part, needed: Callable[[bytearray], int]
) -> AsyncGenerator[tuple[bytearray, bool], None]:
    """The same of a host that knows no byte ranges and sends everything."""
    content, skipped, told = bytearray(), 0, FIRST_BYTES
    try:
        async for piece in reply.pieces():
            skip = min(part.start - skipped, len(piece))
            skipped += skip
            content += piece[skip:]
            if part.length is not None and len(content) >= part.length:
                del content[part.length :]
                break
            if len(content) >= told:
                told = max(len(content) + _step(len(content), None), needed(content))
                if needed(content) <= len(content):
                    yield content, False
    except (httpcore.RemoteProtocolError, httpcore.ReadError):
        # A length that is too large; the key frame may be there all the same.
        if not content:
            raise
    yield content, True


async def _preview(wire: Wire, url: httpx.URL) -> Captured | None:
    """The still that some hosts keep beside a playlist; None without one."""
    try:
        async with wire.get(url.join("preview.jpg")) as reply:
            reply.check()
            content = await reply.whole()
    except NoPictureError:
        return None
    is_whole = content.startswith(b"\xff\xd8\xff") and content.rstrip(b"\r\n\0").endswith(END)
    return Captured(content, *taken_at(content, reply.headers)) if is_whole else None
