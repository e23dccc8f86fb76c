"""Photos drawn for tests: streets that a comparison can tell apart, and find again."""

import io
from typing import Any

import numpy as np
from PIL import Image


def street(seed: int) -> Image.Image:
    """A scene with something to see in it."""
    rng = np.random.default_rng(seed)
    coarse = Image.fromarray(rng.integers(0, 255, (54, 96, 3), np.uint8))
    scene = coarse.resize((960, 540), Image.Resampling.BICUBIC)
    for _ in range(40):
        x, y, *colour = (int(value) for value in rng.integers(0, 255, 5))
        scene.paste(tuple(colour), (x * 3, y * 2, x * 3 + 40, y * 2 + 30))
    return scene


def as_jpeg(image: Image.Image, **saved: Any) -> bytes:
    written = io.BytesIO()
    image.save(written, "JPEG", **saved)
    return written.getvalue()
