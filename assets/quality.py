"""Gates: Great Expectations suites over a frame, and their results in words, kept in quality.gate_results.

Belongs here: how a suite is run and its result shown and stored.
Does not belong here: what is expected of which data (*/expectations.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from psycopg import Connection

from assets.storage import copy_rows

if TYPE_CHECKING:
    import great_expectations as gx
    import pandas as pd


# The marts alone leave two hundred results an hour; who wants to know why something was red last month, asks by then.
KEPT = timedelta(days=30)


@dataclass(frozen=True)
class GateResult:
    """One expectation on one subject: what was expected, what was found; passed is None where it was skipped."""

    gate: str
    expectation: str
    subject: str
    passed: bool | None
    severity: str
    expected: str
    observed: str


def _observed(result: Any) -> str:
    """What Great Expectations found, in words."""
    details = result.result
    if "observed_value" in details:
        return f"{details['observed_value']}"
    if "unexpected_count" in details:
        # What is missing has no example: None, and NaN where pandas holds the column.
        shown = details.get("partial_unexpected_list", [])
        values = [str(value) for value in shown if value is not None and value == value]
        examples = ", ".join(dict.fromkeys(values[:5]))
        told = f"{details['unexpected_count']} of {details.get('element_count', 0)} rows against it"
        return f"{told}: {examples}" if examples else told
    return str(result.exception_info) if result.exception_info else "nothing"


def validate(
    gate: str,
    frame: "pd.DataFrame",
    expectations: "Sequence[gx.expectations.Expectation]",
    severity: Literal["fail", "warn"] = "fail",
) -> list[GateResult]:
    """Run the expectations of a gate on a frame.

    Args:
        gate: Name of the gate.
        frame: What is judged.
        expectations: Each carries in `notes` what it expects, in words, and in `meta` its subject and, where it is
            known, what may explain a failure (`because`).
        severity: Whether a failure stops what comes behind, or is a finding.

    Returns:
        One result per expectation, in their order.
    """
    import great_expectations as gx

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = gx.data_context.types.base.ProgressBarsConfig(globally=False)
    batch = (
        context.data_sources.add_pandas(gate)
        .add_dataframe_asset(gate)
        .add_batch_definition_whole_dataframe(gate)
        .get_batch({"dataframe": frame})
    )
    results = []
    for expectation in expectations:
        outcome = batch.validate(expectation)
        meta = expectation.meta or {}
        results.append(
            GateResult(
                gate=gate,
                expectation=expectation.expectation_type,
                subject=meta.get("subject", gate),
                passed=bool(outcome.success),
                severity=severity,
                expected=str(expectation.notes),
                observed="; ".join(filter(None, (_observed(outcome), meta.get("because")))),
            )
        )
    return results


def store(connection: Connection, results: Sequence[GateResult], run_id: str, evaluated_at: datetime) -> None:
    """Keep the results of a gate, and forget its old ones; the caller owns the transaction."""
    connection.execute(
        "delete from quality.gate_results where gate = any(%s) and evaluated_at < %s",
        [list({result.gate for result in results}), evaluated_at - KEPT],
    )
    copy_rows(
        connection,
        "quality.gate_results",
        [
            "gate",
            "expectation",
            "subject",
            "passed",
            "severity",
            "expected",
            "observed",
            "run_id",
            "evaluated_at",
        ],
        [
            (
                result.gate,
                result.expectation,
                result.subject,
                result.passed,
                result.severity,
                result.expected,
                result.observed,
                run_id,
                evaluated_at,
            )
            for result in results
        ],
    )


def results_of(
    connection: Connection, gate: str, evaluated_at: datetime, run_id: str
) -> dict[str, tuple[bool | None, str, str]]:
    """By expectation of a gate in a run: whether it passed, its severity, and what was found."""
    rows = connection.execute(
        "select expectation, passed, severity, observed from quality.gate_results"
        " where gate = %s and evaluated_at = %s and run_id = %s order by result_id",
        [gate, evaluated_at, run_id],
    )
    return {expectation: (passed, severity, observed) for expectation, passed, severity, observed in rows}


def as_markdown(results: Sequence[GateResult]) -> str:
    """The results as a Markdown table, what failed first."""
    rows = sorted(results, key=lambda result: result.passed is not False)
    lines = ["| | subject | expected | found |", "| --- | --- | --- | --- |"]
    for result in rows:
        mark = {True: "passed", False: "**FAILED**", None: "skipped"}[result.passed]
        lines.append(f"| {mark} | {result.subject} | {result.expected} | {result.observed} |")
    return "\n".join(lines)
