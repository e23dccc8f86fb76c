import pytest
from typer.testing import CliRunner

from command.cli import app
from database import disk
from database.disk import NoRoomError, require_room, told_of_room


@pytest.fixture
def full(monkeypatch):
    """Every disk is too small from now on."""
    return lambda: monkeypatch.setattr(disk, "LEAST_FREE", 1 << 60)


def test_a_folder_that_is_not_there_yet_is_on_the_disk_of_the_folder_above(tmp_path, full):
    require_room(tmp_path / "home" / "landing")
    full()
    with pytest.raises(NoRoomError, match="Make room and run it again: what was booked is kept"):
        require_room(tmp_path / "home" / "landing")


def test_nothing_begins_on_a_full_disk(tmp_path, full):
    full()
    with pytest.raises(NoRoomError), told_of_room(tmp_path):
        pytest.fail("it began")


def test_what_a_full_disk_broke_is_told_as_such(tmp_path, full):
    def job():
        with told_of_room(tmp_path):
            full()
            raise OSError("no space left on device")

    with pytest.raises(NoRoomError):
        job()


def test_another_fault_keeps_its_own_word(tmp_path):
    with pytest.raises(ValueError, match="another"), told_of_room(tmp_path):
        raise ValueError("another")


def test_a_run_says_it_in_one_sentence(tmp_path, full, monkeypatch):
    monkeypatch.setenv("JSC_HOME", str(tmp_path))
    full()
    done = CliRunner().invoke(app, ["run"])
    assert done.exit_code == 1
    assert done.output.startswith("Expected at least ")
    assert len(done.output.strip().splitlines()) <= 2
    assert list(tmp_path.iterdir()) == []
