"""Frames show what the truth says: how much of the road is covered, and which frames are faulty."""

import csv
import json
from collections import Counter
from copy import deepcopy
from datetime import datetime, timedelta
from functools import cache

import cv2
import numpy as np
import pytest

from sample_city.city import SampleCity
from sample_city.frames import choose_cameras
from sample_city.reference import Reference
from sample_city.scene import HEIGHT, WIDTH, View, make_scene
from sample_city.vehicles import draw_vehicles, place_vehicles


@pytest.fixture(scope="module")
def frames(city: SampleCity) -> list[dict[str, str]]:
    with (city.truth_folder / "frames.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def content(city: SampleCity, frame: dict[str, str]) -> bytes:
    at = datetime.fromisoformat(frame["captured_at"])
    return (city.cameras_folder / frame["camera_id"] / f"{at:%Y-%m-%dT%H-%M-%S}.jpg").read_bytes()


def test_every_slot_has_a_truth_and_every_file_a_slot(city: SampleCity, frames: list[dict[str, str]]) -> None:
    assert Counter(frame["camera_id"] for frame in frames).most_common() == [
        (camera, 144) for camera in dict.fromkeys(frame["camera_id"] for frame in frames)
    ]
    delivered = [frame for frame in frames if frame["captured_at"]]
    assert len(list(city.cameras_folder.rglob("*.jpg"))) == len(delivered)
    for frame in delivered:
        late = datetime.fromisoformat(frame["captured_at"]) - datetime.fromisoformat(frame["slot_start"])
        assert timedelta(0) < late < timedelta(seconds=10)


def test_faults_are_what_they_are_called(city: SampleCity, frames: list[dict[str, str]]) -> None:
    by_status: dict[str, list[dict[str, str]]] = {}
    for frame in frames:
        by_status.setdefault(frame["status"], []).append(frame)
    assert by_status.keys() >= {"missing", "torn", "not_an_image", "frozen", "good"}
    assert all(not frame["captured_at"] for frame in by_status["missing"])
    assert all(not content(city, frame).endswith(b"\xff\xd9") for frame in by_status["torn"])
    assert all(content(city, frame).startswith(b"<html>") for frame in by_status["not_an_image"])
    for frame in [*by_status["good"], *by_status.get("dark", [])]:
        assert content(city, frame).endswith(b"\xff\xd9")
    assert all(bool(frame["density_share"]) == (frame["status"] in ("good", "dark")) for frame in frames)


def test_a_frozen_feed_repeats_its_picture_under_a_running_clock(
    city: SampleCity, frames: list[dict[str, str]]
) -> None:
    frozen = [frame for frame in frames if frame["status"] == "frozen"]
    pictures = [cv2.imdecode(np.frombuffer(content(city, frame), np.uint8), cv2.IMREAD_COLOR) for frame in frozen]
    assert len(pictures) > 12
    for earlier, later in zip(pictures, pictures[1:], strict=False):
        assert np.array_equal(earlier[32:], later[32:])
        assert not np.array_equal(earlier[:16], later[:16])


def test_nights_are_darker_than_days(city: SampleCity, frames: list[dict[str, str]]) -> None:
    def mean_grey(lighting: str) -> float:
        chosen = [frame for frame in frames if frame["status"] == "good" and frame["lighting"] == lighting][::12]
        return float(np.mean([cv2.imdecode(np.frombuffer(content(city, frame), np.uint8), 0) for frame in chosen]))

    assert mean_grey("night") < 0.6 * mean_grey("day")


def test_the_registry_and_the_rated_road_fit_the_pictures(city: SampleCity, reference: Reference) -> None:
    with (city.cameras_folder / "cameras.csv").open(encoding="utf-8", newline="") as file:
        cameras = list(csv.DictReader(file))
    assert len(cameras) == 2
    known = {kelurahan.code for kelurahan in reference.kelurahan}
    for camera in cameras:
        assert camera["kelurahan_code"] in known
        roi = json.loads((city.cameras_folder / camera["camera_id"] / "roi.json").read_text(encoding="utf-8"))
        assert roi["image_size"] == [WIDTH, HEIGHT]
        assert all(0 <= x < WIDTH and 0 <= y < HEIGHT for polygon in roi["polygons"] for x, y in polygon)


@cache
def view_of(seed: int) -> tuple[np.random.Generator, View]:
    """A street, and the generator as it stands when the street is drawn."""
    rng = np.random.default_rng(seed)
    return rng, make_scene(rng, is_lit=True).view


@pytest.mark.parametrize("wanted", [0.0, 0.05, 0.2, 0.4, 0.6])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_vehicles_cover_the_share_that_the_truth_claims(wanted: float, seed: int) -> None:
    drawn, view = view_of(seed)
    rng = deepcopy(drawn)
    traffic = place_vehicles(rng, view, wanted)
    claimed = traffic.density_share
    assert claimed == pytest.approx(wanted, abs=0.025)
    # Paint on an empty canvas that no vehicle wears; shadows on the ground are no vehicle.
    canvas = np.full((HEIGHT, WIDTH, 3), (255, 0, 255), np.uint8)
    draw_vehicles(canvas, view, traffic.vehicles)
    is_painted = (canvas != (255, 0, 255)).any(axis=2) & (canvas != (48, 48, 48)).any(axis=2)
    painted = is_painted[view.rated_mask > 0].mean()
    assert painted == pytest.approx(claimed, abs=0.03 + 0.15 * claimed)


def test_cameras_stand_in_different_kecamatan_near_the_centre(reference: Reference) -> None:
    cameras = choose_cameras(reference, 22, seed=2019)
    areas = [camera.kelurahan.kecamatan for camera in cameras]
    assert len({area.code for area in areas}) == 22
    assert all(area.kota_name.startswith("Kota ") for area in areas)
    most = sum(area.kota_name.startswith("Kota ") for area in reference.kecamatan)
    with pytest.raises(ValueError, match=f"expected at most {most} cameras"):
        choose_cameras(reference, most + 1, seed=2019)
