"""Whose a field of another's list is: the camera's, its kelurahan's, its icon's, or nobody's."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from assets.cctv.camera_list import ListedCamera, read_camera_list
from assets.cctv.importing.fields import read_fields
from assets.cctv.importing.ground import Ground
from assets.cctv.importing.listing import Imported, Outcome, as_csv, import_records
from assets.cctv.importing.position import INDONESIA
from assets.cctv.importing.records import read_records
from assets.reference import CityReference

STREAM = "https://a.id/{}/index.m3u8"
ICON = "https://a.id/img/cctv.png"


@pytest.fixture
def ground(reference: CityReference) -> Ground:
    ground = Ground(reference, None)
    ground.box = INDONESIA
    return ground


def reasons(found: Imported, row: int = 0) -> str:
    return "; ".join(found.verdicts[row].reasons)


@pytest.mark.parametrize("field", ["icon", "logo", "thumbnail", "marker", "iconUrl", "foto"])
@pytest.mark.parametrize(
    ("beside", "outcome"),
    [
        ({"link": "https://youtu.be/abc"}, Outcome.REFUSED),
        ({"link": "rtmp://a.id/1"}, Outcome.REFUSED),
        ({"rtsp": "rtsp://admin:x@a.id/1"}, Outcome.REFUSED),
        ({"link": "https://a.id/lihat?id=3"}, Outcome.DOUBTED),
        ({"link": "https://a.id/1/embed.html"}, Outcome.DOUBTED),
    ],
)
def test_an_icon_is_never_the_camera(ground: Ground, field: str, beside: dict[str, str], outcome: Outcome) -> None:
    found = import_records([{"nama": "Simpang", field: ICON, **beside}], ground)
    assert found.verdicts[0].outcome is outcome
    assert ICON not in as_csv(found.cameras)


@pytest.mark.parametrize("icon", [ICON, {"iconUrl": ICON, "size": 3}, {"url": ICON}])
def test_one_icon_on_all_rows_gives_no_camera_and_refuses_none(ground: Ground, icon: object) -> None:
    found = import_records([{"nama": "Satu", "icon": icon}, {"nama": "Dua", "icon": icon}], ground)
    assert [(camera.url, camera.is_enabled) for camera in found.cameras] == [(None, False)] * 2
    assert "url: only an icon in the list" in reasons(found)


def test_a_picture_alone_is_taken_with_a_doubt_and_a_stream_whatever_its_field(ground: Ground) -> None:
    found = import_records(
        [{"nama": "Satu", "foto": ICON}, {"nama": "Dua", "marker": {"url": STREAM.format(1)}}], ground
    )
    assert [camera.source_kind for camera in found.cameras] == ["still", "hls"]
    assert "the address of a picture in the list, which may be of no camera" in reasons(found)


def test_a_cameras_own_name_and_number_go_before_those_of_what_it_belongs_to(ground: Ground) -> None:
    category = {"id": 9, "name": "Lalu lintas", "lat": -1, "lng": 100}
    rows: list[Mapping[str, Any]] = [
        {"id": 1, "nama": "Simpang Satu", "category": category, "url": STREAM.format(1)},
        {"nama": "Simpang Dua", "category": category, "url": STREAM.format(2)},
        {"properties": {"id": 3, "nama": "Simpang Tiga"}, "category": category, "url": STREAM.format(3)},
    ]
    cameras = import_records(rows, ground).cameras
    assert [camera.name for camera in cameras] == ["Simpang Satu", "Simpang Dua", "Simpang Tiga"]
    assert (cameras[0].camera_id, cameras[2].camera_id) == ("1", "3")
    assert cameras[1].camera_id.startswith("cam-")
    assert all(camera.latitude is None for camera in cameras)


def test_a_relation_names_its_kelurahan_alone() -> None:
    said = read_fields(
        {"url": STREAM, "kelurahan": {"id": 1, "name": "Tegal Jaya"}, "lokasi": {"nama": "Simpang Satu"}}
    )
    assert said.texts["kelurahan"] == ("Tegal Jaya",)
    assert (said.first("name"), said.first("camera_id"), said.texts["area_id"]) == ("Simpang Satu", None, ("1",))


def test_cameras_of_a_group_have_their_own_names_and_every_group_its_own_cameras(ground: Ground) -> None:
    inner = [{"nama": "Satu", "url": STREAM.format(1)}, {"url": STREAM.format(2)}, None]
    kota = {"id": 4, "nama": "Tegal Jaya", "url": "https://a.id/", "cctv": inner, "lain": [{"url": STREAM.format(3)}]}
    found = import_records([{"nama": "Kota", "kecamatan": [kota]}], ground)
    assert [camera.name for camera in found.cameras] == ["Satu", "Tegal Jaya", "Tegal Jaya"]
    assert all(camera.camera_id.startswith("cam-") for camera in found.cameras)
    assert reasons(found, 2) == "expected an entry with fields, found nothing"


def test_a_stream_of_a_site_stays_beside_its_channels(ground: Ground) -> None:
    site = {"nama": "Simpang", "url": STREAM.format(1), "channels": [{"id": "a", "url": STREAM.format(2)}]}
    assert [camera.url for camera in import_records([site], ground).cameras] == [STREAM.format(1), STREAM.format(2)]


@pytest.mark.parametrize(
    ("fields", "doubt"),
    [
        ({"url": f"{STREAM.format(1)};{STREAM.format(2)}"}, "2 addresses of one kind, of which the first is taken"),
        ({"url": [STREAM.format(1), STREAM.format(2)]}, "2 addresses of one kind, of which the first is taken"),
        ({"url": "/hls/1/index.m3u8"}, "url: url is relative; put the portal's own address before it"),
        ({"stream": "a.id/hls/1/index.m3u8"}, "url: stream is relative"),
        ({"url": f"lihat {STREAM.format(1)} ya"}, "url: url holds an address among other words"),
        (
            {"url": STREAM, "location": {"type": "Point", "coordinates": [106.8, -6.1]}, "lat": -6.2, "lng": 106.8},
            "latitude, longitude: two in the list, 11.1 km apart",
        ),
    ],
)
def test_what_is_not_sure_is_a_doubt_and_never_called_absent(
    ground: Ground, fields: dict[str, Any], doubt: str
) -> None:
    found = import_records([{"nama": "Simpang", **fields}], ground)
    assert doubt in reasons(found)
    assert "none in the list" not in reasons(found)


def test_two_ways_of_writing_one_place_are_no_doubt_and_a_bad_one_gives_way_to_a_good_one(ground: Ground) -> None:
    place = {"type": "Point", "coordinates": [106.8, -6.1]}
    rows: list[Mapping[str, Any]] = [
        {"nama": "Satu", "url": STREAM.format(1), "location": place, "lat": -6.1, "lng": "106.80001"},
        {"nama": "Dua", "url": STREAM.format(2), "koordinat": "-", "lat": -6.3, "lng": 106.8},
    ]
    found = import_records(rows, ground)
    assert [camera.latitude for camera in found.cameras] == [-6.1, -6.3]
    assert "latitude" not in reasons(found) + reasons(found, 1)


def test_one_address_in_two_ways_is_one_camera_and_one_but_for_its_time_a_doubt(ground: Ground) -> None:
    ways = ["https://a.id/1/index.m3u8?t=1", "HTTPS://A.id:443/1/index.m3u8?t=1", "https://a.id/1/index.m3u8?t=2"]
    found = import_records([{"nama": f"Simpang {n}", "url": url} for n, url in enumerate(ways)], ground)
    assert reasons(found, 1) == "url: the address of row 1 again"
    assert "url: that of row 1 but for a parameter" in reasons(found, 2)
    assert len(import_records([{"url": f"https://a.id/c?id={n}"} for n in range(3)], ground).cameras) == 3


def test_an_id_that_a_part_was_added_to_is_nobody_elses(ground: Ground) -> None:
    first = import_records([{"id": 1, "url": STREAM.format(n)} for n in range(2)], ground).cameras
    rows: list[Mapping[str, Any]] = [
        {"id": first[1].camera_id, "url": STREAM.format(7)},
        *({"id": 1, "url": STREAM.format(n)} for n in range(3)),
    ]
    cameras = import_records(rows, ground).cameras
    assert len({camera.camera_id for camera in cameras}) == 4


def test_a_name_is_one_line_without_markup_and_an_address_as_it_is_asked(ground: Ground) -> None:
    url = "https://a.id/c.m3u8?a=1&amp;b=2"
    [camera] = import_records([{"nama": "Satu &amp; <b>Dua</b>\r\nTiga", "url": url}], ground).cameras
    assert (camera.name, camera.url) == ("Satu & Dua Tiga", "https://a.id/c.m3u8?a=1&b=2")


def test_an_embedded_page_gives_its_address(ground: Ground) -> None:
    page = f'<iframe width="1" src="{STREAM.format(1)}"></iframe>'
    assert [camera.url for camera in import_records([{"nama": "a", "embed": page}], ground).cameras] == [
        STREAM.format(1)
    ]


def test_a_list_of_the_platforms_own_is_the_same_when_it_is_imported_again(ground: Ground, tmp_path: Path) -> None:
    road = '{"image_size": [640, 360], "polygons": [[[0, 100], [639, 100], [639, 359]]]}'
    (tmp_path / "own.json").write_text(
        '[{"camera_id": "1", "name": "Satu", "url": "https://a.id/1.jpg", "source_kind": "still", "is_enabled": false,'
        f' "referer": "https://p.id/", "directions": ["utara", "selatan"], "road_polygons": {road},'
        ' "view_since": "2026-11-20T08:00"}, {"camera_id": "2", "name": "Dua", "url": "https://a.id/2.jpg"}]'
    )
    before, _ = read_camera_list(tmp_path / "own.json")
    for name in ("first.csv", "second.csv"):
        source = tmp_path / ("own.json" if name == "first.csv" else "first.csv")
        found = import_records(read_records(source).rows, ground)
        (tmp_path / name).write_text(as_csv(found.cameras))
        after, refused = read_camera_list(tmp_path / name)
        assert refused == []
        assert [kept(camera) for camera in after] == [kept(camera) for camera in before]


def kept(camera: ListedCamera) -> tuple[object, ...]:
    return (
        camera.camera_id, camera.name, camera.url, camera.is_enabled, camera.referer, camera.directions,
        camera.road_polygons, camera.view_since,
    )  # fmt: skip


def test_a_portals_page_with_a_login_is_left_out_with_a_doubt(ground: Ground) -> None:
    found = import_records([{"nama": "a", "url": STREAM, "referer": "https://admin:rahasia@p.id/"}], ground)
    assert found.cameras[0].referer is None
    assert "referer: left out for the login in it" in reasons(found)
    assert "rahasia" not in repr(found)
