"""Lists of cameras that other people keep: every row is counted, and what is doubtful says so."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from shapely import STRtree
from shapely.geometry import box

from assets.cctv.camera_list import ListError, read_camera_list
from assets.cctv.importing.fields import read_fields
from assets.cctv.importing.ground import Ground
from assets.cctv.importing.listing import Imported, Outcome, as_csv, import_records, pasted_texts
from assets.cctv.importing.position import INDONESIA
from assets.cctv.importing.records import read_records
from assets.cctv.importing.source import read_source
from assets.places.boundaries import Boundaries
from assets.reference import CityReference

STREAM = "https://a.id/{}/index.m3u8"


@pytest.fixture
def ground(reference: CityReference) -> Ground:
    """Squares of two kilometres around the kelurahan's points."""
    codes = tuple(reference.kelurahan)
    areas = tuple(
        box(one.longitude - 0.009, one.latitude - 0.009, one.longitude + 0.009, one.latitude + 0.009)
        for one in reference.kelurahan.values()
    )
    return Ground(reference, Boundaries(codes, areas, STRtree(areas)))


def imported(rows: list[Mapping[str, Any]], ground: Ground) -> Imported:
    return import_records(rows, ground)


def listed(tmp_path: Path, text: str, under: str | None = None) -> tuple[str, list[Any]]:
    path = tmp_path / "list"
    path.write_text(text, encoding="utf-8")
    records = read_records(path, under)
    return records.shape, list(records.rows)


ONE = {"nama": "Simpang", "url": STREAM.format(1)}


@pytest.mark.parametrize(
    ("shape", "text"),
    [
        ("JSON", json.dumps([ONE])),
        ("JSON", json.dumps({"status": "success", "message": "ok", "data": [ONE]})),
        ("JSON", json.dumps({"data": {"items": [ONE], "total": 1}})),
        ("JSON", json.dumps({"data": [{"type": "node--cctv", "attributes": ONE}]})),
        ("JavaScript", f"[{{nama: 'Simpang', url: '{ONE['url']}'}},]"),
        (
            "JavaScript",
            f"// kamera\nconst pusat = [1, 2];\nconst cctv = [{{nama: 'Simpang', url: '{ONE['url']}'}}];\nmap();",
        ),
        ("SQL", f"SET NAMES utf8;\nINSERT INTO `cctv` (`nama`, `url`) VALUES\n('Simpang', '{ONE['url']}');"),
        ("M3U", f"#EXTM3U\n#EXTINF:-1,Simpang\n{ONE['url']}\n"),
        ("CSV", f"nama;url\nSimpang;{ONE['url']}\n"),
        ("addresses", f"{ONE['url']}\n\n"),
    ],
)
def test_every_shape_gives_its_rows(tmp_path: Path, shape: str, text: str) -> None:
    found, [row] = listed(tmp_path, text)
    said = read_fields(row)
    assert found == shape
    assert [one.url for one in said.addresses] == [ONE["url"]]
    assert said.first("name") == (None if shape == "addresses" else "Simpang")


def test_features_of_geojson_have_their_place(tmp_path: Path, ground: Ground) -> None:
    point = {"type": "Point", "coordinates": [106.82, -6.17]}
    text = json.dumps(
        {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": ONE, "geometry": point}]}
    )
    _, rows = listed(tmp_path, text)
    [camera] = imported(rows, ground).cameras
    assert (camera.latitude, camera.longitude, camera.kelurahan_code) == (-6.17, 106.82, "98.71.01.1001")


def test_of_several_lists_one_is_named(tmp_path: Path) -> None:
    text = json.dumps({"cctv": [ONE], "opd": [{"nama": "Dishub"}]})
    with pytest.raises(ListError, match=r"list\.cctv, list\.opd"):
        listed(tmp_path, text)
    assert len(listed(tmp_path, text, "cctv")[1]) == 1
    tables = "INSERT INTO opd (id) VALUES (1);\nINSERT INTO cctv (url) VALUES ('http://a.id/1.jpg'), (NULL);"
    assert len(listed(tmp_path, tables, "cctv")[1]) == 2


@pytest.mark.parametrize("text", ["", "halo", "[1, 2]", '{"data": {}}', "[{nama: 'x'", "INSERT INTO t VALUES ((("])
def test_what_is_no_list_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ListError):
        listed(tmp_path, text)


def test_an_entry_that_is_no_object_is_counted_and_refused(ground: Ground, tmp_path: Path) -> None:
    _, rows = listed(tmp_path, json.dumps([ONE, 5, None]))
    assert imported(rows, ground).counts() == {Outcome.IMPORTED: 0, Outcome.DOUBTED: 1, Outcome.REFUSED: 2}


def test_a_sure_row_has_no_doubt(ground: Ground) -> None:
    row = {"id": "7", **ONE, "lat": "-6.23", "lng": "106.86", "kelurahan": "Kel. TERATAI-TIMUR", "kecamatan": "Teratai"}
    found = imported([row], ground)
    assert found.counts() == {Outcome.IMPORTED: 1, Outcome.DOUBTED: 0, Outcome.REFUSED: 0}
    assert found.cameras[0].kelurahan_code == "98.74.01.1001"


