"""Lists of cameras as cities hand them over."""

import json
from pathlib import Path

import pytest

from assets.cctv.camera_list import ListedCamera, ListError, read_camera_list

HEADER = "camera_id,name,kelurahan_code,latitude,longitude,source_kind,url,is_enabled\n"


def listed(tmp_path: Path, text: str) -> tuple[list[ListedCamera], list[str]]:
    path = tmp_path / "cameras.csv"
    path.write_text(text, encoding="utf-8")
    cameras, refused = read_camera_list(path)
    return cameras, [row.reason for row in refused]


def test_codes_are_text_and_coordinates_numbers(tmp_path: Path) -> None:
    cameras, refused = listed(
        tmp_path, "\ufeff" + HEADER + '001,Jl. Wiranegara,98.71.06.1001,"-6,19",106.82,,,\n002,Simpang Dua,,,,,,\n'
    )
    assert refused == []
    assert cameras == [
        ListedCamera("001", "Jl. Wiranegara", kelurahan_code="98.71.06.1001", latitude=-6.19, longitude=106.82),
        ListedCamera("002", "Simpang Dua"),
    ]


def test_a_turned_camera_has_the_time_since_when_its_view_counts(tmp_path: Path) -> None:
    rows = "1,a,2026-11-20T08:00\n2,b,2026-11-20T08:00Z\n3,c,\n4,d,yesterday\n"
    cameras, refused = listed(tmp_path, "camera_id,name,view_since\n" + rows)
    assert [camera.view_since and camera.view_since.isoformat() for camera in cameras] == [
        "2026-11-20T08:00:00+07:00",
        "2026-11-20T08:00:00+00:00",
        None,
    ]
    assert refused == ["expected view_since such as 2026-11-20T08:00, found 'yesterday'"]


def test_names_repeat_positions_lack_and_rows_are_switched_off(tmp_path: Path) -> None:
    rows = "1,Simpang,,0,0,,,1\n2,Simpang,,-6.2,,,,tidak\n"
    (one, two), refused = listed(tmp_path, HEADER + rows)
    assert (one.name, two.name, refused) == ("Simpang", "Simpang", [])
    assert (one.latitude, two.latitude) == (None, None)
    assert (one.is_enabled, two.is_enabled) == (True, False)


@pytest.mark.parametrize(
    ("kind", "url", "expected"),
    [
        ("", "http://a.id/1.jpg", "still"),
        ("", "https://a.id/x/index.m3u8", "hls"),
        ("mjpeg", "http://a.id/stream", "mjpeg"),
        ("", "rtsp://u:p@a.id/1", "rtsp"),
    ],
)
def test_the_kind_of_a_source_is_told_or_seen(tmp_path: Path, kind: str, url: str, expected: str) -> None:
    [camera], _ = listed(tmp_path, HEADER + f"1,a,,,,{kind},{url},\n")
    assert (camera.source_kind, camera.url, camera.provider) == (expected, url, "a.id")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",a,,,,,,", "expected camera_id and name"),
        ("1,a,,north,106.8,,,", "expected latitude and longitude in degrees"),
        ("1,a,,-6.2,306.8,,,", "expected latitude and longitude in degrees"),
        ("1,a,,,,webcam,http://a.id/1,", "expected source_kind as one of"),
        ("1,a,,,,still,ftp://a.id/1,", "expected an address of http or https"),
        ("1,a,,,,hls,,", "expected an address of a hls camera"),
        ("1,a,,,,still,http://a.id:99999/1,", "Port out of range"),
    ],
)
def test_a_row_that_is_no_camera_is_refused_alone(tmp_path: Path, row: str, reason: str) -> None:
    cameras, [refused] = listed(tmp_path, HEADER + f"{row}\n9,good,,,,,,\n")
    assert [camera.camera_id for camera in cameras] == ["9"]
    assert refused.startswith(reason)


def test_a_camera_that_is_listed_twice_counts_once(tmp_path: Path) -> None:
    cameras, refused = listed(tmp_path, HEADER + "1,a,,,,,,\n1,b,,,,,,\n")
    assert [camera.name for camera in cameras] == ["a"]
    assert refused == ["expected each camera once, found 1 again"]


def test_json_carries_roads_and_directions(tmp_path: Path) -> None:
    path = tmp_path / "cameras.json"
    road = {"image_size": [640, 360], "polygons": [[[0, 100], [639, 100], [639, 359]]]}
    camera = {"camera_id": 7, "name": "a", "road_polygons": road, "directions": ["utara", "selatan"], "road": "Jl. A"}
    wrong = [camera | {"camera_id": 8, "road_polygons": drawn} for drawn in ({"a": 1}, "[" * 100_000)]
    path.write_text(json.dumps({"cameras": [camera, "x", *wrong]}))
    [read], refused = read_camera_list(path)
    assert (read.camera_id, read.road_polygons, read.directions) == ("7", road, ("utara", "selatan"))
    assert [row.row for row in refused] == [2, 3, 4]


@pytest.mark.parametrize("text", ["", "id,nama\n1,a\n", "[", '{"kamera": []}', "[" * 100_000])
def test_what_is_no_list_is_an_error_that_says_what_to_do(tmp_path: Path, text: str) -> None:
    with pytest.raises(ListError, match=r"expected .*; found .*; "):
        listed(tmp_path, text)


@pytest.mark.parametrize("column", ["name", "road", "provider", "referer", "source_kind", "latitude", "camera_id"])
def test_a_login_outside_the_address_refuses_the_row_and_is_repeated_nowhere(tmp_path: Path, column: str) -> None:
    row = {"camera_id": "1", "name": "a", "url": "http://a.id/1.jpg", column: "rtsp://admin:rahasia@10.0.0.7:554/1"}
    path = tmp_path / "cameras.json"
    path.write_text(json.dumps([row, {"camera_id": "9", "name": "good"}]))
    [camera], [refused] = read_camera_list(path)
    assert camera.camera_id == "9"
    assert f"found one in {column}" in refused.reason
    assert "rahasia" not in refused.reason


def test_a_field_that_nobody_asked_for_is_not_kept(tmp_path: Path) -> None:
    row = {"camera_id": "1", "name": "a", "url": "http://a.id/1.m3u8", "rtsp_url": "rtsp://admin:rahasia@10.0.0.7/1"}
    path = tmp_path / "cameras.json"
    path.write_text(json.dumps([row]))
    [camera], refused = read_camera_list(path)
    assert refused == []
    assert "rahasia" not in repr(camera)


def test_the_portals_page_is_read(tmp_path: Path) -> None:
    path = tmp_path / "cameras.csv"
    path.write_text(
        "camera_id,name,url,referer\n1,a,http://a.id/1,https://p.id/\n2,b,http://a.id/2,https://p.id/\u00e9\n"
    )
    [camera], [refused] = read_camera_list(path)
    assert camera.referer == "https://p.id/"
    assert "expected referer as an address in ASCII" in refused.reason
