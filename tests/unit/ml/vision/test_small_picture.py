"""Photos made small: bounded whatever they show, upright, and without what a camera writes beside them."""

import cv2
import numpy as np
import pytest

from ml.vision.decode import FrameError
from ml.vision.small_picture import MOST_BYTES, small_picture


def encoded(picture: np.ndarray, kind: str = ".jpg") -> bytes:
    return cv2.imencode(kind, picture)[1].tobytes()


def decoded(content: bytes) -> np.ndarray:
    return cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)


@pytest.mark.parametrize("kind", [".jpg", ".png"])
@pytest.mark.parametrize("size", [(1200, 1600), (1600, 900), (90, 120), (4000, 60), (8, 2000)])
def test_noise_which_compresses_worst_is_small(size: tuple[int, int], kind: str) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (*size, 3), np.uint8)
    small = small_picture(encoded(noise, kind))
    assert len(small) <= MOST_BYTES
    height, width = decoded(small).shape[:2]
    assert max(height, width) <= 480
    assert min(height, width) >= 1


def test_colours_and_shape_stay() -> None:
    picture = np.zeros((900, 1200, 3), np.uint8)
    picture[:, :600], picture[:, 600:] = (0, 0, 200), (0, 200, 0)
    small = decoded(small_picture(encoded(picture))).astype(int)
    assert small.shape == (360, 480, 3)
    assert np.abs(small[180, 100] - (0, 0, 200)).max() < 12
    assert np.abs(small[180, 400] - (0, 200, 0)).max() < 12


def test_what_is_smaller_is_not_blown_up() -> None:
    assert decoded(small_picture(encoded(np.full((60, 80, 3), 90, np.uint8)))).shape == (60, 80, 3)


@pytest.mark.parametrize("content", [b"", b"no photo", encoded(np.full((60, 80, 3), 90, np.uint8))[:200]])
def test_what_is_no_photo_is_refused(content: bytes) -> None:
    with pytest.raises(FrameError):
        small_picture(content)
