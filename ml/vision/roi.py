"""The road in a camera's picture: drawn by hand in roi.json, or learned from what fills and empties together.

Belongs here: road masks. Does not belong here: what stands on the road (density.py).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]

# Fewer frames tell no traffic from rustling trees; the whole picture is taken then.
FEWEST_FRAMES_TO_LEARN = 12

# Cells of the grid that the road is learned on: 15 pixels at the working width.
CELL_COLUMNS = 32

# A cell is road when it takes part in the common rise and fall at this share of the strongest cells.
LEAST_PART = 0.4

_POWER_ROUNDS = 40


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
        content: Any = json.loads(path.read_text(encoding="utf-8"))
        width, height = (int(side) for side in content["image_size"])
        polygons = tuple(
            tuple((float(x), float(y)) for x, y in polygon) for polygon in content["polygons"] if len(polygon) >= 3
        )
    except OSError as error:
        raise RoiError(path, f"no readable file ({error.strerror})") from error
    except (ValueError, KeyError, TypeError) as error:
        raise RoiError(path, f"{type(error).__name__}: {error}") from error
    roi = Roi(width, height, polygons)
    if min(width, height) < 1 or not road_mask(roi, (90, 160)).any():
        raise RoiError(path, f"{len(polygons)} polygons that cover nothing of {width}x{height}")
    return roi


def road_mask(roi: Roi, shape: tuple[int, int]) -> Mask:
    """True where the road is, for frames of another size than the polygons were drawn on.

    Args:
        roi: The polygons.
        shape: Rows and columns of the frames.

    Returns:
        Shape as given, bool.

    >>> int(road_mask(Roi(4, 4, (((0, 0), (3, 0), (3, 3), (0, 3)),)), (8, 8)).sum())
    49
    """
    rows, columns = shape
    scale = np.array([columns / roi.width, rows / roi.height])
    mask = np.zeros(shape, dtype=np.uint8)
    for polygon in roi.polygons:
        cv2.fillPoly(mask, [np.rint(np.array(polygon) * scale).astype(np.int32)], 1)
    return mask.astype(np.bool_)


def learn_road(departures: Sequence[Mask], groups: Sequence[str]) -> Mask:
    """The cells that fill and empty together: traffic does, water, leaves and shop lights do not.

    Each cell's share of departing pixels, clipped to its middle half and less its mean, within one lighting, is one
    variable. The road is where the first principal component of all cells weighs most.

    Args:
        departures: Pixels that depart from the background, one mask of shape (H, W) per frame.
        groups: Lighting of each frame; only changes within a group count.

    Returns:
        Shape (H, W), bool; all True where the frames are too few or nothing changes.
    """
    rows, columns = departures[0].shape
    everywhere = np.ones((rows, columns), dtype=np.bool_)
    if len(departures) < FEWEST_FRAMES_TO_LEARN:
        return everywhere
    grid = (CELL_COLUMNS, max(1, round(rows * CELL_COLUMNS / columns)))
    cells = np.stack([_cell_shares(departure, grid) for departure in departures])
    names = np.array(groups)
    for name in set(groups):
        cells[names == name] = _usual_changes(cells[names == name])
    part = _common_part(cells)
    strongest = float(np.quantile(part, 0.99))
    if strongest <= 0:
        return everywhere
    road = (part >= LEAST_PART * strongest).astype(np.uint8).reshape(grid[1], grid[0])
    return np.asarray(cv2.resize(road, (columns, rows), interpolation=cv2.INTER_NEAREST), dtype=np.bool_)


def _usual_changes(cells: NDArray[np.float32]) -> NDArray[np.float32]:
    """Shares clipped to each cell's quartiles and centred.

    When the view of LTA 2701 shifted by a few pixels for two days, rails beside the road departed in those frames
    alone. Unclipped, with a departure of 1.6, they drew the first component on two of eight random halves of the
    frames, and rho fell to 0.
    """
    low, high = np.percentile(cells, [25, 75], axis=0)
    usual = np.clip(cells, low, high)
    return np.asarray(usual - usual.mean(axis=0), dtype=np.float32)


def _common_part(cells: NDArray[np.float32]) -> NDArray[np.float32]:
    """Weights of the first principal component, by power iteration from the plain sum: LAPACK's threads cost more.

    Args:
        cells: Centred variables, shape (frames, cells).
    """
    part = np.ones(cells.shape[1])
    for _ in range(_POWER_ROUNDS):
        part = cells.T @ (cells @ part)
        # Where nothing changes all weights stay zero.
        part = part / max(float(np.linalg.norm(part)), 1e-12)
    return np.asarray(part if part.sum() >= 0 else -part, dtype=np.float32)


def _cell_shares(departure: Mask, grid: tuple[int, int]) -> NDArray[np.float32]:
    shares = cv2.resize(departure.view(np.uint8) * np.uint8(255), grid, interpolation=cv2.INTER_AREA)
    return np.asarray(shares, dtype=np.float32).ravel() / np.float32(255)
