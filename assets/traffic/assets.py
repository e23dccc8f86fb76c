"""Dagster assets of the traffic: hours of an older system, and the forecast of area hours.

Belongs here: reading, one call, writing. Does not belong here: forecasting (ml/forecast).
"""

from datetime import timedelta

import dagster as dg

from assets.clock import city_zone
from assets.freshness import MARTS, WEEK_AHEAD_DUE
from assets.resources import City, Database
from assets.settings import Settings

GROUP = "traffic"
# A group of its own: the forecast reads the marts, and they read the group above; as one group it would be a circle.
FORECAST_GROUP = "forecast"
OWNERS = ["team:mobility"]


@dg.asset(pool="raw_traffic__area_history", group_name=GROUP, owners=OWNERS)
def raw_traffic__area_history(
    context: dg.AssetExecutionContext, database: Database, city: City
) -> dg.MaterializeResult:
    """Hours measured before this platform ran: one row per area and hour in raw.area_history."""
    from assets.sources.folders import AREA_HISTORY
    from assets.sources.landing import open_batch
    from assets.traffic.history import take_in_history

    landing = city.landing_folder()
    batch = open_batch(landing, AREA_HISTORY, context.run_id, city.now())
    with database.transaction() as connection:
        counts = take_in_history(connection, landing, batch)
    return dg.MaterializeResult(metadata=dict(counts))


core_traffic__earlier_forecasts = dg.AssetSpec(
    "core_traffic__earlier_forecasts",
    # Not in the forecasts' group: the marts read it and are read by the forecast, so the lineage would be a circle.
    group_name=GROUP,
    owners=OWNERS,
    description="What earlier runs forecast and published (forecast.jam_hours): the marts score it by what happened.",
)


@dg.asset(pool="core_traffic__jam_model", group_name=FORECAST_GROUP, owners=OWNERS, deps=["fct_area_hours"])
def core_traffic__jam_model(database: Database, city: City) -> dg.MaterializeResult:
    """The week's forecaster, trained where there is none yet: forecast.models."""
    from assets.traffic.spread import fits_on
    from assets.traffic.stored import train_weekly

    with fits_on(Settings().dask_scheduler), database.transaction() as connection:
        done = train_weekly(connection, city.now())
    return dg.MaterializeResult(metadata=done)


@dg.asset(pool="core_traffic__jam_candidate", group_name=FORECAST_GROUP, owners=OWNERS, deps=[core_traffic__jam_model])
def core_traffic__jam_candidate(database: Database, city: City) -> dg.MaterializeResult:
    """The week ahead as forecast from the marts, waiting for its gate: forecast.candidate_jam_hours."""
    from assets.traffic.candidates import make_candidates
    from assets.traffic.spread import fits_on

    with fits_on(Settings().dask_scheduler), database.transaction() as connection:
        candidates = make_candidates(connection, city.now())
    return dg.MaterializeResult(metadata={"weeks": candidates})


@dg.asset(
    pool="core_traffic__jam_forecast",
    group_name=FORECAST_GROUP,
    owners=OWNERS,
    deps=[core_traffic__jam_candidate],
    freshness_policy=dg.FreshnessPolicy.cron(WEEK_AHEAD_DUE, timedelta(days=1), city_zone().key),
)
def core_traffic__jam_forecast(database: Database) -> dg.MaterializeResult:
    """The published week ahead: forecast.jam_hours by area and hour, forecast.jam_windows by area and jam."""
    from assets.traffic.publish import publish_candidates

    with database.transaction() as connection:
        rows = publish_candidates(connection)
    return dg.MaterializeResult(metadata={"rows": rows})


@dg.asset(
    pool="core_traffic__jam_next_hours",
    group_name=FORECAST_GROUP,
    owners=OWNERS,
    deps=[core_traffic__jam_model],
    freshness_policy=dg.FreshnessPolicy.time_window(MARTS),
)
def core_traffic__jam_next_hours(database: Database, city: City) -> dg.MaterializeResult:
    """The 168 hours behind the last measured one, anew each day: forecast.rolling_hours."""
    from assets.traffic.publish import roll_on

    with database.transaction() as connection:
        rows = roll_on(connection, city.now())
    return dg.MaterializeResult(metadata={"rows": rows})
