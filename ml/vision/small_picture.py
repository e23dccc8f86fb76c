"""A photo as anybody may be shown it: small, made anew, without anything that a camera writes beside it.

Belongs here: making it. Does not belong here: which photos are shown to whom, and where they are kept.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.vision.decode import decode_in_colour

# A page shows two of them and stays small; enough to see a hole in the road, too little for a face in the distance.
MOST_BYTES = 20_000
LONGEST_SIDES = (480, 360, 240, 160)
QUALITIES = (75, 60, 45, 30)


def small_picture(content: bytes) -> bytes:
    """Make a photo small.

    Args:
        content: A JPEG or PNG, whole.

    Returns:
        A JPEG of at most `MOST_BYTES`, upright, its longer side at most 480 pixels.

    Raises:
        ml.vision.decode.FrameError: It is none.
    """
    whole = decode_in_colour(content, LONGEST_SIDES[0])
    smallest = b""
    for side in LONGEST_SIDES:
        fitted = _fitted(whole, side)
        for quality in QUALITIES:
            smallest = bytes(cv2.imencode(".jpg", fitted, [cv2.IMWRITE_JPEG_QUALITY, quality])[1])
            if len(smallest) <= MOST_BYTES:
                return smallest
    return smallest


def _fitted(picture: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """The picture with its longer side at most so long; one that is shorter stays as it is."""
    height, width = picture.shape[:2]
    share = side / max(height, width)
    if share >= 1:
        return picture
    size = max(1, round(width * share)), max(1, round(height * share))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
