"""Answers of cameras, and folders of recorders, that are odd in one way each, with what is expected of them.

The folders lie beside the checkout; the kinds are tested with inputs of their own in tests/unit/assets/cctv.
"""

import asyncio
import math
import runpy
import shutil
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from assets.cctv.answers import Answer, Captured, LiveCamera
from assets.cctv.capture import capture_all
from assets.cctv.snapshots import read_cameras, unread_cameras
from assets.cctv.sweep import frame_days
from assets.clock import city_zone
from ml.vision.camera import Road, observe
from ml.vision.decode import FRAME_COLUMNS, FRAME_ROWS, decode_frame
from ml.vision.folder import frame_files
from ml.vision.road import read_roi
from ml.vision.state import new_states
from orchestration.run import spans_of
from sample_city.raw_host import RawHost, answer
from tests.unit.cases.folder import case_folder

LOGIN = b"\r\n=====after a Digest login=====\r\n"


def served(path: Path):
    """A raw answer as it is, one of two by the login, and any other file as a plain body."""
    content = path.read_bytes()
    if path.suffix != ".http":
        return answer(content, "application/octet-stream")
    first, _, second = content.partition(LOGIN)
    return lambda head: [second if second and "\r\nAuthorization: Digest" in head else first]


def asked(folder: Path) -> dict[str, Answer]:
    files = [path for path in folder.iterdir() if path.is_file() and path.name != "README.md"]
    with RawHost({f"/{path.name}": served(path) for path in files}) as host:
        cameras = [
            LiveCamera(path.name, "p", path.name.split(".")[-2], host.url(f"/{path.name}", "user:pass"))
            for path in files
            if path.suffix == ".http"
        ]

        async def run() -> dict[str, Answer]:
            return {camera.camera_id: one async for camera, one in capture_all(cameras, time.monotonic() + 60)}

        return asyncio.run(run())


def assert_pictures(answers: dict[str, Answer]) -> None:
    assert answers
    for said in answers.values():
        assert isinstance(said, Captured)
        assert decode_frame(said.content).shape == (FRAME_ROWS, FRAME_COLUMNS)


@pytest.mark.parametrize("case", ["34", "35", "38", "40", "41", "45"])
def test_case(case):
    assert_pictures(asked(case_folder(case)))


def test_case_36(tmp_path):
    shutil.copy(case_folder("36") / "make.py", tmp_path)
    runpy.run_path(str(tmp_path / "make.py"))
    answers = asked(tmp_path)
    assert_pictures(answers)
    assert {name: one.time_basis for name, one in answers.items()} == {
        "exif-utc.still.http": "exif",
        "local-as-gmt.still.http": "received",
    }
    for one in answers.values():
        assert abs(one.captured_at - datetime.now(UTC)) < timedelta(minutes=1)


def test_case_37():
    folder = case_folder("37") / "cameras"
    [frames] = [camera.frames for camera in read_cameras(folder) if camera.frames]
    assert [f"{frame.captured_at:%d %H:%M}" for frame in frames] == [
        f"27 08:{minute}" for minute in ("00", "10", "20", "30", "40")
    ]
    assert not any(frame.note for frame in frames)
    assert unread_cameras(folder) == ["dahua"]


@pytest.mark.parametrize(("folder", "shown"), [("ptz", lambda number: number % 2), ("turned", lambda n: n >= 40)])
def test_case_h04(tmp_path, monkeypatch, folder, shown):
    script = case_folder("h-04") / "make.py"
    # It names the real pictures from a folder beside that of the shared ones.
    monkeypatch.chdir(script.parents[2])
    monkeypatch.setattr("sys.argv", ["make.py", str(tmp_path)])
    runpy.run_path(str(script))
    frames, state = frame_files(tmp_path / folder, city_zone()), new_states(1)[0]
    roi = tmp_path / folder / "roi.json"
    road = Road.drawn(read_roi(roi)) if roi.exists() else None
    seen = [observe(state, frame.path.read_bytes(), frame.captured_at, road) for frame in frames]
    other = [one for number, one in enumerate(seen) if shown(number)]
    own = [one for number, one in enumerate(seen) if not shown(number)]
    assert [one.verdict.status.value for one in other] == ["view_moved"] * len(other)
    assert all(math.isnan(one.density_share) and math.isnan(one.jam_index) for one in other)
    assert [one.verdict.status.value for one in own] == ["good"] * len(own)
    assert len(other) >= 28


@pytest.mark.parametrize(("cameras", "first"), [("cameras", [date(2020, 5, 1)]), ("cameras70", [])])
def test_case_49(cameras, first):
    folder = case_folder("49") / cameras
    spans, left_out = spans_of(frame_days(folder), date(2026, 11, 28), date(2019, 1, 1))
    assert spans == [(day, day) for day in [*first, date(2026, 11, 27)]]
    assert left_out == ([] if first else [date(1970, 1, 1)])
