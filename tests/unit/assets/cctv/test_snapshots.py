"""The layout of a cameras folder."""

from datetime import UTC, datetime

import pytest

from assets.cctv.snapshots import SnapshotsError, camera_lists, read_cameras


def test_subfolders_are_cameras_and_loose_frames_one_more(tmp_path):
    home = tmp_path / "faulty"
    (home / "cam-2").mkdir(parents=True)
    (home / "cam-1").mkdir()
    (home / ".cache").mkdir()
    (home / "cam-2" / "2026-10-05T07-10-00.jpg").write_bytes(b"")
    (home / "cam-2" / "2026-10-05T07-00-00.jpg").write_bytes(b"")
    (home / "cam-2" / "roi.json").write_text("{}")
    for name in ("cameras.csv", "SYNTHETIC", "OGL-LICENSE.txt"):
        (home / name).write_bytes(b"")
    assert [camera.camera_id for camera in read_cameras(home)] == ["cam-1", "cam-2"]
    (home / "text.jpeg").write_text("no image")
    one, two, loose = read_cameras(home)
    assert (one.camera_id, two.camera_id, loose.camera_id) == ("cam-1", "cam-2", "faulty")
    assert [frame.path.name[11:16] for frame in two.frames] == ["07-00", "07-10"]
    assert two.roi == home / "cam-2" / "roi.json"
    assert one.roi is None
    assert [frame.path.name for frame in loose.frames] == ["text.jpeg"]


def test_an_absent_folder_says_what_to_do(tmp_path):
    with pytest.raises(SnapshotsError, match=r"expected .*found none.*check"):
        read_cameras(tmp_path / "absent")


def test_the_lists_of_folders_are_those_that_are_there(tmp_path):
    for name in ("with", "without"):
        (tmp_path / name).mkdir()
    (tmp_path / "with" / "cameras.csv").write_text("camera_id,name\n")
    assert camera_lists([tmp_path / "with", tmp_path / "without"]) == [tmp_path / "with" / "cameras.csv"]


def test_the_registry_beside_the_frames_says_since_when_a_view_counts(tmp_path):
    for name in ("cam-1", "cam-2"):
        (tmp_path / name).mkdir()
    (tmp_path / "cameras.csv").write_text("camera_id,name,view_since\ncam-1,Satu,2026-11-20T08:00\ncam-2,Dua,\n")
    one, two = read_cameras(tmp_path)
    assert one.view_since == datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
    assert two.view_since is None
    (tmp_path / "cameras.csv").write_text("no list")
    assert [camera.view_since for camera in read_cameras(tmp_path)] == [None, None]


def test_real_folders(real):
    assert {camera.camera_id: len(camera.frames) for camera in read_cameras(real / "cctv" / "lta")} == {
        "2701": 68,
        "4703": 78,
    }
    (faulty,) = read_cameras(real / "cctv" / "faulty")
    assert (faulty.camera_id, len(faulty.frames)) == ("faulty", 6)
