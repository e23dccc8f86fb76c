"""What the gates of the complaints expect, and the frames that they judge.

Belongs here: expectations in words and numbers. Does not belong here: which asset they guard (checks.py).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import pandas as pd
from psycopg import Connection

from assets.complaints.channels.registry import CHANNELS
from assets.complaints.night import MOST_APART, clocks
from assets.complaints.silence import WEEKS, silences
from assets.reference import CityReference

if TYPE_CHECKING:
    import great_expectations as gx

# A single odd file on a quiet day says nothing about a channel.
SMALLEST_JUDGED_BATCH = 10

# A channel that changes its format loses all of its records at once, not a few.
LEAST_READABLE_SHARE = 0.5


# Of each channel named: looked up one by one, or the search grows with every batch that ever came.
NEWEST_BATCHES = """
    with newest as (
        select channels.channel, found.batch_id
        from unnest(%(channels)s::text[]) as channels (channel)
        cross join lateral (
            select batch_id from raw.batches where channel = channels.channel order by batch_number desc limit 1
        ) as found
    ),
    records as (
        select channel, inbox.source_record_id, null as reason
        from raw.inbox inner join newest using (channel, batch_id)
        union all
        select channel, null as source_record_id, quarantine.reason
        from raw.quarantine inner join newest using (channel, batch_id)
    )
