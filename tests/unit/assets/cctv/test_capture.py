"""Pictures off the wire: a real server on loopback, with every kind of camera and every kind of trouble."""

import asyncio
import re
import time
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from assets.cctv import capture
from assets.cctv.answers import Answer, Captured, Failed, LiveCamera, Unchanged
from assets.cctv.camera_list import SCHEMES
from assets.cctv.capture import KINDS, capture_all
from assets.cctv.picture_time import taken_at
from assets.clock import city_zone
from ml.vision.decode import decode_frame
from sample_city.camera_hosts import CameraHosts


def picture(seed: int = 1) -> bytes:
    grey = cv2.GaussianBlur(np.random.default_rng(seed).normal(120, 60, (360, 640)).astype(np.float32), (0, 0), 5)
    return bytes(cv2.imencode(".jpg", np.clip(grey * 4 - 360, 0, 255).astype(np.uint8))[1])


@pytest.fixture(scope="module")
def hosts() -> Iterator[CameraHosts]:
    names = [f"c{number}" for number in range(40)]
    with CameraHosts({name: [picture(number)] for number, name in enumerate(names)}) as running:
        yield running


def ask(*cameras: LiveCamera, seconds: float = 30.0) -> dict[str, Answer]:
    async def run() -> dict[str, Answer]:
        return {camera.camera_id: answer async for camera, answer in capture_all(cameras, time.monotonic() + seconds)}

    return asyncio.run(run())


def camera(
    hosts: CameraHosts, path: str, name: str = "c1", host: int = 1, kind: str = "still", **said: str
) -> LiveCamera:
    return LiveCamera(f"{path}-{name}-{host}", f"provider {host}", kind, hosts.url(path, name, host), **said)


def test_every_kind_of_source_that_a_list_may_name_can_be_asked() -> None:
    assert SCHEMES.keys() == KINDS.keys()


def test_a_still_comes_with_its_time_and_what_to_ask_next_time(hosts: CameraHosts) -> None:
    [answer] = ask(camera(hosts, "still")).values()
    assert isinstance(answer, Captured)
    assert answer.content == picture(1)
    assert (answer.captured_at, answer.time_basis) == (hosts.taken_at, "header")
    again = ask(camera(hosts, "still", etag=answer.etag, last_modified=answer.last_modified))
    assert list(again.values()) == [Unchanged()]


def test_an_exif_time_counts_before_the_servers() -> None:
    exif = Image.Exif()
    taken_at = datetime.now(city_zone()).replace(microsecond=0)
    exif[0x0132] = f"{taken_at:%Y:%m:%d %H:%M:%S}"
    out = BytesIO()
    Image.new("L", (64, 36), 90).save(out, "JPEG", exif=exif)
    with CameraHosts({"x": [out.getvalue()]}) as hosts:
        [answer] = ask(camera(hosts, "still", "x")).values()
    assert isinstance(answer, Captured)
    assert (answer.captured_at, answer.time_basis) == (taken_at, "exif")


@pytest.mark.parametrize("written", ["0001:01:01 00:00:00", "2000:01:01 00:00:00", "kemarin", "\x00" * 19])
def test_a_clock_that_is_off_tells_nothing(written: str) -> None:
    exif = Image.Exif()
    exif[0x0132] = written
    out = BytesIO()
    Image.new("L", (64, 36), 90).save(out, "JPEG", exif=exif)
    with CameraHosts({"x": [out.getvalue()]}) as hosts:
        [answer] = ask(camera(hosts, "still", "x")).values()
    assert isinstance(answer, Captured)
    assert (answer.captured_at, answer.time_basis) == (hosts.taken_at, "header")


@settings(max_examples=settings.default.max_examples * 3)
@given(st.lists(st.tuples(st.integers(2, 139), st.integers(0, 255)), min_size=1, max_size=8))
def test_a_broken_header_costs_the_time_and_not_the_sweep(changes: list[tuple[int, int]]) -> None:
    exif = Image.Exif()
    exif[0x0132] = "2026:11:26 07:59:58"
    out = BytesIO()
    Image.new("L", (64, 36), 90).save(out, "JPEG", exif=exif)
    content = bytearray(out.getvalue())
    for place, value in changes:
        content[place] = value
    moment, basis = taken_at(bytes(content), {})
    assert basis in ("exif", "received")
    assert moment.tzinfo is not None


