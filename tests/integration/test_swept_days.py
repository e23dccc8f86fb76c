"""Days that were swept are not swept again while their files, their road and the code that judges are the same."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import cv2
import numpy as np
import psycopg
import pytest

from assets.cctv import swept_days
from assets.cctv.store import sweep_into
from assets.clock import city_zone, midnight

DAY = date(2026, 10, 5)
NOW = datetime(2026, 10, 7, 6, tzinfo=city_zone())
CAMERAS = ("cam-a", "cam-b")
FRAMES, SLOTS = 4, 144


def write_frame(home: Path, at: datetime, seed: int) -> None:
    view = np.random.default_rng(seed).normal(120, 30, (90, 160))
    cv2.imwrite(str(home / f"{at:%Y-%m-%dT%H-%M-%S}.jpg"), np.clip(view, 0, 255).astype(np.uint8))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two cameras with four frames on each of two days."""
    for number, camera in enumerate(CAMERAS):
        (tmp_path / camera).mkdir()
        for step in range(2 * FRAMES):
            at = midnight(DAY) + step // FRAMES * timedelta(days=1) + (8 + step % FRAMES) * timedelta(hours=1)
            write_frame(tmp_path / camera, at, 100 * number + step)
    return tmp_path


@pytest.fixture
def sweep(database_url: str, folder: Path) -> Callable[[], Counter[str]]:
    """Sweeps both days; what is told of them."""

    def swept() -> Counter[str]:
        window = midnight(DAY), midnight(DAY + timedelta(days=2))
        with psycopg.connect(database_url) as connection:
            return sweep_into(connection, [folder], window, NOW, lambda _: None)

    return swept


def observations(counts: Counter[str]) -> int:
    return counts.total() - counts["unchanged_cameras"]


def test_what_is_as_it_was_is_not_swept_again(sweep: Callable[[], Counter[str]], database_url: str) -> None:
    assert observations(sweep()) == len(CAMERAS) * 2 * SLOTS
    with psycopg.connect(database_url) as connection:
        before = connection.execute("select * from raw.camera_observations order by 1, 2").fetchall()
    assert sweep() == {"unchanged_cameras": len(CAMERAS)}
    with psycopg.connect(database_url) as connection:
        assert connection.execute("select * from raw.camera_observations order by 1, 2").fetchall() == before


def test_a_frame_more_has_its_camera_swept_again(sweep: Callable[[], Counter[str]], folder: Path) -> None:
    sweep()
    write_frame(folder / "cam-b", midnight(DAY) + timedelta(hours=20), seed=7)
    again = sweep()
    assert again["unchanged_cameras"] == 1
    assert observations(again) == 2 * SLOTS


def test_a_road_that_is_drawn_has_its_camera_swept_again(sweep: Callable[[], Counter[str]], folder: Path) -> None:
    sweep()
    road = {"image_size": [160, 90], "polygons": [[[0, 30], [159, 30], [159, 89], [0, 89]]]}
    (folder / "cam-a" / "roi.json").write_text(json.dumps(road))
    assert sweep()["unchanged_cameras"] == 1


def test_a_view_that_is_confirmed_has_its_camera_swept_again(sweep: Callable[[], Counter[str]], folder: Path) -> None:
    sweep()
    (folder / "cameras.csv").write_text("camera_id,name,view_since\ncam-a,Kamera A,2026-10-06T08:00\n")
    assert sweep()["unchanged_cameras"] == 1


def test_days_that_are_gone_are_swept_again(sweep: Callable[[], Counter[str]], database_url: str) -> None:
    sweep()
    with psycopg.connect(database_url) as connection:
        connection.execute("delete from raw.camera_observations where camera_id = 'cam-a'")
    assert sweep()["unchanged_cameras"] == 1


def test_another_judge_sweeps_everything_again(
    sweep: Callable[[], Counter[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    sweep()
    monkeypatch.setattr(swept_days, "_judge", lambda: b"a better one")
    assert sweep()["unchanged_cameras"] == 0
