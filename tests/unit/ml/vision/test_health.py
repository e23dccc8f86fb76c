"""The health ladder on drawn and on real frames."""

from datetime import UTC, datetime, timedelta

import cv2
import numpy as np
import pytest

from assets.clock import city_zone
from ml.vision.camera import observe
from ml.vision.decode import decode_frame
from ml.vision.folder import frame_files
from ml.vision.health import (
    FEWEST_CHANGED_LEVELS,
    FrameStatus,
    block_means,
    changed_levels,
    plain_share,
    sharpness_of,
    smeared_share,
)
from ml.vision.state import new_states

START = datetime(2026, 10, 5, 1, 0, tzinfo=UTC)


def verdicts(contents):
    state = new_states(1)[0]
    moments = [START + number * timedelta(minutes=10) for number in range(len(contents))]
    return [observe(state, one, at, None).verdict for one, at in zip(contents, moments, strict=True)]


def statuses(contents):
    return [verdict.status.value for verdict in verdicts(contents)]


def with_clock(grey, number):
    stamped = grey.copy()
    cv2.rectangle(stamped, (0, 0), (220, 22), 0, -1)
    cv2.putText(stamped, f"2026-10-05 08:{number * 7 % 60:02d}", (4, 17), cv2.FONT_HERSHEY_SIMPLEX, 0.6, 255, 1)
    return stamped


def offline_card(background=96):
    card = np.full((360, 640), background, dtype=np.uint8)
    cv2.putText(card, "CAMERA OFFLINE", (120, 180), cv2.FONT_HERSHEY_SIMPLEX, 1.4, 255, 3)
    return card


def noisy(level, shape=(360, 640), spread=3.0):
    return np.random.default_rng(3).normal(level, spread, shape).clip(0, 255).astype(np.uint8)


def test_the_ladder_has_its_documented_order():
    assert [status.value for status in FrameStatus] == [
        "missing", "unreachable", "not_an_image", "torn", "black", "overexposed", "offline_card", "frozen", "blurred",
        "view_moved", "dark", "good",
    ]  # fmt: skip


def test_a_live_street_is_good(street, jpeg):
    assert statuses([jpeg(street(6, seed)) for seed in range(20)]) == ["good"] * 20


def test_the_same_bytes_are_frozen_from_the_third_on(street, jpeg):
    assert statuses([jpeg(street(6))] * 5) == ["good", "good", "frozen", "frozen", "frozen"]


def test_a_frozen_feed_is_found_behind_a_clock_and_another_quality(street, jpeg):
    view = street(6)
    feed = [jpeg(with_clock(view, number), quality) for number, quality in enumerate((90, 80, 60, 85, 50))]
    assert statuses(feed) == ["good", "good", "frozen", "frozen", "frozen"]


def test_an_empty_road_at_night_is_live_by_its_noise(street, jpeg):
    view, rng = street(0).astype(float) * 0.6, np.random.default_rng(2)
    sensor = [np.clip(view + rng.normal(0, 12, view.shape), 0, 255).astype(np.uint8) for _ in range(4)]
    blocks = [block_means(decode_frame(jpeg(frame))) for frame in sensor]
    most, _ = changed_levels(blocks[0], blocks[1])
    assert most < FEWEST_CHANGED_LEVELS, "no block alone tells it"
    assert statuses([jpeg(frame) for frame in sensor]) == ["good"] * 4
    assert statuses([jpeg(sensor[0])] * 4) == ["good", "good", "frozen", "frozen"]


def test_a_feed_that_thaws_is_good_at_once(street, jpeg):
    assert statuses([jpeg(street(6))] * 3 + [jpeg(street(6, 1))]) == ["good", "good", "frozen", "good"]


def test_a_broken_frame_does_not_hide_that_the_feed_is_frozen(street, jpeg):
    whole = jpeg(street(6))
    assert statuses([whole, whole[:900], whole, b"", whole]) == ["good", "torn", "good", "not_an_image", "frozen"]


def test_live_darkness_is_dark_and_repeated_darkness_frozen(jpeg):
    rng = np.random.default_rng(3)
    slope = np.linspace(0, 30, 640)
    live = [jpeg((rng.normal(6, 3, (360, 640)) + slope).clip(0, 255).astype(np.uint8)) for _ in range(4)]
    assert statuses(live) == ["dark"] * 4
    assert statuses([live[0]] * 4) == ["dark", "dark", "frozen", "frozen"]


@pytest.mark.parametrize("level", [0, 4, 16])
def test_no_signal_is_black_under_its_clock(jpeg, level):
    feed = [jpeg(with_clock(noisy(level, spread=1.0), number)) for number in range(4)]
    assert statuses(feed) == ["black"] * 4


