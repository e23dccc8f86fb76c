"""Roads drawn and learned."""

import json

import numpy as np
import pytest

from ml.vision.roi import RoiError, learn_road, read_roi, road_mask


def test_a_drawn_road_scales_to_the_frame(tmp_path):
    path = tmp_path / "roi.json"
    path.write_text(
        json.dumps({"image_size": [1920, 1080], "polygons": [[[0, 540], [1919, 540], [1919, 1079], [0, 1079]]]})
    )
    mask = road_mask(read_roi(path), (270, 480))
    assert mask.shape == (270, 480)
    assert mask[140:].all()
    assert not mask[:130].any()


@pytest.mark.parametrize(
    "text",
    [
        "no json",
        "[]",
        '{"image_size": [10, 10]}',
        '{"image_size": [10, 10], "polygons": []}',
        '{"image_size": [10, 10], "polygons": [[[50, 50], [60, 50], [60, 60]]]}',
        '{"image_size": [0, 10], "polygons": [[[0, 0], [5, 0], [5, 5]]]}',
        '{"image_size": ["a", 10], "polygons": [[[0, 0], [5, 0], [5, 5]]]}',
    ],
)
def test_a_broken_road_names_what_was_found_and_what_to_do(tmp_path, text):
    path = tmp_path / "roi.json"
    path.write_text(text)
    with pytest.raises(RoiError, match=r"expected .*found .*(redraw|remove)"):
        read_roi(path)
    with pytest.raises(RoiError, match="no readable file"):
        read_roi(tmp_path / "absent.json")


def test_the_learned_road_is_where_traffic_is_and_not_where_water_glitters():
    rng = np.random.default_rng(7)
    departures = []
    for traffic in rng.uniform(0, 0.6, 30):
        departure = np.zeros((270, 480), dtype=bool)
        departure[150:210] = rng.random((60, 480)) < traffic
        departure[:90] = rng.random((90, 480)) < rng.uniform(0, 0.25)
        departures.append(departure)
    road = learn_road(departures, ["day"] * 30)
    assert road[150:210].mean() > 0.95
    assert road[:90].mean() < 0.05


def test_a_view_that_shifted_for_two_days_does_not_become_the_road():
    rng = np.random.default_rng(8)
    departures = []
    for number, traffic in enumerate(rng.uniform(0, 0.4, 30)):
        departure = np.zeros((270, 480), dtype=bool)
        departure[150:210] = rng.random((60, 480)) < traffic
        departure[30:120] = number < 6
        departures.append(departure)
    road = learn_road(departures, ["night"] * 30)
    assert road[150:210].mean() > 0.95
    assert not road[30:120].any()


@pytest.mark.parametrize("count", [1, 11, 12])
def test_nothing_to_learn_from_leaves_the_whole_picture(count):
    assert learn_road([np.zeros((90, 160), dtype=bool)] * count, ["day"] * count).all()