"""


def newest_batch(connection: Connection, channel: str) -> pd.DataFrame:
    """One row per record of the newest batch of a channel: its id where it could be read, else the reason."""
    query = f"{NEWEST_BATCHES} select source_record_id, reason from records"  # noqa: S608 - a constant
    rows = connection.execute(query, {"channels": [channel]}).fetchall()
    return pd.DataFrame(rows, columns=["source_record_id", "reason"])


def unreadable(connection: Connection) -> set[str]:
    """Channels whose newest batch cannot be read, as `intake_expectations` judges it: their records wait."""
    query = f"""
        {NEWEST_BATCHES}
        select channel from records
        group by channel
        having count(*) >= %(least)s and count(source_record_id) < %(share)s * count(*)
    """  # noqa: S608 - a constant
    bars = {"channels": list(CHANNELS), "least": SMALLEST_JUDGED_BATCH, "share": LEAST_READABLE_SHARE}
    return {code for (code,) in connection.execute(query, bars)}


def intake_expectations(channel: str, batch: pd.DataFrame) -> "Sequence[gx.expectations.Expectation]":
    """A batch large enough to judge is mostly readable; the words name the commonest reason against it."""
    import great_expectations as gx

    if len(batch) < SMALLEST_JUDGED_BATCH:
        return []
    reasons = batch["reason"].value_counts()
    commonest = f"commonest reason in the batch: {reasons.index[0]}" if len(reasons) else None
    return [
        gx.expectations.ExpectColumnValuesToNotBeNull(
            column="source_record_id",
            mostly=LEAST_READABLE_SHARE,
            notes=f"at least {LEAST_READABLE_SHARE:.0%} of the records of {channel} with an id and a readable payload",
            meta={"subject": f"newest batch of {channel}", "because": commonest},
        )
    ]


def ledger_balance(connection: Connection) -> pd.DataFrame:
    """One row per channel: what entered the inbox in the week before the newest batch and what became of it.

    What was balanced a week ago stays so: the ledger is append-only. The gate's cost is that of a week.
    """
    rows = connection.execute(
        """
        with recent as (
            select batch_id, channel
            from raw.batches
            where received_at >= (select max(received_at) from raw.batches) - interval '7 days'
        )
        select
            inbox.channel,
            count(*) as received,
            count(complaints.inbox_id) as decided,
            count(set_aside.inbox_id) as set_aside,
            count(pending.inbox_id) as pending,
            count(complaints.inbox_id) filter (where tracking_numbers.complaint_id is null) as without_number
        from recent
        inner join raw.inbox using (batch_id, channel)
        left join ledger.complaints using (inbox_id)
        left join ledger.set_aside using (inbox_id)
        left join raw.pending using (inbox_id)
        left join ledger.tracking_numbers on tracking_numbers.complaint_id = complaints.complaint_id
        group by inbox.channel
        """
    ).fetchall()
    columns = ["channel", "received", "decided", "set_aside", "pending", "without_number"]
    frame = pd.DataFrame(rows, columns=columns)
    frame["unaccounted"] = frame["received"] - frame["decided"] - frame["set_aside"] - frame["pending"]
    return frame


def triage_expectations() -> "Sequence[gx.expectations.Expectation]":
    """Nothing lost, nothing doubled, no complaint without a number."""
    import great_expectations as gx

    return [
        gx.expectations.ExpectColumnValuesToBeBetween(
            column="unaccounted",
            min_value=0,
            max_value=0,
            notes="received = accepted + returned + rejected + set aside + waiting, per channel",
            meta={"subject": "balance of the ledger"},
        ),
        gx.expectations.ExpectColumnValuesToBeBetween(
            column="without_number",
            min_value=0,
            max_value=0,
            notes="a tracking number for every complaint",
            meta={"subject": "tracking numbers"},
        ),
    ]


def channel_watch(connection: Connection, reference: CityReference, now: datetime) -> pd.DataFrame:
    """One row per channel that is known or fetched: its silence beyond what is normal, and its windows that failed."""
    found = {one.channel: one for one in silences(connection, reference, now)}
    failed: dict[str, int] = dict(
        connection.execute(
            "select channel, count(*) from raw.fetches where failure is not null group by channel"
        ).fetchall()
    )
    rows = [
        (
            code,
            found[code].excess_hours if code in found else 0.0,
            f"{code}: {found[code].hours:.0f} h, normal {found[code].normal_hours:.0f} h" if code in found else code,
            failed.get(code, 0),
        )
        for code in reference.channels
    ]
    return pd.DataFrame(rows, columns=["channel", "excess_hours", "silence", "failed_windows"])


def watch_expectations(watch: pd.DataFrame) -> "Sequence[gx.expectations.Expectation]":
    """No channel is silent for longer than it has been at this hour of the week, and every source answers."""
    import great_expectations as gx

    silent = watch.loc[watch["excess_hours"] > 0, "silence"]
    failing = watch.loc[watch["failed_windows"] > 0, "channel"]
    return [
        gx.expectations.ExpectColumnValuesToBeBetween(
            column="excess_hours",
            max_value=0,
            notes=f"no channel silent for longer than at this hour of the past {WEEKS} weeks, and an hour",
            meta={"subject": "silence of channels", "because": ", ".join(silent) or None},
        ),
        gx.expectations.ExpectColumnValuesToBeBetween(
            column="failed_windows",
            max_value=0,
            notes="no window of a live source left to fetch again",
            meta={"subject": "live sources", "because": ", ".join(failing) or None},
        ),
    ]


def clock_watch(connection: Connection) -> pd.DataFrame:
    """One row per channel that ever reported: how far its quiet hours are from the night."""
    return pd.DataFrame(clocks(connection).items(), columns=["channel", "hours_apart"])


def clock_expectations(watch: pd.DataFrame) -> "Sequence[gx.expectations.Expectation]":
    """People report by day: no channel is quiet in the afternoon and busy at night."""
    import great_expectations as gx

    odd = watch.loc[watch["hours_apart"] > MOST_APART]
    named = [f"{row.channel}: {row.hours_apart:.0f} h from the night" for row in odd.itertuples()]
    return [
        gx.expectations.ExpectColumnValuesToBeBetween(
            column="hours_apart",
            max_value=MOST_APART,
            notes=f"the quiet hours of a channel at night, at most {MOST_APART:.0f} hours off; else its clock is"
            " of another zone than it is read in (JSC_LAPOR_ZONE)",
            meta={"subject": "clocks of channels", "because": ", ".join(named) or None},
        )
    ]
