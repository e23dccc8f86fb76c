"""Which view a frame shows: cameras that were turned, that turn between views, and that only shake."""

from datetime import UTC, datetime, timedelta

import cv2
import numpy as np
import pytest

from assets.clock import city_zone
from ml.vision.camera import Road, observe
from ml.vision.folder import frame_files
from ml.vision.road import Roi
from ml.vision.state import new_states
from ml.vision.view import MOST_SHIFT, SEEN_IN_A_ROW, TAKEN_FOR_A_LIGHT, laid_over, likeness_of, pattern_likeness

START = datetime(2026, 10, 5, 1, 0, tzinfo=UTC)
ROAD = Road.drawn(Roi(640, 360, (((0, 150), (639, 150), (639, 329), (0, 329)),)))


def walk(contents, road=None, state=None, first=0, **options):
    state = new_states(1)[0] if state is None else state
    moments = [START + (first + number) * timedelta(minutes=4) for number in range(len(contents))]
    return [observe(state, one, at, road, **options) for one, at in zip(contents, moments, strict=True)]


def statuses(observations):
    return [observation.verdict.status.value for observation in observations]


@pytest.fixture
def here(street, jpeg):
    return [jpeg(street(3 + seed % 4, seed)) for seed in range(30)]


@pytest.fixture
def there(street, jpeg):
    return [jpeg(street(3 + seed % 4, seed)[::-1, ::-1].copy()) for seed in range(40, 70)]


@pytest.mark.parametrize("road", [ROAD, None])
def test_a_camera_that_was_turned_keeps_saying_so(here, there, road):
    turned = walk([*here[:20], *there], road)[20:]
    assert statuses(turned) == ["view_moved"] * len(there)
    assert np.isnan([[one.density_share, one.jam_index] for one in turned]).all()
    assert "likeness" in turned[-1].verdict.evidence


def test_its_own_view_is_measured_again_when_it_comes_back(here, there):
    observations = walk([*here[:20], *there, here[20]])
    assert statuses(observations)[-1] == "good"
    assert not np.isnan(observations[-1].density_share)


def test_a_camera_that_turns_between_views_is_measured_in_its_first_alone(here, there):
    contents = [one for pair in zip(here, there, strict=True) for one in pair]
    observations = walk(contents)
    assert statuses(observations) == ["good", "view_moved"] * len(here)
    alone = walk(here)
    assert [one.density_share for one in observations[::2]] == pytest.approx(
        [one.density_share for one in alone], abs=0.05, nan_ok=True
    )


def test_a_person_confirms_the_view_by_a_time(here, there):
    since = START + 22 * timedelta(minutes=4)
    observations = walk([*here[:20], *there], ROAD, since=since)
    assert statuses(observations)[20:] == ["view_moved"] * 2 + ["good"] * 28
    assert not np.isnan(observations[-1].density_share)


def test_what_came_before_the_confirmed_view_is_not_measured_on_its_road(here):
    drawn = walk(here[:10], ROAD, since=START + timedelta(days=1))
    assert [one.density_share for one in drawn] == pytest.approx(
        [one.density_share for one in walk(here[:10])], nan_ok=True
    )


def test_a_road_drawn_anew_while_another_view_shows_confirms_it(here, there):
    state = new_states(1)[0]
    walk([*here[:20], *there[:5]], ROAD, state)
    again = Road.drawn(Roi(640, 360, (((0, 30), (639, 30), (639, 209), (0, 209)),)))
    assert statuses(walk(there[5:], again, state, first=25)) == ["good"] * 25


def test_a_road_drawn_better_on_the_same_view_forgets_nothing(here):
    state = new_states(1)[0]
    walk(here[:20], ROAD, state)
    better = Road.drawn(Roi(640, 360, (((0, 160), (639, 160), (639, 329), (0, 329)),)))
    assert not np.isnan(walk(here[20:], better, state, first=20)[0].density_share)


def test_a_first_glance_that_never_comes_back_is_no_view(here, there):
    observations = walk([here[0], *there])
    assert statuses(observations)[1:] == ["view_moved"] * (SEEN_IN_A_ROW - 1) + ["good"] * (31 - SEEN_IN_A_ROW)
    assert "learned anew" in observations[SEEN_IN_A_ROW].verdict.evidence


def test_night_that_shows_nothing_of_the_day_is_taken_for_it_in_the_end(here, street, jpeg):
    state = new_states(1)[0]
    walk(here[:20], None, state)
    # By the clock it is night, and headlights are all that shows.
    night = [jpeg((street(3 + seed % 4, seed)[::-1, ::-1] * 0.5).astype(np.uint8)) for seed in range(40, 70)]
    found = statuses(walk(night, None, state, first=200))
    assert found == ["view_moved"] * (TAKEN_FOR_A_LIGHT - 1) + ["good"] * (31 - TAKEN_FOR_A_LIGHT)


