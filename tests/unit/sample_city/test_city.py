"""A city is there in full or not at all, and the same seed writes the same bytes."""

import hashlib
import json
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from sample_city.city import CityFolderError, SampleCity, read_city, write_city
from sample_city.reference import SeedError
from tests.folders import LARGEST

TINY = {"end": date(2026, 10, 31), "seeds": LARGEST, "days": 1, "weeks": 0, "cameras": 1}
WRITE_TINY = """
import sys
from datetime import date
from pathlib import Path
from sample_city import complaints
from sample_city.city import write_city
if __name__ == "__main__":
    complaints.MOST_DAYS = 0
    write_city(
        Path(sys.argv[1]), end=date(2026, 10, 31), seeds=Path(sys.argv[2]), days=1, weeks=0, cameras=1
    )
"""
pytestmark = pytest.mark.usefixtures("no_past")


def digests(folder: Path) -> dict[str, str]:
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


@pytest.fixture(scope="module")
def told() -> list[tuple[str, int, int]]:
    """What the writer of the tiny city tells of its steps."""
    return []


@pytest.fixture(scope="module")
def tiny(no_past: None, told: list[tuple[str, int, int]], tmp_path_factory: pytest.TempPathFactory) -> SampleCity:
    """One day and one camera. Read only."""
    return write_city(tmp_path_factory.mktemp("tiny") / "city", **TINY, on_step=lambda *step: told.append(step))


@pytest.mark.slow
def test_a_killed_writer_leaves_no_half_city_and_the_next_one_writes_the_same_bytes(
    tiny: SampleCity, tmp_path: Path
) -> None:
    folder, script = tmp_path / "city", tmp_path / "write.py"
    script.write_text(WRITE_TINY, encoding="utf-8")
    command = [sys.executable, str(script), str(folder), str(LARGEST)]
    project = Path(__file__).parents[3]
    writer = subprocess.Popen(command, cwd=project, env={"PYTHONPATH": str(project)})  # noqa: S603
    draft = tmp_path / ".city.partial"
    deadline = time.monotonic() + 60
    while not any(draft.glob("cameras/*/*.jpg")) and time.monotonic() < deadline:
        assert writer.poll() is None
        time.sleep(0.05)
    writer.send_signal(signal.SIGKILL)
    writer.wait()
    assert not folder.exists()
    assert draft.exists(), "the writer was to be killed while it wrote"

    again = write_city(folder, **TINY)

    assert digests(again.folder) == digests(tiny.folder)
    assert not draft.exists()


def test_a_writer_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def fail(step: str, done: int, total: int) -> None:
        raise InterruptedError(step)

    with pytest.raises(InterruptedError):
        write_city(tmp_path / "city", **TINY, on_step=fail)
    assert [file.name for file in tmp_path.iterdir()] == [".city.lock"]


def test_a_complete_city_is_left_alone(tiny: SampleCity) -> None:
    before = {file: file.stat().st_mtime_ns for file in tiny.folder.rglob("*")}
    again = write_city(tiny.folder, end=date(2027, 1, 1), seeds=LARGEST, seed=1)
    assert again == tiny == read_city(tiny.folder)
    assert {file: file.stat().st_mtime_ns for file in tiny.folder.rglob("*")} == before


def test_a_folder_that_holds_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "city").mkdir()
    (tmp_path / "city" / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(CityFolderError, match="found something else"):
        write_city(tmp_path / "city", **TINY)
    assert (tmp_path / "city" / "thesis.txt").read_text(encoding="utf-8") == "mine"


def test_absent_seeds_are_named(tmp_path: Path) -> None:
    with pytest.raises(SeedError, match="expected the seed file"):
        write_city(tmp_path / "city", **{**TINY, "seeds": tmp_path})


def test_every_step_is_told_to_its_end(tiny: SampleCity, told: list[tuple[str, int, int]]) -> None:
    assert told == [("complaints", 1, 1), ("cases", 1, 1), ("tickets", 1, 1), ("area hours", 1, 1), ("frames", 1, 1)]


def test_what_is_synthetic_says_so_and_truth_lies_apart(tiny: SampleCity) -> None:
    assert "synthetic" in (tiny.landing_folder / "SYNTHETIC").read_text(encoding="utf-8")
    assert "synthetic" in (tiny.cameras_folder / "SYNTHETIC").read_text(encoding="utf-8")
    assert {file.name for file in tiny.folder.iterdir()} == {"landing", "cameras", "truth", "city.json"}
    assert json.loads((tiny.folder / "city.json").read_text(encoding="utf-8"))["end"] == "2026-10-31"
