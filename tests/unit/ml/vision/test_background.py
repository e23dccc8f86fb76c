"""Local contrast, and the empty road that frames teach."""

import numpy as np

from ml.vision.background import CONTRAST_STEPS, local_contrast, teach
from ml.vision.decode import FRAME_COLUMNS, FRAME_ROWS

SHAPE = FRAME_ROWS, FRAME_COLUMNS


def taught(frames, weights=None):
    background = np.zeros(SHAPE, dtype=np.int8)
    for number, frame in enumerate(frames):
        teach(background, frame, number, 1.0 if weights is None else weights[number])
    return background


def test_local_contrast_hardly_changes_with_exposure(street):
    bright = street(8).astype(float)
    dimmed = np.rint(bright * 0.8 + 10).astype(np.uint8)
    difference = np.abs(local_contrast(bright.astype(np.uint8)).astype(int) - local_contrast(dimmed))
    assert np.percentile(difference, 99) <= CONTRAST_STEPS / 3


def test_the_first_frame_is_the_road():
    frame = np.random.default_rng(1).integers(-128, 128, SHAPE).astype(np.int8)
    assert np.abs(taught([frame]).astype(int) - frame).max() <= 3


def test_a_background_lies_on_whole_levels_and_never_wraps_round():
    rng = np.random.default_rng(4)
    darkest, brightest = np.full(SHAPE, -128, np.int8), np.full(SHAPE, 127, np.int8)
    assert (taught([brightest] * 10) == 124).all()
    assert (taught([darkest] * 10) == -128).all()
    background = taught([brightest, *rng.integers(-128, 128, (30, *SHAPE)).astype(np.int8), darkest])
    assert not (background % 4).any()
    assert np.abs(background.astype(int)).max() <= 128
    # What an older release left between two levels is moved onto them by the next frame.
    older = np.full(SHAPE, 41, np.int8)
    teach(older, np.full(SHAPE, 41, np.int8), 500, 1.0)
    assert set(np.unique(older)) <= {40, 44}


def test_what_comes_and_goes_leaves_no_trace():
    rng = np.random.default_rng(2)
    road = rng.integers(-40, 40, SHAPE)
    frames = []
    for _ in range(60):
        frame = road + rng.normal(0, 4, SHAPE)
        at = rng.integers(0, FRAME_COLUMNS - 60)
        frame[60:120, at : at + 60] = rng.choice([-80, 80])
        frames.append(np.clip(frame, -127, 127).astype(np.int8))
    error = np.abs(taught(frames).astype(int) - road)
    assert np.percentile(error, 95) < 0.5 * CONTRAST_STEPS


def test_a_road_that_changed_is_learned_within_a_day():
    two_units = 2 * CONTRAST_STEPS
    before, after = np.full(SHAPE, -two_units, np.int8), np.full(SHAPE, two_units, np.int8)
    background = taught([before] * 144 + [after] * 144)
    # To the next level.
    assert np.abs(background.astype(int) - two_units).max() <= 4


def test_full_frames_teach_little():
    empty, full = np.zeros(SHAPE, np.int8), np.full(SHAPE, 80, np.int8)
    frames, weights = [empty, full, full] * 20, [1.5, 0.3, 0.3] * 20
    assert taught(frames, weights).max() < taught(frames).max()


def test_the_same_frames_teach_the_same():
    frames = list(np.random.default_rng(3).integers(-90, 90, (8, *SHAPE)).astype(np.int8))
    assert np.array_equal(taught(frames), taught(frames))
