"""Bytes of one snapshot to a grey frame, or the reason why there is none.

Belongs here: file signatures, headers, the decoder.
Does not belong here: what a decoded frame shows (health.py), files and folders (folder.py).
"""

import cv2
import numpy as np
from numpy.typing import NDArray

# Every frame is brought to this width, so that one set of limits fits a 352- and a 1920-pixel camera.
WORKING_WIDTH = 480

MOST_MEGAPIXELS = 40

JPEG_SIGNATURE = b"\xff\xd8\xff"
JPEG_END = b"\xff\xd9"
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"

# Start-of-frame markers; C4, C8 and CC lie in the same range and are tables.
_SIZE_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_START_OF_SCAN = 0xDA


class FrameError(Exception):
    """No grey frame could be made; the message is the evidence."""


class NotAnImageError(FrameError):
    """The bytes are no JPEG or PNG of a size that a camera sends."""


class TornError(FrameError):
    """The bytes begin as an image and are cut off or damaged."""


def decode_grey(content: bytes) -> NDArray[np.uint8]:
    """Decode a JPEG or PNG into a grey frame of the working width.

    Args:
        content: The whole file.

    Returns:
        Grey levels, shape (H, WORKING_WIDTH), uint8; H keeps the aspect ratio.

    Raises:
        NotAnImageError: The content is empty, of another kind, or larger than MOST_MEGAPIXELS by its header.
        TornError: The content starts as an image, but the decoder makes no picture of it.
    """
    width, height = header_size(content)
    if width * height > MOST_MEGAPIXELS * 1_000_000:
        raise NotAnImageError(f"the header announces {width}x{height} pixels, over {MOST_MEGAPIXELS} megapixels")
    grey = _decode(content, _reduction(width))
    if grey is None:
        raise TornError(_why_no_picture(content))
    return _to_working_width(grey)


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
    position = 2
    while position + 9 <= len(content) and content[position] == 0xFF:
        marker = content[position + 1]
        if marker == 0xFF:  # fill byte
            position += 1
            continue
        if marker in _SIZE_MARKERS:
            height = int.from_bytes(content[position + 5 : position + 7], "big")
            width = int.from_bytes(content[position + 7 : position + 9], "big")
            return width, height
        if marker == _START_OF_SCAN:
            break
        position += 2 + int.from_bytes(content[position + 2 : position + 4], "big")
    return 0, 0


def _reduction(width: int) -> int:
    """Flag of the strongest reduction inside the decoder that still leaves three quarters of the working width."""
    if width >= 3 * WORKING_WIDTH:
        return cv2.IMREAD_REDUCED_GRAYSCALE_4
    if width >= 3 * WORKING_WIDTH // 2:
        return cv2.IMREAD_REDUCED_GRAYSCALE_2
    return cv2.IMREAD_GRAYSCALE


def _decode(content: bytes, flag: int) -> NDArray[np.uint8] | None:
    try:
        grey = cv2.imdecode(np.frombuffer(content, dtype=np.uint8), flag)
    except cv2.error:
        # A damaged PNG raises where a damaged JPEG returns None.
        return None
    return None if grey is None else np.asarray(grey, dtype=np.uint8)


def _why_no_picture(content: bytes) -> str:
    if content.startswith(JPEG_SIGNATURE) and JPEG_END not in content[-1024:]:
        return f"cut off: {len(content)} bytes without an end-of-image marker"
    return f"damaged: {len(content)} bytes that start as an image give no picture"


def _to_working_width(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = grey.shape
    if width == WORKING_WIDTH:
        return grey
    size = (WORKING_WIDTH, max(1, round(height * WORKING_WIDTH / width)))
    method = cv2.INTER_AREA if width > WORKING_WIDTH else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(grey, size, interpolation=method), dtype=np.uint8)
