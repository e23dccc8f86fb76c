"""Gates of the cases.

Belongs here: which asset a gate stands behind. Does not belong here: what it expects (expectations.py).
"""

import dagster as dg

from assets.gates import conclude
from assets.resources import City, Database


# warn since 2026-11: a status or unit that the platform was not told of is a finding for Biro Pemerintahan; the event
# is held and can be replayed, and the cases beside it are sound.
@dg.asset_check(asset="raw_crm__case_events", blocking=False)
def events_watch(context: dg.AssetCheckExecutionContext, database: Database, city: City) -> dg.AssetCheckResult:
    """Warns of status events that are held, with the commonest reason, and of a CRM that does not answer."""
    from assets.cases.expectations import events_expectations
    from assets.cases.expectations import events_watch as watch
    from assets.quality import validate

    with database.transaction() as connection:
        frame = watch(connection)
    results = validate("events_watch", frame, events_expectations(frame), severity="warn")
    return conclude(context, database, city, results, severity=dg.AssetCheckSeverity.WARN)
