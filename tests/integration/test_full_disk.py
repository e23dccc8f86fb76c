"""A disk that is really full: sweep and run say so in one sentence, lose nothing, go on when it has room."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import cv2
import numpy as np
import psycopg
import pytest

from assets.cctv.camera_list import ListedCamera
from assets.cctv.registry import register
from assets.cctv.slot import LiveSweep, sweep_slot
from assets.cctv.states import load_states
from assets.city import city_folder
from assets.resources import Database
from assets.settings import Settings
from database.disk import NoRoomError, told_of_room
from database.server import DatabaseUnavailableError
from database.server import database_url as url_of
from database.settings import PROJECT
from sample_city.raw_host import RawHost, answer
from tests.served import HERE

pytestmark = pytest.mark.system

SIZE = "110m"
SLOT = datetime(2026, 11, 26, 1, 0, tzinfo=UTC)
JSC = Path(sys.executable).with_name("jsc")
MAIL = (
    "From: Budi Contoh <budi@mail.example>\nDate: Sun, 1 Mar 2026 08:00:00 +0700\nMessage-ID: <m{0}@mail.example>\n"
    f"Subject: Laporan\n\nLampu jalan nomor {{0}} mati di Jl. Mawar {{0}}, kelurahan {HERE.name}\n"
)


class Disk:
    """A disk of 110 MB that a test fills and makes room on."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        """Take all that is left."""
        with self._ballast.open("ab", buffering=0) as file:
            for size in (1 << 20, 4096, 1):
                try:
                    while file.write(b"\0" * size) == size:
                        pass
                except OSError:
                    continue
        assert shutil.disk_usage(self.folder).free == 0

    def make_room(self, size: str = SIZE) -> None:
        """Remove what filled it, and give it another size."""
        self._ballast.unlink(missing_ok=True)
        mount("-o", f"remount,size={size}", str(self.folder))


def mount(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([found("mount"), *arguments], capture_output=True, text=True, check=False)  # noqa: S603


def found(program: str) -> str:
    return shutil.which(program) or pytest.skip(f"expected {program}, found none")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root may mount a disk of 110 MB")
    mounted = mount("-t", "tmpfs", "-o", f"size={SIZE}", "none", str(folder))
    if mounted.returncode:
        pytest.skip(f"this machine lets nobody mount a disk: {mounted.stderr.strip()}")
    try:
        yield Disk(folder)
    finally:
        # Also where a program of the test still has a file open.
        subprocess.run([found("umount"), "--lazy", str(folder)], check=True)  # noqa: S603


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings but the test's own."""
    for name in [name for name in os.environ if name.startswith("JSC_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def test_a_sweep_that_fills_the_disk_keeps_its_states_and_is_swept_again(
    disk: Disk, connection: psycopg.Connection, plain: None
) -> None:
    picture = bytes(cv2.imencode(".jpg", np.random.default_rng(1).integers(0, 255, (360, 640), np.uint8))[1])
    settings = Settings(home=disk.folder)
    how, database = LiveSweep.of(settings), Database(url=connection.info.dsn)

    def sweep(number: int) -> dict[str, int]:
        slot = SLOT + number * timedelta(minutes=10)
        with told_of_room(settings.data):
            return sweep_slot(database.transaction, slot, slot, how, lambda _: None).counts

    def states() -> bytes:
        return load_states(how.states, 0, SLOT + timedelta(hours=1), ["a"]).tobytes()

    with RawHost({"/a": answer(picture)}) as host:
        listed = [ListedCamera("a", "A", source_kind="still", url=host.url("/a"), provider="p")]
        register(connection, "list", listed, SLOT, is_synthetic=True)
        connection.commit()
        assert sweep(0)["swept"] == 1
        before = states()
        host.answers = {"/a": then(disk.fill, answer(picture))}
        with pytest.raises(NoRoomError, match="Make room and run it again: what was booked is kept"):
            sweep(1)
        assert states() == before
        assert not list(disk.folder.rglob("*.partial"))
        disk.make_room()
        host.answers = {"/a": answer(picture)}
        assert sweep(1)["swept"] == 1
    slots = "select slot_start from raw.camera_observations order by 1"
    assert [slot for (slot,) in connection.execute(slots)] == [SLOT, SLOT + timedelta(minutes=10)]


def then(act: Callable[[], None], said: bytes) -> Callable[[str], Iterable[bytes]]:
    """An answer before which something happens."""

    def answered(_: str) -> Iterable[bytes]:
        act()
        return [said]

    return answered


@pytest.mark.usefixtures("plain")
def test_a_run_says_it_at_once_and_goes_on_where_it_was(disk: Disk, tmp_path: Path) -> None:
    """The whole installation lies on the disk, the database too, which fills up while the job runs."""
    home, landing = disk.folder / "home", tmp_path / "landing"
    (landing / "email").mkdir(parents=True)
    (tmp_path / "cameras").mkdir()
    for number in range(20):
        (landing / f"email/{number}.eml").write_text(MAIL.format(number))
    settings = Settings(home=home)
    try:
        full = run(home, tmp_path, at=lambda: (home / "run.log").exists(), act=disk.fill)
        assert_said(full)
        # Without the ballast there is less than a run needs: said before anything begins.
        disk.make_room()
        before = run(home, tmp_path)
        assert_said(before)
        assert before.stderr == ""
        disk.make_room("600m")
        # Its end is another test's: here it is enough that the same command takes every report in and decides it.
        run(home, tmp_path, at=lambda: outcomes(settings) == {"decided": 20}, then_end=True)
        assert outcomes(settings) == {"decided": 20}
    finally:
        subprocess.run([JSC, "down"], env=environment(home), check=False, capture_output=True)  # noqa: S603


def assert_said(done: subprocess.CompletedProcess[str]) -> None:
    """It failed with the one sentence and with nothing of the drivers."""
    assert done.returncode == 1, done.stdout + done.stderr
    said = [line for line in done.stdout.splitlines() if not line.startswith(("Preparing ", "The run "))]
    assert len(said) == 1, done.stdout
    assert said[0].startswith("Expected at least 64 MB free on the disk of ")
    assert all(line.startswith(("  … ", "  ✓ ", "  ✗ ", "  – ")) for line in done.stderr.splitlines()), done.stderr


def environment(home: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(PROJECT),
        "JSC_HOME": str(home),
        "JSC_CITY": str(city_folder()),
    }


def outcomes(settings: Settings) -> dict[str, int]:
    """How many reports were taken in, by whether they were decided; nothing while the database does not answer."""
    try:
        with psycopg.connect(url_of(settings)) as connection:
            return dict(
                connection.execute(
                    """
                    select case when complaint_id is null then 'pending' else 'decided' end, count(*)
                    from raw.inbox left join ledger.complaints using (inbox_id)
                    group by 1
                    """
                ).fetchall()
            )
    except (psycopg.OperationalError, psycopg.errors.UndefinedTable, DatabaseUnavailableError):
        return {}


def run(
    home: Path,
    folder: Path,
    at: Callable[[], bool] | None = None,
    act: Callable[[], None] | None = None,
    *,
    then_end: bool = False,
) -> subprocess.CompletedProcess[str]:
    """`jsc run`; does something once it has come so far, or ends it."""
    arguments = [JSC, "run", "--landing", folder / "landing", "--cameras", folder / "cameras"]
    process = subprocess.Popen(  # noqa: S603 - our own command
        arguments, env=environment(home), cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    if at is not None:
        while process.poll() is None and not at():
            time.sleep(0.05)
    if act is not None:
        act()
    if then_end:
        # With the processes of its steps; the database is none of them.
        os.killpg(process.pid, signal.SIGKILL)
    stdout, stderr = process.communicate(timeout=300)
    return subprocess.CompletedProcess(arguments, process.returncode, stdout, stderr)
