"""Local contrast, medians and the sample that stands for a camera."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from ml.vision.background import MOST_BACKGROUND_FRAMES, background_sample, local_contrast, median_contrast


@pytest.mark.parametrize("count", [1, 2, 5, 40, 300])
def test_the_median_is_that_of_numpy(count):
    frames = np.random.default_rng(count).integers(-127, 128, (count, 7, 9)).astype(np.int8)
    expected = np.partition(frames.astype(int), count // 2, axis=0)[count // 2]
    assert np.array_equal(median_contrast(list(frames)), expected)


def test_local_contrast_hardly_changes_with_exposure(street):
    bright = street(8).astype(float)
    dimmed = np.rint(bright * 0.8 + 10).astype(np.uint8)
    difference = np.abs(local_contrast(bright.astype(np.uint8)).astype(int) - local_contrast(dimmed))
    assert np.percentile(difference, 99) <= 6  # of 24 steps to one unit


def test_a_sample_is_stable_small_and_shared_by_neighbouring_days():
    start = datetime(2026, 10, 1, tzinfo=UTC)
    captures = [start + number * timedelta(minutes=10) for number in range(15 * 144)]
    first, second = captures[: 14 * 144], captures[144:]
    chosen = {first[position] for position in background_sample(first)}
    following = {second[position] for position in background_sample(second)}
    assert len(chosen) == MOST_BACKGROUND_FRAMES
    assert chosen == {first[::-1][position] for position in background_sample(first[::-1])}
    assert len(chosen & following) > 0.8 * MOST_BACKGROUND_FRAMES
    assert len({capture.hour for capture in chosen}) > 18


def test_few_frames_are_all_taken():
    captures = [datetime(2026, 10, 1, hour, tzinfo=UTC) for hour in range(5)]
    assert background_sample(captures) == [0, 1, 2, 3, 4]