@pytest.mark.parametrize("address", ["http://127.0.0.1:99999/x", "http://exa mple.id/x", "http://127.0.0.1:1/x"])
def test_an_address_that_is_none_fails_alone(hosts: CameraHosts, address: str) -> None:
    answers = ask(LiveCamera("bad", "p", "still", address), camera(hosts, "still"))
    assert isinstance(answers["bad"], Failed)
    assert isinstance(answers["still-c1-1"], Captured)


def test_a_validator_that_cannot_be_said_back_stops_nothing(hosts: CameraHosts) -> None:
    answers = ask(camera(hosts, "still", etag="a\r\nb"), camera(hosts, "still", "c2"))
    assert isinstance(answers["still-c1-1"], Failed)
    assert isinstance(answers["still-c2-1"], Captured)


@pytest.mark.parametrize(("kind", "basis"), [("mjpeg", "received"), ("hls", "stream")])
def test_streams_give_their_newest_picture(hosts: CameraHosts, kind: str, basis: str) -> None:
    [answer] = ask(camera(hosts, kind, "c2", kind=kind)).values()
    assert isinstance(answer, Captured)
    assert answer.time_basis == basis
    shown, true = decode_frame(answer.content).astype(int), decode_frame(picture(2)).astype(int)
    assert np.abs(shown - true).mean() < 12
    if basis == "stream":
        assert answer.captured_at == hosts.taken_at


@pytest.mark.parametrize(
    ("path", "kind", "reason"),
    [
        ("reset", "still", "an answer that breaks HTTP or breaks off|found ReadError"),
        ("redirect", "still", "more than 3 redirections"),
        ("huge", "still", "bytes announced, over 12 MB"),
        ("endless", "mjpeg", "no whole picture in the first 12 MB"),
        ("gone", "still", "status 404"),
        ("locked", "still", "status 401"),
        ("gone", "hls", "status 404"),
    ],
)
@pytest.mark.slow
def test_trouble_is_named_with_its_host_and_without_its_address(
    hosts: CameraHosts, path: str, kind: str, reason: str
) -> None:

    address = (
        hosts.url(path, "c3").replace("http://", "http://operator:secret@")
        if path != "locked"
        else hosts.url(path, "c3")
    )
    [answer] = ask(LiveCamera("x", "p", kind, address)).values()
    assert isinstance(answer, Failed)
    assert re.search(reason, answer.reason)
    assert f"127.0.0.1:{hosts.port}" in answer.reason
    assert "secret" not in answer.reason
    assert "/c3" not in answer.reason


def test_a_password_in_the_address_opens_a_camera(hosts: CameraHosts) -> None:
    address = hosts.url("locked", "c4").replace("http://", "http://operator:secret@")
    [answer] = ask(LiveCamera("x", "p", "still", address)).values()
    assert isinstance(answer, Captured)


@pytest.mark.slow
def test_slow_hosts_delay_nobody_else(hosts: CameraHosts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capture, "CAMERA_S", 1.0)
    slow = [camera(hosts, "slow", f"c{number}", host=9) for number in range(40)]
    others = [camera(hosts, "still", f"c{number}", host=2) for number in range(40)]
    trouble = [camera(hosts, path, "c1", host=3) for path in ("reset", "redirect", "huge", "gone")]
    begin = time.monotonic()
    answers = ask(*slow, *others, *trouble)
    # Eight at a time for one second, and then the host is left alone.
    assert time.monotonic() - begin < 5
    assert all(isinstance(answers[one.camera_id], Captured) for one in others)
    told = [answer for one in slow if isinstance(answer := answers[one.camera_id], Failed)]
    assert len(told) == 40
    assert sum(answer.reason.startswith("not asked") for answer in told) >= 40 - 2 * capture.AT_ONCE_A_HOST
    assert hosts.asked["slow/c39"] == 0


def test_the_sweep_ends_by_its_deadline_with_what_it_has(hosts: CameraHosts) -> None:
    begin = time.monotonic()
    answers = ask(camera(hosts, "slow", "c5", host=4), camera(hosts, "still", "c6"), seconds=1.0)
    assert time.monotonic() - begin < 3
    assert isinstance(answers["still-c6-1"], Captured)
    late = answers["slow-c5-4"]
    assert isinstance(late, Failed)
    assert "deadline" in late.reason


def test_nobody_is_asked_more_often_than_twice(hosts: CameraHosts) -> None:
    before = hosts.asked["reset/c7"]
    ask(camera(hosts, "reset", "c7"))
    assert hosts.asked["reset/c7"] - before == 2
