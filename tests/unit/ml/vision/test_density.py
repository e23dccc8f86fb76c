"""Density, jam scale, and the walk of one camera's frames."""

from datetime import datetime, timedelta

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.clock import city_zone
from ml.vision.background import CONTRAST_STEPS
from ml.vision.camera import Road, observe
from ml.vision.decode import FRAME_COLUMNS, FRAME_ROWS
from ml.vision.density import BINS, LEAST_FULL, MOST_FREE_FLOW, covered_cells, jam_index, jam_scale, teach_fullest
from ml.vision.lighting import Lighting
from ml.vision.road import CELLS, GRID, Roi
from ml.vision.state import new_states

START = datetime(2026, 10, 5, 8, 0, tzinfo=city_zone())
ROAD = Road.drawn(Roi(640, 360, (((0, 150), (639, 150), (639, 329), (0, 329)),)))
# The same road, drawn as four that lie side by side.
FOUR = Road.drawn(
    Roi(640, 360, tuple(((x, 150), (x + 159, 150), (x + 159, 329), (x, 329)) for x in range(0, 640, 160)))
)
FOUR_AS_TWO = (((0, 150), (319, 150), (319, 329), (0, 329)), ((320, 150), (639, 150), (639, 329), (320, 329)))
shares = st.floats(0, 1)


def walk(contents, road=ROAD, state=None, **options):
    state = new_states(1)[0] if state is None else state
    moments = [START + number * timedelta(minutes=4) for number in range(len(contents))]
    return [observe(state, one, at, road, **options) for one, at in zip(contents, moments, strict=True)]


def counted(densities):
    counts = np.zeros(BINS, np.int64)
    np.add.at(counts, np.rint(np.array(densities) * (BINS - 1)).astype(int), 1)
    return counts


@given(st.lists(shares, min_size=1, max_size=30), shares, st.integers(0, 4096), shares, shares)
def test_the_jam_index_lies_in_the_unit_interval_and_grows_with_density(seen, fullest, frames, one, other):
    scale = jam_scale(counted(seen), fullest, frames, Lighting.DAY)
    assert 0 <= scale[0] <= MOST_FREE_FLOW < LEAST_FULL <= scale[1] <= 1
    low, high = sorted((one, other))
    assert 0 <= jam_index(low, scale) <= jam_index(high, scale) <= 1


def test_an_empty_lane_that_sees_three_cars_is_no_jam():
    scale = jam_scale(counted([0.0] * 90 + [0.05] * 10), 0.1, 100, Lighting.DAY)
    assert jam_index(0.05, scale) < 0.45


def test_a_camera_that_only_saw_the_jam_does_not_call_it_free_flow():
    scale = jam_scale(counted([0.4] * 200), 0.7, 200, Lighting.DAY)
    assert jam_index(0.4, scale) == 1.0


def test_a_camera_that_never_saw_a_jam_knows_one_by_its_fullest_cells():
    rng = np.random.default_rng(1)
    fullest = np.zeros(CELLS, np.float32)
    for number in range(400):
        cells = np.zeros(CELLS, np.uint8)
        cells[rng.integers(0, CELLS, 8)] = 200
        teach_fullest(fullest, cells, number)
    assert fullest.mean() == pytest.approx(200, rel=0.15)
    scale = jam_scale(counted([8 * 200 / 255 / CELLS] * 400), float(fullest.mean()) / 255, 400, Lighting.DAY)
    assert jam_index(0.04, scale) < 0.25
    assert jam_index(0.39, scale) > 0.8


def test_what_a_young_background_holds_covers_no_plain_road():
    plain = np.zeros((FRAME_ROWS, FRAME_COLUMNS), np.int8)
    taught_by_a_jam = plain.copy()
    taught_by_a_jam[60:120, 100:200] = 3 * CONTRAST_STEPS
    assert not covered_cells(plain, taught_by_a_jam, None).any()
    assert covered_cells(taught_by_a_jam, plain, None).any()
    # The least int8 is the strongest contrast, too.
    assert covered_cells(np.full_like(plain, -128), plain, None).min() == 255


def test_density_counts_the_road_alone():
    background = np.zeros((FRAME_ROWS, FRAME_COLUMNS), np.int8)
    beside = background.copy()
    beside[:60] = 3 * CONTRAST_STEPS
    road = np.zeros((FRAME_ROWS, FRAME_COLUMNS), np.uint8)
    road[100:] = 255
    assert not covered_cells(beside, background, road).any()
    assert covered_cells(beside, background, None).reshape(GRID[1], GRID[0])[:2].min() == 255


