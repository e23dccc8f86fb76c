"""Reports, camera states and contact sheets on a shelf: a folder, and a bucket of a real S3 server on loopback."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import IO
from uuid import uuid4

import numpy as np
import pytest
from s3fs import S3FileSystem

from assets.cctv.answers import LiveCamera
from assets.cctv.contact_sheet import Sheet, forget_sheets
from assets.cctv.live import shards_of, sweep_shard
from assets.cctv.reach import Reach
from assets.cctv.states import StatesError, forget_earlier, load_states, save_states
from assets.reports.archive import archived, newest, publish
from assets.resources import City
from assets.settings import Settings
from assets.shelf import ShelfError, files, read_whole, shelf, write_whole
from command.backup import folders_of
from database.backup import write_backup
from database.backup_file import BackupError
from database.restore import restore_backup
from ml.vision.state import new_states
from orchestration.readers import newest_report

SLOT = datetime(2026, 11, 26, 1, 0, tzinfo=UTC)
NEXT = SLOT + timedelta(minutes=10)


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """Address of an S3 server."""
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as serving:
        try:
            wait_for(port, serving)
            yield f"http://127.0.0.1:{port}"
        finally:
            serving.kill()


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def wait_for(port: int, serving: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until and serving.poll() is None:
        with socket.socket() as asking:
            if asking.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail("expected the S3 server to listen, found that it does not")


@pytest.fixture(params=["folder", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path, s3: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A shelf of each kind, empty."""
    if request.param == "folder":
        return str(tmp_path / "shelf")
    s3_of(s3, monkeypatch)
    bucket = uuid4().hex
    S3FileSystem(endpoint_url=s3, key="k", secret="s", skip_instance_cache=True).mkdir(bucket)  # noqa: S106 - moto's
    return f"s3://{bucket}/kota"


def s3_of(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = {"ACCESS_KEY_ID": "k", "SECRET_ACCESS_KEY": "s", "REGION": "us-east-1"}
    for name, value in {"ENDPOINT_URL": address, **keys}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    # It keeps what it opened by another address.
    S3FileSystem.clear_instance_cache()


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
    assert sorted(path.name for path in folder.glob("*")) == [
        "0000-20261126T0110Z.json",
        "0000-20261126T0110Z.npy.zst",
    ]
    assert load_states(folder, 0, NEXT + timedelta(minutes=10), ["a", "b"])["cells_kept"].tolist() == [4, 5]


def test_states_are_packed_and_those_of_an_older_release_are_read(place: str) -> None:
    folder, rng = shelf(place) / "camera_states", np.random.default_rng(1)
    states = new_states(3)
    # As contrasts lie, on whole levels.
    states["background"] = np.clip(np.rint(rng.normal(0, 2, states["background"].shape)), -31, 31) * 4
    states["cells"] = rng.integers(0, 256, states["cells"].shape)
    save_states(folder, 0, SLOT, ["a", "b", "c"], states)
    packed = folder / "0000-20261126T0100Z.npy.zst"
    assert len(packed.read_bytes()) < states.nbytes / 2
    assert np.array_equal(load_states(folder, 0, NEXT, ["a", "b", "c"]), states)
    plain = BytesIO()
    np.save(plain, states)
    write_whole(folder / "0000-20261126T0100Z.npy", plain.getvalue())
    packed.unlink()
    assert np.array_equal(load_states(folder, 0, NEXT, ["a", "b", "c"]), states)
    assert np.array_equal(load_states(folder, 1, NEXT, ["c", "d"])["cells"][0], states["cells"][2])


@pytest.mark.parametrize("kept", [0, 5, 2_000])
def test_torn_states_are_named_with_what_to_do(tmp_path: Path, kept: int) -> None:
    states = new_states(2)
    states["cells"] = np.random.default_rng(1).integers(0, 256, states["cells"].shape)
    save_states(tmp_path, 0, SLOT, ["a", "b"], states)
    [packed] = tmp_path.glob("*.zst")
    packed.write_bytes(packed.read_bytes()[:kept])
    with pytest.raises(StatesError, match=rf"{packed.name}, found .+; remove it to learn its cameras anew"):
        load_states(tmp_path, 0, NEXT, ["a", "b"])
    packed.unlink()
    assert not load_states(tmp_path, 0, NEXT, ["a", "b"])["cells"].any()


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
    assert len(list(folder.glob("*.npy.zst"))) == 2


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
    write_whole(path, b"before")

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
    names = ("camera_states", "camera_sheets", "reports")
    assert [str(path) for path in folders_of(settings).values()] == [f"{place}/{name}" for name in names]
    assert str(City(reports=f"{place}/reports").reports_folder()) == f"{place}/reports"


def test_a_backup_takes_and_gives_back_what_is_on_the_shelf(place: str, database_url: str, tmp_path: Path) -> None:
    folders = folders_of(Settings(home=tmp_path / "home", shelf=place))
    file, urls = tmp_path / "city.backup", {"city": database_url}
    save_states(folders["camera_states"], 0, SLOT, ["a"], new_states(1))
    publish(folders["reports"], date(2026, 11, 23), {".html": b"before"})
    write_backup(file, urls, folders, str)
    publish(folders["reports"], date(2026, 11, 23), {".html": b"behind"})
    publish(folders["reports"], date(2026, 11, 30), {".html": b"behind"})
    save_states(folders["camera_states"], 0, NEXT, ["a"], new_states(1))
    with pytest.raises(BackupError, match="Give --replace"):
        restore_backup(file, urls, folders, str, replace=False)
    restore_backup(file, urls, folders, str, replace=True)
    assert [one.week_start for one in archived(folders["reports"])] == [date(2026, 11, 23)]
    assert newest(folders["reports"], ["id"])[0].file(".html").read_bytes() == b"before"
    assert [path.name for path in files(folders["camera_states"], "*.zst")] == ["0000-20261126T0100Z.npy.zst"]


def test_a_store_that_cannot_be_used_is_told_of(s3: str, monkeypatch: pytest.MonkeyPatch) -> None:
    s3_of(s3, monkeypatch)
    lost = shelf("s3://no-such-bucket/kota")
    with pytest.raises(ShelfError, match=r"Expected s3://no-such-bucket/kota/file to be written, found \w+: .*bucket"):
        write_whole(lost / "file", b"content")
    # Nothing listens there.
    s3_of(f"http://127.0.0.1:{free_port()}", monkeypatch)
    begin = time.monotonic()
    silent = shelf("s3://other-bucket/kota")
    for asked in (lambda: files(silent, "*"), lambda: read_whole(silent / "a"), lambda: write_whole(silent / "a", b"")):
        with pytest.raises(ShelfError, match=r"found EndpointConnectionError.* See that the store answers"):
            asked()
    assert "no report (Expected s3://other-bucket/kota/reports to be listed" in newest_report(silent / "reports")
    assert time.monotonic() - begin < 120


def test_a_store_that_nobody_knows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ShelfError, match="Expected a folder or a URL that fsspec knows.*found nowhere://"):
        shelf("nowhere://bucket/folder")
    monkeypatch.setitem(sys.modules, "gcsfs", None)
    with pytest.raises(ShelfError, match="Expected the library that knows gs://.*gcsfs.*Install it"):
        shelf("gs://bucket/folder")
