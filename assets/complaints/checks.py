"""Gates of the complaints.

Belongs here: which asset a gate stands behind. Does not belong here: what it expects (expectations.py).
"""

import dagster as dg

from assets.gates import conclude
from assets.resources import City, Database

INTAKE_GATE = "intake_gate"


def intake_check(asset: str) -> dg.AssetCheckSpec:
    """The gate of a channel. It blocks no asset: triage leaves the channel's records where they are, and no other's."""
    return dg.AssetCheckSpec(
        name=INTAKE_GATE,
        asset=asset,
        description="The newest batch of the channel can be read: most of its records have an id and parse. Else its"
        " records wait until a better one comes.",
    )


def intake_gate(
    context: dg.AssetExecutionContext, database: Database, city: City, code: str, *, is_new: bool
) -> dg.AssetCheckResult:
    """Judge a channel's newest batch.

    Args:
        context: Of the channel's asset.
        database: Where the batch lies.
        city: Whose moment it is.
        code: The channel.
        is_new: Whether the batch was taken in just now; an earlier one was judged when it came.
    """
    from assets.complaints.expectations import intake_expectations, newest_batch, unreadable
    from assets.quality import validate

    with database.transaction() as connection:
        if not is_new:
            return dg.AssetCheckResult(
                check_name=INTAKE_GATE,
                passed=code not in unreadable(connection),
                description="nothing new; the newest batch is as it was judged",
            )
        frame = newest_batch(connection, code)
    return conclude(context, database, city, validate("intake", frame, intake_expectations(code, frame)), INTAKE_GATE)


@dg.asset_check(asset="core_complaints__ledger", blocking=True)
def triage_gate(context: dg.AssetCheckExecutionContext, database: Database, city: City) -> dg.AssetCheckResult:
    """Stops the marts when triage lost, doubled or left a complaint without a number."""
    from assets.complaints.expectations import ledger_balance, triage_expectations
    from assets.quality import validate

    with database.transaction() as connection:
        frame = ledger_balance(connection)
    results = validate("triage", frame, triage_expectations())
    return conclude(context, database, city, results)


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
    return conclude(context, database, city, results, severity=dg.AssetCheckSeverity.WARN)


# warn since 2026-11: a gateway whose process runs in another zone moves every message by hours, and nothing else says
# so; which of the two clocks is wrong, a person decides.
@dg.asset_check(asset="raw_sms__reports", blocking=False)
def sms_clock(context: dg.AssetCheckExecutionContext, database: Database, city: City) -> dg.AssetCheckResult:
    """Warns where the inbox itself shows that JSC_SMS_ZONE is not the zone of the gateway."""
    import psycopg

    from assets.complaints.channels.sms_clock import hours_off
    from assets.quality import GateResult
    from assets.sources.settings import SmsSource

    source = SmsSource()
    try:
        hours = hours_off(source) if source.is_configured else 0
    except psycopg.Error:
        # That the gateway does not answer is a finding of the channel's watch.
        hours = 0
    expected = f"the gateway's clock in {source.zone.key}, or JSC_SMS_ZONE set to its zone"
    observed = f"messages {abs(hours)} hours {'earlier' if hours > 0 else 'later'} than the database took them in"
    result = GateResult(
        "sms_clock", "clocks agree", "sms", not hours, "warn", expected, observed if hours else "no difference"
    )
    return conclude(context, database, city, [result], severity=dg.AssetCheckSeverity.WARN)


# warn since 2026-11: a clock of another zone is a finding for whoever set the channel up; its reports are sound but for
# their time.
@dg.asset_check(asset="core_complaints__ledger", blocking=False)
def clock_watch(context: dg.AssetCheckExecutionContext, database: Database, city: City) -> dg.AssetCheckResult:
    """Warns of a channel in which hardly anybody reports by day and many do at night: its clock is of another zone."""
    from assets.complaints.expectations import clock_expectations
    from assets.complaints.expectations import clock_watch as watch
    from assets.quality import validate

    with database.transaction() as connection:
        frame = watch(connection)
    results = validate("clock_watch", frame, clock_expectations(frame), severity="warn")
    return conclude(context, database, city, results, severity=dg.AssetCheckSeverity.WARN)
