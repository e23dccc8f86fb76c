"""Dagster assets of the traffic river: cameras, the sweep, older history, the forecast.

Belongs here: reading, one call, writing. Does not belong here: vision and forecasting (ml/).
"""

from datetime import datetime

import dagster as dg

from assets.partitions import DAILY, SLOTS
from assets.resources import City, Database

GROUP = "cctv"
# Apart from the day's walk: it runs every ten minutes, and the next walk finds its rows.
SWEEP_GROUP = "sweep"
# Apart from the cameras, behind the marts: within one group the lineage would walk back.
FORECAST_GROUP = "forecast"
OWNERS = ["team:mobility"]


@dg.asset(group_name=GROUP, owners=OWNERS)
def raw_cctv__registry(context: dg.AssetExecutionContext, database: Database, city: City) -> dg.MaterializeResult:
    """Cameras that the lists name: one row per camera in raw.cameras, one of raw.camera_changes for each change."""
    from assets.cctv.store import write_registry

    with database.transaction() as connection:
        counts, refused = write_registry(connection, city.camera_lists(), city.now())
    for reason in refused:
        context.log.warning("refused: %s", reason)
    return dg.MaterializeResult(metadata={**counts, "refused": dg.MetadataValue.json(refused)})


@dg.asset(group_name=GROUP, owners=OWNERS)
def raw_cctv__area_history(context: dg.AssetExecutionContext, database: Database, city: City) -> dg.MaterializeResult:
    """Hours measured before this platform ran: one row per area and hour in raw.area_history."""
    from assets.readers import AREA_HISTORY
    from assets.sources.landing import open_batch
    from assets.traffic.history import take_in_history

    landing = city.landing_folder()
    batch = open_batch(landing, AREA_HISTORY, context.run_id, city.now())
    with database.transaction() as connection:
        counts = take_in_history(connection, landing, batch)
    return dg.MaterializeResult(metadata=dict(counts))


@dg.asset(
    group_name=GROUP,
    owners=OWNERS,
    partitions_def=DAILY,
    backfill_policy=dg.BackfillPolicy.single_run(),
    deps=[raw_cctv__registry],
)
def raw_cctv__observations(context: dg.AssetExecutionContext, database: Database, city: City) -> dg.MaterializeResult:
    """Health and density of every camera and slot of the day: raw.camera_observations."""
    from assets.cctv.store import sweep_into

    window = context.partition_time_window
    with database.transaction() as connection:
        statuses = sweep_into(
            connection, city.camera_folders(), (window.start, window.end), city.now(), context.log.info
        )
    return dg.MaterializeResult(metadata=dict(statuses))


@dg.asset(
    group_name=SWEEP_GROUP,
    owners=OWNERS,
    partitions_def=SLOTS,
    retry_policy=dg.RetryPolicy(max_retries=2, delay=10),
)
def raw_cctv__live_slots(context: dg.AssetExecutionContext, database: Database, city: City) -> dg.MaterializeResult:
    """Every live camera asked once in the slot: its row in raw.camera_observations, and a sheet of the faulty ones."""
    from assets.cctv.contact_sheet import KEPT_FOR
    from assets.cctv.slot import sweep_slot

    slot = context.partition_time_window.start
    kept = sweep_slot(database.transaction, slot, city.now(), city.live_sweep(), context.log.info)
    sheet = {"faulty cameras": dg.MetadataValue.md(kept.sheet)} if kept.sheet else {}
    forgotten = _forget_sheets(context, city.now() - KEPT_FOR)
    return dg.MaterializeResult(metadata={**kept.counts, "old sheets forgotten": forgotten, **sheet})


def _forget_sheets(context: dg.AssetExecutionContext, before: datetime) -> int:
    """Delete the records of the oldest sweeps, and their pictures with them; more than came since the last sweep."""
    old = dg.AssetRecordsFilter(asset_key=context.asset_key, before_timestamp=before.timestamp())
    records = context.instance.fetch_materializations(old, limit=20, ascending=True).records
    runs = {record.run_id for record in records}
    for run_id in runs:
        context.instance.delete_run(run_id)
    return len(runs)


core_cctv__earlier_forecasts = dg.AssetSpec(
    "core_cctv__earlier_forecasts",
    # What is known before the walk begins, not what it makes: among the forecasts the lineage would walk back.
    group_name=GROUP,
    owners=OWNERS,
    description="What earlier runs forecast and published (forecast.jam_hours): the marts score it by what happened.",
)


@dg.asset(group_name=FORECAST_GROUP, owners=OWNERS, deps=["fct_area_hours"])
def core_cctv__jam_model(database: Database, city: City) -> dg.MaterializeResult:
    """The week's forecaster, trained where there is none yet: forecast.models."""
    from assets.traffic.stored import train_weekly

    with database.transaction() as connection:
        done = train_weekly(connection, city.now())
    return dg.MaterializeResult(metadata=done)


@dg.asset(group_name=FORECAST_GROUP, owners=OWNERS, deps=[core_cctv__jam_model])
def core_cctv__jam_candidate(database: Database, city: City) -> dg.MaterializeResult:
    """The week ahead as forecast from the marts, waiting for its gate: forecast.candidate_jam_hours."""
    from assets.traffic.candidates import make_candidates

    with database.transaction() as connection:
        candidates = make_candidates(connection, city.now())
    return dg.MaterializeResult(metadata={"weeks": candidates})


@dg.asset(group_name=FORECAST_GROUP, owners=OWNERS, deps=[core_cctv__jam_candidate])
def core_cctv__jam_forecast(database: Database) -> dg.MaterializeResult:
    """The published week ahead: forecast.jam_hours by area and hour, forecast.jam_windows by area and jam."""
    from assets.traffic.publish import publish_candidates

    with database.transaction() as connection:
        rows = publish_candidates(connection)
    return dg.MaterializeResult(metadata={"rows": rows})


@dg.asset(group_name=FORECAST_GROUP, owners=OWNERS, deps=[core_cctv__jam_model])
def core_cctv__jam_next_hours(database: Database, city: City) -> dg.MaterializeResult:
    """The 168 hours behind the last measured one, anew each day: forecast.rolling_hours."""
    from assets.traffic.publish import roll_on

    with database.transaction() as connection:
        rows = roll_on(connection, city.now())
    return dg.MaterializeResult(metadata={"rows": rows})
