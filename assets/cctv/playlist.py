"""What a playlist of HLS says: other playlists, or segments with their times, keys and byte ranges.

Belongs here: the text of a playlist. Does not belong here: asking for what it names (hls.py), video (key_frame.py).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
import m3u8

from assets.cctv.answers import NoPictureError

_VIDEO = ("avc", "hvc", "hev", "dvh", "vp0", "vp8", "vp9", "av01", "mp4v", "mjpg")
# The library wants a bandwidth of every stream; what is not said is taken for the highest.
_WITHOUT_BANDWIDTH = re.compile(r"#EXT-X-STREAM-INF:(?![^\r\n]*(?<![A-Z-])BANDWIDTH=\d)")
_UNKNOWN = 10**12
_DATE_TIME, _DURATION = "#EXT-X-PROGRAM-DATE-TIME:", re.compile(r"#EXTINF:\s*\d+(\.\d*)?\s*(,|$)")


@dataclass(frozen=True, slots=True)
class Part:
    """Bytes of an address, from start on; length None means to its end."""

    url: httpx.URL
    start: int = 0
    length: int | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """Where the key of an AES-128 segment is, and its initialization vector, 16 bytes."""

    url: httpx.URL
    iv: bytes


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a stream.

    Attributes:
        part: Its bytes.
        init: What a decoder needs before them; None where they stand for themselves.
        key: None where they are not encrypted.
        started_at: When its first picture was taken, time-zone-aware; None where the playlist does not say.
        is_key_frame: Whether it is one key frame and nothing else.
    """

    part: Part
    init: Part | None
    key: Key | None
    started_at: datetime | None
    is_key_frame: bool = False


@dataclass(frozen=True, slots=True)
class Playlist:
    """A playlist.

    Attributes:
        variants: Other playlists of the same stream, the cheapest first; those of sound alone are left out.
        segments: The newest first.
        key_frames: Playlists of nothing but the key frames of the cheapest variant; most streams have none.
    """

    variants: tuple[httpx.URL, ...]
    segments: tuple[Segment, ...]
    key_frames: tuple[httpx.URL, ...] = ()


def read_playlist(text: str, base: httpx.URL) -> Playlist:
    """Read a playlist.

    Args:
        text: As it came.
        base: Where it came from.

    Raises:
        NoPictureError: It cannot be read, or is encrypted in a way that only a licensed player opens.
    """
    try:
        text = _WITHOUT_BANDWIDTH.sub(f"#EXT-X-STREAM-INF:BANDWIDTH={_UNKNOWN},", text)
        said = m3u8.loads(text, uri=str(base), custom_tags_parser=_forgiving)
        variants = _by_cost(said.playlists)
        return Playlist(
            tuple(base.join(one.uri) for one in variants),
            tuple(reversed(list(_segments(said, base)))),
            tuple(base.join(one.uri) for one in said.iframe_playlists if _is_of(one, variants)),
        )
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, httpx.InvalidURL) as error:
        raise NoPictureError("a playlist that cannot be read") from error


def _forgiving(line: str, number: int, data: dict[str, Any], state: dict[str, Any]) -> bool:
    """Take a time that is none, and a duration that is none, for not said; True where the line is dealt with."""
    del number, data
    if line.startswith(_DATE_TIME):
        try:
            return datetime.fromisoformat(line.removeprefix(_DATE_TIME).strip()).tzinfo is None
        except ValueError:
            return True
    if line.startswith("#EXTINF") and not _DURATION.match(line):
        state.setdefault("segment", {}).update(duration=0.0, title="")
        state["expect_segment"] = True
        return True
    return False


def _by_cost(variants: Sequence[m3u8.Playlist]) -> list[m3u8.Playlist]:
    """Those that may show a picture."""
    shown = [one for one in variants if one.uri and _may_show(one.stream_info)]
    return sorted(shown, key=lambda one: one.stream_info.bandwidth or _UNKNOWN)


def _may_show(said: m3u8.model.StreamInfo) -> bool:
    return bool(said.resolution or not said.codecs or any(name in said.codecs.lower() for name in _VIDEO))


def _is_of(key_frames: m3u8.IFramePlaylist, variants: Sequence[m3u8.Playlist]) -> bool:
    """Whether they are of the cheapest variant, by their size; those of a larger one cost more than its segments."""
    resolution = key_frames.iframe_stream_info.resolution
    return bool(variants and resolution and resolution == variants[0].stream_info.resolution)


def _segments(said: m3u8.M3U8, base: httpx.URL) -> Iterator[Segment]:
    """The segments in their order; a time is counted on from the last one that was said, though not over a break."""
    moment: datetime | None = None
    ends: dict[str, int] = {}
    for number, one in enumerate(said.segments, said.media_sequence or 0):
        if one.program_date_time is not None or one.discontinuity:
            moment = one.program_date_time
        if not one.uri:
            continue
        part = _part(base.join(one.uri), one.byterange, ends)
        if not one.gap_tag:
            init = one.init_section
            yield Segment(
                part,
                None if init is None else _part(base.join(init.uri), init.byterange, {}),
                _key(one.key, base, number),
                moment,
                said.is_i_frames_only,
            )
        if moment is not None:
            moment += timedelta(seconds=one.duration or 0)


def _part(url: httpx.URL, said: str | None, ends: dict[str, int]) -> Part:
    """Bytes as `length@start`; without a start they follow those before them in the same file."""
    if not said:
        return Part(url)
    length, _, start = said.strip('"').partition("@")
    begin = int(start) if start else ends.get(str(url), 0)
    ends[str(url)] = begin + int(length)
    return Part(url, begin, int(length))


def _key(said: m3u8.Key | None, base: httpx.URL, number: int) -> Key | None:
    if said is None or said.method in (None, "NONE"):
        return None
    if said.method != "AES-128" or said.keyformat not in (None, "identity") or not said.uri:
        raise NoPictureError(f"a stream encrypted by {str(said.method)[:20]}")
    iv = bytes.fromhex(said.iv[2:].zfill(32)) if said.iv else number.to_bytes(16, "big")
    return Key(base.join(said.uri), iv)
