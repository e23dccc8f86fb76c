"""Is it an edited copy? Two registered pictures compared in their fine detail, block by block.

Belongs here: which blocks are the very same moment, and which connected part of the picture was replaced.
Does not belong here: registering one picture on the other (photo_match.py).

Another moment of the same street shows the same kerbs and houses, but no grain of asphalt, leaf, shadow or noise of the
sensor comes back exactly. A copy repeats all of it wherever nobody edited, up to the loss of its compression. So the
detail of each textured block is predicted from the earlier picture with a gain of its own (a copy made brighter stays
one), and what is left over, in grey levels, tells the two apart: about half a level in a copy, one to ten otherwise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Pixels of the blur before two details are compared: less leaves what JPEG adds, more blurs the grain away.
_DETAIL_BLUR = 1.0
# Grey levels: below it a block has no detail that could tell.
_LEAST_TEXTURE = 2.0
# A block is of the same moment where so many grey levels of its detail are left, or so much of all it has: JPEG takes
# more from leaves than from asphalt. On one camera at most 0.15 of the blocks of another moment were so; of a stamped
# copy with a third of the area replaced at least 0.37.
_SAME_DETAIL, _SAME_SHARE = 0.7, 0.04
LEAST_SAME_SHARE = 0.2
# Blocks of an edited part, and how much of its box they fill; a copy differs in single blocks, at sharp edges.
_LEAST_PART, LEAST_FILL = 4, 0.4
# Of the blocks of its fullest line, those that a line at a part's edge has.
_LEAST_LINE = 0.34
# A block counts as replaced where so many grey levels of its detail are left over, and so much of all it has: what JPEG
# takes from a strong edge is many levels, and little of it.
_OTHER_DETAIL, _OTHER_SHARE = 3.0, 0.6


class Detail(NamedTuple):
    """How the detail of two registered pictures agrees, block by block.

    Attributes:
        left: What the earlier picture leaves unexplained, root mean square in grey levels, shape (R, C); NaN where a
            block has no detail, or is not wholly seen.
        whole: The stronger of both details, likewise.
    """

    left: NDArray[np.float64]
    whole: NDArray[np.float64]


class Region(NamedTuple):
    """An upright box in a picture, as shares of its width and height, each in [0, 1]."""

    left: float
    top: float
    width: float
    height: float


def detail(old: NDArray[np.float64], new: NDArray[np.float64], seen: NDArray[np.bool_], block: int) -> Detail:
    """Compare the detail of two registered pictures, block by block.

    Args:
        old: The earlier picture registered on the later one, grey levels, shape (H, W).
        new: The later one, shape (H, W).
        seen: Where the earlier one shows something, shape (H, W).
        block: Side of a block, pixels.
    """
    before, after = (_blocks(cv2.GaussianBlur(picture, (0, 0), _DETAIL_BLUR), block) for picture in (old, new))
    before, after = (picture - picture.mean(axis=2, keepdims=True) for picture in (before, after))
    spread_before, spread_after = (np.sqrt((picture**2).mean(axis=2)) for picture in (before, after))
    agreement = (before * after).mean(axis=2) / np.maximum(spread_before * spread_after, 1e-6)
    # The stronger of both: detail that was painted away is left over too. A block turned to its negative is no copy.
    spread = np.maximum(spread_before, spread_after)
    left = spread * np.sqrt(np.clip(1 - np.maximum(agreement, 0) ** 2, 0, 1))
    tells = (spread > _LEAST_TEXTURE) & _blocks(seen, block).all(axis=2)
    return Detail(np.where(tells, left, np.nan), np.where(tells, spread, np.nan))


def same_share(compared: Detail) -> float:
    """Of the blocks with detail, those of the very same moment, in [0, 1]; 0 where none has any.

    >>> same_share(Detail(np.array([[0.4, 0.6, 5.0, np.nan]]), np.array([[9.0, 9.0, 9.0, np.nan]]))).__round__(2)
    0.67
    """
    tells = ~np.isnan(compared.left)
    same = compared.left[tells] <= np.maximum(_SAME_DETAIL, _SAME_SHARE * compared.whole[tells])
    return float(same.mean()) if len(same) else 0.0


def edited_parts(
    compared: Detail, differs: NDArray[np.bool_], stamp: NDArray[np.bool_], least_fill: float = LEAST_FILL
) -> list[tuple[int, int, int, int]]:
    """Connected parts of a copy that were replaced, the largest first: row, column, rows and columns of their boxes.

    Args:
        compared: As `detail` tells it, shape (R, C).
        differs: Blocks that differ plainly in their grey levels, shape (R, C).
        stamp: Blocks of a stamp, which is no edit, shape (R, C).
        least_fill: Of a part's box, the share that was replaced.
    """
    left, whole = np.nan_to_num(compared.left), np.nan_to_num(compared.whole)
    replaced = (differs | ((left > _OTHER_DETAIL) & (left > _OTHER_SHARE * whole))) & ~stamp
    joined = cv2.morphologyEx(replaced.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    count, labels = cv2.connectedComponents(joined, connectivity=4)
    parts = []
    for number in range(1, count):
        own = replaced & (labels == number)
        row, rows = _extent(own.sum(axis=1))
        column, columns = _extent(own.sum(axis=0))
        inside = int(own[row : row + rows, column : column + columns].sum())
        if inside >= _LEAST_PART and min(rows, columns) > 1 and inside >= least_fill * rows * columns:
            parts.append((inside, (row, column, rows, columns)))
    return [box for _, box in sorted(parts, reverse=True)]


def _extent(blocks: NDArray[np.int_]) -> tuple[int, int]:
    """First line of a part and how many lines it has; a line with a single block that sticks out is none of it."""
    lines = np.flatnonzero(blocks >= max(1, _LEAST_LINE * blocks.max()))
    return (int(lines[0]), int(lines[-1] - lines[0] + 1)) if len(lines) else (0, 0)


def _blocks(picture: NDArray[np.generic], block: int) -> NDArray[np.float64]:
    rows, columns = picture.shape[0] // block, picture.shape[1] // block
    whole = picture[: rows * block, : columns * block].reshape(rows, block, columns, block)
    return np.asarray(whole.transpose(0, 2, 1, 3).reshape(rows, columns, -1), np.float64)
