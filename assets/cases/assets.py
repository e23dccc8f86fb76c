"""Dagster assets of the cases: what the SKPD book on them.

Belongs here: reading, one call, writing. Does not belong here: the events' wire format (events.py).
"""

import dagster as dg

from orchestration.resources import City, Database


@dg.asset(group_name="cases", owners=["team:complaints"])
def raw_crm__case_events(context: dg.AssetExecutionContext, database: Database, city: City) -> dg.MaterializeResult:
    """Status events of the SKPD side: one row per event in raw.case_events."""
    from assets.cases.intake import take_in_events
    from assets.landing import open_batch
    from assets.readers import CASE_EVENTS
    from assets.reference import load_reference

    landing = city.landing_folder()
    batch = open_batch(landing, CASE_EVENTS, context.run_id, city.now())
    known_skpd = frozenset(load_reference(city.seeds()).skpd)
    with database.transaction() as connection:
        counts = take_in_events(connection, landing, batch, known_skpd)
    return dg.MaterializeResult(metadata=dict(counts))
