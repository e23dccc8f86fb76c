"""How long the pictures of faulty cameras are kept.

Belongs here: forgetting the records of old sweeps, in which the contact sheets live. Does not belong here: drawing a
sheet (contact_sheet.py), how long observations are kept (store.py).
"""

from datetime import datetime, timedelta

import dagster as dg

# Whoever repairs a camera looks at last week's pictures; nobody needs older ones of a public street.
SHEETS_KEPT_FOR = timedelta(days=14)
# More than the sweeps between two sweeps, so that a backlog shrinks, and few enough to cost a sweep nothing.
MOST_AT_ONCE = 20


def forget_sheets(instance: dg.DagsterInstance, sweeps: dg.AssetKey, before: datetime) -> int:
    """Delete the records of the oldest sweeps that ended before a moment, and their pictures with them.

    Args:
        instance: Of Dagster, which keeps the records.
        sweeps: Asset of the sweeps.
        before: Time-zone-aware.

    Returns:
        Records deleted; what a sweep observed stays where it is, in the database.
    """
    old = dg.AssetRecordsFilter(asset_key=sweeps, before_timestamp=before.timestamp())
    records = instance.fetch_materializations(old, limit=MOST_AT_ONCE, ascending=True).records
    runs = dict.fromkeys(record.run_id for record in records)
    for run_id in runs:
        instance.delete_run(run_id)
    return len(runs)
