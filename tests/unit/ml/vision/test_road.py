"""Roads drawn and learned."""

import json

import numpy as np
import pytest

from ml.vision.road import (
    CELLS,
    GRID,
    MOST_ROADS,
    Roi,
    RoiError,
    common_part,
    read_roi,
    road_mask,
    road_parts,
    road_weights,
)


def test_a_drawn_road_scales_to_the_frame(tmp_path):
    path = tmp_path / "roi.json"
    path.write_text(
        json.dumps({"image_size": [1920, 1080], "polygons": [[[0, 540], [1919, 540], [1919, 1079], [0, 1079]]]})
    )
    mask = road_mask(read_roi(path), (270, 480))
    assert mask.shape == (270, 480)
    assert set(np.unique(mask)) == {0, 255}
    assert mask[140:].all()
    assert not mask[:130].any()


def test_each_polygon_is_a_road_and_those_beyond_the_most_are_one():
    def strips(count):
        return tuple(((x, 0), (x + 9, 0), (x + 9, 359), (x, 359)) for x in range(0, 10 * count, 10))

    outside = ((700, 0), (710, 0), (710, 300))
    parts = road_parts(Roi(640, 360, (*strips(2), outside)), (180, 320))
    assert parts.shape == (2, CELLS)
    many = Roi(640, 360, strips(20))
    parts = road_parts(many, (180, 320))
    assert parts.shape == (MOST_ROADS, CELLS)
    assert parts[-1].sum() > 10 * parts[0].sum()


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
        "[" * 100_000,
    ],
)
def test_a_broken_road_names_what_was_found_and_what_to_do(tmp_path, text):
    path = tmp_path / "roi.json"
    path.write_text(text)
    with pytest.raises(RoiError, match=r"expected .*found .*(redraw|remove)"):
        read_roi(path)
    with pytest.raises(RoiError, match="no readable file"):
        read_roi(tmp_path / "absent.json")


def learned(cells, groups=None):
    """Weights after all frames, each told as it comes; shape of the grid."""
    part = np.zeros(CELLS, np.float32)
    groups = np.zeros(len(cells), np.uint8) if groups is None else groups
    for count in range(1, len(cells) + 1):
        part = common_part(cells[:count], groups[:count], part)
    return road_weights(part, len(cells)).reshape(GRID[1], GRID[0])


def test_the_learned_road_is_where_traffic_is_and_not_where_water_glitters():
    rng = np.random.default_rng(7)
    cells = np.zeros((30, GRID[1], GRID[0]), np.uint8)
    for frame, traffic in zip(cells, rng.uniform(0, 150, 30), strict=True):
        frame[5:7] = traffic + rng.normal(0, 10, (2, GRID[0])).clip(-traffic, 60)
        frame[:3] = rng.uniform(0, 60, (3, GRID[0]))
    weights = learned(cells.reshape(30, CELLS))
    assert weights[5:7].min() > 0.8
    assert weights[:3].max() < 0.5


def test_what_changes_with_the_light_alone_is_no_road():
    rng = np.random.default_rng(8)
    cells = np.zeros((40, GRID[1], GRID[0]), np.uint8)
    groups = np.arange(40, dtype=np.uint8) % 2
    for frame, group, traffic in zip(cells, groups, rng.uniform(0, 100, 40), strict=True):
        frame[6:8] = traffic
        frame[0:2] = 200 * group
    weights = learned(cells.reshape(40, CELLS), groups)
    assert weights[6:8].min() > 0.9
    assert weights[0:2].max() < 0.3


@pytest.mark.parametrize("count", [1, 2, 12])
def test_nothing_to_learn_from_leaves_the_usual_place_of_a_road(count):
    weights = learned(np.zeros((count, CELLS), np.uint8))
    assert weights[0].max() == 0
    assert weights[-1].min() == 1
