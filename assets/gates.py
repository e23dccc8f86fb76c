"""What every gate does with its results: they are stored, and shown in the Dagster UI.

Belongs here: the end that all gates share. Does not belong here: which asset a gate guards (*/checks.py), what it
expects (*/expectations.py).
"""

from collections.abc import Sequence

import dagster as dg

from assets.quality import GateResult, as_markdown, store
from assets.resources import City, Database


def conclude(
    context: dg.AssetCheckExecutionContext,
    database: Database,
    city: City,
    results: Sequence[GateResult],
    asset: str | None = None,
    severity: dg.AssetCheckSeverity = dg.AssetCheckSeverity.ERROR,
) -> dg.AssetCheckResult:
    """Keep the results, and say in the UI what was expected and found."""
    with database.transaction() as connection:
        store(connection, results, context.run.run_id, city.now())
    failed = [result for result in results if not result.passed]
    return dg.AssetCheckResult(
        passed=not failed,
        asset_key=asset,
        check_name="intake_gate" if asset else None,
        severity=severity,
        description="; ".join(f"expected {r.expected}, found {r.observed}" for r in failed) or None,
        metadata={"expectations": dg.MetadataValue.md(as_markdown(results))},
    )
