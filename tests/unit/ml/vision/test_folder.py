"""File names and times."""

import os
from datetime import datetime

import pytest

from assets.clock import city_zone
from ml.vision.folder import captured_at, frame_files


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("2026-10-05T07-30-09.jpg", datetime(2026, 10, 5, 7, 30, 9, tzinfo=city_zone())),
        ("2026-10-05T07:30:09.jpg", datetime(2026, 10, 5, 7, 30, 9, tzinfo=city_zone())),
        ("cam_20261005_0730.jpg", datetime(2026, 10, 5, 7, 30, tzinfo=city_zone())),
        ("20261005-073009-x.png", datetime(2026, 10, 5, 7, 30, 9, tzinfo=city_zone())),
        ("192.168.1.64_01_20261005073009123_TIMING.jpg", datetime(2026, 10, 5, 7, 30, 9, 123000, tzinfo=city_zone())),
        ("Cam1_01_20261005073009.jpg", datetime(2026, 10, 5, 7, 30, 9, tzinfo=city_zone())),
        ("20261005_073009123.jpg", datetime(2026, 10, 5, 7, 30, 9, 123000, tzinfo=city_zone())),
        ("2026_10_05_07_30_09.jpg", datetime(2026, 10, 5, 7, 30, 9, tzinfo=city_zone())),
        ("2026-10-05T00-30-09Z.jpg", datetime(2026, 10, 5, 7, 30, 9, tzinfo=city_zone())),
        ("20261005T003009+0000.jpg", datetime(2026, 10, 5, 7, 30, 9, tzinfo=city_zone())),
        ("20261005-0730-0001.jpg", datetime(2026, 10, 5, 7, 30, tzinfo=city_zone())),
        ("2026-10-05T07-30-09Zoom.jpg", datetime(2026, 10, 5, 7, 30, 9, tzinfo=city_zone())),
        ("99991231235959_20261005073009.jpg", datetime(2026, 10, 5, 7, 30, 9, tzinfo=city_zone())),
        ("202610050730.jpg", None),
        ("2026-13-05T07-30-00.jpg", None),
        ("2026-10-05.jpg", None),
        ("1234567890123456.jpg", None),
        ("IMG_0001.jpg", None),
    ],
)
def test_time_in_a_file_name(name, expected):
    assert captured_at(name, city_zone()) == expected


def test_side_files_are_no_frames_and_every_other_file_is(tmp_path):
    for name in (
        "roi.json",
        "labels.csv",
        "cameras.csv",
        "SYNTHETIC",
        "OGL-LICENSE.txt",
        "licence-LICENSE.TXT",
        ".DS_Store",
    ):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "2701").mkdir()
    for name in ("2026-10-05T07-30-00.jpg", "note.jpeg", "log.txt", "empty"):
        (tmp_path / name).write_bytes(b"")
    assert {file.path.name for file in frame_files(tmp_path, city_zone())} == {
        "2026-10-05T07-30-00.jpg",
        "note.jpeg",
        "log.txt",
        "empty",
    }


def test_frames_come_by_time_and_a_nameless_one_takes_its_modification_time(tmp_path):
    for name in ("2026-10-05T09-00-00.jpg", "2026-10-05T07-00-00.jpg", "odd.jpg"):
        (tmp_path / name).write_bytes(b"x")
    eight = datetime(2026, 10, 5, 8, tzinfo=city_zone())
    os.utime(tmp_path / "odd.jpg", (eight.timestamp(), eight.timestamp()))
    files = frame_files(tmp_path, city_zone())
    assert [file.path.name[:13] for file in files] == ["2026-10-05T07", "odd.jpg", "2026-10-05T09"]
    assert files[1].captured_at == eight
    assert "modification time" in files[1].note
    assert files[0].note == ""


def test_two_frames_of_one_instant_are_told_apart(tmp_path):
    for name in ("20261005-0730-b.jpg", "20261005-0730-a.jpg", "20261005-0730-c.jpg"):
        (tmp_path / name).write_bytes(b"x")
    files = frame_files(tmp_path, city_zone())
    assert [file.path.name[-5] for file in files] == ["a", "b", "c"]
    assert len({file.captured_at for file in files}) == 3
    assert "same instant as 20261005-0730-a.jpg" in files[1].note
