"""Gates of the cameras.

Belongs here: which asset a gate stands behind. Does not belong here: what it expects (expectations.py).
"""

import dagster as dg

from assets.gates import conclude
from assets.resources import City, Database


@dg.asset_check(asset="raw_cctv__observations", blocking=True)
def sweep_gate(context: dg.AssetCheckExecutionContext, database: Database, city: City) -> dg.AssetCheckResult:
    """Stops the marts when the newest sweep is incomplete or saw next to nothing."""
    from assets.cctv.expectations import newest_sweep, sweep_expectations
    from assets.quality import validate

    with database.transaction() as connection:
        frame = newest_sweep(connection, city.now())
    results = validate("sweep", frame, sweep_expectations(frame))
    return conclude(context, database, city, results)


# Asked every hour, with the marts. Blocks nothing: a provider that is away shows in mart_camera_health, and the
# complaints' marts go on.
@dg.asset_check(asset="raw_cctv__live_slots", blocking=False)
def slot_gate(context: dg.AssetCheckExecutionContext, database: Database, city: City) -> dg.AssetCheckResult:
    """Turns red when the newest slot lacks a live camera, or shows next to nothing."""
    from assets.cctv.expectations import newest_slot, slot_expectations
    from assets.quality import validate

    with database.transaction() as connection:
        frame = newest_slot(connection, city.now())
    results = validate("slot", frame, slot_expectations(frame))
    return conclude(context, database, city, results)
