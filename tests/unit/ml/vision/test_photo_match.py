"""Photos compared: copies however altered, other moments of one view, other views."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from benchmarks.evidence import ALTERATIONS, compressed, stamped
from benchmarks.evidence_edits import EDITS, as_jpeg, halved, part
from ml.vision.photo_match import COPIES, Verdict, compare, prepare


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
    grain = cv2.GaussianBlur(rng.normal(0, 24, picture.shape), (0, 0), 1.5)
    return np.clip(np.rint(picture + grain), 0, 255).astype(np.uint8)


def with_a_part_replaced(picture: np.ndarray, left: int = 300, top: int = 150, side: int = 200) -> np.ndarray:
    """The picture with a square of another street in it."""
    edited = picture.copy()
    edited[top : top + side, left : left + side] = with_cars(scene(77), 77)[100 : 100 + side, 200 : 200 + side]
    return edited


@pytest.mark.parametrize("alteration", sorted(ALTERATIONS))
@pytest.mark.parametrize("seed", range(3))
def test_a_copy_is_known_however_it_was_altered(alteration: str, seed: int) -> None:
    photo = with_cars(scene(seed), seed)
    copy = compressed(ALTERATIONS[alteration](photo, np.random.default_rng(seed)))
    match = compare(prepare(photo), prepare(copy))
    assert match.verdict is Verdict.SAME_PHOTO
    assert match.is_mirrored is ("mirrored" in alteration or "all" in alteration)


@pytest.mark.parametrize("seed", range(3))
def test_features_of_a_mirror_image_are_those_that_would_be_found_in_it(seed: int) -> None:
    picture = prepare(with_cars(scene(seed), seed))
    found = prepare(np.ascontiguousarray(picture.grey[:, ::-1]))
    apart = np.linalg.norm(picture.mirrored.points[:, None] - found.points, axis=2)
    same = apart.min(axis=1) < 0.3
    assert same.mean() > 0.8
    ours, theirs = picture.mirrored.descriptors[same], found.descriptors[apart.argmin(axis=1)[same]]
    # Two features of one picture are 500 apart.
    assert np.median(np.linalg.norm(ours - theirs, axis=1)) < 60


@pytest.mark.parametrize("seed", range(5))
def test_another_moment_of_a_view_is_no_copy(seed: int) -> None:
    before, after = with_cars(scene(seed), seed), with_cars(scene(seed), seed + 100)
    match = compare(prepare(before), prepare(compressed(after)))
    assert match.verdict is Verdict.SAME_VIEW
    assert not match.is_mirrored


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("is_mirrored", [False, True])
def test_a_copy_of_which_a_part_was_replaced_is_an_edited_one(seed: int, is_mirrored: bool) -> None:
    photo = with_cars(scene(seed), seed)
    edited = with_a_part_replaced(photo)
    sent = as_jpeg(halved(edited[:, ::-1] if is_mirrored else edited), 70)
    match = compare(prepare(photo), prepare(sent))
    assert match.verdict is Verdict.EDITED_COPY
    assert match.is_mirrored is is_mirrored
    # The square, in shares of 960 by 540 pixels, to two blocks of the comparison.
    truth = (300 / 960, 150 / 540, 200 / 960, 200 / 540)
    turned = (1 - truth[0] - truth[2], *truth[1:]) if is_mirrored else truth
    assert match.edits[0].earlier == pytest.approx(truth, abs=0.12)
    assert match.edits[0].later == pytest.approx(turned, abs=0.12)


def test_a_stamp_beside_an_edit_is_no_edited_part() -> None:
    photo = with_cars(scene(4), 4)
    sent = stamped(halved(with_a_part_replaced(photo)), np.random.default_rng(1))
    match = compare(prepare(photo), prepare(as_jpeg(sent, 70)))
    assert match.verdict is Verdict.EDITED_COPY
    assert [edit.later.top > 0.8 or edit.later.top + edit.later.height < 0.2 for edit in match.edits] == [False]


@pytest.mark.parametrize("seed", range(5))
def test_a_street_that_was_repaired_is_no_edited_copy(seed: int) -> None:
    before = with_cars(scene(seed), seed)
    after = with_a_part_replaced(with_cars(scene(seed), seed + 100))
    assert compare(prepare(before), prepare(compressed(after))).verdict is Verdict.SAME_VIEW


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
    assert not COPIES & set(verdicts)
    assert Verdict.SAME_VIEW in verdicts


@pytest.mark.parametrize("edit", sorted(EDITS))
def test_edited_frames_of_a_real_camera_are_edited_copies(real: Path, edit: str) -> None:
    rng = np.random.default_rng(3)
    for file in sorted((real / "cctv" / "lta" / "4703").glob("*.jpg"))[::20]:
        grey = np.asarray(cv2.imread(str(file), cv2.IMREAD_GRAYSCALE), np.uint8)
        mask = part(grey.shape, 0.15, rng)
        sent = as_jpeg(halved(EDITS[edit](grey, mask, rng)), 60)
        match = compare(prepare(grey), prepare(sent))
        assert match.verdict is Verdict.EDITED_COPY
        assert match.edits


@pytest.mark.parametrize("edit", sorted(EDITS))
def test_a_real_photo_of_which_a_third_was_replaced_is_found(real: Path, edit: str) -> None:
    rng = np.random.default_rng(3)
    for file in sorted((real / "cctv" / "lta" / "4703").glob("*.jpg"))[6:78:12]:
        grey = np.asarray(cv2.imread(str(file), cv2.IMREAD_GRAYSCALE), np.uint8)
        edited = EDITS[edit](grey, part(grey.shape, 0.35, rng), rng)
        sent = as_jpeg(stamped(halved(edited), rng), 60)
        assert compare(prepare(grey), prepare(sent)).verdict is Verdict.EDITED_COPY
