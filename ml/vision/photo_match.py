"""Is it the same photo? Two pictures compared, however one was cropped, compressed, resized, stamped, turned or edited.

Belongs here: registering one picture on another, and what is left of the difference.
Does not belong here: which pictures are compared, decoding (decode.py), hashes of whole pictures (photo_hash.py), which
part of a copy was replaced (photo_edit.py).

Features say that two pictures show one view: SIFT (Lowe 2004) with an affine transform by RANSAC, refined by ECC
(Evangelidis and Psarakis 2008) on the blocks that agree. Whether it is one moment, the rest says: a copy differs in
nothing but a stamp, an edited copy in the part that was replaced, another moment of the same street in its vehicles,
shadows and light, and in every detail. Two photos of an empty street at night, of the same camera, may differ in next
to nothing: a person has to look at what is flagged.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

import cv2
import numpy as np

from ml.vision.photo_edit import LEAST_SAME_SHARE, Region, detail, edited_parts, same_share

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Pixels; the noise of a compression to quality 40 is gone, and a car is still many of them.
WIDTH = 480
BLOCK = 16
_FEATURES = 500
_LEAST_INLIERS = 12
_REPROJECTION_PX = 1.5
# OpenCV's SIFT finds a feature a quarter of a pixel to the right of where it is, in a mirror image too.
_AHEAD_PX = 0.5
# Where a mirror puts each number of a descriptor, which tells four rows of four fields of eight directions beside the
# feature's own: the rows change sides, and the directions turn the other way.
_MIRRORED = np.arange(128).reshape(4, 4, 8)[::-1, :, -np.arange(8)].ravel()
# Grey levels, after the blur: a copy compressed to quality 40 stays below it, a car that came or went does not.
CHANGED_LEVELS = 12.0
# Share of blocks that differ beside one stamp: in a copy none but a few at sharp edges.
MOST_CHANGED_SHARE = 0.05
# A stamp lies at the upper or lower edge, is flat and small, and fills its box: a row of cars does not.
_STAMP_HEIGHT, _STAMP_SHARE, _STAMP_FILL, _EDGE = 0.3, 0.15, 0.6, 0.2
# Where more differs, refining is worth its time only if so much of the detail may be of one moment: it takes longest.
_MOSTLY_CHANGED_SHARE, _LEAST_SAME_TO_REFINE = 0.6, LEAST_SAME_SHARE / 2
_ITERATIONS = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 40, 1e-5)


class Verdict(StrEnum):
    """What two pictures have in common: one photo, one photo of which a part was replaced, one view, or nothing."""

    SAME_PHOTO = "same_photo"
    EDITED_COPY = "edited_copy"
    SAME_VIEW = "same_view"
    DIFFERENT = "different"


@dataclass(frozen=True)
class Picture:
    """A picture ready to be compared.

    Attributes:
        grey: Shape (H, WIDTH), uint8.
        points: Of its features, the strongest first, shape (N, 2), float32, pixels.
        descriptors: Shape (N, 128), float32.
    """

    grey: NDArray[np.uint8]
    points: NDArray[np.float32]
    descriptors: NDArray[np.float32]

    @cached_property
    def mirrored(self) -> Picture:
        """The picture as a mirror shows it, made once: its features are those of the picture, turned round."""
        grey = np.ascontiguousarray(self.grey[:, ::-1])
        places = self.points.copy()
        places[:, 0] = grey.shape[1] - 1 + _AHEAD_PX - places[:, 0]
        return Picture(grey, places, self.descriptors[:, _MIRRORED])


# Verdicts on a photo that was there before: a person has to look.
COPIES = frozenset({Verdict.SAME_PHOTO, Verdict.EDITED_COPY})


@dataclass(frozen=True)
class Edit:
    """A part of an edited copy that was replaced.

    Attributes:
        later: Where it lies in the later picture, as that was given.
        earlier: Where in the earlier one.
    """

    later: Region
    earlier: Region


@dataclass(frozen=True)
class Match:
    """Two pictures compared.

    Attributes:
        verdict: What they have in common.
        is_mirrored: Whether one is the other's mirror image.
        inliers: Features that agree on one transform.
        changed_share: Of the blocks that both show, those that differ, a stamp left out; 1 where nothing registers.
        edits: Of an edited copy, what was replaced, the largest part first; of others none.
    """

    verdict: Verdict
    is_mirrored: bool
    inliers: int
    changed_share: float
    edits: tuple[Edit, ...] = ()


def prepare(grey: NDArray[np.uint8]) -> Picture:
    """Make a picture ready.

    Args:
        grey: Grey levels, shape (H, W), uint8.
    """
    height, width = grey.shape
    size = WIDTH, max(1, round(height * WIDTH / width))
    small = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)
    points, descriptors = cv2.SIFT.create(_FEATURES).detectAndCompute(small, None)
    if descriptors is None:
        return Picture(small, np.empty((0, 2), np.float32), np.empty((0, 128), np.float32))
    strongest = np.argsort([-point.response for point in points], kind="stable")
    places = np.array([point.pt for point in points], np.float32)
    return Picture(small, places[strongest], np.asarray(descriptors, np.float32)[strongest])


def compare(earlier: Picture, later: Picture) -> Match:
    """Say what a later picture has in common with an earlier one.

    >>> rng = np.random.default_rng(0)
    >>> scene = cv2.GaussianBlur(rng.integers(0, 255, (270, 480), np.uint8), (0, 0), 3) * 2
    >>> compare(prepare(scene), prepare(np.ascontiguousarray(scene[20:, 40:]))).verdict.value
    'same_photo'
    """
    plain = compare_as(earlier, later, is_mirrored=False)
    if plain.verdict in COPIES:
        return plain
    turned = compare_as(earlier, later, is_mirrored=True)
    return turned if turned.verdict in COPIES else plain


def compare_as(earlier: Picture, later: Picture, *, is_mirrored: bool) -> Match:
    """The same where it is known whether one would be the other's mirror image: half the work.

    Args:
        earlier: The earlier picture.
        later: The later one.
        is_mirrored: Whether the later one is compared as a mirror shows it.
    """
    later = later.mirrored if is_mirrored else later
    transform, inliers = _register(earlier, later)
    if transform is None:
        return Match(Verdict.DIFFERENT, is_mirrored, inliers, 1.0)
    found = _refined(earlier.grey, later.grey, transform)
    if found is None:
        return Match(Verdict.DIFFERENT, is_mirrored, inliers, 1.0)
    verdict, edits = _judged(earlier.grey, later.grey, found)
    turned = tuple(Edit(_turned(edit.later), edit.earlier) for edit in edits) if is_mirrored else tuple(edits)
    return Match(verdict, is_mirrored, inliers, _share(found.levels), turned)


@dataclass(frozen=True)
class _Registered:
    """A later picture registered on an earlier one: the transform, and the largest difference in each block."""

    transform: NDArray[np.float32]
    levels: NDArray[np.float64]


def _judged(earlier: NDArray[np.uint8], later: NDArray[np.uint8], found: _Registered) -> tuple[Verdict, list[Edit]]:
    """Whether it is a copy, and what of it was replaced."""
    changed, is_whole = _changed(found.levels), _share(found.levels) <= MOST_CHANGED_SHARE
    compared = detail(*_aligned(earlier, later, found.transform), BLOCK)
    if not is_whole and same_share(compared) < LEAST_SAME_SHARE:
        return Verdict.SAME_VIEW, []
    stamp = _stamp(changed, found.levels)
    parts = edited_parts(compared, changed, stamp)
    if not parts and not is_whole:
        # It differs in more than its compression explains: something was replaced, however it lies.
        parts = edited_parts(compared, changed, stamp, least_fill=0.0)
    if parts:
        return Verdict.EDITED_COPY, [_edit(box, later.shape, earlier.shape, found.transform) for box in parts]
    return Verdict.SAME_PHOTO, []


def _same_moment(earlier: NDArray[np.uint8], later: NDArray[np.uint8], transform: NDArray[np.float32]) -> float:
    """Share of the blocks with detail that are of one moment, in [0, 1]."""
    return same_share(detail(*_aligned(earlier, later, transform), BLOCK))


def _edit(
    box: tuple[int, int, int, int], later: tuple[int, ...], earlier: tuple[int, ...], transform: NDArray[np.float32]
) -> Edit:
    """A box of blocks of the later picture as shares of both."""
    row, column, rows, columns = (BLOCK * value for value in box)
    corners = np.array([[column, row], [column + columns, row + rows]], np.float32)
    # Of a copy that was turned a little, the box of the turned box.
    around = np.array([[x, y] for x in corners[:, 0] for y in corners[:, 1]], np.float32)
    moved = around @ transform[:, :2].T + transform[:, 2]
    return Edit(_region(corners, later), _region(moved, earlier))


def _region(points: NDArray[np.float32], shape: tuple[int, ...]) -> Region:
    size = np.array([shape[1], shape[0]])
    low, high = (np.clip(bound(points, axis=0) / size, 0, 1) for bound in (np.min, np.max))
    return Region(*(round(float(value), 4) for value in (*low, *(high - low))))


def _turned(region: Region) -> Region:
    return region._replace(left=round(1 - region.left - region.width, 4))


def _register(earlier: Picture, later: Picture) -> tuple[NDArray[np.float32] | None, int]:
    """Transform from the later picture's pixels to the earlier one's, shape (2, 3), and how many features agree."""
    if min(len(earlier.points), len(later.points)) < _LEAST_INLIERS:
        return None, 0
    of_later, of_earlier = _nearest_to_each_other(later.descriptors, earlier.descriptors)
    if len(of_later) < _LEAST_INLIERS:
        return None, 0
    cv2.setRNGSeed(0)
    transform, agree = cv2.estimateAffine2D(
        later.points[of_later],
        earlier.points[of_earlier],
        method=cv2.RANSAC,
        ransacReprojThreshold=_REPROJECTION_PX,
        refineIters=30,
    )
    inliers = 0 if agree is None else int(agree.sum())
    if transform is None or inliers < _LEAST_INLIERS or not 0.25 < np.linalg.det(transform[:, :2]) < 4:
        return None, inliers
    return transform.astype(np.float32), inliers


def _nearest_to_each_other(
    ones: NDArray[np.float32], others: NDArray[np.float32]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Pairs of descriptors of which each is the nearest to the other, as their numbers in both.

    One product of matrices: OpenCV's matcher takes seven times as long. It is exact, for descriptors are whole numbers.
    """
    apart = (ones**2).sum(axis=1)[:, None] + (others**2).sum(axis=1) - 2 * ones @ others.T
    nearest = apart.argmin(axis=1)
    both = np.flatnonzero(apart.argmin(axis=0)[nearest] == np.arange(len(ones)))
    return both, nearest[both]


