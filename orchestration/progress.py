"""What a run tells on the terminal: each step as it starts and ends, each gate, each failure.

Belongs here: the words. Does not belong here: what is kept of a run (Dagster's event log).
"""

import logging
import re
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from typing import TextIO

import dagster as dg
from dagster import DagsterEvent, DagsterEventType
from dagster_shared.error import SerializableErrorInfo

_LEFT_OUT = re.compile(r"Dependencies for step (\S+) (?:failed|were not executed)")
# Said of each dbt test of a source, whatever it found: no asset of the graph has it for its check. What it found is in
# quality.gate_results.
_OF_A_SOURCE = "Logging an `AssetObservation` instead of an `AssetCheckResult`"

# What the system says of a full disk, whoever passes it on.
_NO_ROOM = "No space left on device"


class ProgressHandler(logging.Handler):
    """Turns Dagster's events into one line each.

    Args:
        terminal: Where they are written; standard error when None.
    """

    def __init__(self, terminal: TextIO | None = None) -> None:
        super().__init__()
        self._terminal = terminal

    def emit(self, record: logging.LogRecord) -> None:
        """Write the line of an event, or a message of level warning and above."""
        event: DagsterEvent | None = getattr(record, "dagster_event", None)
        line = _line(event) if event is not None else None
        if event is None and record.levelno >= logging.WARNING:
            line = _message(record.getMessage())
        if line is not None:
            terminal = self._terminal or sys.stderr
            terminal.write(f"{line}\n")
            terminal.flush()


def _message(text: str) -> str | None:
    """A message of Dagster's; a step that is left out gets a line as short as those of the others. None for no line."""
    if _OF_A_SOURCE in text:
        return None
    left_out = _LEFT_OUT.search(text)
    return f"  – {left_out[1]}  not run: what it needs failed" if left_out else text


def _line(event: DagsterEvent) -> str | None:
    """The line of an event; None for what only the event log needs."""
    match event.event_type:
        case DagsterEventType.STEP_START:
            return f"  … {event.step_key}"
        case DagsterEventType.STEP_SUCCESS:
            milliseconds = event.step_success_data.duration_ms
            return f"  ✓ {event.step_key}  {milliseconds / 1000:.1f} s"
        case DagsterEventType.STEP_FAILURE:
            return f"  ✗ {event.step_key}  {reason(event.step_failure_data.error)}"
        case DagsterEventType.ASSET_CHECK_EVALUATION:
            check = event.asset_check_evaluation_data
            if check.passed:
                return None
            asset = check.asset_key.to_user_string()
            return f"  ✗ check {check.check_name} on {asset}: {check.description or 'failed'}"
        case _:
            return None


def reason(error: SerializableErrorInfo | None) -> str:
    """Message of the innermost error."""
    while error is not None and error.cause is not None:
        error = error.cause
    if error is not None and _NO_ROOM in error.message:
        return "the disk is full"
    return error.message.strip() if error is not None else "failed"


class _Terminal:
    """Where progress is written while everything else goes to a log; None while nothing does."""

    stream: TextIO | None = None


@contextmanager
def rest_in_log(log: TextIO) -> Iterator[None]:
    """Leave the terminal to the progress of a run; what else writes to it, and what nobody handles, goes to a log.

    dbt tells each of its tests on standard output; Dagster and the database's drivers tell on standard error what they
    try again, and what they could not write on a full disk.
    """
    handler = logging.StreamHandler(log)
    with ExitStack() as stack:
        _Terminal.stream = sys.stderr
        stack.callback(setattr, _Terminal, "stream", None)
        logging.getLogger().addHandler(handler)
        stack.callback(logging.getLogger().removeHandler, handler)
        stack.enter_context(redirect_stdout(log))
        stack.enter_context(redirect_stderr(log))
        yield


@dg.logger(None, description="One line for each step and each failed check.")
def progress(_: dg.InitLoggerContext) -> logging.Logger:
    """The terminal's logger."""
    logger = logging.Logger("jsc.progress")
    logger.addHandler(ProgressHandler(_Terminal.stream))
    return logger
