"""MJPEG streams: the first whole picture of one.

Belongs here: where a picture begins and ends, however the stream is framed. Does not belong here: asking (wire.py).
"""

import re
from email.message import Message

import httpcore

from assets.cctv.answers import MOST_BYTES, Captured, NoPictureError, TooMuchError
from assets.cctv.picture_time import taken_at
from assets.cctv.wire import Reply

_START, _END = b"\xff\xd8\xff", b"\xff\xd9"
_HEADER = re.compile(rb"^([A-Za-z-]+)[ \t]*:[ \t]*([^\r\n]*)", re.MULTILINE)


class Pictures:
    """Finds the first whole picture in what has come of a stream.

    A picture ends at the length that its part announces, where an end marker stands there; else at the end marker
    behind which the next part, the next picture or nothing comes. An end marker elsewhere is that of a thumbnail.

    Args:
        boundary: As the stream announces it; empty where it does not.
    """

    def __init__(self, boundary: str = "") -> None:
        name = re.escape(boundary.encode())
        behind = [_START, rb"(?<=[\r\n])--", *([rb"-{2,}" + name, rb"(?<=[\r\n])" + name] if boundary else [])]
        self._end = re.compile(_END + rb"(?=[\r\n\0 ]*(?:" + b"|".join(behind) + b"))")
        # Firmware fills up to a block.
        self._longest_gap = 4096 + len(boundary)
        self._searched = 0

    def first(self, received: bytearray, *, is_all: bool = False) -> tuple[bytes, dict[str, str]] | None:
        """The picture and the headers of its part; None where more has to come.

        Args:
            received: All that came; grows from call to call.
            is_all: Whether the stream has ended.
        """
        start = received.find(_START)
        if start < 0:
            return None
        headers = {
            name.decode().lower(): value.decode("latin-1").strip()
            for name, value in _HEADER.findall(bytes(received[max(0, start - 2048) : start]))
        }
        length = headers.get("content-length", "")
        end = start + int(length) if length.isdecimal() and len(length) < 10 else 0
        if not (start < end <= len(received) and received[max(start, end - 64) : end].rstrip(b"\r\n\0").endswith(_END)):
            end = self._marked_end(received, start, is_all=is_all)
        return (bytes(received[start:end]), headers) if end > 0 else None

    def _marked_end(self, received: bytearray, start: int, *, is_all: bool) -> int:
        """Where the end marker that closes the picture ends; 0 without one."""
        found = self._end.search(received, max(start, self._searched))
        if found is not None:
            return found.start() + len(_END)
        self._searched = max(start, len(received) - self._longest_gap)
        last = received.rfind(_END, start) if is_all else -1
        return last + len(_END) if last > 0 else 0


async def read_mjpeg(reply: Reply) -> Captured:
    """The first whole picture of a stream.

    Raises:
        NoPictureError: The stream holds none in MOST_BYTES, or ended before.
    """
    received = bytearray()
    pictures = Pictures(boundary_of(reply.headers.get("Content-Type", "")))
    try:
        async for piece in reply.pieces():
            received += piece
            found = pictures.first(received)
            if found is not None:
                return _captured(*found)
    except TooMuchError as error:
        raise NoPictureError(f"no whole picture in the first {MOST_BYTES // 2**20} MB of the stream") from error
    except (httpcore.RemoteProtocolError, httpcore.ReadError):
        if not received:
            raise
    found = pictures.first(received, is_all=True)
    if found is None:
        raise NoPictureError("a stream that ended before its first picture")
    return _captured(*found)


def _captured(picture: bytes, headers: dict[str, str]) -> Captured:
    moment, basis = taken_at(picture, headers)
    return Captured(picture, moment, basis)


def boundary_of(content_type: str) -> str:
    """What stands between the parts of a stream, without the dashes before it.

    >>> boundary_of('multipart/x-mixed-replace; boundary="--myboundary"')
    'myboundary'
    """
    message = Message()
    message["Content-Type"] = content_type
    return str(message.get_param("boundary", "")).strip().lstrip("-")
