"""Photos compared: copies however altered, other moments of one view, other views."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from benchmarks.evidence import ALTERATIONS, compressed
from ml.vision.photo_match import Verdict, compare, prepare


def scene(seed: int) -> np.ndarray:
    """A street of houses of its own, grey levels, shape (540, 960), uint8."""
    rng = np.random.default_rng(seed)
    picture = cv2.GaussianBlur(rng.integers(60, 200, (540, 960)).astype(np.uint8), (0, 0), 6)
    picture = cv2.normalize(picture, None, 40, 200, cv2.NORM_MINMAX)
    for _ in range(60):
        x, y = int(rng.integers(0, 900)), int(rng.integers(0, 300))
        cv2.rectangle(
            picture, (x, y), (x + int(rng.integers(10, 60)), y + int(rng.integers(10, 60))), int(rng.integers(255)), -1
        )
    return picture


def with_cars(picture: np.ndarray, seed: int) -> np.ndarray:
    """The same street at another moment."""
    rng = np.random.default_rng(seed)
    picture = picture.copy()
    for _ in range(8):
        x, y = int(rng.integers(0, 860)), int(rng.integers(320, 480))
        cv2.rectangle(picture, (x, y), (x + 90, y + 50), int(rng.choice((20, 235))), -1)
    return picture


@pytest.mark.parametrize("alteration", sorted(ALTERATIONS))
@pytest.mark.parametrize("seed", range(3))
def test_a_copy_is_known_however_it_was_altered(alteration: str, seed: int) -> None:
    photo = with_cars(scene(seed), seed)
    copy = compressed(ALTERATIONS[alteration](photo, np.random.default_rng(seed)))
    match = compare(prepare(photo), prepare(copy))
    assert match.verdict is Verdict.SAME_PHOTO
    assert match.is_mirrored is ("mirrored" in alteration or "all" in alteration)


@pytest.mark.parametrize("seed", range(5))
def test_another_moment_of_a_view_is_no_copy(seed: int) -> None:
    before, after = with_cars(scene(seed), seed), with_cars(scene(seed), seed + 100)
    match = compare(prepare(before), prepare(compressed(after)))
    assert match.verdict is Verdict.SAME_VIEW
    assert not match.is_mirrored


@pytest.mark.parametrize("seed", range(5))
def test_another_street_is_another_street(seed: int) -> None:
    assert compare(prepare(scene(seed)), prepare(scene(seed + 50))).verdict is Verdict.DIFFERENT


def test_a_picture_that_shows_nothing_is_like_no_other() -> None:
    nothing = np.full((540, 960), 90, np.uint8)
    assert compare(prepare(nothing), prepare(nothing)).verdict is Verdict.DIFFERENT


def test_comparing_leaves_the_pictures_as_they_are() -> None:
    one, other = prepare(scene(1)), prepare(scene(2))
    kept = one.grey.copy(), other.grey.copy()
    compare(one, other)
    assert (one.grey == kept[0]).all()
    assert (other.grey == kept[1]).all()


def test_frames_of_a_real_camera_hours_apart_are_no_copies_of_each_other(real: Path) -> None:
    files = sorted((real / "cctv" / "lta" / "2701").glob("*.jpg"))[::14]
    photos = [prepare(np.asarray(cv2.imread(str(file), cv2.IMREAD_GRAYSCALE), np.uint8)) for file in files]
    verdicts = [compare(one, other).verdict for one, other in zip(photos, photos[1:], strict=False)]
    assert Verdict.SAME_PHOTO not in verdicts
    assert Verdict.SAME_VIEW in verdicts
