"""What every gate does with its results: they are stored, and shown in the Dagster UI.

Belongs here: the end that all gates share. Does not belong here: which asset a gate guards (*/checks.py), what it
expects (*/expectations.py).
"""

from collections.abc import Sequence

import dagster as dg

from assets.quality import GateResult, as_markdown, store
from assets.resources import City, Database


def conclude(
    context: dg.AssetCheckExecutionContext | dg.AssetExecutionContext,
    database: Database,
    city: City,
    results: Sequence[GateResult],
    check: str | None = None,
    severity: dg.AssetCheckSeverity = dg.AssetCheckSeverity.ERROR,
) -> dg.AssetCheckResult:
    """Keep the results, and say in the UI what was expected and found.

    Args:
        context: Of the check, or of the asset that judges itself.
        database: Where the results are kept.
        city: Whose moment they are of.
        results: Of the gate's expectations.
        check: Its name, where an asset judges itself.
        severity: Whether a failure is an error or a finding.
    """
    with database.transaction() as connection:
        store(connection, results, context.run.run_id, city.now())
    failed = [result for result in results if not result.passed]
    return dg.AssetCheckResult(
        passed=not failed,
        check_name=check,
        severity=severity,
        description="; ".join(f"expected {r.expected}, found {r.observed}" for r in failed) or None,
        metadata={"expectations": dg.MetadataValue.md(as_markdown(results))},
    )
