"""Density, jam scale and the camera's observations."""

from datetime import UTC, datetime, timedelta

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.vision.camera import observe_camera, read_frame
from ml.vision.density import LEAST_FULL, MOST_FREE_FLOW, density_share, jam_index, jam_scale
from ml.vision.roi import Roi

START = datetime(2026, 10, 5, 1, 0, tzinfo=UTC)
ROAD = Roi(640, 360, (((0, 150), (639, 150), (639, 329), (0, 329)),))
shares = st.floats(0, 1)


def observe(contents, roi=ROAD):
    readings = [read_frame(content, START + number * timedelta(minutes=10)) for number, content in enumerate(contents)]
    return observe_camera(readings, roi)


@given(st.lists(shares, min_size=1, max_size=30), shares, shares)
def test_the_jam_index_lies_in_the_unit_interval_and_grows_with_density(seen, one, other):
    scale = jam_scale(np.array(seen))
    assert 0 <= scale[0] <= MOST_FREE_FLOW < LEAST_FULL <= scale[1] <= 1
    low, high = sorted((one, other))
    assert 0 <= jam_index(low, scale) <= jam_index(high, scale) <= 1


def test_an_empty_lane_that_sees_three_cars_is_no_jam():
    scale = jam_scale(np.array([0.0] * 90 + [0.05] * 10))
    assert jam_index(0.05, scale) < 0.45


def test_a_camera_that_only_saw_the_jam_does_not_call_it_free_flow():
    scale = jam_scale(np.full(20, 0.4))
    assert jam_index(0.4, scale) == 1.0


def test_density_counts_the_road_alone():
    road = np.zeros((40, 40), dtype=bool)
    road[20:] = True
    beside = np.zeros((40, 40), dtype=bool)
    beside[:18] = True
    assert density_share(beside, road) == 0.0
    assert density_share(~beside, road) == 1.0


@pytest.mark.parametrize("roi", [ROAD, None])
def test_density_follows_the_vehicles_with_and_without_a_drawn_road(street, jpeg, roi):
    vehicles = [0, 3, 25, 8, 1, 40, 15, 2, 60, 5, 0, 30, 10, 4, 20, 1]
    observations = observe([jpeg(street(count, seed)) for seed, count in enumerate(vehicles)], roi)
    densities = np.array([observation.density_share for observation in observations])
    order = np.argsort(np.argsort(densities))
    expected = np.argsort(np.argsort(vehicles, kind="stable"))
    assert np.corrcoef(order, expected)[0, 1] > 0.9
    assert densities[8] > 5 * densities[10]
    assert observations[8].jam_index > 0.6 > 0.25 > observations[10].jam_index


def test_half_of_the_frames_in_a_jam_leave_no_jam_in_the_background(street, jpeg):
    observations = observe([jpeg(street(60 if seed % 5 < 3 else 1, seed)) for seed in range(20)])
    jammed = [observation.density_share for seed, observation in enumerate(observations) if seed % 5 < 3]
    free = [observation.density_share for seed, observation in enumerate(observations) if seed % 5 >= 3]
    assert min(jammed) > 3 * max(free)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_too_few_frames_have_a_status_and_no_density(street, jpeg, count):
    observations = observe([jpeg(street(5, seed)) for seed in range(count)])
    assert len(observations) == count
    for observation in observations:
        assert observation.verdict.status == "good"
        assert "no density: fewer than 3 day frames" in observation.verdict.evidence
        assert np.isnan([observation.density_share, observation.jam_index]).all()


def test_a_camera_that_changes_its_picture_size_keeps_its_density(street, jpeg):
    views = [street(6 * (seed % 4), seed) for seed in range(13)]
    uniform = observe([jpeg(view) for view in views])
    views[7] = cv2.resize(views[7], (1280, 960))
    mixed = observe([jpeg(view) for view in views])
    assert mixed[7].density_share == pytest.approx(uniform[7].density_share, abs=0.1)
    assert mixed[6].density_share == pytest.approx(uniform[6].density_share, abs=0.02)


def test_what_is_not_a_picture_has_no_lighting_and_no_density(street, jpeg):
    whole = jpeg(street(3))
    observations = observe([jpeg(street(3, seed)) for seed in range(1, 4)] + [whole[:500], b""])
    assert [observation.lighting for observation in observations[3:]] == [None, None]
    assert np.isnan([observation.density_share for observation in observations[3:]]).all()
    assert not np.isnan([observation.density_share for observation in observations[:3]]).any()


def test_reading_changes_nothing_and_repeats(street, jpeg):
    contents = [jpeg(street(4 * seed, seed)) for seed in range(8)]
    assert observe(contents) == observe(contents)
