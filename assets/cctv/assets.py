"""Dagster assets of the cameras: the registry, the sweep of files, the slots of live cameras.

Belongs here: reading, one call, writing. Does not belong here: vision (ml/vision), area hours (traffic/).
"""

from collections import Counter

import dagster as dg

from assets.partitions import DAILY, LIVE_DAYS
from assets.resources import City, Database

GROUP = "cctv"
# Not in the daily job: it runs every ten minutes, and the next daily job reads its rows.
SWEEP_GROUP = "sweep"
OWNERS = ["team:mobility"]


@dg.asset(pool="raw_cctv__registry", group_name=GROUP, owners=OWNERS)
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
    pool="raw_cctv__observations",
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
    pool="raw_cctv__live_slots",
    group_name=SWEEP_GROUP,
    owners=OWNERS,
    partitions_def=LIVE_DAYS,
    backfill_policy=dg.BackfillPolicy.single_run(),
    deps=[raw_cctv__registry],
    retry_policy=dg.RetryPolicy(max_retries=2, delay=10),
)
def raw_cctv__live_slots(context: dg.AssetExecutionContext, database: Database, city: City) -> dg.MaterializeResult:
    """Every live camera asked in the running slot: its row in raw.camera_observations, and a sheet of the faulty ones.

    In slots of the days that are over and that no sweep asked, every camera is missing.
    """
    from assets.cctv.contact_sheet import forget_sheets
    from assets.cctv.slot import LiveSweep, open_slots, sweep_slot
    from assets.settings import Settings
    from database.disk import told_of_room

    days, now, settings = context.partition_time_window, city.now(), Settings()
    with database.transaction() as connection:
        slots = open_slots(connection, days.start, min(days.end, now))
    counts: Counter[str] = Counter()
    metadata: dict[str, dg.MetadataValue] = {}
    with told_of_room(settings.data):
        for slot in slots:
            kept = sweep_slot(database.transaction, slot, now, LiveSweep.of(settings), context.log.info)
            counts.update(kept.counts)
            if kept.sheet is not None:
                metadata["faulty cameras"] = dg.MetadataValue.path(str(kept.sheet.keep(settings.camera_sheets, slot)))
        forgotten = forget_sheets(settings.camera_sheets, now)
    return dg.MaterializeResult(metadata={"slots": len(slots), **counts, "old sheets forgotten": forgotten, **metadata})
