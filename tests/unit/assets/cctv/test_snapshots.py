"""The layout of a cameras folder."""

import pandas as pd
import pytest

from assets.cctv.snapshots import REGISTRY_COLUMNS, SnapshotsError, read_camera_registry, read_cameras

HEADER = "camera_id,name,kelurahan_code,latitude,longitude\n"


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


def test_the_registry_reads_codes_as_text_and_coordinates_as_numbers(tmp_path):
    (tmp_path / "cameras.csv").write_text(
        "\ufeff" + HEADER + "001,Jl. Thamrin,31.71.06.1001,-6.19,106.82\n002,Semanggi,,,\n"
    )
    registry = read_camera_registry(tmp_path)
    assert list(registry.columns) == REGISTRY_COLUMNS
    assert registry["camera_id"].tolist() == ["001", "002"]
    assert registry["kelurahan_code"].iloc[0] == "31.71.06.1001"
    assert registry["latitude"].iloc[0] == pytest.approx(-6.19)
    assert registry.iloc[1][["kelurahan_code", "latitude", "longitude"]].isna().all()


def test_no_registry_is_an_empty_one(tmp_path):
    registry = read_camera_registry(tmp_path)
    assert registry.empty
    assert list(registry.columns) == REGISTRY_COLUMNS
    assert pd.api.types.is_float_dtype(registry["latitude"])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "camera_id,name\n1,a\n",
        HEADER + "1,a,x,north,106.8\n",
        HEADER + "1,a,x,-6.1,106.8\n1,b,x,-6.2,106.9\n",
        HEADER + ",a,x,-6.1,106.8\n",
    ],
)
def test_a_broken_registry_is_refused(tmp_path, text):
    (tmp_path / "cameras.csv").write_text(text)
    with pytest.raises(SnapshotsError, match="mend the list"):
        read_camera_registry(tmp_path)


def test_real_folders(real):
    assert {camera.camera_id: len(camera.frames) for camera in read_cameras(real / "cctv" / "lta")} == {
        "2701": 68,
        "4703": 78,
    }
    (faulty,) = read_cameras(real / "cctv" / "faulty")
    assert (faulty.camera_id, len(faulty.frames)) == ("faulty", 6)
