"""Logins and tokens in other people's lists: none is kept, none is shown, and each is told of."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from assets.cctv.camera_list import read_camera_list
from assets.cctv.importing.ground import Ground
from assets.cctv.importing.hidden import Hidden, hidden_in
from assets.cctv.importing.listing import Outcome, as_csv, import_records
from assets.cctv.importing.records import read_records
from assets.reference import CityReference

STREAM = "https://a.id/{}/index.m3u8"
LOGINS = [
    "http://a.id/1.jpg?loginuse=admin&loginpas=rahasia",
    "http://a.id/1.jpg?u=admin&p=rahasia",
    "http://a.id/1.jpg?u=admin&p=1234",
    "http://a.id/1.jpg?login=admin:rahasia",
    "http://a.id/1.jpg?uid=admin&upw=rahasia",
    "http://a.id/1.jpg?account=admin&psw=rahasia",
    "http://a.id/1.jpg?user=admin&amp;pwd=rahasia",
    "http://a.id/1.jpg?auth=YWRtaW46cmFoYXNpYQ==",
    "http://a.id/1.jpg?auth=YWRtaW46cmFoYXNpYQ%3D%3D",
    "http://a.id/YWRtaW46cmFoYXNpYQ/1.jpg",
    "http://a.id/admin:rahasia/cam.jpg",
    "http://a.id/user/admin/password/rahasia/1.jpg",
    "rtsp://admin:12?ra@a.id/1",
    "rtsp://admin%3Arahasia%40a.id/1",
    "rtsp://a.id:554/channel=1_user=admin_password=rahasia",
]
TOKENS = [
    "token=rahasia", "access_token=rahasia", "wmsAuthSign=rahasia", "jwt=rahasia", "sig=rahasia", "signature=rahasia",
    "X-Amz-Signature=rahasia", "st=rahasia&e=1", "md5=rahasia&expires=1", "Policy=rahasia", "apikey=rahasia",
    "key=rahasiarahasiarahasia", "hdnts=exp=1~acl=/*~hmac=rahasia", "t=eyJhbGciOiJI.eyJzdWIiOiIx.rahasia",
]  # fmt: skip
HARMLESS = [
    "?id=12", "?t=1764500000", "?channel=3", "?p=3", "?uid=12&p=3", "?token=", "?key=12", "?action=stream", "?ts=1#top",
]  # fmt: skip


@pytest.fixture
def ground(reference: CityReference) -> Ground:
    return Ground(reference, None)


@pytest.mark.parametrize("address", LOGINS)
def test_a_login_in_an_address_refuses_it_and_is_repeated_nowhere(ground: Ground, address: str) -> None:
    rows: list[Mapping[str, Any]] = [
        {"nama": "Simpang", "url": address},
        {"nama": "Pasar", "url": STREAM, "x": address},
    ]
    found = import_records(rows, ground)
    assert found.verdicts[0].reasons[0] == "url: no address that can be asked: 1 left out for the login in it"
    assert "of its addresses 1 left out for the login in it" in found.verdicts[1].reasons[0]
    told = as_csv(found.cameras) + repr(found.verdicts)
    assert not any(secret in told for secret in ("rahasia", "admin", "YWRtaW46", "12?ra", "1234"))


@pytest.mark.parametrize("parameter", TOKENS)
def test_a_token_or_a_signature_in_an_address_refuses_it_and_says_what_to_do(ground: Ground, parameter: str) -> None:
    found = import_records([{"nama": "Simpang", "url": f"{STREAM.format(1)}?{parameter}"}], ground)
    assert found.counts()[Outcome.REFUSED] == 1
    assert "1 left out for the token or signature in it" in found.verdicts[0].reasons[0]
    assert "ask its owner for an open address" in found.verdicts[0].reasons[0]
    assert "rahasia" not in repr(found)


@pytest.mark.parametrize(
    "path", ["eyJhbGciOiJI.eyJzdWIiOiIx.abc", "token/abc12345", "hdnts=exp=1~hmac=ab", "a;jsessionid=1"]
)
def test_a_token_in_the_path_is_one_too(path: str) -> None:
    assert hidden_in(f"https://a.id/{path}/index.m3u8") is Hidden.TOKEN


@pytest.mark.parametrize("end", HARMLESS)
def test_a_harmless_parameter_stays(ground: Ground, end: str) -> None:
    found = import_records([{"nama": "Simpang", "url": STREAM.format(1) + end}], ground)
    assert [camera.url for camera in found.cameras] == [STREAM.format(1) + end]


@pytest.mark.parametrize(
    "text",
    [
        "https://a.id/live/_definst_/mp4:sample.mp4/playlist.m3u8",
        "https://a.id/live/smil:satu.smil/playlist.m3u8",
        "https://a.id/proxy/http://b.id:8080/1.jpg",
        "https://a.id/2b3c1d4e5f60718293a4b5c6d7e8f901/index.m3u8",
        "https://a.id/proxy/aHR0cDovL2IuaWQvc3RyZWFt",
        "Simpang Satu: arah utara",
        "dishub@kota.go.id",
        "68f09d50b4545109d5349b12",
    ],
)
def test_what_carries_neither_is_kept(text: str) -> None:
    assert hidden_in(text) is None


@pytest.mark.parametrize(
    "text",
    ["admin:rahasia@10.0.0.1", "rtsp //admin:rahasia@10.0.0.1/1", "Simpang (pass: rahasia)", "YWRtaW46cmFoYXNpYQ=="],
)
def test_a_login_in_another_field_leaves_it_out_with_a_doubt(ground: Ground, tmp_path: Path, text: str) -> None:
    fields = ("name", "code", "provider", "road")
    rows: list[Mapping[str, Any]] = [
        {"name": f"Kamera {n}", "url": STREAM.format(n), f: text} for n, f in enumerate(fields)
    ]
    found = import_records(rows, ground)
    for field, verdict in zip(("name", "camera_id", "provider", "road"), found.verdicts, strict=True):
        assert f"{field}: left out for the login in it" in verdict.reasons
    assert not any(secret in as_csv(found.cameras) + repr(found.verdicts) for secret in ("rahasia", "cmFoYXNpYQ"))
    (tmp_path / "cameras.csv").write_text(as_csv(found.cameras))
    assert len(read_camera_list(tmp_path / "cameras.csv")[0]) == len(fields)


def test_an_address_that_lacks_its_scheme_and_has_a_login_is_refused(ground: Ground) -> None:
    found = import_records([{"nama": "Simpang", "url": "admin:rahasia@10.0.0.1/live"}], ground)
    assert found.verdicts[0].reasons[0] == "url: no address that can be asked: 1 left out for the login in it"


@pytest.mark.parametrize(
    "text", ["a://" * 20_000, "https://a.id/" + "?a=b&" * 20_000, "a," * 40_000, "https://a.id/" + "u=" * 40_000]
)
def test_the_time_that_a_long_text_takes_grows_with_its_length(text: str) -> None:
    started = time.process_time()
    assert hidden_in(text) is None
    assert time.process_time() - started < 3


def test_a_link_in_a_text_of_several_lines_is_no_open_quote(tmp_path: Path) -> None:
    (tmp_path / "list").write_text('nama,ket,url\nSatu,"baris satu, dua\nlihat https://a.id, ya",https://a.id/1.jpg\n')
    assert len(read_records(tmp_path / "list").rows) == 1
