"""A process beside another: started again where it ends, and gone when the other is."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from command import supervised as module
from command.supervised import supervised

PATIENCE_S = 20.0


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def command(log: Path, then: str) -> list[str]:
    """A process that writes its id on a line of its own, and then does something."""
    program = f"import os, signal, time; open({str(log)!r}, 'a').write(f'{{os.getpid()}}\\n'); {then}"
    return [sys.executable, "-c", program]


def started(log: Path) -> list[int]:
    return [int(line) for line in log.read_text().split()] if log.exists() else []


def test_what_ends_is_started_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RESTART_S", 0.01)
    with supervised(command(tmp_path / "log", "")):
        until(lambda: len(started(tmp_path / "log")) >= 3)


def test_what_runs_is_told_to_stop_with_the_block(tmp_path: Path) -> None:
    with supervised(command(tmp_path / "log", "time.sleep(60)")):
        until(lambda: len(started(tmp_path / "log")) == 1)
    assert not psutil.pid_exists(started(tmp_path / "log")[0])


def test_what_does_not_hear_it_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE_S", 0.2)
    deaf = "signal.signal(signal.SIGTERM, signal.SIG_IGN); open('deaf', 'w').close(); time.sleep(60)"
    monkeypatch.chdir(tmp_path)
    with supervised(command(tmp_path / "log", deaf)):
        until((tmp_path / "deaf").exists)
    assert not psutil.pid_exists(started(tmp_path / "log")[0])
