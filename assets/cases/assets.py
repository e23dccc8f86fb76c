"""Dagster assets of the cases: what the SKPD book on them.

Belongs here: reading, one call, writing. Does not belong here: the events' wire format (events.py).
"""

import dagster as dg

from assets.partitions import DAILY
from assets.resources import City, Database


@dg.asset(
    pool="raw_crm__case_events",
    group_name="cases",
    owners=["team:complaints"],
    partitions_def=DAILY,
    backfill_policy=dg.BackfillPolicy.single_run(),
)
def raw_crm__case_events(context: dg.AssetExecutionContext, database: Database, city: City) -> dg.MaterializeResult:
    """Status events of the SKPD side: one row per event and version in raw.case_events.

    The CRM's live list, where one is configured, is asked for what was booked on the partition's day; the landing
    folder for all that is new.
    """
    from assets.cases.intake import fetch_events, take_in_events
    from assets.reference import load_reference
    from assets.sources.folders import CASE_EVENTS
    from assets.sources.landing import open_batch
    from assets.sources.records import Window

    landing, window = city.landing_folder(), context.partition_time_window
    batch = open_batch(landing, CASE_EVENTS, context.run_id, city.now())
    known_skpd = frozenset(load_reference(city.seeds()).skpd)
    with database.transaction() as connection:
        counts = take_in_events(connection, landing, batch, known_skpd)
    days = Window(window.start, window.end)
    failures = fetch_events(database.transaction, days, batch, known_skpd, counts)
    return dg.MaterializeResult(metadata={**counts.as_metadata(), "failures": failures})


@dg.asset(pool="core_cases__evidence", group_name="cases", owners=["team:complaints"], deps=[raw_crm__case_events])
def core_cases__evidence(context: dg.AssetExecutionContext, database: Database, city: City) -> dg.MaterializeResult:
    """Follow-up photos against all earlier ones: one row in ledger.photo_reuse per earlier photo of the same view."""
    from dataclasses import asdict

    from assets.cases.evidence import compare_evidence
    from assets.cases.shown import keep_work_pictures
    from assets.sources.folders import EVIDENCE
    from assets.sources.landing import open_batch

    landing = city.landing_folder()
    batch = open_batch(landing, EVIDENCE, context.run_id, city.now())
    counts = compare_evidence(database.transaction, landing / EVIDENCE, batch)
    shown = keep_work_pictures(database.transaction, landing / EVIDENCE, batch.received_at)
    return dg.MaterializeResult(metadata={**asdict(counts), "shown": shown})


@dg.asset(
    pool="out_cases__news", group_name="cases", owners=["team:complaints"],
    deps=[raw_crm__case_events, "core_complaints__ledger"],
)  # fmt: skip
def out_cases__news(context: dg.AssetExecutionContext, database: Database, city: City) -> dg.MaterializeResult:
    """Kabar: what reporters and followers are told of cases, into the outbox; once a day reminders and digests."""
    from assets.cases.news.rounds import Newsroom, make_round
    from assets.sources.landing import SYNTHETIC_MARKER

    newsroom = Newsroom.of(city.seeds(), is_synthetic=(city.landing_folder() / SYNTHETIC_MARKER).exists())
    return dg.MaterializeResult(metadata=dict(make_round(database.transaction, newsroom, context.run_id, city.now())))
