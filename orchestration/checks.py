"""Gates: the blocking asset checks between the rivers' locks.

Belongs here: which asset a gate stands behind. Does not belong here: what it expects (assets/*/expectations.py).
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import dagster as dg

from assets.complaints.channels.registry import CHANNELS
from assets.resources import City, Database

if TYPE_CHECKING:
    from assets.quality import GateResult

INTAKE_CHECKS = [
    dg.AssetCheckSpec(
        name="intake_gate",
        asset=f"raw_{code}__reports",
        blocking=True,
        description="The newest batch of the channel can be read: most of its records have an id and parse.",
    )
    for code in CHANNELS
]


def _conclude(
    context: dg.AssetCheckExecutionContext,
    database: Database,
    city: City,
    results: "Sequence[GateResult]",
    asset: str | None = None,
    severity: dg.AssetCheckSeverity = dg.AssetCheckSeverity.ERROR,
) -> dg.AssetCheckResult:
    """Keep the results, and say in the UI what was expected and found."""
    from assets.quality import store, tell

    with database.transaction() as connection:
        store(connection, results, context.run.run_id, city.now())
    failed = [result for result in results if not result.passed]
    return dg.AssetCheckResult(
        passed=not failed,
        asset_key=asset,
        check_name="intake_gate" if asset else None,
        severity=severity,
        description="; ".join(f"expected {r.expected}, found {r.observed}" for r in failed) or None,
        metadata={"expectations": dg.MetadataValue.md(tell(results))},
    )


@dg.multi_asset_check(specs=INTAKE_CHECKS)
def intake_gate(
    context: dg.AssetCheckExecutionContext, database: Database, city: City
) -> Iterable[dg.AssetCheckResult]:
    """Stops triage when a channel's newest batch cannot be read."""
    from assets.complaints.expectations import intake_expectations, newest_batch
    from assets.quality import validate

    for code in CHANNELS:
        with database.transaction() as connection:
            frame = newest_batch(connection, code)
        results = validate("intake", frame, intake_expectations(code, frame))
        yield _conclude(context, database, city, results, f"raw_{code}__reports")


@dg.asset_check(asset="core_complaints__ledger", blocking=True)
def triage_gate(context: dg.AssetCheckExecutionContext, database: Database, city: City) -> dg.AssetCheckResult:
    """Stops the marts when triage lost, doubled or left a complaint without a number."""
    from assets.complaints.expectations import ledger_balance, triage_expectations
    from assets.quality import validate

    with database.transaction() as connection:
        frame = ledger_balance(connection)
    results = validate("triage", frame, triage_expectations())
    return _conclude(context, database, city, results)


# warn since 2026-11: a channel that is silent, or a vendor that does not answer, is a finding for the channel's owner;
# what was received is sound, and the marts go on.
@dg.asset_check(asset="core_complaints__ledger", blocking=False)
def channel_watch(context: dg.AssetCheckExecutionContext, database: Database, city: City) -> dg.AssetCheckResult:
    """Warns of a channel that delivers nothing for longer than is normal for its hour of the week, or has no answer."""
    from assets.complaints.expectations import channel_watch as watch
    from assets.complaints.expectations import watch_expectations
    from assets.quality import validate
    from assets.reference import load_reference

    with database.transaction() as connection:
        frame = watch(connection, load_reference(city.seeds()), city.now())
    results = validate("channel_watch", frame, watch_expectations(frame), severity="warn")
    return _conclude(context, database, city, results, severity=dg.AssetCheckSeverity.WARN)


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
    return _conclude(context, database, city, results, severity=dg.AssetCheckSeverity.WARN)


@dg.asset_check(asset="raw_cctv__observations", blocking=True)
def sweep_gate(context: dg.AssetCheckExecutionContext, database: Database, city: City) -> dg.AssetCheckResult:
    """Stops the marts when the newest sweep is incomplete or saw next to nothing."""
    from assets.cctv.expectations import newest_sweep, sweep_expectations
    from assets.quality import validate

    with database.transaction() as connection:
        frame = newest_sweep(connection, city.now())
    results = validate("sweep", frame, sweep_expectations(frame))
    return _conclude(context, database, city, results)


@dg.asset_check(asset="raw_cctv__live_slots", blocking=True)
def slot_gate(context: dg.AssetCheckExecutionContext, database: Database, city: City) -> dg.AssetCheckResult:
    """Turns red when the newest slot lacks a live camera, or shows next to nothing."""
    from assets.cctv.expectations import newest_slot, slot_expectations
    from assets.quality import validate

    with database.transaction() as connection:
        frame = newest_slot(connection, city.now())
    results = validate("slot", frame, slot_expectations(frame))
    return _conclude(context, database, city, results)


@dg.asset_check(asset="core_cctv__jam_candidate", blocking=True)
def forecast_gate(context: dg.AssetCheckExecutionContext, database: Database, city: City) -> dg.AssetCheckResult:
    """Keeps an incomplete, impossible, unskilled or overconfident forecast from being published.

    Warns where another way than the new model will be published; stops where none will do.
    """
    from assets.traffic.gate import choices

    with database.transaction() as connection:
        made = choices(connection)
    is_stuck = any(choice.published_as is None for choice in made)
    severity = dg.AssetCheckSeverity.ERROR if is_stuck else dg.AssetCheckSeverity.WARN
    return _conclude(context, database, city, [r for choice in made for r in choice.results], severity=severity)


CHECKS = [intake_gate, triage_gate, channel_watch, events_watch, sweep_gate, slot_gate, forecast_gate]
