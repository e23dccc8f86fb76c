"""Photos made ready to be compared with others, and kept small until then.

Belongs here: a photo read, packed and unpacked. Does not belong here: the comparison (ml/vision/photo_match), which
photos are kept (report_photos.py, assets/cases/evidence.py).
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ml.vision.photo_match import Picture

MOST_BYTES = 20 * 1024 * 1024


class EvidenceError(Exception):
    """A photo that cannot be had or read; names kinds, never what it shows."""


def read_picture(content: bytes) -> "Picture":
    """Make a photo ready to be compared.

    Args:
        content: A JPEG or PNG, whole.

    Raises:
        EvidenceError: It is none.
    """
    from ml.vision.decode import FrameError, decode_photo
    from ml.vision.photo_match import prepare

    try:
        return prepare(decode_photo(content))
    except FrameError as error:
        raise EvidenceError(f"expected a photo, found {error}") from error


def packed(picture: "Picture") -> bytes:
    """A picture as it is kept: a PNG, grey, 480 pixels wide."""
    import cv2

    return bytes(cv2.imencode(".png", picture.grey)[1])


def unpacked(content: bytes) -> "Picture":
    """A picture that was kept, ready to be compared."""
    from ml.vision.decode import decode_photo
    from ml.vision.photo_match import prepare

    return prepare(decode_photo(content))