def test_a_position_decides_the_area_and_a_contradicting_text_is_named(ground: Ground) -> None:
    place = {"lat": -6.23, "lng": 106.86}
    rows = [
        {
            "url": STREAM.format(1),
            "name": "a",
            **place,
            "kelurahan": "Seruni",
            "kelurahan2": {"namaKelurahan": "Kemuning"},
        },
        {"url": STREAM.format(2), "name": "b", "lat": -6.2301, "lng": 106.86, "district": "SEROJA SELATAN"},
        {"url": STREAM.format(3), "name": "c", "lat": -6.2, "lng": 106.9},
    ]
    found = imported(rows, ground)
    assert [camera.kelurahan_code for camera in found.cameras] == ["98.74.01.1001", "98.74.01.1001", None]
    first, second, third = (verdict.reasons for verdict in found.verdicts)
    assert first == ("kelurahan_code: 'Seruni' and 'Kemuning' in the list, by position 98.74.01.1001",)
    assert second == ()
    assert third == ("kelurahan_code: its position lies in no kelurahan of the city",)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"kelurahan": "Teratai Timur"}, "98.74.01.1001"),
        ({"kelurahan": "Teratai Timur", "kecamatan": "Teratai"}, "98.74.01.1001"),
        ({"kelurahan": "Teratai Timur", "kecamatan": "Kemuning"}, None),
        ({"kelurahan_nama": "Teratai Timur", "kelurahan": {"namaKelurahan": "Seruni"}}, None),
        ({"kelurahan_code": "98.74.01.1006"}, "98.74.01.1006"),
        ({"kelurahan_code": "98.74.01.1006", "kelurahan": "Seruni"}, None),
        ({"id_kelurahan": 3}, None),
        ({}, None),
    ],
)
def test_without_a_position_a_text_counts_that_nothing_contradicts(
    ground: Ground, said: dict[str, Any], code: str | None
) -> None:
    found = imported([{**ONE, **said}], ground)
    assert found.cameras[0].kelurahan_code == code
    assert any(reason.startswith("kelurahan_code: ") for reason in found.verdicts[0].reasons)


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("https://a.id/x/index.m3u8?t=1", "hls"),
        ("http://a.id/cam/1.jpg", "still"),
        ("http://a.id/cgi-bin/snapshot.cgi", "still"),
        ("http://a.id:8080/?action=stream", "mjpeg"),
        ("rtsp://a.id/1", "rtsp"),
        ("https://www.youtube.com/embed/x", ""),
        ("https://www.facebook.com/plugins/video.php?href=https%3A%2F%2Ffacebook.com%2Fv", ""),
        ("https://a.id/muning.flv", ""),
        ("http://127.0.0.1:3000/stream", ""),
        ("http://[::1]/a.jpg", ""),
        ("http://192.168.1.9/a.jpg", ""),
        ("rtmp://a.id/live", ""),
        ("https://a.id:99999/a.jpg", ""),
    ],
)
def test_what_an_address_gives(address: str, kind: str) -> None:
    source = read_source(address)
    assert (source.kind, bool(source.url), bool(source.doubt)) == (kind, bool(kind), not kind)


def test_a_page_that_plays_a_stream_stands_for_it_with_a_doubt() -> None:
    source = read_source("https://a.id:8011/Bendungan-003_1/embed.html?proto=hls")
    assert (source.kind, source.url) == ("hls", "https://a.id:8011/Bendungan-003_1/index.m3u8")
    assert "nobody tried" in source.doubt


@pytest.mark.parametrize(
    "address",
    [
        "rtsp://admin:rahasia@10.0.0.1/1",
        "rtsp://admin:12/ra@hasia@10.0.0.1/1",
        "http://a.id/video.cgi?user=admin&pwd=rahasia",
        "rtsp://10.0.0.1:554/user=admin_password=rahasia_channel=1",
    ],
)
def test_a_login_is_never_kept(ground: Ground, address: str) -> None:
    rows = [
        {"name": "a", "url": STREAM.format(1), "rtsp_internal": address},
        {"name": "b", "url": address},
        {"name": f"c {address}", "url": STREAM.format(2), "jalan": address},
    ]
    found = imported(rows, ground)
    assert [verdict.outcome for verdict in found.verdicts] == [Outcome.DOUBTED, Outcome.REFUSED, Outcome.DOUBTED]
    told = as_csv(found.cameras) + repr(found.verdicts)
    assert not any(secret in told for secret in ("rahasia", "hasia", "admin"))
    assert "1 left out for the login in it" in found.verdicts[0].reasons[0]


