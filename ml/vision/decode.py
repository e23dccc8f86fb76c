"""Bytes of one snapshot to a grey frame, or the reason why there is none.

Belongs here: file signatures, headers, the decoder.
Does not belong here: what a decoded frame shows (health.py), files and folders (folder.py).
"""

import cv2
import numpy as np
from numpy.typing import NDArray

# Every frame of a camera is brought to this size, so that one set of limits and one state fit a 352- and a 1920-pixel
# camera. It is what the decoder makes of 1280 x 720 by itself.
FRAME_ROWS, FRAME_COLUMNS = 180, 320

# Photos of people are brought to this width and keep their shape.
PHOTO_WIDTH = 480

MOST_MEGAPIXELS = 40
# Wider than any panorama of a telephone.
MOST_A_SIDE = 20_000
# A screenshot of a long page keeps its shape; a line of pixels would become 460 MB.
MOST_PHOTO_ROWS = 20_000

JPEG_SIGNATURE = b"\xff\xd8\xff"
JPEG_END = b"\xff\xd9"
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"

# What the decoder makes of a picture: whole, reduced to a half and to a quarter.
_IN_GREY = (cv2.IMREAD_GRAYSCALE, cv2.IMREAD_REDUCED_GRAYSCALE_2, cv2.IMREAD_REDUCED_GRAYSCALE_4)
_IN_COLOUR = (cv2.IMREAD_COLOR, cv2.IMREAD_REDUCED_COLOR_2, cv2.IMREAD_REDUCED_COLOR_4)

# Start-of-frame markers; C4, C8 and CC lie in the same range and are tables.
_SIZE_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_START_OF_SCAN = 0xDA
_NUMBER_OF_LINES = b"\xff\xdc\x00\x04"
# Markers without a segment: a stuffed zero, TEM, RST0 to RST7, SOI, EOI.
_ALONE = frozenset({0x00, 0x01, *range(0xD0, 0xDA)})

# What firmware writes before the picture: line breaks, a byte order mark.
_BLANK, _MOST_BEFORE = b"\r\n\0 \xef\xbb\xbf", 16


class FrameError(Exception):
    """No grey frame could be made; the message is the evidence."""


class NotAnImageError(FrameError):
    """The bytes are no JPEG or PNG of a size that a camera sends."""


class TornError(FrameError):
    """The bytes begin as an image and are cut off or damaged."""


def decode_frame(content: bytes) -> NDArray[np.uint8]:
    """Decode a JPEG or PNG of a camera.

    Args:
        content: The whole file.

    Returns:
        Grey levels, shape (FRAME_ROWS, FRAME_COLUMNS), uint8; squeezed where the camera has another shape.

    Raises:
        NotAnImageError: The content is empty, of another kind, or by its header larger than MOST_MEGAPIXELS or longer
            than MOST_A_SIDE.
        TornError: The content starts as an image, but the decoder makes no picture of it.
    """
    return _to_size(_decode(content, FRAME_COLUMNS), (FRAME_COLUMNS, FRAME_ROWS))


def decode_photo(content: bytes) -> NDArray[np.uint8]:
    """Decode a JPEG or PNG that somebody sent.

    Args:
        content: The whole file.

    Returns:
        Grey levels, shape (H, PHOTO_WIDTH), uint8; H keeps the aspect ratio.

    Raises:
        NotAnImageError: As for a camera's frame, or a shape that would have more than MOST_PHOTO_ROWS rows.
        TornError: As for a camera's frame.
    """
    grey = _decode(content, PHOTO_WIDTH)
    # Of the decoded picture: the decoder turns one that says it lies on its side.
    height, width = grey.shape
    rows = max(1, round(height * PHOTO_WIDTH / width))
    if rows > MOST_PHOTO_ROWS:
        raise NotAnImageError(f"{width}x{height} pixels are {rows} rows at width {PHOTO_WIDTH}, over {MOST_PHOTO_ROWS}")
    return _to_size(grey, (PHOTO_WIDTH, rows))


def decode_in_colour(content: bytes, wanted_width: int) -> NDArray[np.uint8]:
    """Decode a JPEG or PNG that somebody sent, to be shown: upright, and no larger than needed.

    Args:
        content: The whole file.
        wanted_width: Pixels; the picture has three quarters of it at least, where the file has them.

    Returns:
        Blue, green and red, shape (H, W, 3), uint8.

    Raises:
        NotAnImageError: As for a camera's frame.
        TornError: As for a camera's frame.
    """
    return _decode(content, wanted_width, _IN_COLOUR)


