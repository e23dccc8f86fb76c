"""Records that nobody can decide, moved from the inbox to quarantine.

Belongs here: what is kept of such a record. Does not belong here: which record that is (ledger), its replay (replay).
"""

import json
from collections.abc import Sequence
from datetime import datetime

from psycopg import Connection

from assets.sources.landing import Batch, Quarantined, write_quarantine


def hold(connection: Connection, items: Sequence[tuple[int, str]], batch_id: str, now: datetime) -> None:
    """Move records to quarantine, each with its reason; each stays counted once, and can be replayed once mended.

    Args:
        connection: Open connection; the caller owns the transaction.
        items: Inbox id and reason of each.
        batch_id: The run.
        now: When.
    """
    reasons = dict(items)
    rows = connection.execute(
        """
        select inbox_id, channel, source_record_id, payload, is_synthetic, landing_files.path
        from raw.inbox
        inner join private.payloads using (inbox_id)
        left join raw.landing_files using (file_id, channel, is_synthetic)
        where inbox_id = any(%s)
        """,
        [list(reasons)],
    ).fetchall()
    for inbox_id, channel, source, payload, is_synthetic, path in rows:
        content = json.dumps(payload, ensure_ascii=False).encode()
        item = Quarantined(f"{path or 'live source'}#{source}", content, reasons[inbox_id], source)
        write_quarantine(connection, Batch(batch_id, channel, now, is_synthetic), [item])
    for statement in (
        "delete from raw.pending where inbox_id = any(%s)",
        "delete from ledger.photos where inbox_id = any(%s)",
        "delete from private.payloads where inbox_id = any(%s)",
        "delete from raw.inbox where inbox_id = any(%s)",
    ):
        connection.execute(statement, [list(reasons)])