def test_a_pole_in_the_wind_moves_neither_the_view_nor_the_density(street, jpeg):
    views = [street(6, seed) for seed in range(24)]
    # In pixels of 640.
    swayed = [
        *views[:20],
        *(np.roll(view, (4 * (-1) ** number, 2 * number), (0, 1)) for number, view in enumerate(views[20:])),
    ]
    still, windy = (walk([jpeg(view) for view in seen], ROAD)[20:] for seen in (views, swayed))
    assert statuses(windy) == ["good"] * 4
    assert [one.density_share for one in windy] == pytest.approx([one.density_share for one in still], abs=0.03)


@pytest.mark.parametrize(("down", "right"), [(0, 0), (3, -2), (-MOST_SHIFT, MOST_SHIFT), (5, 0)])
def test_a_frame_is_laid_over_the_road_where_it_fits(down, right):
    road = np.random.default_rng(4).integers(-60, 60, (180, 320)).astype(np.int8)
    assert np.array_equal(laid_over(np.roll(road, (down, right), (0, 1)), road), road)


def test_another_view_is_not_alike_and_a_jam_is():
    rng = np.random.default_rng(4)
    road = rng.integers(-60, 60, (180, 320)).astype(np.int8)
    jammed, other = road.copy(), rng.integers(-60, 60, (180, 320)).astype(np.int8)
    jammed[60:] = rng.integers(-60, 60, (120, 320))
    assert likeness_of(jammed, road) > 0.9
    assert likeness_of(other, road) < 0.2
    assert likeness_of(laid_over(other, road), road) < 0.2
    assert pattern_likeness(-road, road) == pytest.approx(1)
    assert abs(pattern_likeness(other, road)) < 0.1


def real_frames(real_cctv):
    """Frames of each real camera, oldest first."""
    cameras = {name: frame_files(real_cctv / "lta" / name, city_zone()) for name in ("2701", "4703")}
    for file in frame_files(real_cctv / "tfl", city_zone()):
        cameras.setdefault(file.path.name[-9:-4], []).append(file)
    return cameras


def test_no_real_camera_is_called_turned_but_the_one_that_was(real_cctv):
    found = {}
    for name, files in real_frames(real_cctv).items():
        state = new_states(1)[0]
        seen = [observe(state, file.path.read_bytes(), file.captured_at, None).verdict.status for file in files]
        found[name] = [file.path.name for file, status in zip(files, seen, strict=True) if status == "view_moved"]
    # Its picture of 4 May lies 30 of 320 pixels beside those of 1 May.
    assert found.pop("08859") == ["TfL-images_20200504_0250_00001.08859.jpg"]
    assert found == {"2701": [], "4703": [], "04542": [], "08750": [], "06592": [], "01251": []}


@pytest.mark.parametrize("camera", ["2701", "4703"])
def test_real_frames_in_haze_rain_and_glare_show_their_view(real_cctv, camera):
    rng = np.random.default_rng(5)
    rows, columns = np.mgrid[:270, :480]

    def spoil(grey, number):
        if number % 3 == 0:
            # Half of the light is the haze's.
            return np.clip(grey * 0.5 + 95 + rng.normal(0, 3, grey.shape), 0, 255)
        if number % 3 == 1:
            drops = np.zeros(grey.shape, np.float32)
            for x, y in zip(rng.integers(0, 480, 160), rng.integers(0, 270, 160), strict=True):
                cv2.line(drops, (int(x), int(y)), (int(x) + 1, int(y) + 12), 22.0, 1)
            return np.clip(grey * 0.85 + 24 + drops, 0, 255)
        lamp = np.hypot(columns - rng.integers(90, 390), rows - rng.integers(45, 180))
        return np.clip(grey + 200 * np.exp(-lamp / 90), 0, 255)

    state, found = new_states(1)[0], []
    for number, file in enumerate(real_frames(real_cctv)[camera]):
        grey = cv2.resize(cv2.imread(str(file.path), cv2.IMREAD_REDUCED_GRAYSCALE_4), (480, 270))
        spoilt = spoil(grey, number).astype(np.uint8) if number >= 30 else grey
        content = cv2.imencode(".jpg", spoilt, [cv2.IMWRITE_JPEG_QUALITY, 90])[1].tobytes()
        found.append(observe(state, content, file.captured_at, None).verdict.status.value)
    assert found.count("view_moved") <= 0.02 * len(found)
