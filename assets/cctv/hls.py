"""HLS: the newest key frame of a stream, for as few bytes as it can be had.

Belongs here: which playlist and which segment is asked for, and how much of it. Does not belong here: what a playlist
says (playlist.py), decoding (key_frame.py).

A segment is received until its first key frame is whole: by byte ranges where the host knows them, else by leaving the
answer. What is gone, empty or without a key frame gives way to the segment before it; a stream without a picture to the
next dearer one.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import UTC, datetime

import httpcore
import httpx

from assets.cctv.answers import MOST_BYTES, Captured, NoPictureError, TooMuchError
from assets.cctv.key_frame import KeyFrame, NoVideoError, key_frame
from assets.cctv.picture_time import is_plausible, taken_at
from assets.cctv.playlist import Key, Part, Playlist, Segment, read_playlist
from assets.cctv.still import END
from assets.cctv.wire import Reply, Wire, part_begins_at, part_of

MOST_VARIANTS, MOST_SEGMENTS, MOST_LEVELS = 4, 3, 3

# A key frame of 640 x 360 has 20 to 50 kB. Each further step is a request, and what it brings too much is wasted.
FIRST_BYTES = 32 * 1024

# An encoder that knows no bit rate writes a master playlist that names no stream; the stream lies beside it.
USUAL_NAMES = ("index", "stream", "playlist", "live", "out", "stream_0", "out_0")

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
    variants = playlist.variants[:MOST_VARIANTS]
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
    async with aclosing(_growing(wire, segment.part)) as growing:
        async for content, is_whole in growing:
            plain = bytes(content) if key is None or segment.key is None else _decrypted(content, key, segment.key)
            frame = await asyncio.to_thread(key_frame, before + plain, is_whole=is_whole)
            if frame is not None:
                return frame
    raise NoPictureError("a segment without a key frame")


def _decrypted(content: bytearray, key: bytes, said: Key) -> bytes:
    """As many whole blocks as came; the padding of the last one disturbs no decoder."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    if len(key) != 16:
        raise NoPictureError(f"a key of {len(key)} bytes, not 16")
    decryptor = Cipher(algorithms.AES(key), modes.CBC(said.iv)).decryptor()
    return decryptor.update(bytes(content[: len(content) // 16 * 16]))


async def _whole(wire: Wire, part: Part) -> bytes:
    async with aclosing(_growing(wire, part)) as growing:
        async for content, is_whole in growing:
            if is_whole:
                return bytes(content)
    raise NoPictureError("a file of the stream that broke off")


async def _growing(wire: Wire, part: Part) -> AsyncGenerator[tuple[bytearray, bool], None]:
    """What has come of some bytes, again whenever there is a step more, and whether it is all.

    Raises:
        NoPictureError: The host does not give them, or too many of them.
    """
    content, wanted = bytearray(), part.length
    knows_ranges = True
    while True:
        step = max(FIRST_BYTES, len(content) // 4)
        end = len(content) + step if wanted is None else min(len(content) + step, wanted)
        headers = part_of(part.start + len(content), part.start + end) if knows_ranges else {}
        async with wire.get(part.url, headers) as reply:
            begin, length = part_begins_at(reply.headers)
            if reply.status in _NO_RANGES and knows_ranges:
                knows_ranges = False
                continue
            if reply.status != httpx.codes.PARTIAL_CONTENT or begin != part.start + len(content):
                reply.check()
                async for grown in _streamed(reply, part):
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
        yield content, is_whole
        if is_whole:
            return


async def _streamed(reply: Reply, part: Part) -> AsyncGenerator[tuple[bytearray, bool], None]:
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
                told = len(content) + max(FIRST_BYTES, len(content) // 4)
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
