"""Dagster assets of enforcement: the tickets.

Belongs here: reading, one call, writing. Does not belong here: the tickets' wire formats (tickets.py).
"""

import dagster as dg

from assets.resources import City, Database


@dg.asset(pool="raw_enforcement__tickets", group_name="enforcement", owners=["team:mobility"])
def raw_enforcement__tickets(context: dg.AssetExecutionContext, database: Database, city: City) -> dg.MaterializeResult:
    """Tickets of ETLE and of field operations: one row per ticket in raw.tickets, without any plate."""
    from assets.enforcement.intake import read_streets, take_in_tickets
    from assets.sources.folders import TICKETS
    from assets.sources.landing import open_batch
    from assets.sources.records import list_notes

    landing, streets = city.landing_folder(), read_streets(city.seeds())
    batch = open_batch(landing, TICKETS, context.run_id, city.now())
    with database.transaction() as connection:
        counts, notes = take_in_tickets(connection, landing, batch, streets)
    return dg.MaterializeResult(metadata={**counts, "notes": list_notes(notes)})
