"""Is it the same photo? Two pictures compared, however one was cropped, compressed, resized, stamped or mirrored.

Belongs here: registering one picture on another, and what is left of the difference.
Does not belong here: which pictures are compared, decoding (decode.py), hashes of whole pictures (photo_hash.py).

Features say that two pictures show one view: SIFT (Lowe 2004) with an affine transform by RANSAC, refined by ECC
(Evangelidis and Psarakis 2008) on the blocks that agree. Whether it is one moment, the rest says: a copy differs in
nothing but a stamp, another moment of the same street in its vehicles, shadows and light. Two photos of an empty street
at night, of the same camera, may differ in next to nothing: a person has to look at what is flagged.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Pixels; the noise of a compression to quality 40 is gone, and a car is still many of them.
WIDTH = 480
BLOCK = 16
_FEATURES = 500
# Of the strongest of them four words each: neighbouring numbers of a descriptor are alike, so the bits are shuffled.
_WORD_FEATURES, _BANDS, _BAND_BITS = 100, 4, 24
_WORD_ORDER = np.random.default_rng(7).permutation(128)
_LEAST_INLIERS = 12
_REPROJECTION_PX = 1.5
# Grey levels, after the blur: a copy compressed to quality 40 stays below it, a car that came or went does not.
CHANGED_LEVELS = 12.0
# Share of blocks that differ beside one stamp: in a copy none but a few at sharp edges.
MOST_CHANGED_SHARE = 0.05
# A stamp lies at the upper or lower edge, is flat and small, and fills its box: a row of cars does not.
_STAMP_HEIGHT, _STAMP_SHARE, _STAMP_FILL, _EDGE = 0.3, 0.15, 0.6, 0.2
# More than that no refinement mends.
_HOPELESS_SHARE = 0.6
_ITERATIONS = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 40, 1e-5)


class Verdict(StrEnum):
    """What two pictures have in common."""

    SAME_PHOTO = "same_photo"
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
        """The picture as a mirror shows it; made once, for finding its features takes longer than comparing them."""
        return prepare(np.ascontiguousarray(self.grey[:, ::-1]))


@dataclass(frozen=True)
class Match:
    """Two pictures compared.

    Attributes:
        verdict: What they have in common.
        is_mirrored: Whether one is the other's mirror image.
        inliers: Features that agree on one transform.
        changed_share: Of the blocks that both show, those that differ, a stamp left out; 1 where nothing registers.
    """

    verdict: Verdict
    is_mirrored: bool
    inliers: int
    changed_share: float


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


def words(picture: Picture) -> list[int]:
    """Words by which an index finds the pictures that share features with this one, ascending.

    Which of a feature's 128 numbers lie above their median is nearly the same in a copy; any of its bands of 24 bits
    that is wholly the same is a word in common. A copy shares dozens, another picture a few by chance.

    >>> words(prepare(np.zeros((90, 160), np.uint8)))
    []
    """
    strongest = picture.descriptors[:_WORD_FEATURES]
    if not len(strongest):
        return []
    above = (strongest > np.median(strongest, axis=1, keepdims=True))[:, _WORD_ORDER]
    weights = 1 << np.arange(_BAND_BITS, dtype=np.int64)
    bands = [above[:, band * _BAND_BITS : (band + 1) * _BAND_BITS] @ weights for band in range(_BANDS)]
    return sorted({(band << _BAND_BITS) | int(word) for band, of_band in enumerate(bands) for word in of_band})


def compare(earlier: Picture, later: Picture) -> Match:
    """Say what a later picture has in common with an earlier one.

    >>> rng = np.random.default_rng(0)
    >>> scene = cv2.GaussianBlur(rng.integers(0, 255, (270, 480), np.uint8), (0, 0), 3) * 2
    >>> compare(prepare(scene), prepare(np.ascontiguousarray(scene[20:, 40:]))).verdict.value
    'same_photo'
    """
    plain = _compare(earlier, later, is_mirrored=False)
    if plain.verdict is Verdict.SAME_PHOTO:
        return plain
    turned = _compare(earlier.mirrored, later, is_mirrored=True)
    return turned if turned.verdict is Verdict.SAME_PHOTO else plain


def _compare(earlier: Picture, later: Picture, *, is_mirrored: bool) -> Match:
    transform, inliers = _register(earlier, later)
    if transform is None:
        return Match(Verdict.DIFFERENT, is_mirrored, inliers, 1.0)
    share = _changed_share(earlier.grey, later.grey, transform)
    if share is None:
        return Match(Verdict.DIFFERENT, is_mirrored, inliers, 1.0)
    verdict = Verdict.SAME_PHOTO if share <= MOST_CHANGED_SHARE else Verdict.SAME_VIEW
    return Match(verdict, is_mirrored, inliers, share)


def _register(earlier: Picture, later: Picture) -> tuple[NDArray[np.float32] | None, int]:
    """Transform from the later picture's pixels to the earlier one's, shape (2, 3), and how many features agree."""
    if min(len(earlier.points), len(later.points)) < _LEAST_INLIERS:
        return None, 0
    pairs = cv2.BFMatcher(cv2.NORM_L2, crossCheck=True).match(later.descriptors, earlier.descriptors)
    if len(pairs) < _LEAST_INLIERS:
        return None, 0
    source = later.points[[pair.queryIdx for pair in pairs]]
    target = earlier.points[[pair.trainIdx for pair in pairs]]
    cv2.setRNGSeed(0)
    transform, agree = cv2.estimateAffine2D(
        source, target, method=cv2.RANSAC, ransacReprojThreshold=_REPROJECTION_PX, refineIters=30
    )
    inliers = 0 if agree is None else int(agree.sum())
    if transform is None or inliers < _LEAST_INLIERS or not 0.25 < np.linalg.det(transform[:, :2]) < 4:
        return None, inliers
    return transform.astype(np.float32), inliers


def _changed_share(
    earlier: NDArray[np.uint8], later: NDArray[np.uint8], transform: NDArray[np.float32]
) -> float | None:
    """Share of the blocks that both show and that differ, a stamp left out; None where they share less than half."""
    levels = _block_levels(earlier, later, transform)
    if np.isnan(levels).mean() > 0.5:
        return None
    for _ in range(2):
        if _share(levels) > _HOPELESS_SHARE:
            break
        refined = _refine(earlier, later, transform, levels)
        if refined is None:
            break
        again = _block_levels(earlier, later, refined)
        if not np.nanmedian(again) < np.nanmedian(levels):
            break
        transform, levels = refined, again
    return _share(levels)


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
    height, width = later.shape
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    warped = cv2.warpAffine(earlier, transform, (width, height), flags=how)
    seen = cv2.warpAffine(np.full(earlier.shape, 255, np.uint8), transform, (width, height), flags=how)
    seen = cv2.erode(seen, np.ones((9, 9), np.uint8)) == 255
    old, new = (cv2.GaussianBlur(picture, (0, 0), 1.5).astype(np.float64) for picture in (warped, later))
    difference = np.where(seen, np.abs(new - _as_bright(old, new, seen)), np.nan)
    rows, columns = height // BLOCK, width // BLOCK
    blocks = difference[: rows * BLOCK, : columns * BLOCK].reshape(rows, BLOCK, columns, BLOCK)
    hidden = np.isnan(blocks).mean(axis=(1, 3)) > 0.5
    return np.where(hidden, np.nan, np.nan_to_num(blocks).max(axis=(1, 3)))


def _as_bright(old: NDArray[np.float64], new: NDArray[np.float64], seen: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The old picture with the new one's brightness and contrast, fitted on the four fifths that agree best."""
    x, y = old[seen], new[seen]
    gain, offset = 1.0, 0.0
    for _ in range(2):
        if len(x) < BLOCK or x.std() < 1:
            break
        gain, offset = np.polyfit(x, y, 1)
        apart = np.abs(y - (gain * x + offset))
        keep = apart <= np.quantile(apart, 0.8)
        x, y = x[keep], y[keep]
    return gain * old + offset


def _share(levels: NDArray[np.float64]) -> float:
    shown = ~np.isnan(levels)
    changed = shown & (np.nan_to_num(levels) > CHANGED_LEVELS)
    return float((changed.sum() - _stamp_blocks(changed, int(shown.sum()))) / max(1, shown.sum()))


def _stamp_blocks(changed: NDArray[np.bool_], shown: int) -> int:
    """Changed blocks of the largest patch that may be a stamp: a date, a logo."""
    rows = changed.shape[0]
    joined = cv2.morphologyEx(changed.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((1, 5), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    sizes = [0]
    for number in range(1, count):
        _, top, width, height, area = stats[number]
        is_at_edge = top <= _EDGE * rows or top + height >= (1 - _EDGE) * rows
        is_small = height <= max(3, _STAMP_HEIGHT * rows) and area <= _STAMP_SHARE * shown
        if is_at_edge and is_small and area >= _STAMP_FILL * width * height:
            sizes.append(int(changed[labels == number].sum()))
    return max(sizes)
