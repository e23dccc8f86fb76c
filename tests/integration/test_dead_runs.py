"""Runs whose process is gone: ended before they hold a pool or fill the queue; those at work stay."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import psutil
import pytest

from orchestration.dead_runs import (
    PROCESS_TAG,
    at_work,
    end_dead_runs,
    is_alive,
    nobody_but_alive,
    own_processes_gone,
    this_process,
)


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        yield instance


@pytest.fixture
def gone() -> str:
    """The tag of a process that was killed."""
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    began = psutil.Process(process.pid).create_time()
    process.kill()
    process.communicate()
    return f"{this_process().split()[0]} {process.pid} {began:.0f}"


def started(instance: dg.DagsterInstance, tags: dict[str, str]) -> str:
    run = dg.DagsterRun(job_name="city", tags=tags, status=dg.DagsterRunStatus.STARTED)
    instance.add_run(run)
    return run.run_id


def test_a_process_is_known_by_its_number_and_its_beginning(gone: str) -> None:
    assert is_alive(this_process())
    assert not is_alive(gone)
    host, number, _ = this_process().split()
    assert not is_alive(f"{host} {number} 1"), "another process has its number now"
    assert is_alive(f"another-{gone}"), "what runs on another machine is not judged here"


@pytest.mark.parametrize(
    ("is_dead", "ended"), [(own_processes_gone, {"killed"}), (nobody_but_alive, {"killed", "daemon's"})]
)
def test_what_has_no_process_is_ended_and_what_has_one_stays(
    instance: dg.DagsterInstance, gone: str, is_dead: object, ended: set[str]
) -> None:
    runs = {
        "killed": started(instance, {PROCESS_TAG: gone}),
        "at work": started(instance, {PROCESS_TAG: this_process()}),
        "daemon's": started(instance, {}),
    }
    done = end_dead_runs(instance, is_dead)  # type: ignore[arg-type]
    assert {run.run_id for run in done} == {runs[name] for name in ended}
    for name, run_id in runs.items():
        status = dg.DagsterRunStatus.FAILURE if name in ended else dg.DagsterRunStatus.STARTED
        assert instance.get_run_by_id(run_id).status is status  # type: ignore[union-attr]
    assert len(at_work(instance)) == len(runs) - len(ended)


def test_a_pool_that_a_killed_run_held_is_free_again(instance: dg.DagsterInstance, gone: str) -> None:
    storage = instance.event_log_storage
    storage.set_concurrency_slots("raw_email__reports", 1)
    run = started(instance, {PROCESS_TAG: gone})
    assert storage.claim_concurrency_slot("raw_email__reports", run, "step").is_claimed
    assert not storage.claim_concurrency_slot("raw_email__reports", "another", "step").is_claimed
    end_dead_runs(instance, own_processes_gone)
    assert storage.claim_concurrency_slot("raw_email__reports", "another", "step").is_claimed
