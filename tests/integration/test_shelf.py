"""Reports, camera states and contact sheets on a shelf: a folder, and a bucket of a real S3 server on loopback."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import IO

import numpy as np
import pytest
from moto.server import ThreadedMotoServer
from s3fs import S3FileSystem

from assets.cctv.answers import LiveCamera
from assets.cctv.contact_sheet import Sheet, forget_sheets
from assets.cctv.live import shards_of, sweep_shard
from assets.cctv.reach import Reach
from assets.cctv.states import forget_earlier, load_states, save_states
from assets.reports.archive import archived, newest, publish
from assets.settings import Settings
from assets.shelf import shelf, write_whole
from command.backup import folders_of
from ml.vision.state import new_states

SLOT = datetime(2026, 11, 26, 1, 0, tzinfo=UTC)
NEXT = SLOT + timedelta(minutes=10)


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """Address of an S3 server."""
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(params=["folder", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path, s3: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A shelf of each kind, empty."""
    if request.param == "folder":
        return str(tmp_path / "shelf")
    for name, value in {"ENDPOINT_URL": s3, "ACCESS_KEY_ID": "k", "SECRET_ACCESS_KEY": "s", "REGION": "us-east-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    bucket = f"b{abs(hash(tmp_path)) % 10**9}"
    S3FileSystem(endpoint_url=s3, key="k", secret="s", skip_instance_cache=True).mkdir(bucket)  # noqa: S106 - moto's
    return f"s3://{bucket}/kota"


def test_states_are_those_of_the_slot_before_whoever_wrote_them(place: str) -> None:
    folder = shelf(place) / "camera_states"
    states = new_states(2)
    states["cells_kept"] = [3, 4]
    assert load_states(folder, 0, SLOT, ["a", "b"])["cells_kept"].tolist() == [0, 0]
    save_states(folder, 0, SLOT, ["a", "b"], states)
    # Another process, and another list of cameras.
    again = shelf(place) / "camera_states"
    assert load_states(again, 0, NEXT, ["a", "b"])["cells_kept"].tolist() == [3, 4]
    assert load_states(again, 1, NEXT, ["b", "c"])["cells_kept"].tolist() == [4, 0]
    loaded = load_states(again, 0, NEXT, ["a", "b"])
    loaded["cells_kept"] += 1
    save_states(again, 0, NEXT, ["a", "b"], loaded)
    forget_earlier(folder, NEXT)
    assert sorted(path.name for path in folder.glob("*")) == ["0000-20261126T0110Z.json", "0000-20261126T0110Z.npy"]
    assert load_states(folder, 0, NEXT + timedelta(minutes=10), ["a", "b"])["cells_kept"].tolist() == [4, 5]


def test_a_sweep_goes_on_from_the_states_of_a_shelf(place: str, tmp_path: Path) -> None:
    import cv2

    picture = np.random.default_rng(1).integers(60, 200, (180, 320, 3), dtype=np.uint8)
    cv2.imwrite(str(tmp_path / "a.jpg"), cv2.GaussianBlur(picture, (0, 0), 3))
    camera = LiveCamera("a", "p", "file", (tmp_path / "a.jpg").as_uri())
    [shard] = shards_of([camera], {}, Reach(files=tmp_path))
    folder = shelf(place) / "camera_states"
    for slot in (SLOT, NEXT):
        [row] = sweep_shard(shard, slot, folder).rows
    assert row.camera_id == "a"
    assert len(list(folder.glob("*.npy"))) == 2


def test_sheets_are_kept_and_forgotten(place: str) -> None:
    folder = shelf(place) / "camera_sheets"
    old = Sheet(b"old").keep(folder, SLOT - timedelta(days=20))
    new = Sheet(b"new").keep(folder, SLOT)
    assert forget_sheets(folder, SLOT) == 1
    assert [path.name for path in folder.glob("*.png")] == [new.name]
    assert not old.exists()
    assert new.read_bytes() == b"new"


def test_an_archive_of_reports(place: str) -> None:
    folder = shelf(place) / "reports"
    assert archived(folder) == []
    for week, said in ((date(2026, 11, 16), b"before"), (date(2026, 11, 23), b"now"), (date(2026, 11, 23), b"again")):
        publish(folder, week, {".html": said, ".pdf": said, "_en.html": said, "_hours.csv": said})
    [own, english] = newest(folder, ["id", "en"])
    assert (own.week_start, own.size, english.size) == (date(2026, 11, 23), 15, 5)
    assert own.file(".pdf").read_bytes() == b"again"
    assert (folder / "weekly_jam_forecast.html").read_bytes() == b"again"
    assert len(archived(folder)) == 4


def test_a_write_that_fails_leaves_what_was_there(place: str) -> None:
    path = shelf(place) / "file"
    write_whole(path, lambda file: file.write(b"before"))

    def broken(file: IO[bytes]) -> None:
        file.write(b"half")
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        write_whole(path, broken)
    assert path.read_bytes() == b"before"
    assert [one.name for one in shelf(place).glob("*")] == ["file"]


def test_settings_put_all_three_on_the_shelf(place: str, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", shelf=place)
    for found, name in (
        (settings.reports, "reports"),
        (settings.camera_states, "camera_states"),
        (settings.camera_sheets, "camera_sheets"),
    ):
        assert str(found) == f"{place}/{name}"
    # A backup takes folders alone.
    kept = place if "://" not in place else str(settings.data)
    assert [str(path) for path in folders_of(settings).values()] == [
        f"{kept}/{name}" for name in ("camera_states", "camera_sheets", "reports")
    ]


def test_a_store_that_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="nowhere"):
        shelf("nowhere://bucket/folder")