def header_size(content: bytes) -> tuple[int, int]:
    """Width and height in pixels that the header of a JPEG or PNG announces; no pixel is decoded.

    Raises:
        NotAnImageError: The content is empty or neither JPEG nor PNG.
        TornError: The header is cut off or announces no pixels.

    >>> header_size(b"this is a text")
    Traceback (most recent call last):
    ml.vision.decode.NotAnImageError: neither JPEG nor PNG: starts with b'this is '
    """
    if not content:
        raise NotAnImageError("empty file, 0 bytes")
    content = _mended(content)
    if content.startswith(PNG_SIGNATURE):
        size = int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")
    elif content.startswith(JPEG_SIGNATURE):
        size = _jpeg_size(content)
    else:
        raise NotAnImageError(f"neither JPEG nor PNG: starts with {content[:8]!r}")
    if 0 in size:
        raise TornError(f"no picture size in the header of {len(content)} bytes")
    return size


def _jpeg_size(content: bytes) -> tuple[int, int]:
    place = _frame_header(content)
    if place is None:
        return 0, 0
    return int.from_bytes(content[place + 7 : place + 9], "big"), int.from_bytes(content[place + 5 : place + 7], "big")


def _frame_header(content: bytes) -> int | None:
    """Where the marker of the frame header stands; None without one.

    A segment may be longer than it says: as decoders do, the next marker is looked for behind the next 0xFF.
    """
    position = content.find(b"\xff", 2)
    while 0 <= position <= len(content) - 9:
        marker = content[position + 1]
        if marker in _SIZE_MARKERS:
            return position
        if marker == _START_OF_SCAN:
            break
        if marker == 0xFF:  # fill byte
            position += 1
            continue
        length = 0 if marker in _ALONE else int.from_bytes(content[position + 2 : position + 4], "big")
        position = content.find(b"\xff", position + 2 + length)
    return None


def _mended(content: bytes) -> bytes:
    """A JPEG that begins with its signature and tells its height in its header; everything else as it is."""
    start = content.find(JPEG_SIGNATURE, 0, _MOST_BEFORE)
    if start > 0 and not content[:start].strip(_BLANK):
        content = content[start:]
    if not content.startswith(JPEG_SIGNATURE):
        return content
    place = _frame_header(content)
    if place is None or content[place + 5 : place + 7] != b"\0\0":
        return content
    # The number of lines may be told behind the first scan instead.
    told = content.find(_NUMBER_OF_LINES, place)
    return content if told < 0 else content[: place + 5] + content[told + 4 : told + 6] + content[place + 7 :]


def _decode(content: bytes, wanted_width: int, flags: tuple[int, int, int] = _IN_GREY) -> NDArray[np.uint8]:
    content = _mended(content)
    width, height = header_size(content)
    if width * height > MOST_MEGAPIXELS * 1_000_000:
        raise NotAnImageError(f"the header announces {width}x{height} pixels, over {MOST_MEGAPIXELS} megapixels")
    if max(width, height) > MOST_A_SIDE:
        raise NotAnImageError(f"the header announces {width}x{height} pixels, over {MOST_A_SIDE} a side")
    try:
        picture = cv2.imdecode(np.frombuffer(content, dtype=np.uint8), _reduction(width, wanted_width, flags))
    except cv2.error:
        # A damaged PNG raises where a damaged JPEG returns None.
        picture = None
    if picture is None:
        raise TornError(_why_no_picture(content))
    return np.asarray(picture, dtype=np.uint8)


def _reduction(width: int, wanted: int, flags: tuple[int, int, int]) -> int:
    """Of the decoder's flags the strongest reduction that still leaves three quarters of the wanted width."""
    if width >= 3 * wanted:
        return flags[2]
    if width >= 3 * wanted // 2:
        return flags[1]
    return flags[0]


def _why_no_picture(content: bytes) -> str:
    if content.startswith(JPEG_SIGNATURE) and JPEG_END not in content[-1024:]:
        return f"cut off: {len(content)} bytes without an end-of-image marker"
    return f"damaged: {len(content)} bytes that start as an image give no picture"


def _to_size(grey: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """The picture in columns x rows."""
    if grey.shape == size[::-1]:
        return grey
    method = cv2.INTER_AREA if grey.shape[1] > size[0] else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(grey, size, interpolation=method), dtype=np.uint8)
