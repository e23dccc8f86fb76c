"""Dagster assets of the complaints: one intake per channel, the inventory, the ledger.

Belongs here: reading, one call, writing. Does not belong here: how it is done (every other module here).
"""

import dagster as dg

from assets.complaints.channels.channel import Channel
from assets.complaints.channels.registry import CHANNELS
from assets.complaints.checks import intake_check, intake_gate
from assets.partitions import DAILY
from assets.resources import City, Database

GROUP = "complaints"
# A group of its own, so that the quarter-hourly intake does not train the router.
LEARNING = "learning"
OWNERS = ["team:complaints"]
REPORTS_ARE = (
    "Records that the channel {} delivered: one row per version of a record in raw.inbox. Its live source, where one is"
    " configured, is asked for the partition's day; the landing folder, and what was handed in, for all that is new."
)


def _reports_asset(channel: Channel) -> dg.AssetsDefinition:
    """The intake asset of one channel."""

    @dg.asset(
        name=(name := f"raw_{channel.code}__reports"),
        pool=name,
        check_specs=[intake_check(name)],
        description=REPORTS_ARE.format(channel.code),
        group_name=GROUP,
        owners=OWNERS,
        partitions_def=DAILY,
        backfill_policy=dg.BackfillPolicy.single_run(),
    )
    def reports(context: dg.AssetExecutionContext, database: Database, city: City) -> dg.MaterializeResult:
        from assets.complaints.intake import fetch_in, take_in
        from assets.complaints.reception import take_all
        from assets.sources.landing import open_batch
        from assets.sources.records import Window

        landing, days = city.landing_folder(), context.partition_time_window
        batch = open_batch(landing, channel.code, context.run_id, city.now())
        with database.transaction() as connection:
            counts = take_in(connection, channel, landing, batch)
            take_all(connection, channel, batch, counts)
        fetch_in(database.transaction, channel, Window(days.start, days.end), batch, counts)
        gate = intake_gate(context, database, city, channel.code, is_new=bool(counts.files or counts.deliveries))
        return dg.MaterializeResult(metadata=counts.as_metadata(), check_results=[gate])

    return reports


REPORTS = [_reports_asset(channel) for channel in CHANNELS.values()]


@dg.asset(pool="raw_landing__inventory", group_name=GROUP, owners=OWNERS)
def raw_landing__inventory(database: Database, city: City) -> dg.MaterializeResult:
    """What lies in each folder of the landing folder, and which of them no adapter reads."""
    from assets.sources.folders import BESIDE_CHANNELS
    from assets.sources.landing import write_inventory

    with database.transaction() as connection:
        unread = write_inventory(connection, city.landing_folder(), {*CHANNELS, *BESIDE_CHANNELS}, city.now())
    return dg.MaterializeResult(metadata={"folders_without_adapter": unread})


# A report that repeats a closed case is a relapse: the newest status events come first.
@dg.asset(pool="core_complaints__ledger", group_name=GROUP, owners=OWNERS, deps=[*REPORTS, "raw_crm__case_events"])
def core_complaints__ledger(context: dg.AssetExecutionContext, database: Database, city: City) -> dg.MaterializeResult:
    """Every complaint decided: one row per complaint and version in ledger.complaints, with its number."""
    from assets.complaints.ledger import decide_all
    from assets.complaints.lessons import load_model
    from assets.complaints.photos import PhotoSettings, hash_photos
    from assets.complaints.triage.desk import Desk
    from assets.reference import load_reference

    with database.transaction() as connection:
        model, refusal = load_model(connection)
    if refusal:
        context.log.warning(refusal)
    reference = load_reference(city.seeds())
    desk, now = Desk.of(reference, model=model, boundaries=city.boundaries(reference)), city.now()
    photos = hash_photos(database.transaction, PhotoSettings(), now)
    counts = decide_all(database.transaction, desk, context.run_id, now)
    return dg.MaterializeResult(metadata={**counts, "photos": photos})


@dg.asset(
    pool="out_complaints__messages", group_name=GROUP, owners=OWNERS, deps=[core_complaints__ledger, "out_cases__news"]
)
def out_complaints__messages(database: Database, city: City) -> dg.MaterializeResult:
    """Answers to reporters and news of their cases: what waits in the outbox is sent, each message at most once."""
    from assets.complaints.outbox.sending import send_all
    from assets.complaints.outbox.ways import OutboxSettings, configured_senders

    is_dry = not OutboxSettings().send
    outcomes = send_all(database.transaction, configured_senders(), city.now(), is_dry=is_dry)
    return dg.MaterializeResult(metadata={"dry_run": is_dry, **{one.value: count for one, count in outcomes.items()}})


@dg.asset(
    pool="core_complaints__routing_model",
    group_name=LEARNING,
    owners=OWNERS,
    deps=[core_complaints__ledger, "raw_crm__case_events"],
)
def core_complaints__routing_model(database: Database, city: City) -> dg.MaterializeResult:
    """The router taught by the city's resolved cases; published where it beats the vocabulary on newer ones."""
    from assets.complaints.lessons import read_lessons, store_training
    from assets.reference import load_reference
    from ml.routing.holdout import train_and_judge

    now = city.now()
    with database.transaction() as connection:
        lessons = read_lessons(connection, load_reference(city.seeds()), now)
    training = train_and_judge([lesson.routed for lesson in lessons])
    if training is None:
        return dg.MaterializeResult(metadata={"lessons": len(lessons), "published": False})
    with database.transaction() as connection:
        store_training(connection, training, lessons, now)
    return dg.MaterializeResult(
        metadata={
            "lessons": training.training_rows,
            "holdout": training.holdout_rows,
            "accuracy_of_the_vocabulary": training.accuracy_cold,
            "accuracy_trained": training.accuracy_trained,
            "published": training.is_better,
        }
    )
