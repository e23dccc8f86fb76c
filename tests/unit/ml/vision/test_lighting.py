"""Day and night from a camera's own frames."""

import numpy as np
import pytest

from ml.vision.lighting import Lighting, lighting_of, remember


def tell(levels, hours, noise=3.0):
    rng = np.random.default_rng(5)
    usual, seen = np.zeros((2, 9, 16), np.float32), np.zeros(2, np.uint16)
    told = []
    for level, hour in zip(levels, hours, strict=True):
        picture = rng.normal(level, noise, (9, 16)).astype(np.float32)
        told.append(lighting_of(picture, hour, usual, seen))
        remember(picture, told[-1], usual, seen)
    return told


def test_frames_far_apart_are_day_and_night():
    hours = [number % 24 for number in range(72)]
    levels = [130.0 if 6 <= hour < 18 else 60.0 for hour in hours]
    assert tell(levels, hours) == [Lighting.DAY if 6 <= hour < 18 else Lighting.NIGHT for hour in hours]


def test_a_dark_morning_is_still_night_and_a_late_dusk_still_day():
    hours = [*(number % 24 for number in range(48)), 6, 18]
    levels = [*(130.0 if 6 <= hour < 18 else 60.0 for hour in hours[:48]), 62.0, 128.0]
    assert tell(levels, hours)[-2:] == [Lighting.NIGHT, Lighting.DAY]


@pytest.mark.parametrize(("hours", "lighting"), [(range(5), Lighting.NIGHT), (range(9, 15), Lighting.DAY)])
def test_frames_alike_share_one_lighting_by_their_clocks(hours, lighting):
    assert set(tell([100.0] * len(hours), hours)) == {lighting}


def test_a_street_as_bright_by_night_has_one_lighting():
    hours = [number % 24 for number in range(48)]
    assert len(set(tell([100.0] * 48, hours))) == 1


def test_the_usual_picture_follows_slowly():
    usual, seen = np.zeros((2, 9, 16), np.float32), np.zeros(2, np.uint16)
    for level in [100.0] * 50 + [160.0]:
        remember(np.full((9, 16), level, np.float32), Lighting.DAY, usual, seen)
    assert usual[Lighting.DAY].mean() == pytest.approx(103.0)
    assert seen.tolist() == [51, 0]
