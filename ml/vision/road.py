"""The road in a camera's picture: drawn by hand in roi.json, or learned from what fills and empties together.

Belongs here: where the road is. Does not belong here: what stands on it (density.py).
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

# 255 where the road is, else 0.
Mask = NDArray[np.uint8]

# Columns and rows of the cells that a frame is summed up in: 20 x 20 pixels each.
GRID = (16, 9)
CELLS = GRID[0] * GRID[1]

# Roads of one camera that are told apart.
MOST_ROADS = 8

# Before any frame tells, the road is where it mostly is: below, and seldom in the upper third of a picture. That counts
# as much as one frame does.
_USUAL = np.repeat(np.clip(np.linspace(0, 1.5, GRID[1], dtype=np.float32), 0, 1), GRID[0])

# Turns of the power iteration with each frame; the next frame goes on where this one ended.
_POWER_ROUNDS = 4


class RoiError(ValueError):
    """A roi.json cannot be used."""

    def __init__(self, path: Path, found: str) -> None:
        super().__init__(
            f"{path.name}: expected {{'image_size': [w, h], 'polygons': [[[x, y], ...], ...]}} with a road inside "
            f"the image, found {found}; redraw the road or remove the file"
        )


@dataclass(frozen=True, slots=True)
class Roi:
    """Polygons of the road in the pixels of an image of that size."""

    width: int
    height: int
    polygons: tuple[tuple[tuple[float, float], ...], ...]


def read_roi(path: Path) -> Roi:
    """Read a roi.json.

    Raises:
        RoiError: It is no JSON, has another shape, or its polygons cover nothing.
    """
    try:
        roi = roi_of(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise RoiError(path, f"no readable file ({error.strerror})") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise RoiError(path, f"{type(error).__name__}: {error}") from error
    if min(roi.width, roi.height) < 1 or not road_mask(roi, (90, 160)).any():
        raise RoiError(path, f"{len(roi.polygons)} polygons that cover nothing of {roi.width}x{roi.height}")
    return roi


def roi_of(content: Any) -> Roi:
    """The road that a roi.json's content draws.

    Raises:
        ValueError, KeyError, TypeError: It has another shape.
    """
    width, height = (int(side) for side in content["image_size"])
    polygons = tuple(
        tuple((float(x), float(y)) for x, y in polygon) for polygon in content["polygons"] if len(polygon) >= 3
    )
    return Roi(width, height, polygons)


def road_mask(roi: Roi, shape: tuple[int, int]) -> Mask:
    """Draw the road for frames of another size than the polygons were drawn on.

    Args:
        roi: The polygons.
        shape: Rows and columns of the frames.

    Returns:
        Shape as given, uint8, 255 where the road is.

    >>> int((road_mask(Roi(4, 4, (((0, 0), (3, 0), (3, 3), (0, 3)),)), (8, 8)) > 0).sum())
    49
    """
    rows, columns = shape
    scale = np.array([columns / roi.width, rows / roi.height])
    mask = np.zeros(shape, dtype=np.uint8)
    for polygon in roi.polygons:
        cv2.fillPoly(mask, [np.rint(np.array(polygon) * scale).astype(np.int32)], 255)
    return mask


def road_parts(roi: Roi, shape: tuple[int, int]) -> NDArray[np.float32]:
    """What share of each cell each of a camera's roads covers; those beyond MOST_ROADS count as one with the last.

    Args:
        roi: The polygons, one for each road.
        shape: Rows and columns of the frames.

    Returns:
        Shape (roads, CELLS), in [0, 1]; a polygon that covers nothing of a frame is no road.
    """
    groups = [*((one,) for one in roi.polygons[: MOST_ROADS - 1]), roi.polygons[MOST_ROADS - 1 :]]
    masks = [road_mask(Roi(roi.width, roi.height, group), shape) for group in groups]
    cells = [cv2.resize(mask, GRID, interpolation=cv2.INTER_AREA).reshape(CELLS) for mask in masks if mask.any()]
    return np.asarray(cells, dtype=np.float32) / np.float32(255)


def road_weights(part: NDArray[np.float32], frames: int) -> NDArray[np.float32]:
    """How much each cell counts as road.

    Args:
        part: What part each cell takes in the common rise and fall, shape (CELLS,), see `common_part`.
        frames: Frames that told it.

    Returns:
        Shape (CELLS,), in [0, 1].
    """
    strongest = float(np.partition(part, -2)[-2])
    if frames < 2 or strongest <= 0:
        return _USUAL
    usual = 1 / (1 + frames)
    # The root keeps the road's edges, where the common part is weak: with it rho on the second LTA camera is 0.90, with
    # the part itself 0.88.
    return np.asarray(np.sqrt((1 - usual) * np.clip(part / strongest, 0, 1) + usual * _USUAL), dtype=np.float32)


def common_part(
    cells: NDArray[np.uint8], groups: NDArray[np.uint8], before: NDArray[np.float32]
) -> NDArray[np.float32]:
    """What part each cell takes when cells fill and empty together: traffic does, water, leaves and shop lights do not.

    Each cell's share of covered pixels, less its mean within one lighting, is one variable; their first principal
    component tells who goes together.

    Args:
        cells: Covered shares of the latest frames, shape (frames, CELLS), uint8.
        groups: Lighting of each frame, shape (frames,); only changes within a group count.
        before: What the frame before told; zeros at the beginning.

    Returns:
        Shape (CELLS,), float32, of length 1; zeros where nothing changes.
    """
    changes = cells.astype(np.float32)
    for group in np.unique(groups):
        changes[groups == group] -= changes[groups == group].mean(axis=0)
    part = before if before.any() else np.ones(cells.shape[1], dtype=np.float32)
    for _ in range(_POWER_ROUNDS):
        part = changes.T @ (changes @ part)
        # Where nothing changes all stay zero.
        part = part / max(float(np.linalg.norm(part)), 1e-12)
    return np.asarray(part if part.sum() >= 0 else -part, dtype=np.float32)