@pytest.mark.parametrize("road", [ROAD, None])
def test_density_follows_the_vehicles_with_and_without_a_drawn_road(street, jpeg, road):
    vehicles = [0, 3, 25, 8, 1, 40, 15, 2, 60, 5, 0, 30, 10, 4, 20, 1] * 2
    observations = walk([jpeg(street(count, seed)) for seed, count in enumerate(vehicles)], road)[16:]
    densities = np.array([observation.density_share for observation in observations])
    assert np.corrcoef(np.argsort(np.argsort(densities)), np.argsort(np.argsort(vehicles[16:])))[0, 1] > 0.9
    assert densities[8] > 5 * densities[10]
    assert observations[8].jam_index > 0.5 > 0.25 > observations[10].jam_index


def test_half_of_the_frames_in_a_jam_leave_no_jam_in_the_background(street, jpeg):
    observations = walk([jpeg(street(60 if seed % 5 < 3 else 1, seed)) for seed in range(60)])[30:]
    jammed = [observation.density_share for seed, observation in enumerate(observations) if seed % 5 < 3]
    free = [observation.density_share for seed, observation in enumerate(observations) if seed % 5 >= 3]
    assert min(jammed) > 3 * max(free)


def test_a_queue_on_one_of_four_roads_is_a_jam_once_it_lasts(street, jpeg):
    views = [street(3 * (seed % 3), seed) for seed in range(24)]
    for seed in (21, 22, 23):
        views[seed][:, :160] = street(90, seed)[:, :160]
    contents = [jpeg(view) for view in views]
    as_one, as_four = walk(contents), walk(contents, FOUR)
    assert [one.density_share for one in as_four] == pytest.approx([one.density_share for one in as_one], nan_ok=True)
    assert as_one[22].jam_index < 0.5 < 0.7 < as_four[22].jam_index
    # What one frame alone shows may be a bus.
    assert as_four[21].road_levels[0] > 0.7
    assert as_four[21].jam_index < 0.5
    assert max(as_four[22].road_levels[1:]) < 0.4
    assert as_one[22].road_levels == ()
    assert f"jam index of each road {as_four[22].road_levels[0]:.2f} " in as_four[22].verdict.evidence


def test_roads_drawn_anew_are_not_held_against_the_ones_before(street, jpeg):
    state = new_states(1)[0]
    walk([jpeg(street(seed % 4, seed)) for seed in range(20)], FOUR, state)
    assert state["roads"] == 4
    [first] = walk([jpeg(street(90, 99))], Road.drawn(Roi(640, 360, FOUR_AS_TWO)), state)
    assert len(first.road_levels) == 2
    assert first.jam_index > 0.5


def test_no_frame_is_judged_by_a_later_one(street, jpeg):
    contents = [jpeg(street(4 * (seed % 6), seed)) for seed in range(14)]
    # By their text: what is not measured is NaN, which equals nothing.
    assert repr(walk(contents)[:9]) == repr(walk(contents[:9]))


def test_judging_without_teaching_leaves_the_state_as_it_is(street, jpeg):
    state = new_states(1)[0]
    walk([jpeg(street(seed % 5, seed)) for seed in range(8)], state=state)
    before = state.copy()
    walk([jpeg(street(20, 99))], state=state, teaches=False)
    unchanged = [name for name in state.dtype.names if np.array_equal(before[name], state[name])]
    assert set(state.dtype.names) - set(unchanged) == {"blocks"}


@pytest.mark.parametrize("count", [1, 2, 3])
def test_the_first_frames_have_a_status_and_no_density(street, jpeg, count):
    for observation in walk([jpeg(street(5, seed)) for seed in range(count)]):
        assert observation.verdict.status == "good"
        assert "no density: fewer than 3 frames of this light" in observation.verdict.evidence
        assert np.isnan([observation.density_share, observation.jam_index]).all()


def test_a_camera_that_changes_its_picture_size_keeps_its_density(street, jpeg):
    views = [street(6 * (seed % 4), seed) for seed in range(13)]
    uniform = walk([jpeg(view) for view in views])
    views[7] = cv2.resize(views[7], (1280, 960))
    mixed = walk([jpeg(view) for view in views])
    assert mixed[7].density_share == pytest.approx(uniform[7].density_share, abs=0.1)
    assert mixed[6].density_share == uniform[6].density_share


def test_a_glance_elsewhere_is_forgotten(street, jpeg):
    contents = [jpeg(street(3 + seed % 4, seed)) for seed in range(24)]
    contents[20] = jpeg(street(5, 20)[::-1, ::-1].copy())
    observations = walk(contents, None)
    assert [observation.verdict.status for observation in observations[19:22]] == ["good", "view_moved", "good"]
    assert not np.isnan(observations[21].density_share)


def test_what_is_not_a_picture_has_no_lighting_and_no_density(street, jpeg):
    whole = jpeg(street(3))
    observations = walk([jpeg(street(3, seed)) for seed in range(1, 6)] + [whole[:500], b""])
    assert [observation.lighting for observation in observations[5:]] == [None, None]
    assert np.isnan([observation.density_share for observation in observations[5:]]).all()
    assert not np.isnan([observation.density_share for observation in observations[3:5]]).any()
