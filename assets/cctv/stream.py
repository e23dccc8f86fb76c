"""Pictures out of streams: MJPEG, HLS playlists and segments, RTSP.

Belongs here: bytes of a stream to one picture. Does not belong here: asking for them (capture.py).
"""

import re
from datetime import datetime
from tempfile import NamedTemporaryFile
from typing import NamedTuple

import cv2

_START, _END = b"\xff\xd8\xff", b"\xff\xd9"
_LENGTH = re.compile(rb"content-length:\s*(\d+)", re.IGNORECASE)
_QUALITY = [cv2.IMWRITE_JPEG_QUALITY, 90]


class Segment(NamedTuple):
    """The newest part of an HLS stream.

    Attributes:
        path: As the playlist gives it.
        started_at: When it was taken; None where the playlist does not say.
    """

    path: str
    started_at: datetime | None


def first_picture(received: bytes | bytearray) -> bytes | None:
    """Cut the first whole JPEG out of the beginning of an MJPEG stream; None where more has to come."""
    start = received.find(_START)
    if start < 0:
        return None
    length = _LENGTH.search(bytes(received[:start]))
    if length is not None:
        end = start + int(length[1])
        return bytes(received[start:end]) if len(received) >= end else None
    # A thumbnail inside has an end of its own: the picture ends where the next part begins.
    following = received.find(b"\r\n--", start)
    end = received.rfind(_END, start, following) if following > 0 else -1
    return bytes(received[start : end + 2]) if end > 0 else None


def smallest_variant(playlist: str) -> str | None:
    """Path of the stream with the least bandwidth; None where the playlist lists no streams but segments."""
    lines = [line.strip() for line in playlist.splitlines()]
    variants = []
    for line, following in zip(lines, lines[1:], strict=False):
        bandwidth = re.search(r"[:,]BANDWIDTH=(\d+)", line) if line.startswith("#EXT-X-STREAM-INF") else None
        if bandwidth and following and not following.startswith("#"):
            variants.append((int(bandwidth[1]), following))
    return min(variants)[1] if variants else None


def newest_segment(playlist: str) -> Segment | None:
    """The last segment of a media playlist, with its time where the playlist tells it; None without any."""
    newest, moment = None, None
    for line in map(str.strip, playlist.splitlines()):
        if line.startswith("#EXT-X-PROGRAM-DATE-TIME:"):
            moment = _moment(line.partition(":")[2])
        elif line and not line.startswith("#"):
            newest, moment = Segment(line, moment), None
    return newest


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def key_frame(segment: bytes) -> bytes | None:
    """First frame of a video segment as JPEG; None where there is none."""
    with NamedTemporaryFile(suffix=".ts") as file:
        file.write(segment)
        file.flush()
        return _first_frame(cv2.VideoCapture(file.name, cv2.CAP_FFMPEG))


def rtsp_frame(url: str, seconds: float) -> bytes | None:
    """One frame of an RTSP stream as JPEG; None where none comes in time."""
    patience = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, int(seconds * 500), cv2.CAP_PROP_READ_TIMEOUT_MSEC, int(seconds * 500)]
    return _first_frame(cv2.VideoCapture(url, cv2.CAP_FFMPEG, patience))


def _first_frame(video: cv2.VideoCapture) -> bytes | None:
    try:
        is_read, frame = video.read() if video.isOpened() else (False, None)
    finally:
        video.release()
    if not is_read or frame is None:
        return None
    _, encoded = cv2.imencode(".jpg", frame, _QUALITY)
    return bytes(encoded)