def test_what_stands_twice_is_named_and_one_address_is_one_camera(ground: Ground) -> None:
    rows: list[Mapping[str, Any]] = [
        {"id": 1, "name": "Ampera", "url": STREAM.format(1), "lat": -6.17, "lng": 106.82},
        {"id": 2, "name": "AMPERA", "url": STREAM.format(2), "lat": -6.17, "lng": 106.82},
        {"id": 2, "name": "Cinde", "url": STREAM.format(3), "lat": -6.171, "lng": 106.82},
        {"id": 4, "name": "Polda", "url": STREAM.format(1), "lat": -6.172, "lng": 106.82},
    ]
    found = imported(rows, ground)
    assert [verdict.outcome for verdict in found.verdicts] == ["imported", *["imported with a doubt"] * 2, "refused"]
    assert found.verdicts[1].reasons == ("name: that of row 1 again", "latitude, longitude: those of row 1 again")
    assert found.verdicts[3].reasons == ("url: the address of row 1 again",)
    assert len({camera.camera_id for camera in found.cameras}) == 3


def test_a_site_of_several_cameras_is_several_rows(ground: Ground) -> None:
    site = {
        "name": "Serasi", "coordinates": {"lat": -6.17, "lng": 106.82},
        "channels": [{"id": f"h-{n}", "embedUrl": None, "sourceUrl": STREAM.format(n)} for n in (1, 2)],
    }  # fmt: skip
    found = imported([site], ground)
    assert [camera.camera_id for camera in found.cameras] == ["h-1", "h-2"]
    assert [verdict.row for verdict in found.verdicts] == [1, 1]


def test_a_text_that_is_pasted_on_several_cameras_is_told() -> None:
    rows = [{"deskripsi": "Kondisi lalu lintas di sekitar jembatan", "nama": f"Kamera nomor {n}"} for n in range(4)]
    assert pasted_texts(rows) == [("deskripsi", 4)]


def test_an_import_is_a_list_of_the_platforms_own(ground: Ground, tmp_path: Path) -> None:
    rows: list[Mapping[str, Any]] = [
        {"name": 'Simpang "Lima", utara', "url": STREAM.format(1), "koordinat": "-6.17, 106.82"},
        {"name": "Gerbang", "lat": "-6.17", "lng": "106.83"},
    ]
    found = imported(rows, ground)
    (tmp_path / "cameras.csv").write_text(as_csv(found.cameras))
    cameras, refused = read_camera_list(tmp_path / "cameras.csv")
    assert refused == []
    assert [(one.camera_id, one.name, one.url, one.is_enabled, one.latitude) for one in cameras] == [
        (one.camera_id, one.name, one.url, one.is_enabled, one.latitude) for one in found.cameras
    ]
    assert [one.is_enabled for one in cameras] == [True, False]


@pytest.fixture
def country(reference: CityReference) -> Ground:
    """No boundaries, and a box that holds any city."""
    ground = Ground(reference, None)
    ground.box = INDONESIA
    return ground


@pytest.mark.parametrize(
    ("file", "shape", "counts"),
    [
        ("palembang_cctv.json", "JSON", (25, 0)),
        ("palembang_cctvnew.json", "JSON", (25, 0)),
        ("kediri_cctvData.js.txt", "JavaScript", (7, 10)),
        ("cirebon_hls.txt", "addresses", (15, 0)),
        ("pangkalpinang_cctv_insert.sql.txt", "SQL", (0, 4)),
        ("dishub_mudik_cctv.json", "JSON", (6, 0)),
        ("jakarta_cctv_map_excerpt.json", "JSON", (4, 0)),
    ],
)
def test_real_lists_are_read_and_every_row_counted(
    real: Path, country: Ground, tmp_path: Path, file: str, shape: str, counts: tuple[int, int]
) -> None:
    records = read_records(real / "camera_lists" / file)
    found = import_records(records.rows, country)
    assert records.shape == shape
    assert (len(found.cameras), found.counts()[Outcome.REFUSED]) == counts
    assert len(found.verdicts) == len(records.rows) == sum(found.counts().values())
    assert all(verdict.reasons for verdict in found.verdicts if verdict.outcome is not Outcome.IMPORTED)
    (tmp_path / "cameras.csv").write_text(as_csv(found.cameras))
    cameras, refused = read_camera_list(tmp_path / "cameras.csv")
    assert (len(cameras), refused) == (len(found.cameras), [])


def test_real_doubts_are_named(real: Path, country: Ground) -> None:
    lists = real / "camera_lists"
    mudik = import_records(read_records(lists / "dishub_mudik_cctv.json").rows, country)
    pointless = [one.name for one in mudik.verdicts if "no decimal point" in " ".join(one.reasons)]
    assert pointless == ["Lampung Selatan", "Karawang", "Bogor"]
    assert {camera.name: camera.longitude for camera in mudik.cameras}["Bogor"] == 106.859396886957
    palembang = read_records(lists / "palembang_cctv.json").rows
    assert ("cctv_desc", 6) in pasted_texts(palembang)
    assert all(camera.kelurahan_code is None for camera in import_records(palembang, country).cameras)
    excerpt = import_records(read_records(lists / "jakarta_cctv_map_excerpt.json").rows, country)
    assert "name: that of row 3 again" in excerpt.verdicts[3].reasons
