"""Day and night from a camera's own frames."""

import numpy as np
import pytest

from ml.vision.lighting import Lighting, split_lighting

HOURS = np.arange(0, 24, 2.0)


def pictures(levels, noise=3.0):
    rng = np.random.default_rng(5)
    return np.stack([rng.normal(level, noise, (9, 16)) for level in levels]).astype(np.float32)


def test_frames_far_apart_are_day_and_night():
    levels = [130.0 if 6 <= hour < 18 else 60.0 for hour in HOURS]
    expected = [Lighting.DAY if 6 <= hour < 18 else Lighting.NIGHT for hour in HOURS]
    assert split_lighting(pictures(levels), HOURS) == expected


@pytest.mark.parametrize(("hours", "lighting"), [(HOURS / 4, Lighting.NIGHT), (9 + HOURS / 4, Lighting.DAY)])
def test_frames_alike_share_one_lighting_by_their_clocks(hours, lighting):
    assert set(split_lighting(pictures([100.0] * 12), hours)) == {lighting}


def test_lights_switched_on_do_not_make_a_day_of_the_night():
    levels = [100.0] * 6 + [60.0] * 6
    hours = np.array([21, 22, 23, 0, 1, 2, 3, 4, 5, 5, 19, 20], dtype=float)
    brighter_at_night = split_lighting(pictures(levels), np.concatenate([hours[:6], [12.0] * 6]))
    assert len(set(brighter_at_night)) == 1


def test_nothing_and_one_frame():
    assert split_lighting(np.empty((0, 9, 16), np.float32), np.empty(0)) == []
    assert split_lighting(pictures([90.0]), np.array([23.0])) == [Lighting.NIGHT]
