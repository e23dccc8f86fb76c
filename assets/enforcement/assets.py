"""Dagster assets of enforcement: the tickets.

Belongs here: reading, one call, writing. Does not belong here: the tickets' wire formats (tickets.py).
"""

import dagster as dg

from orchestration.resources import City, Database


@dg.asset(group_name="enforcement", owners=["team:mobility"])
def raw_enforcement__tickets(context: dg.AssetExecutionContext, database: Database, city: City) -> dg.MaterializeResult:
    """Tickets of ETLE and of field operations: one row per ticket in raw.tickets, without any plate."""
    from assets.complaints.triage.gazetteer import Gazetteer
    from assets.enforcement.intake import Streets, take_in_tickets
    from assets.enforcement.reference import load_enforcement
    from assets.enforcement.tickets import Codes
    from assets.landing import open_batch
    from assets.readers import TICKETS
    from assets.reference import load_reference

    landing, known = city.landing_folder(), load_enforcement(city.seeds())
    streets = Streets(Codes(known.articles, known.points), known.points, Gazetteer(load_reference(city.seeds())))
    batch = open_batch(landing, TICKETS, context.run_id, city.now())
    with database.transaction() as connection:
        counts = take_in_tickets(connection, landing, batch, streets)
    return dg.MaterializeResult(metadata=dict(counts))
