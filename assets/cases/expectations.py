"""What the watch of the cases expects, and the frame that it judges.

Belongs here: expectations in words and numbers. Does not belong here: which asset they watch (checks.py).
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd
from psycopg import Connection

from assets.sources.folders import CASE_EVENTS

if TYPE_CHECKING:
    import great_expectations as gx


def events_watch(connection: Connection) -> pd.DataFrame:
    """One row: status events that wait in quarantine with the commonest reason, and windows of the CRM that failed."""
    rows = connection.execute(
        """
        with held as (
            select reason, count(*) as events
            from raw.quarantine
            where channel = %(channel)s and replayed_at is null
            group by reason
        )
        select
            (select coalesce(sum(events), 0)::integer from held),
            (select reason from held order by events desc, reason limit 1),
            (select count(*) from raw.fetches where channel = %(channel)s and failure is not null)
        """,
        {"channel": CASE_EVENTS},
    ).fetchall()
    return pd.DataFrame(rows, columns=["held", "commonest_reason", "failed_windows"])


def events_expectations(watch: pd.DataFrame) -> "Sequence[gx.expectations.Expectation]":
    """Every status and unit is known, every event reads, and the CRM answers."""
    import great_expectations as gx

    return [
        gx.expectations.ExpectColumnValuesToBeBetween(
            column="held",
            max_value=0,
            notes="no status event held: every status and unit known (jsc quarantine list --channel case_events)",
            meta={"subject": "status events", "because": watch["commonest_reason"].iloc[0]},
        ),
        gx.expectations.ExpectColumnValuesToBeBetween(
            column="failed_windows",
            max_value=0,
            notes="no window of the CRM left to fetch again",
            meta={"subject": "the CRM's list of status events"},
        ),
    ]