def test_a_picture_of_white_is_overexposed(street, jpeg):
    washed = [np.clip(street(6, seed).astype(int) * 2 + 160, 0, 255).astype(np.uint8) for seed in range(3)]
    assert statuses([jpeg(view) for view in washed]) == ["overexposed"] * 3


@pytest.mark.parametrize("background", [40, 96, 128, 200])
def test_a_card_is_a_card_at_once_and_when_it_repeats(jpeg, background):
    assert statuses([jpeg(offline_card(background))] * 4) == ["offline_card"] * 4


@pytest.mark.parametrize("sigma", [3, 6, 12])
def test_a_lens_out_of_focus_is_blurred(street, jpeg, sigma):
    rng = np.random.default_rng(1)
    soft = [cv2.GaussianBlur(street(6, seed), (0, 0), sigma) for seed in range(4)]
    feed = [jpeg(np.clip(view + rng.normal(0, 2, view.shape), 0, 255).astype(np.uint8)) for view in soft]
    assert statuses(feed) == ["blurred"] * 4


def test_a_smear_of_the_last_row_is_torn_although_the_jpeg_is_whole(street, jpeg):
    view = street(6)
    view[120:] = view[120]
    [verdict] = verdicts([jpeg(view)])
    assert verdict.status == FrameStatus.TORN
    assert "rows" in verdict.evidence


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.9])
def test_a_jpeg_cut_and_closed_again_is_torn(street, jpeg, kept):
    whole = jpeg(street(6))
    [verdict] = verdicts([whole[: int(len(whole) * kept)] + b"\xff\xd9"])
    assert verdict.status == FrameStatus.TORN
    assert "no data for the lower" in verdict.evidence


@pytest.mark.parametrize("plain", [np.full((60, 80), 128, np.uint8), np.zeros((60, 80), np.uint8)])
def test_a_plain_picture_is_not_smeared(plain):
    assert smeared_share(plain) == 0
    assert plain_share(plain) == 1


def test_evidence_names_the_measure_and_its_limit(street, jpeg):
    *_, last = verdicts([jpeg(street(6))] * 3)
    assert last.evidence == (
        "changed by up to 0.0 grey levels, 0.00 on average, against the 2 frames before it"
        " (frozen below 6 and 0.70, a clock left out)"
    )


def test_real_faulty_files_get_their_true_status(real_cctv):
    found = {
        file.path.name: observe(new_states(1)[0], file.path.read_bytes(), file.captured_at, None).verdict.status.value
        for file in frame_files(real_cctv / "faulty", city_zone())
    }
    assert found == {
        "this_isnt_an_image.jpeg": "not_an_image",
        "zero_length_image.jpeg": "not_an_image",
        "TfL-images_20200504_0240_00001.08859.jpg": "torn",
        "NETravelData-images_20200508_1800_NT_A193H1.jpg": "offline_card",
        "TfL-images_20200501_0520_00001.06592.jpg": "offline_card",
        # Live traffic without its colours.
        "Forced_Greyscale_TfL-images_20200620_2030_00001.01251.jpg": "good",
    }


@pytest.mark.parametrize("camera", ["lta/2701", "lta/4703", "tfl"])
def test_no_real_live_frame_is_called_faulty(real_cctv, camera):
    frames = frame_files(real_cctv / camera, city_zone())
    # The folder of TfL holds five cameras: what follows on each other there is in test_view.py.
    states = new_states(len(frames)) if camera == "tfl" else [new_states(1)[0]] * len(frames)
    found = [
        observe(state, one.path.read_bytes(), one.captured_at, None).verdict.status.value
        for state, one in zip(states, frames, strict=True)
    ]
    assert found == ["good"] * len(found)
    assert len(found) >= 17


@pytest.mark.parametrize("quality", [80, 50, 40])
def test_real_frames_encoded_again_behind_a_clock_are_frozen(real_cctv, quality):
    for file in frame_files(real_cctv / "tfl", city_zone())[::4]:
        view = cv2.imread(str(file.path), cv2.IMREAD_GRAYSCALE)
        feed = [cv2.imencode(".jpg", view, [cv2.IMWRITE_JPEG_QUALITY, one])[1].tobytes() for one in (90, 85, quality)]
        assert statuses(feed)[-1] == "frozen", file.path.name


def test_real_frames_blurred_by_a_pixel_are_far_from_the_sharp_ones(real_cctv):
    for file in frame_files(real_cctv / "lta" / "2701", city_zone())[::12]:
        grey = decode_frame(file.path.read_bytes())
        assert sharpness_of(grey)[0] > 0.5
        assert sharpness_of(cv2.GaussianBlur(grey, (0, 0), 1))[0] < 0.3


def test_blocks_are_means():
    grey = np.random.default_rng(2).integers(0, 256, (180, 320)).astype(np.uint8)
    assert block_means(grey) == pytest.approx(grey.reshape(36, 5, 40, 8).mean(axis=(1, 3)), abs=0.01)
