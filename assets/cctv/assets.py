"""Dagster assets of the cameras: the registry, the sweep of files, the slots of live cameras.

Belongs here: reading, one call, writing. Does not belong here: vision (ml/vision), area hours (traffic/).
"""

from datetime import datetime

import dagster as dg

from assets.partitions import DAILY, SLOTS
from assets.resources import City, Database

GROUP = "cctv"
# Not in the daily job: it runs every ten minutes, and the next daily job reads its rows.
SWEEP_GROUP = "sweep"
OWNERS = ["team:mobility"]


@dg.asset(group_name=GROUP, owners=OWNERS)
def raw_cctv__registry(context: dg.AssetExecutionContext, database: Database, city: City) -> dg.MaterializeResult:
    """Cameras that the lists name: one row per camera in raw.cameras, one of raw.camera_changes for each change."""
    from assets.cctv.snapshots import camera_lists
    from assets.cctv.store import write_registry

    lists = [*camera_lists(city.camera_folders()), *city.camera_lists()]
    with database.transaction() as connection:
        counts, refused = write_registry(connection, lists, city.now())
    for reason in refused:
        context.log.warning("refused: %s", reason)
    return dg.MaterializeResult(metadata={**counts, "refused": dg.MetadataValue.json(refused)})


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
    from assets.cctv.slot import LiveSweep, sweep_slot
    from assets.settings import Settings
    from database.disk import told_of_room

    slot, settings = context.partition_time_window.start, Settings()
    with told_of_room(settings.data):
        kept = sweep_slot(database.transaction, slot, city.now(), LiveSweep.of(settings), context.log.info)
    sheet = {"faulty cameras": dg.MetadataValue.md(kept.sheet)} if kept.sheet else {}
    forgotten = _forget_sheets(context, city.now() - KEPT_FOR)
    return dg.MaterializeResult(metadata={**kept.counts, "old sheets forgotten": forgotten, **sheet})


def _forget_sheets(context: dg.AssetExecutionContext, before: datetime) -> int:
    """Delete the run records of the oldest sweeps with their pictures; 20 at a time, while a sweep adds one."""
    old = dg.AssetRecordsFilter(asset_key=context.asset_key, before_timestamp=before.timestamp())
    records = context.instance.fetch_materializations(old, limit=20, ascending=True).records
    runs = {record.run_id for record in records}
    for run_id in runs:
        context.instance.delete_run(run_id)
    return len(runs)