def _refined(
    earlier: NDArray[np.uint8], later: NDArray[np.uint8], transform: NDArray[np.float32]
) -> _Registered | None:
    """The registration made as exact as the blocks that agree allow; None where they share less than half."""
    levels = _block_levels(earlier, later, transform)
    if np.isnan(levels).mean() > 0.5:
        return None
    same = _same_moment(earlier, later, transform)
    for _ in range(2):
        if _share(levels) > _MOSTLY_CHANGED_SHARE and same < _LEAST_SAME_TO_REFINE:
            break
        refined = _refine(earlier, later, transform, levels)
        if refined is None:
            break
        again, same_again = _block_levels(earlier, later, refined), _same_moment(earlier, later, refined)
        # Where much was replaced, grey levels come nearer while the detail of the rest comes apart.
        if (same_again, -np.nanmedian(again)) <= (same, -np.nanmedian(levels)):
            break
        transform, levels, same = refined, again, same_again
    return _Registered(transform, levels)


def _refine(
    earlier: NDArray[np.uint8], later: NDArray[np.uint8], transform: NDArray[np.float32], levels: NDArray[np.float64]
) -> NDArray[np.float32] | None:
    """Register anew by the blocks that agree best; None where that does not converge."""
    agree = levels <= max(CHANGED_LEVELS, float(np.nanquantile(levels, 0.6)))
    mask = np.zeros(later.shape, np.uint8)
    rows, columns = agree.shape
    mask[: rows * BLOCK, : columns * BLOCK] = np.kron(agree, np.full((BLOCK, BLOCK), 255, np.uint8))
    try:
        _, refined = cv2.findTransformECC(later, earlier, transform.copy(), cv2.MOTION_AFFINE, _ITERATIONS, mask, 5)
    except cv2.error:
        return None
    return np.asarray(refined, np.float32)


