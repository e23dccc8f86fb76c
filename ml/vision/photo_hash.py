"""Perceptual hash of a photo: nearly the same for the same picture, whatever its size and compression.

Belongs here: hashes and their distance. Does not belong here: decoding (decode.py), which photos are compared (assets).

The classical pHash: the signs of the low frequencies of a small grey picture against their median.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SIDE = 32
_FREQUENCIES = 8
# Standard deviation in grey levels; a blank wall or a black frame has no low frequencies to speak of.
LEAST_CONTRAST = 4.0
# Of 64 bits. Two photos of other scenes differ in 32 by chance; a picture that was compressed anew differs in 0 to 3.
MOST_DIFFERENT = 3


def photo_hash(grey: NDArray[np.uint8]) -> int | None:
    """Hash a picture.

    Args:
        grey: Grey levels, shape (H, W), uint8.

    Returns:
        64 bits as a signed integer, as PostgreSQL keeps it; None for a picture that shows next to nothing.

    >>> picture = (np.indices((64, 64)).sum(axis=0) % 37 * 6).astype(np.uint8)
    >>> photo_hash(picture) == photo_hash(cv2.resize(picture, (128, 128)))
    True
    >>> photo_hash(np.full((64, 64), 128, np.uint8)) is None
    True
    """
    small = cv2.resize(grey, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA).astype(np.float32)
    if float(small.std()) < LEAST_CONTRAST:
        return None
    low = cv2.dct(small)[:_FREQUENCIES, :_FREQUENCIES].ravel()
    # The first one is the brightness: it says nothing of the picture.
    bits = low > np.median(low[1:])
    return int.from_bytes(np.packbits(bits).tobytes(), signed=True)


def bands(digest: int) -> tuple[int, int, int, int]:
    """Four bands of 16 bits: two hashes that differ in at most 3 bits share one of them.

    >>> bands(1)
    (0, 0, 0, 1)
    """
    bits = digest & 0xFFFF_FFFF_FFFF_FFFF
    return bits >> 48, bits >> 32 & 0xFFFF, bits >> 16 & 0xFFFF, bits & 0xFFFF


def distance(one: int, other: int) -> int:
    """Bits in which two hashes differ, 0 to 64.

    >>> distance(-1, 0), distance(5, 4)
    (64, 1)
    """
    return ((one ^ other) & 0xFFFF_FFFF_FFFF_FFFF).bit_count()
