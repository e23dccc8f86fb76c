"""The gate of the forecast.

Belongs here: which asset a gate stands behind. Does not belong here: what it expects (gate.py).
"""

import dagster as dg

from assets.gates import conclude
from assets.resources import City, Database


@dg.asset_check(asset="core_traffic__jam_candidate", blocking=True)
def forecast_gate(context: dg.AssetCheckExecutionContext, database: Database, city: City) -> dg.AssetCheckResult:
    """Keeps an incomplete, impossible, unskilled or overconfident forecast from being published.

    Warns where another way than the new model will be published; stops where none will do.
    """
    from assets.traffic.gate import choices

    with database.transaction() as connection:
        made = choices(connection)
    is_stuck = any(choice.published_as is None for choice in made)
    severity = dg.AssetCheckSeverity.ERROR if is_stuck else dg.AssetCheckSeverity.WARN
    return conclude(context, database, city, [r for choice in made for r in choice.results], severity=severity)
