"""What a run of dbt found, in the words of a gate.

Belongs here: the words. Does not belong here: how dbt is run (dbt.py), where results are stored (assets/quality.py).
"""

from collections.abc import Mapping
from typing import Any

from assets.quality import GateResult


def results_in(run_results: Mapping[str, Any]) -> list[GateResult]:
    """Tests of dbt, and what could not be built, in the words of a gate.

    Args:
        run_results: What dbt wrote at the end of a run.
    """
    results = []
    for result in run_results["results"]:
        kind, _, name = result["unique_id"].split(".")[:3]
        is_test, status = kind in ("test", "unit_test"), result["status"]
        # An exposure is nothing to build, which dbt says of it.
        if not is_test and status in ("success", "skipped", "no-op"):
            continue
        found = (result["message"] or f"{result['failures'] or 0} rows").strip()
        results.append(
            GateResult(
                gate="dbt",
                expectation=name,
                subject=name,
                passed=None if status == "skipped" else status in ("pass", "success"),
                severity="warn" if status == "warn" else "fail",
                expected="no row against the test" if is_test else f"a {kind} that can be built",
                observed="not run: what it reads was not built" if status == "skipped" else found,
            )
        )
    return results
