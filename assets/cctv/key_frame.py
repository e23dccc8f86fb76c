"""The first key frame of a piece of video, as a picture.

Belongs here: bytes of MPEG-TS or MP4, also of their beginning alone, to one picture. Does not belong here: asking for
them (hls.py), playlists (playlist.py).
"""

from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING

from assets.cctv.answers import NoPictureError
from ml.vision.decode import MOST_MEGAPIXELS

if TYPE_CHECKING:
    import av
    from av.video.stream import VideoStream

QUALITY = 90

# How fast the frames follow need not be known to show one.
_OPTIONS = {"analyzeduration": "1000000", "fpsprobesize": "0"}


class NoVideoError(NoPictureError):
    """A whole segment without video."""


@dataclass(frozen=True, slots=True)
class KeyFrame:
    """A picture of a stream.

    Attributes:
        content: JPEG.
        offset: How long behind the segment's first picture it was taken.
    """

    content: bytes
    offset: timedelta


def key_frame(content: bytes, *, is_whole: bool) -> KeyFrame | None:
    """The first key frame.

    Args:
        content: The segment, behind its init section where it has one.
        is_whole: Whether more cannot come. Where more can, a frame of MPEG-TS counts once the next one has begun; MP4
            says how long each is.

    Returns:
        None where there is none, or not yet.

    Raises:
        NoVideoError: The whole holds no video.
    """
    import av

    try:
        with av.open(BytesIO(content), mode="r", options=_OPTIONS) as container:
            if container.streams.video:
                return _first(container, container.streams.video[0], is_whole=is_whole)
    except (av.FFmpegError, ValueError):
        return None
    if is_whole:
        raise NoVideoError("a segment without video")
    return None


def _first(container: "av.container.InputContainer", video: "VideoStream", *, is_whole: bool) -> KeyFrame | None:
    codec = video.codec_context
    codec.thread_count = 1
    # A frame of MP4 that is cut is marked as corrupt.
    key, key_at, first, is_complete = None, 0, None, is_whole or "mp4" in container.format.name
    for packet in container.demux(video):
        if packet.pts is None:
            continue
        if key is not None:
            is_complete = True
            break
        first = packet.pts if first is None else min(first, packet.pts)
        if packet.is_keyframe and not packet.is_corrupt:
            key, key_at = packet, packet.pts
    if key is None or first is None or not is_complete or codec.width * codec.height > MOST_MEGAPIXELS * 1_000_000:
        return None
    for frame in (*codec.decode(key), *codec.decode(None)):
        return KeyFrame(_jpeg(frame), timedelta(seconds=float((key_at - first) * key.time_base)))
    return None


def _jpeg(frame: "av.VideoFrame") -> bytes:
    import cv2

    return bytes(cv2.imencode(".jpg", frame.to_ndarray(format="bgr24"), [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1])
