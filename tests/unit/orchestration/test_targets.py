from pathlib import Path

from orchestration.targets import PARSED, RUNS_KEPT, target_folder


def write(runs: Path, name: str) -> None:
    with target_folder(runs, name) as folder:
        (folder / PARSED).write_text(name)
        (folder / "manifest.json").write_text("{}")


def test_a_run_begins_with_what_the_run_before_it_parsed(tmp_path):
    with target_folder(tmp_path, "first") as folder:
        assert not (folder / PARSED).exists()
    write(tmp_path, "second")
    with target_folder(tmp_path, "third") as folder:
        assert (folder / PARSED).read_text() == "second"


def test_two_runs_at_once_each_write_a_folder_of_their_own(tmp_path):
    with target_folder(tmp_path, "first") as one, target_folder(tmp_path, "second") as other:
        (one / PARSED).write_text("first")
        (other / PARSED).write_text("second")
    assert (tmp_path / PARSED).read_text() == "first"


def test_the_oldest_runs_make_room(tmp_path):
    for number in range(RUNS_KEPT + 3):
        write(tmp_path, f"run {number}")
    left = {path.name for path in tmp_path.iterdir() if path.is_dir()}
    assert left == {f"run {number}" for number in range(3, RUNS_KEPT + 3)}
