"""What a run tells on the terminal of what Dagster says."""

import io
import logging

import pytest

from orchestration.progress import ProgressHandler


@pytest.mark.parametrize(
    ("message", "line"),
    [
        ("the disk is slow", "the disk is slow\n"),
        (
            "Dependencies for step dbt_models failed: ['core_complaints__ledger']. Not executing.",
            "  – dbt_models  not run: what it needs failed\n",
        ),
        (
            "city - 1aa7 - dbt_models - Logging an `AssetObservation` instead of an `AssetCheckResult` for dbt test"
            " `source_is_fresh_raw_inbox`.\n\nThis test was not included in Dagster's asset check selection",
            "",
        ),
    ],
)
def test_a_warning_is_told_in_one_line_or_not_at_all(message: str, line: str) -> None:
    terminal = io.StringIO()
    ProgressHandler(terminal).emit(logging.LogRecord("city", logging.WARNING, "", 0, message, None, None))
    assert terminal.getvalue() == line


def test_what_is_no_warning_is_for_the_event_log() -> None:
    terminal = io.StringIO()
    ProgressHandler(terminal).emit(logging.LogRecord("city", logging.INFO, "", 0, "started", None, None))
    assert not terminal.getvalue()
