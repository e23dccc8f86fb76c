"""The health ladder on drawn and on real frames."""

from datetime import UTC, datetime, timedelta

import cv2
import numpy as np
import pytest

from ml.vision.camera import observe_camera, read_frame
from ml.vision.folder import frame_files
from ml.vision.health import FrameStatus, smeared_share

START = datetime(2026, 10, 5, 1, 0, tzinfo=UTC)


def statuses(contents):
    readings = [read_frame(content, START + number * timedelta(minutes=10)) for number, content in enumerate(contents)]
    return [observation.verdict.status.value for observation in observe_camera(readings)]


def with_clock(grey, number):
    stamped = grey.copy()
    cv2.rectangle(stamped, (0, 0), (220, 22), 0, -1)
    cv2.putText(stamped, f"2026-10-05 08:{number * 7 % 60:02d}", (4, 17), cv2.FONT_HERSHEY_SIMPLEX, 0.6, 255, 1)
    return stamped


def test_statuses_are_the_words_of_the_marts():
    assert [status.value for status in FrameStatus] == ["missing", "not_an_image", "torn", "frozen", "dark", "good"]


def test_a_live_street_is_good(street, jpeg):
    assert statuses([jpeg(street(6, seed)) for seed in range(12)]) == ["good"] * 12


def test_the_same_bytes_are_frozen_from_the_third_on(street, jpeg):
    assert statuses([jpeg(street(6))] * 5) == ["good", "good", "frozen", "frozen", "frozen"]


def test_a_frozen_feed_is_found_behind_a_clock_and_another_quality(street, jpeg):
    view = street(6)
    feed = [jpeg(with_clock(view, number), quality) for number, quality in enumerate((90, 80, 60, 85, 50))]
    assert statuses(feed) == ["good", "good", "frozen", "frozen", "frozen"]


def test_a_feed_that_thaws_is_good_at_once(street, jpeg):
    assert statuses([jpeg(street(6))] * 3 + [jpeg(street(6, 1))]) == ["good", "good", "frozen", "good"]


def test_a_broken_frame_does_not_hide_that_the_feed_is_frozen(street, jpeg):
    whole = jpeg(street(6))
    assert statuses([whole, whole[:900], whole, b"", whole]) == ["good", "torn", "good", "not_an_image", "frozen"]


def test_live_darkness_is_dark_and_repeated_darkness_frozen(jpeg):
    rng = np.random.default_rng(3)
    live = [jpeg(rng.normal(12, 3, (360, 640)).clip(0, 255).astype(np.uint8)) for _ in range(4)]
    assert statuses(live) == ["dark"] * 4
    assert statuses([live[0]] * 4) == ["dark", "dark", "frozen", "frozen"]


def test_a_card_that_repeats_is_frozen(jpeg):
    card = np.full((288, 352), 128, dtype=np.uint8)
    cv2.putText(card, "CAMERA OFFLINE", (40, 150), cv2.FONT_HERSHEY_SIMPLEX, 1, 255, 2)
    assert statuses([jpeg(card)] * 3)[-1] == "frozen"


def test_a_smear_of_the_last_row_is_torn_although_the_jpeg_is_whole(street, jpeg):
    view = street(6)
    view[120:] = view[120]
    reading = read_frame(jpeg(view), START)
    assert reading.verdict.status == FrameStatus.TORN
    assert "rows" in reading.verdict.evidence


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.9])
def test_a_jpeg_cut_and_closed_again_is_torn(street, jpeg, kept):
    whole = jpeg(street(6))
    reading = read_frame(whole[: int(len(whole) * kept)] + b"\xff\xd9", START)
    assert reading.verdict.status == FrameStatus.TORN
    assert "no data for the lower" in reading.verdict.evidence


def test_a_card_on_the_decoders_grey_is_not_cut_off(jpeg):
    card = np.full((288, 352), 128, dtype=np.uint8)
    card[60:120, 50:300] = 255
    assert statuses([jpeg(card)]) == ["good"]


@pytest.mark.parametrize("plain", [np.full((60, 80), 128, np.uint8), np.zeros((60, 80), np.uint8)])
def test_a_plain_picture_is_not_smeared(plain):
    assert smeared_share(plain) == 0


def test_evidence_names_the_measure_and_its_limit(street, jpeg):
    readings = [read_frame(jpeg(street(6)), START + number * timedelta(minutes=10)) for number in range(3)]
    evidence = observe_camera(readings)[-1].verdict.evidence
    assert evidence == "changed by 0.0 grey levels against the 2 frames before it, a clock left out (live from 3)"


def test_real_faulty_files_get_their_true_status(real_cctv):
    found = {
        file.path.name: read_frame(file.path.read_bytes(), file.captured_at).verdict.status.value
        for file in frame_files(real_cctv / "faulty")
    }
    assert found == {
        "this_isnt_an_image.jpeg": "not_an_image",
        "zero_length_image.jpeg": "not_an_image",
        "TfL-images_20200504_0240_00001.08859.jpg": "torn",
        # A card is a whole picture until it repeats; the forced grey one shows live traffic.
        "NETravelData-images_20200508_1800_NT_A193H1.jpg": "good",
        "TfL-images_20200501_0520_00001.06592.jpg": "good",
        "Forced_Greyscale_TfL-images_20200620_2030_00001.01251.jpg": "good",
    }


@pytest.mark.parametrize("camera", ["lta/2701", "lta/4703", "tfl"])
def test_no_real_live_frame_is_called_faulty(real_cctv, camera):
    readings = [read_frame(file.path.read_bytes(), file.captured_at) for file in frame_files(real_cctv / camera)]
    found = [observation.verdict.status for observation in observe_camera(readings)]
    assert found == [FrameStatus.GOOD] * len(readings)
    assert len(found) >= 17


@pytest.mark.parametrize("quality", [80, 50])
def test_real_frames_encoded_again_behind_a_clock_are_frozen(real_cctv, quality):
    for file in frame_files(real_cctv / "tfl")[::4]:
        view = cv2.imread(str(file.path), cv2.IMREAD_GRAYSCALE)
        feed = [cv2.imencode(".jpg", view, [cv2.IMWRITE_JPEG_QUALITY, one])[1].tobytes() for one in (90, 85, quality)]
        assert statuses(feed)[-1] == "frozen", file.path.name