def _block_levels(
    earlier: NDArray[np.uint8], later: NDArray[np.uint8], transform: NDArray[np.float32]
) -> NDArray[np.float64]:
    """Largest difference in each block of the later picture, grey levels; NaN where the earlier one shows nothing."""
    sharp_old, sharp_new, seen = _aligned(earlier, later, transform)
    old, new = (np.asarray(cv2.GaussianBlur(sharp, (0, 0), 1.5), np.float64) for sharp in (sharp_old, sharp_new))
    difference = np.where(seen, np.abs(new - _as_bright(old, new, seen)), np.nan)
    rows, columns = later.shape[0] // BLOCK, later.shape[1] // BLOCK
    blocks = difference[: rows * BLOCK, : columns * BLOCK].reshape(rows, BLOCK, columns, BLOCK)
    hidden = np.isnan(blocks).mean(axis=(1, 3)) > 0.5
    return np.where(hidden, np.nan, np.nan_to_num(blocks).max(axis=(1, 3)))


def _aligned(
    earlier: NDArray[np.uint8], later: NDArray[np.uint8], transform: NDArray[np.float32]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """The earlier picture as the later one would show it, the later one, and where both show something."""
    height, width = later.shape
    back = cv2.WARP_INVERSE_MAP
    # Linear interpolation would blur what is between two pixels.
    moved = cv2.warpAffine(earlier.astype(np.float64), transform, (width, height), flags=cv2.INTER_CUBIC | back)
    whole = np.full(earlier.shape, 255, np.uint8)
    seen = cv2.warpAffine(whole, transform, (width, height), flags=cv2.INTER_LINEAR | back)
    return np.asarray(moved, np.float64), later.astype(np.float64), cv2.erode(seen, np.ones((9, 9), np.uint8)) == 255


def _as_bright(old: NDArray[np.float64], new: NDArray[np.float64], seen: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The old picture with the new one's brightness and contrast, fitted on the four fifths that agree best."""
    x, y = old[seen], new[seen]
    gain, offset = 1.0, 0.0
    for _ in range(2):
        if len(x) < BLOCK or x.std() < 1:
            break
        gain = float(np.vdot(x - x.mean(), y) / (len(x) * x.var()))
        offset = y.mean() - gain * x.mean()
        apart = np.abs(y - (gain * x + offset))
        keep = apart <= np.quantile(apart, 0.8)
        x, y = x[keep], y[keep]
    return gain * old + offset


def _changed(levels: NDArray[np.float64]) -> NDArray[np.bool_]:
    return np.nan_to_num(levels) > CHANGED_LEVELS


def _share(levels: NDArray[np.float64]) -> float:
    changed, shown = _changed(levels), int((~np.isnan(levels)).sum())
    return float((changed & ~_stamp(changed, levels)).sum() / max(1, shown))


def _stamp(changed: NDArray[np.bool_], levels: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Changed blocks of the largest patch that may be a stamp: a date, a logo."""
    rows, shown = changed.shape[0], int((~np.isnan(levels)).sum())
    joined = cv2.morphologyEx(changed.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((1, 5), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    stamps = [np.zeros_like(changed)]
    for number in range(1, count):
        _, top, width, height, area = stats[number]
        is_at_edge = top <= _EDGE * rows or top + height >= (1 - _EDGE) * rows
        is_small = height <= max(3, _STAMP_HEIGHT * rows) and area <= _STAMP_SHARE * shown
        if is_at_edge and is_small and area >= _STAMP_FILL * width * height:
            stamps.append(changed & (labels == number))
    return max(stamps, key=np.count_nonzero)
