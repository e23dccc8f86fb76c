"""A drawn street, and the real snapshots."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

Grey = NDArray[np.uint8]


@pytest.fixture(scope="session")
def real_cctv(real: Path) -> Path:
    return real / "cctv"


@pytest.fixture(scope="session")
def street() -> Callable[..., Grey]:
    """Draw a street of 640 x 360: houses above, a road between rows 150 and 330, vehicles on it."""
    plain = cv2.GaussianBlur(np.random.default_rng(1).normal(0, 60, (360, 640)).astype(np.float32), (0, 0), 4)
    # Walls and windows with sharp edges.
    houses = 30 * np.sign(plain)

    def draw(vehicles: int, seed: int = 0, level: float = 120.0) -> Grey:
        rng = np.random.default_rng(seed)
        # Exposure drifts by some levels between two frames of any real camera.
        view = np.full((360, 640), level + rng.normal(0, 4), dtype=np.float32)
        view[:150] += houses[:150]
        view[150:330] -= 25
        view[238:242, ::40] += 50
        for x, y in zip(rng.integers(0, 600, vehicles), rng.integers(155, 305, vehicles), strict=True):
            cv2.rectangle(view, (int(x), int(y)), (int(x) + 34, int(y) + 18), float(level + rng.choice([-90, 80])), -1)
            cv2.rectangle(view, (int(x) + 8, int(y) + 4), (int(x) + 24, int(y) + 12), float(level * 0.2), -1)
        return np.clip(view + rng.normal(0, 5, view.shape), 0, 255).astype(np.uint8)

    return draw


@pytest.fixture(scope="session")
def jpeg() -> Callable[..., bytes]:
    def encode(grey: Grey, quality: int = 85) -> bytes:
        return bytes(cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes())

    return encode
